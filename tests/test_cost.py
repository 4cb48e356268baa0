"""A page costs the same number of queries with ten posts and comments and with ten thousand."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.models import Author, Byline, Placing, Post, Region
from comments.models import Comment, Thread
from tests import stored
from tests.make import PASSWORD, PUBLISHED_AT, make_author, make_moderator, make_post, make_publication, make_region
from tests.make_comments import make_comment

pytestmark = pytest.mark.django_db

FEW, MANY = 10, 10_000
# More than one page of threads, for a page that has all of them asks one query less.
FEW_COMMENTS = 150
MINUTE = datetime.timedelta(minutes=1)


def add_posts(number: int, author: Author, region: Region) -> None:
    start = Post.objects.count()
    posts = Post.objects.bulk_create(
        Post(
            title=f"Post {index}",
            slug=f"post-{index}",
            body="<p>Ships wait.</p>",
            status="published",
            publish_at=PUBLISHED_AT - index * MINUTE,
            published_date=(PUBLISHED_AT - index * MINUTE).date(),
            first_public_at=PUBLISHED_AT - index * MINUTE,
        )
        for index in range(start, start + number)
    )
    Byline.objects.bulk_create(Byline(post=post, author=author, publish_at=post.publish_at) for post in posts)
    Placing.objects.bulk_create(Placing(post=post, region=region, publish_at=post.publish_at) for post in posts)


def add_comments(number: int, post: Post) -> None:
    """As many under one post: half of them approved, each third a reply to the one before, the rest waiting."""
    thread = Thread.objects.get(post=post)
    now, made = timezone.now(), list[Comment]()
    for index in range(number):
        is_approved = index % 2 == 0
        made.append(
            Comment(
                thread=thread,
                name=f"Reader {index}",
                body=f"Remark {index}",
                body_html=f"<p>Remark {index}</p>",
                status="approved" if is_approved else "pending",
                waiting_since=None if is_approved else now - index * MINUTE,
                shown_count=int(is_approved),
                fingerprint=f"{thread.pk}-{number}-{index}",
                submitted_at=now - index * MINUTE,
            )
        )
    Comment.objects.bulk_create(made, batch_size=1_000)
    approved = thread.comments.approved().count()
    Thread.objects.filter(pk=thread.pk).update(approved_count=approved, shown_roots=approved)


def queries(client: Client, path: str) -> int:
    with stored.nothing_stored(), CaptureQueriesContext(connection) as asked:
        assert client.get(path, follow=True).status_code == 200, path
    return len(asked)


class CostTests:
    def test_it_does_not_grow_with_what_there_is(self, client: Client) -> None:
        make_publication()
        author, region = make_author(slug="the-author"), make_region(slug="the-region")
        post = make_post("A harbor wakes", authors=[author], regions=[region])
        make_comment(post)
        staff = Client()
        assert staff.login(username=make_moderator().username, password=PASSWORD)
        address = post.get_absolute_url()
        pages = ["/", address, f"{address}print/", f"{address}cite/", f"{address}comments/1/", "/2017/", "/2017/03/"]
        pages += ["/regions/", "/regions/the-region/", "/authors/the-author/", "/sitemap-1.xml"]
        pages += ["/feed/", "/regions/the-region/feed/", "/authors/the-author/feed/"]
        paths = dict.fromkeys(pages, client)
        desk = reverse("admin:comments_comment_changelist")
        paths |= {f"{desk}{query}": staff for query in ("", "?face=all", "?q=remark", f"?post={post.pk}", "?tab=spam")}
        add_posts(FEW, author, region)
        add_comments(FEW_COMMENTS, post)
        # The first look at the desk is handed ten; the next ones find them in hand.
        staff.get(desk)
        few = {path: queries(who, path) for path, who in paths.items()}

        add_posts(MANY, author, region)
        add_comments(MANY, post)

        assert {path: queries(who, path) for path, who in paths.items()} == few
        assert few[address] <= 12
        assert few["/"] <= 8
