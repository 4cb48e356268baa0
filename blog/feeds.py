"""RSS: all posts, those of a region, those of an author, each with its whole text."""

import datetime
import html
import re
from typing import Any, override
from urllib.parse import urljoin

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from blog import drawing, links, memberships, pages, structured
from blog.listings import lists_of, of_author, tree
from blog.models import Author, Post, PostQuerySet, Publication
from blog.views import by_slug, elsewhere, moment, moved, shared

FEED_SIZE = 20
# What no XML document may hold, not even escaped.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Stored HTML was written by nh3, so a link always looks like this.
LINK = re.compile(r'(<a [^>]*?href=")([^"]*)"')


class PostsFeed(Rss201rev2Feed):
    @override
    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        }

    @override
    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["creator"]:
            # One for all: of several elements newsboat 2.21 names the last, and rss2email 3.13 the first.
            handler.addQuickElement("dc:creator", item["creator"])
        handler.addQuickElement("content:encoded", item["content"])

    @override
    def latest_post_date(self) -> datetime.datetime:
        """An empty feed has no time of its own, and must not change by the minute."""
        return super().latest_post_date() if self.items else datetime.datetime.fromtimestamp(0, datetime.UTC)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    posts = Post.objects.published(moment(request))
    pages.shows(request, "posts")
    publication = pages.known(request, "publication", Publication.objects.current, ["publication"])
    return drawn(request, posts, publication.name, publication.tagline, reverse("blog:home"), reverse("blog:feed"))


@require_safe
def region_feed(request: HttpRequest, slug: str) -> HttpResponse:
    now = moment(request)
    known = tree(request)
    found = known.by_slug(slug)
    if found is None:
        return elsewhere(f"regions/{slug.lower()}/feed/", now)
    address = reverse("blog:region_feed", args=[found.slug])
    if found.slug != slug:
        return moved(address)
    within = known.below(found)
    pages.shows(request, *lists_of(within))
    publication = pages.known(request, "publication", Publication.objects.current, ["publication"])
    title = f"{found.name} | {publication.name}"
    posts = Post.objects.published(now).in_regions(within)
    return drawn(request, posts, title, found.description, found.get_absolute_url(), address)


@require_safe
def author_feed(request: HttpRequest, slug: str) -> HttpResponse:
    now = moment(request)
    found = by_slug(Author.objects.all(), slug)
    if found is None:
        return elsewhere(f"authors/{slug.lower()}/feed/", now)
    address = reverse("blog:author_feed", args=[found.slug])
    if found.slug != slug:
        return moved(address)
    pages.shows(request, *of_author(found))
    publication = pages.known(request, "publication", Publication.objects.current, ["publication"])
    title = f"{found.name} | {publication.name}"
    posts = Post.objects.published(now).by_author(found)
    return drawn(request, posts, title, found.biography, found.get_absolute_url(), address)


def drawn(request: HttpRequest, posts: PostQuerySet, title: str, about: str, page: str, address: str) -> HttpResponse:
    """`page` is the address of the page whose posts these are, `address` the feed's own."""
    made = PostsFeed(
        title=for_xml(title),
        link=links.absolute(page),
        description=for_xml(about or title),
        language=get_language(),
        feed_url=links.absolute(address),
    )
    for post in posts.newest_first().with_all()[:FEED_SIZE]:
        pages.shows(request, *memberships.whole(post))
        add(made, post)
    return shared(HttpResponse(made.writeString("utf-8"), content_type=made.content_type))


def add(made: PostsFeed, post: Post) -> None:
    address = links.absolute(post.get_absolute_url())
    photo = links.absolute(post.lead_photo.file.url) if post.lead_photo else ""
    text = absolute_links(post.body, address)
    made.add_item(
        title=for_xml(post.title),
        link=address,
        description=for_xml(structured.description(post)),
        unique_id=f"urn:uuid:{post.uid}",
        unique_id_is_permalink=False,
        pubdate=post.publish_at,
        updateddate=post.modified_at,
        categories=[for_xml(region.name) for region in post.regions.all()],
        creator=for_xml(drawing.byline_text(drawing.signatures(post))),
        content=for_xml(render_to_string("blog/feed_text.html", {"post": post, "photo": photo, "text": text})),
    )


def absolute_links(safe_html: str, base: str) -> str:
    """Stored HTML as it is read away from its page: each link whole."""

    def whole(found: re.Match[str]) -> str:
        return f'{found[1]}{html.escape(urljoin(base, html.unescape(found[2])))}"'

    return LINK.sub(whole, safe_html)


def for_xml(text: str) -> str:
    return NOT_XML.sub("", text)
