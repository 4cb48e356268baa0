"""The sitemap: all that readers may see, for search engines.

While there are few posts it is one file. Then it is an index of files, each of which holds the posts of a fixed range
of ids: a file of old posts stays what it was, and none is cut at the 50,000 addresses that a file may have.
"""

import datetime
import io
from collections.abc import Iterator
from xml.sax.xmlreader import AttributesImpl

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from blog import links, pages
from blog.models import Author, Page, Post, PostQuerySet, Region
from blog.views import moment, shared

POSTS_A_FILE = 10_000
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Which posts, authors, regions and pages there are, and when each was changed.
ALL_THERE_IS = ("posts", "authors", "regions", "pages", "pages:texts")
Place = tuple[str, datetime.datetime | None]


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    now = moment(request)
    pages.shows(request, *ALL_THERE_IS)
    parts = _number_of_parts(now)
    if parts == 1:
        return drawn("urlset", "url", [*_fixed(now), *_of_posts(Post.objects.published(now))])
    numbers = range(parts + 1)
    return drawn("sitemapindex", "sitemap", ((reverse("blog:sitemap_part", args=[number]), None) for number in numbers))


@require_safe
def part(request: HttpRequest, number: int) -> HttpResponse:
    """File 0 holds what is not a post; the files from 1 on hold the posts, by their ids."""
    now = moment(request)
    pages.shows(request, *ALL_THERE_IS)
    if number > _number_of_parts(now):
        raise Http404("The sitemap has no such part.")
    if number == 0:
        return drawn("urlset", "url", _fixed(now))
    end = number * POSTS_A_FILE
    return drawn("urlset", "url", _of_posts(Post.objects.published(now).filter(pk__gt=end - POSTS_A_FILE, pk__lte=end)))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = (
        "User-agent: *",
        f"Disallow: {reverse('admin:index')}",
        f"Sitemap: {links.absolute(reverse('blog:sitemap'))}",
    )
    return shared(HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8"))


def drawn(root: str, element: str, places: Iterator[Place] | list[Place]) -> HttpResponse:
    out = io.StringIO()
    xml = SimplerXMLGenerator(out, "utf-8")
    xml.startDocument()
    xml.startElement(root, AttributesImpl({"xmlns": NAMESPACE}))
    for path, changed_at in places:
        xml.startElement(element, AttributesImpl({}))
        xml.addQuickElement("loc", links.absolute(path))
        if changed_at:
            xml.addQuickElement("lastmod", timezone.localtime(changed_at).isoformat(timespec="seconds"))
        xml.endElement(element)
    xml.endElement(root)
    xml.endDocument()
    return shared(HttpResponse(out.getvalue(), content_type="application/xml; charset=utf-8"))


def _number_of_parts(now: datetime.datetime) -> int:
    newest = Post.objects.published(now).order_by("-pk").values_list("pk", flat=True).first() or 0
    return max(1, -(-newest // POSTS_A_FILE))


def _of_posts(posts: PostQuerySet) -> Iterator[Place]:
    told = posts.order_by("pk").only("slug", "published_date", "publish_at", "modified_at")
    for post in told.iterator():
        yield post.get_absolute_url(), post.modified_at or post.publish_at


def _fixed(now: datetime.datetime) -> Iterator[Place]:
    """The front page, the regions, the plain pages, and the authors who have something public."""
    yield reverse("blog:home"), None
    yield reverse("blog:regions"), None
    for region in Region.objects.only("slug", "name"):
        yield region.get_absolute_url(), None
    for page in Page.objects.filter(is_public=True).only("slug", "saved_at"):
        yield page.get_absolute_url(), page.saved_at
    newest = Post.objects.published(now).by_author(OuterRef("pk")).newest_first().values("pk")[:1]
    # Asked author by author, and so by the index; of all at once, a database would read all posts.
    for author in Author.objects.alias(newest=Subquery(newest)).filter(newest__isnull=False).only("slug"):
        yield author.get_absolute_url(), None
