"""A name of one long word widens no page, on the narrowest phone."""

from typing import Any

import pytest
from playwright.sync_api import Page

from blog.models import Post
from comments import threads
from comments.models import Comment
from tests.comments.at_the_desk import sign_in_as
from tests.make import make_author, make_moderator, make_post, make_publication, make_region
from tests.make_comments import make_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

LONG = "W" * 90


@pytest.fixture
def post(live_server: Any) -> Post:
    make_publication()
    return make_post(
        f"Title {LONG}", slug="long", authors=[make_author(f"Ada {LONG}", slug="ada")], regions=[make_region(LONG)]
    )


@pytest.fixture
def comment(post: Post) -> Comment:
    return make_comment(post, name=LONG, body="x" * 300)


def too_wide(page: Page, address: str) -> list[str]:
    """What runs off a page, where it can be scrolled sideways."""
    page.goto(address)
    found: list[str] = page.evaluate(
        """document.documentElement.scrollWidth <= innerWidth ? [] : [...document.body.querySelectorAll('*')]
            .filter(each => each.getBoundingClientRect().right > innerWidth)
            .map(each => `${each.tagName}.${each.className}`)"""
    )
    return found


class NarrowPhoneTests:
    def test_readers_pages_do_not_scroll_sideways(self, page: Page, post: Post, comment: Comment) -> None:
        make_comment(post, parent=comment, name=LONG[1:])
        page.set_viewport_size({"width": 320, "height": 640})
        base = threads.base_address(post)
        for address in (
            "/",
            "/authors/ada/",
            post.get_absolute_url(),
            f"{post.get_absolute_url()}cite/",
            f"{post.get_absolute_url()}print/",
            f"{base}reply/{comment.pk}/",
            f"{base}report/{comment.pk}/",
            comment.get_absolute_url(),
        ):
            assert too_wide(page, address) == [], address

    def test_nor_does_the_staffs_queue(self, page: Page, post: Post) -> None:
        waiting = make_comment(post, Comment.Status.PENDING, name=LONG, body="It waits.")
        make_moderator()
        sign_in_as(page, "moderator")
        page.set_viewport_size({"width": 360, "height": 640})
        for address in ("/admin/comments/comment/", f"/admin/comments/comment/{waiting.pk}/"):
            assert too_wide(page, address) == [], address
