"""A post as search engines and reference managers read it: JSON-LD, after schema.org."""

from typing import Any

from django.utils import timezone

from blog import links, markup
from blog.models import Author, Byline, Post, Publication

DESCRIPTION_LENGTH = 200


def description(post: Post) -> str:
    """The summary, or else the beginning of the text, cut at a word."""
    if post.summary or "body" in post.get_deferred_fields():
        return " ".join(post.summary.split())
    # Far more than is shown, so that a long text is not read through for its first lines.
    text = markup.plain_text(post.body[: DESCRIPTION_LENGTH * 20])
    if len(text) <= DESCRIPTION_LENGTH:
        return text
    cut = text[:DESCRIPTION_LENGTH]
    return f"{cut.rpartition(' ')[0] or cut}…"


def signed_by(post: Post) -> list[Author]:
    """Those it is by; not the one for whom a guest wrote it, unless nobody else is named."""
    lines = list(post.bylines.all())
    return [line.author for line in lines if line.role == Byline.Role.BY] or [line.author for line in lines]


def blog_posting(post: Post, publication: Publication, extra: dict[str, Any]) -> dict[str, Any]:
    address = links.absolute(post.get_absolute_url())
    regions = [region.name for region in post.regions.all()]
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": post.title,
        "alternativeHeadline": post.short_title,
        "description": description(post),
        "url": address,
        "mainEntityOfPage": address,
        "datePublished": _moment(post.publish_at),
        "dateModified": _moment(post.modified_at or post.publish_at),
        "author": [_author(author) for author in signed_by(post)],
        "publisher": {"@type": "Organization", "name": publication.publisher or publication.name},
        "isPartOf": {"@type": "Blog", "name": publication.name, "url": links.absolute(publication.get_absolute_url())},
        "image": _image(post),
        "articleSection": regions[0] if len(regions) == 1 else regions,
    }
    return {name: value for name, value in (told | extra).items() if value not in ("", [], None)}


def _moment(at: Any) -> str | None:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None


def _author(author: Author) -> dict[str, str]:
    kind = "Organization" if author.is_organisation else "Person"
    return {"@type": kind, "name": author.name, "url": links.absolute(author.get_absolute_url())}


def _image(post: Post) -> dict[str, Any] | None:
    photo = post.lead_photo
    if photo is None:
        return None
    told = {
        "@type": "ImageObject",
        "url": links.absolute(photo.file.url),
        "width": photo.width,
        "height": photo.height,
        "caption": post.lead_photo_caption,
        "creditText": post.lead_photo_credit,
    }
    return {name: value for name, value in told.items() if value}
