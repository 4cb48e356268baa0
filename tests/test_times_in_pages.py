"""What a page says to machines about time is valid HTML: at most three digits of a second."""

import datetime
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog.models import Post
from comments import editing
from comments.models import Comment
from tests.make import make_editor, make_moderator, make_post, make_publication
from tests.make_comments import make_comment

DATETIME = re.compile(r'datetime="([^"]*)"')
# The HTML standard, "2.3.5.7 Global dates and times": a date, or a date, a time and an offset.
VALID = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d))?")
# As a clock says it, which no test that counts in whole days or hours would see.
AT = datetime.datetime(2026, 11, 23, 12, 30, 15, 299148, tzinfo=datetime.UTC)


@pytest.fixture
def post(db: None) -> Post:
    make_publication()
    return make_post(published_at=AT - datetime.timedelta(days=3))


@pytest.fixture
def comment(post: Post) -> Comment:
    made = make_comment(post, now=AT)
    return editing.edit(made.pk, made.version, "Other words.", make_moderator(), timezone.now()).comment


def times(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return DATETIME.findall(answer.content.decode())


class ReadersPagesTests:
    @pytest.mark.parametrize("below", ["", "print/", "comments/reply/{pk}/", "comments/report/{pk}/"])
    def test_a_post_and_its_comments(self, client: Client, post: Post, comment: Comment, below: str) -> None:
        found = times(client, post.get_absolute_url() + below.format(pk=comment.pk))
        assert found
        assert [each for each in found if not VALID.fullmatch(each)] == []

    def test_a_commenters_own_page(self, client: Client, comment: Comment) -> None:
        found = times(client, comment.get_absolute_url())
        assert found
        assert [each for each in found if not VALID.fullmatch(each)] == []


class StaffPagesTests:
    def test_the_queue_a_comment_and_a_posts_history(self, client: Client, post: Post, comment: Comment) -> None:
        make_comment(post, Comment.Status.PENDING, body="It waits.", now=AT)
        editor: User = make_editor()
        editor.is_superuser = True
        editor.save()
        client.force_login(editor)
        for address in (
            "/admin/comments/comment/",
            f"/admin/comments/comment/{comment.pk}/",
            "/admin/comments/decision/",
            f"/admin/blog/post/{post.pk}/history/",
        ):
            found = times(client, address)
            assert found, address
            assert [each for each in found if not VALID.fullmatch(each)] == [], address


def test_the_time_that_is_shown_is_not_cut_in_the_database(comment: Comment) -> None:
    assert Comment.objects.get(pk=comment.pk).submitted_at == AT
