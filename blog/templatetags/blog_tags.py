"""What the pages ask of the publication and its posts."""

import json
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from blog import drawing, links, pages, structured
from blog.models import Author, Page, Post, Publication

register = template.Library()

# Inside a script element only these could be read as markup; as escapes they mean the same to JSON.
SCRIPT_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def current_publication(context: Context) -> Publication:
    """The publication the view has read already, or else the one there is."""
    request, known = context.get("request"), context.get("publication")
    pages.shows(request, "publication")
    if isinstance(known, Publication):
        return known
    return pages.known(request, "publication", Publication.objects.current, ["publication"])


@register.simple_tag(takes_context=True)
def public_pages(context: Context) -> list[Page]:
    return pages.known(context.get("request"), "pages", _public_pages, ["pages"])


@register.filter
def absolute(path: str) -> str:
    return links.absolute(path)


@register.filter
def description(post: Post) -> str:
    return structured.description(post)


@register.filter
def signed_by(post: Post) -> list[Author]:
    return structured.signed_by(post)


@register.filter
def citation_author(author: Author) -> str:
    """The name as reference managers read it: "Family, Given", or as it is written where nothing may be turned."""
    name = author.citation_name
    if name.is_organisation or name.is_cjk or not name.given:
        return name.display
    family = f"{name.particle} {name.family}".strip()
    return ", ".join(part for part in (family, name.given, name.suffix) if part)


@register.simple_tag
def byline(post: Post) -> SafeString:
    """ "by A, B, and C", or "by A for B" for a guest, each name linked to its author."""
    return drawing.byline(drawing.signatures(post))


@register.simple_tag
def card(post: Post, aside: str) -> SafeString:
    """One post in a list, with what the page adds to it."""
    return drawing.card(
        drawing.Card(
            address=post.get_absolute_url(),
            title=post.title,
            summary=post.summary,
            day=post.published_date,
            signatures=drawing.signatures(post),
            aside=aside,
        )
    )


@register.simple_tag(takes_context=True)
def post_json_ld(context: Context, post: Post, **extra: Any) -> SafeString:
    """The post as JSON-LD in its script element; what stands in a title cannot close the element."""
    publication = current_publication(context)
    told = json.dumps(structured.blog_posting(post, publication, extra)).translate(SCRIPT_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(told))  # noqa: S308  escaped above


def _public_pages() -> list[Page]:
    return list(Page.objects.filter(is_public=True).only("title", "slug"))
