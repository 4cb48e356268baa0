"""The address of a comment, as a browser shows it, goes on working when other comments come and go."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from blog.models import Post
from comments import threads
from comments.models import Comment
from tests.make import make_post, make_publication
from tests.make_comments import decide, make_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

Status = Comment.Status


@pytest.fixture
def post(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Post:
    monkeypatch.setattr(threads, "ROOTS_ON_A_PAGE", 2)
    make_publication()
    return make_post()


class CopiedAddressTests:
    def test_it_finds_a_comment_that_moved_to_an_earlier_or_a_later_page(self, page: Page, post: Post) -> None:
        pending = make_comment(post, Status.PENDING)
        first, _second, third = [make_comment(post) for _ in range(3)]
        page.goto(f"{threads.base_address(post)}at/{third.pk}/")
        copied = page.url
        assert copied.endswith(f"/comments/2/#comment-{third.pk}")

        decide(first, Status.REJECTED)
        page.goto("about:blank")
        page.goto(copied)
        expect(page.locator(f"#comment-{third.pk}")).to_be_in_viewport()
        assert page.url.endswith(f"{post.get_absolute_url()}#comment-{third.pk}")

        copied = page.url
        decide(pending, Status.APPROVED)
        decide(Comment.objects.get(pk=first.pk), Status.APPROVED)
        page.goto("about:blank")
        page.goto(copied)
        page.wait_for_url(f"**/comments/2/#comment-{third.pk}")
        expect(page.locator(f"#comment-{third.pk}")).to_be_in_viewport()

    def test_of_a_removed_comment_it_leaves_the_reader_at_the_post(self, page: Page, post: Post) -> None:
        comment = make_comment(post)
        page.goto(f"{threads.base_address(post)}at/{comment.pk}/")
        copied = page.url
        decide(comment, Status.REJECTED)
        page.goto("about:blank")
        with page.expect_response(lambda answer: answer.url.endswith(f"/at/{comment.pk}/")) as asked:
            page.goto(copied)
        assert asked.value.status == 410
        expect(page.get_by_role("heading", level=1)).to_have_text(post.title)


class DirectionTests:
    def test_what_is_written_from_the_right_is_set_from_the_right(self, page: Page, post: Post) -> None:
        comment = make_comment(post, body="مرحبا بالعالم!")
        page.goto(post.get_absolute_url())
        is_right = """element => {
            const text = element.firstChild, last = text.length - 1;
            const at = (place) => {
                const range = document.createRange();
                range.setStart(text, place);
                range.setEnd(text, place + 1);
                return range.getBoundingClientRect().left;
            };
            return at(last) < at(0);
        }"""
        assert page.locator(f"#comment-{comment.pk} .comment-body p").evaluate(is_right)
        page.goto(comment.get_absolute_url())
        assert page.locator(".comment-body p").first.evaluate(is_right)
        page.goto(post.get_absolute_url())
        for field in page.locator("textarea, .comment-form input[type=text]:not([name=subject])").all():
            assert field.evaluate("each => getComputedStyle(each).unicodeBidi") == "plaintext"
