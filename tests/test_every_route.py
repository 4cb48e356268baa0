"""Guards over every public address: what is not published is in no answer, and every answer is the same for all.

The table below names an address for each route. A new route that is not in it fails the first test, so that nobody
can forget to say what it shows.
"""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from blog.models import Author, Post, Region
from comments.models import Comment
from tests.make import PASSWORD, make_author, make_moderator, make_post, make_publication, make_region
from tests.make_comments import make_comment

pytestmark = pytest.mark.django_db

NOT_PUBLIC = ("draft", "in_review", "scheduled", "expired", "taken_down")
WORD = "Quokkaverse"
OURS_ALONE = {"healthz", "readyz", "media", "icon"}

Addresses = dict[str, Callable[[Post, Comment], str]]


def place(post: Post) -> list[str]:
    day = post.published_date or datetime.date(2017, 3, 15)
    return [f"{day:%Y}", f"{day:%m}", f"{day:%d}", post.slug]


def below(name: str, *more: str) -> Callable[[Post, Comment], str]:
    return lambda post, comment: reverse(name, args=[*place(post), *more])


def of_comment(name: str) -> Callable[[Post, Comment], str]:
    return lambda post, comment: reverse(name, args=[*place(post), comment.pk])


def fixed(name: str, *args: str) -> Callable[[Post, Comment], str]:
    return lambda post, comment: reverse(name, args=args)


ADDRESSES: Addresses = {
    "blog:home": fixed("blog:home"),
    "blog:post": below("blog:post"),
    "blog:print": below("blog:print"),
    "blog:cite": below("blog:cite"),
    "blog:year": lambda post, comment: reverse("blog:year", args=place(post)[:1]),
    "blog:month": lambda post, comment: reverse("blog:month", args=place(post)[:2]),
    "blog:regions": fixed("blog:regions"),
    "blog:region": fixed("blog:region", "the-region"),
    "blog:author": fixed("blog:author", "the-author"),
    "blog:feed": fixed("blog:feed"),
    "blog:region_feed": fixed("blog:region_feed", "the-region"),
    "blog:author_feed": fixed("blog:author_feed", "the-author"),
    "blog:sitemap": fixed("blog:sitemap"),
    "blog:sitemap_part": fixed("blog:sitemap_part", "1"),
    "blog:robots": fixed("blog:robots"),
    "blog:page": lambda post, comment: reverse("blog:page", args=[post.slug]),
    "comments:submit": below("comments:submit"),
    "comments:further": below("comments:further", "1"),
    "comments:at": of_comment("comments:at"),
    "comments:mail_own_page": lambda post, comment: reverse("comments:mail_own_page", args=[*place(post), comment.pk]),
    "comments:reply": of_comment("comments:reply"),
    "comments:report": of_comment("comments:report"),
    "comments:your_data": fixed("comments:your_data"),
    "comments:guidelines": fixed("comments:guidelines"),
}
# What belongs to one person alone is held by tests of its own: tests/comments/test_own_page.py, test_reports.py and
# test_your_data.py; what the links in letters open by test_by_mail.py and test_own_letters.py.
THEIRS_ALONE = {
    "comments:mine",
    "comments:reported",
    "comments:your_data_proven",
    "comments:by_mail",
    "comments:letters",
    "comments:proof",
}


def routes(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"
        elif pattern.app_name != "admin" and "admin" not in str(pattern.pattern):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from routes(pattern, namespace + inner)


def hidden_post(status: str) -> tuple[Post, Comment]:
    """A post that readers may not see, with all that could tell of it, and a comment approved while it was public."""
    author, region = author_and_region()
    texts: dict[str, Any] = {
        name: f"{WORD} {name}"
        for name in ("short_title", "summary", "citation_title", "guest_note", "lead_photo_caption")
    }
    post = make_post(
        f"{WORD} title", status="published", authors=[author], regions=[region], body=f"<p>{WORD} body</p>", **texts
    )
    comment = make_comment(post, body=f"{WORD} comment", name=f"{WORD} name")
    columns: dict[str, object] = {"status": Post.Status.PUBLISHED}
    if status == "scheduled":
        columns |= {"publish_at": timezone.now() + datetime.timedelta(hours=1), "first_public_at": None}
    elif status == "expired":
        columns |= {"expire_at": timezone.now() - datetime.timedelta(seconds=1)}
    else:
        columns |= {"status": status}
        if status != "taken_down":
            columns |= {"first_public_at": None}
    Post.objects.filter(pk=post.pk).update(**columns)
    post.refresh_from_db()
    return post, comment


def author_and_region() -> tuple[Author, Region]:
    author = Author.objects.filter(slug="the-author").first() or make_author(slug="the-author")
    region = Region.objects.filter(slug="the-region").first() or make_region(slug="the-region")
    return author, region


class EveryRouteTests:
    def test_it_stands_in_the_table_above(self) -> None:
        found = set(routes(get_resolver())) - OURS_ALONE - THEIRS_ALONE

        assert found == set(ADDRESSES)

    @pytest.mark.parametrize("status", NOT_PUBLIC)
    def test_it_tells_nothing_of_a_post_that_is_not_public(self, client: Client, status: str) -> None:
        make_publication()
        author_and_region()
        make_post("A harbor wakes")
        post, comment = hidden_post(status)

        for name, address in ADDRESSES.items():
            path = address(post, comment)
            for answer in (client.get(path), client.post(path, {"name": "R", "email": "r@example.org", "body": "Yes"})):
                told = answer.content.decode() + str(answer.headers).replace(path, "")
                assert answer.status_code < 500, name
                assert WORD not in told.replace(post.slug, ""), name
                assert answer.status_code != 200 or post.slug not in told, name
        assert Comment.objects.count() == 1

    def test_it_answers_staff_and_readers_alike_and_sets_no_cookie(self, client: Client) -> None:
        make_publication()
        author, region = author_and_region()
        post = make_post("A harbor wakes", authors=[author], regions=[region])
        comment = make_comment(post)
        staff = Client()
        assert staff.login(username=make_moderator().username, password=PASSWORD)

        for name, address in ADDRESSES.items():
            path = address(post, comment)
            cache.clear()
            seen, seen_by_staff = client.get(path), staff.get(path)
            assert seen.status_code == seen_by_staff.status_code
            assert seen.content == seen_by_staff.content, name
            assert "csrf" not in seen.content.decode(), name
            assert not seen.cookies, name
            assert not seen_by_staff.cookies, name
            assert "Cookie" not in seen.headers.get("Vary", ""), name
            assert "nonce-" not in seen.headers["Content-Security-Policy"], name

    def test_it_takes_no_part_of_its_links_from_who_asks(self, client: Client) -> None:
        make_publication()
        author, region = author_and_region()
        post = make_post("A harbor wakes", authors=[author], regions=[region])
        comment = make_comment(post)
        strange = {
            "HTTP_HOST": "localhost:1234",
            "HTTP_X_FORWARDED_HOST": "evil.example",
            "HTTP_X_FORWARDED_PROTO": "https",
            "HTTP_X_ORIGINAL_URL": "/admin/",
            "HTTP_X_REWRITE_URL": "/admin/",
            "HTTP_ACCEPT_LANGUAGE": "de",
        }

        for name, address in ADDRESSES.items():
            path = address(post, comment)
            answer = client.get(path, headers=None, **strange)  # type: ignore[arg-type]
            assert answer.content == client.get(path).content, name
            assert "localhost:1234" not in answer.content.decode(), name

    @pytest.mark.parametrize(
        "query",
        [
            "utm_source=x&fbclid=y",
            "before=%00",
            "before=-1",
            "before=9" * 9,
            "page=999",
            "q=%ff%fe",
            "before=" + "9" * 50,
        ],
    )
    def test_it_bears_any_query_string(self, client: Client, query: str) -> None:
        make_publication()
        author, region = author_and_region()
        post = make_post("A harbor wakes", authors=[author], regions=[region])
        comment = make_comment(post)

        for name, address in ADDRESSES.items():
            path = address(post, comment)
            plain, asked = client.get(path), client.get(f"{path}?{query}")
            assert asked.status_code in (plain.status_code, 404), name
            if "before" not in query:
                assert asked.content == plain.content, name

    @pytest.mark.parametrize("slug", ["1abc", "١", "%00", "-1", "..%2f", "%ff", "<script>", "a" * 3_000])
    def test_it_refuses_addresses_that_are_none(self, client: Client, slug: str) -> None:
        make_publication()

        for path in (f"/2017/03/15/{slug}/", f"/{slug}/", f"/regions/{slug}/", f"/authors/{slug}/", f"/{slug}/03/"):
            answer = client.get(path)
            assert answer.status_code in (400, 404), path
            assert "<script>" not in answer.content.decode()
