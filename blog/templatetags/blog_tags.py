"""What the pages ask of the publication and its posts."""

import datetime
import json
from typing import Any, override

from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from blog import citations, drawing, links, memberships, pages, structured
from blog.models import Page, Post, Publication

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


class StandingNode(Node):
    def __init__(self, name: str, shown: list[FilterExpression], nodes: NodeList) -> None:
        self.name, self.shown, self.nodes = name, shown, nodes

    @override
    def render(self, context: Context) -> SafeString:
        shown = [each.resolve(context) for each in self.shown]
        posts = [each for each in shown if isinstance(each, Post)]
        tags = {each for each in shown if isinstance(each, str)}
        tags = tags.union(*(memberships.whole(post) for post in posts))
        key = " ".join(["standing", self.name, *(str(post.pk) for post in posts)])
        return pages.known(context.get("request"), key, lambda: self.nodes.render(context), tags)


@register.tag
def standing(parser: Parser, token: Token) -> StandingNode:
    """A part of a page that is the same for as long as what it shows; a process draws it once.

        {% standing "foot" "publication" "pages" %} ... {% endstanding %}

    After its name come the tags of `blog.pages`, or posts, for all that a post shows. Nothing else that may differ from
    one page to another, or change, can stand in it.
    """
    _tag, name, *shown = token.split_contents()
    nodes = parser.parse(["endstanding"])
    parser.delete_first_token()
    return StandingNode(name.strip("\"'"), [parser.compile_filter(each) for each in shown], nodes)


@register.filter
def absolute(path: str) -> str:
    return links.absolute(path)


@register.filter
def iso_time(at: datetime.datetime) -> str:
    """Return a moment for a `datetime` attribute: whole seconds, for HTML allows at most three digits of a second."""
    return timezone.localtime(at).isoformat(timespec="seconds")


@register.filter
def description(post: Post) -> str:
    return structured.description(post)


@register.filter
def citation_authors(post: Post) -> list[str]:
    """The authors' names as reference managers read them."""
    return citations.names_for_reference_managers([author.citation_name for author in structured.signed_by(post)])


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
