"""Law 1: what was not approved, or stands under a post that is not public, is in no answer to anybody."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from blog import publishing, revisions
from blog.models import Post
from blog.publishing import Step
from comments import threads
from comments.models import Comment
from tests.make import PASSWORD, make_editor, make_moderator, make_page, make_region, publish_again
from tests.make_comments import decide, make_comment

Status = Comment.Status
HELD: dict[str, Any] = {"name": "Held Hanna", "body": "Held words.", "email": "hanna@example.org"}


def everywhere(post: Post, comment: Comment) -> list[str]:
    """Every public address that could show a comment."""
    base, here = threads.base_address(post), post.get_absolute_url()
    day = here.split("/")
    return [
        "/",
        here,
        f"{here}print/",
        f"{here}cite/",
        base,
        f"{base}1/",
        f"{base}2/",
        f"{base}at/{comment.pk}/",
        f"{base}reply/{comment.pk}/",
        f"/{day[1]}/",
        f"/{day[1]}/{day[2]}/",
        "/feed/",
        "/sitemap.xml",
        "/comment-guidelines/",
        f"/comments/{comment.pk}/",
        "/search/?q=Held",
    ]


@pytest.fixture(params=["a guest", "a moderator"])
def reader(request: pytest.FixtureRequest, client: Client, db: None) -> Client:
    """A public address answers everybody alike."""
    if request.param == "a moderator":
        make_moderator()
        client.login(username="moderator", password=PASSWORD)
    return client


class UnapprovedTests:
    @pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM, Status.WITHDRAWN])
    @pytest.mark.parametrize("is_answer", [False, True])
    def test_it_is_nowhere(self, reader: Client, post: Post, status: str, is_answer: bool) -> None:
        parent = make_comment(post) if is_answer else None
        honeypot: dict[str, Any] = {"honeypot": "x"} if status == Status.SPAM else {}
        comment = make_comment(post, status, parent=parent, **HELD, **honeypot)
        for path in everywhere(post, comment):
            self.is_not_in(reader, path, comment)

    def is_not_in(self, reader: Client, path: str, comment: Comment) -> None:
        response = reader.get(path, follow=True)
        page = response.content.decode()
        assert "Held" not in page.replace("q=Held", ""), path
        assert "hanna@" not in page, path
        assert comment.token not in page, path
        assert "2 Comments" not in page, path
        assert '"commentCount": 2' not in page, path

    @pytest.mark.parametrize("route", ["at", "reply"])
    @pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM, Status.WITHDRAWN])
    def test_its_address_is_as_if_it_were_not_there(self, client: Client, post: Post, status: str, route: str) -> None:
        honeypot: dict[str, Any] = {"honeypot": "x"} if status == Status.SPAM else {}
        comment = make_comment(post, status, **honeypot)
        base = threads.base_address(post)
        held, nothing = client.get(f"{base}{route}/{comment.pk}/"), client.get(f"{base}{route}/{comment.pk + 99}/")
        assert (held.status_code, held.content) == (404, nothing.content)

    def test_approving_an_answer_shows_nothing_of_what_it_answers(self, client: Client, post: Post) -> None:
        parent = make_comment(post, **HELD)
        answer = make_comment(post, Status.PENDING, parent=parent)
        decide(parent, Status.REJECTED)
        decide(answer, Status.APPROVED)
        page = client.get(post.get_absolute_url()).content.decode()
        assert "Held" not in page
        assert answer.body in page


class PostNotPublicTests:
    @pytest.fixture
    def comment(self, post: Post) -> Comment:
        return make_comment(post, **HELD)

    def hidden(self, post: Post, how: str) -> None:
        now = timezone.now()
        if how == "taken down":
            newest = revisions.latest(post)
            assert newest is not None
            publishing.take_down(post, newest.snapshot, Step(newest.number, make_editor(), now), "It was wrong.")
        else:
            publish_again(post, expire_at=(now - datetime.timedelta(minutes=1)).isoformat())

    @pytest.mark.parametrize("how", ["taken down", "expired"])
    def test_what_was_approved_goes_with_its_post(self, client: Client, post: Post, comment: Comment, how: str) -> None:
        addresses = everywhere(post, comment)
        self.hidden(post, how)
        for path in addresses:
            assert "Held" not in client.get(path, follow=True).content.decode().replace("q=Held", ""), path
        base = threads.base_address(post)
        for below in ("", "1/", f"at/{comment.pk}/", f"reply/{comment.pk}/"):
            assert client.get(base + below).status_code == 410

    def test_its_own_page_says_so_without_a_link(self, client: Client, post: Post, comment: Comment) -> None:
        self.hidden(post, "taken down")
        page = client.get(comment.get_absolute_url()).content.decode()
        assert "not public at present" in page
        assert f'href="{post.get_absolute_url()}"' not in page


class AlikeTests:
    def test_staff_and_guests_get_the_same_bytes(self, post: Post) -> None:
        make_region(), make_page()
        comment, moderator = make_comment(post), Client()
        make_moderator()
        moderator.login(username="moderator", password=PASSWORD)
        base = threads.base_address(post)
        for path in (post.get_absolute_url(), f"{base}reply/{comment.pk}/", "/comment-guidelines/"):
            one, other = Client().get(path), moderator.get(path)
            assert one.content == other.content
            assert not other.cookies
            assert "Cookie" not in other.get("Vary", "")
            assert b"csrfmiddlewaretoken" not in other.content
            assert Client().get(path, {"utm_source": "x", "reply": "1"}).content == one.content

    def test_no_address_of_a_reader_is_public(self, client: Client, post: Post) -> None:
        make_comment(post, email="rita@example.org")
        assert "rita@example.org" not in client.get(post.get_absolute_url()).content.decode()
