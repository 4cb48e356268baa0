"""The form in a real browser: what script adds, and that nothing needs it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from blog.models import Post
from comments import threads
from comments.models import Comment
from tests.make import make_post, make_publication
from tests.make_comments import decide, make_comment, set_policy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def post(live_server: Any) -> Post:
    make_publication()
    return make_post()


@pytest.fixture
def plain_page(browser: Browser, live_server: Any, settings: Any) -> Iterator[Page]:
    """A browser without script."""
    settings.SITE_ORIGIN = live_server.url
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def fill(page: Page, body: str, email: str = "rita@example.org") -> None:
    page.get_by_label("Name*").fill("Rita Reader")
    page.get_by_label("E-mail*").fill(email)
    page.get_by_label("Comment*").fill(body)


def send(page: Page) -> None:
    page.get_by_role("button", name="Send comment").click()


class WithScriptTests:
    def test_a_comment_is_sent_and_its_time_is_measured(self, page: Page, post: Post) -> None:
        page.goto(post.get_absolute_url())
        fill(page, "Mind the tide.")
        send(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Your comment waits for a moderator")
        comment = Comment.objects.get()
        assert page.url.endswith(comment.get_absolute_url())
        assert [signal["code"] for signal in comment.signals] == ["too-fast"], "a machine filled it in"
        assert page.context.cookies() == []

    def test_the_form_comes_to_the_comment_it_answers_and_goes_back(self, page: Page, post: Post) -> None:
        first, second = make_comment(post, name="First"), make_comment(post, name="Second")
        page.goto(post.get_absolute_url())
        fill(page, "Half written")
        page.get_by_role("link", name="Reply to Second").click()
        expect(page.locator(f"#comment-{second.pk} form")).to_be_visible()
        expect(page.get_by_text("You answer Second")).to_be_visible()
        expect(page.get_by_label("Comment*")).to_be_focused()
        expect(page.get_by_label("Comment*")).to_have_value("Half written")
        page.get_by_role("link", name="Cancel reply").click()
        expect(page.locator("#post-a-comment form")).to_be_visible()
        expect(page.get_by_role("link", name="Reply to Second")).to_be_focused()
        page.get_by_role("link", name="Reply to First").click()
        send(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("waits")
        assert Comment.objects.latest("pk").parent == first

    def test_a_draft_still_answers_whom_it_answered_after_a_reload(self, page: Page, post: Post) -> None:
        make_comment(post, name="First")
        second = make_comment(post, name="Second")
        page.goto(post.get_absolute_url())
        page.get_by_role("link", name="Reply to Second").click()
        page.get_by_label("Comment*").fill("Half written")
        page.reload()
        expect(page.locator(f"#comment-{second.pk} form")).to_be_visible()
        expect(page.get_by_text("You answer Second")).to_be_visible()
        fill(page, "Whole now.")
        send(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("waits")
        assert Comment.objects.latest("pk").parent == second
        page.goto(post.get_absolute_url())
        expect(page.get_by_text("You answer")).to_be_hidden()
        expect(page.locator("#post-a-comment form")).to_be_visible()

    def test_a_draft_whose_comment_is_gone_is_kept_and_that_is_said(self, page: Page, post: Post) -> None:
        gone = make_comment(post, name="Second")
        page.goto(post.get_absolute_url())
        page.get_by_role("link", name="Reply to Second").click()
        page.get_by_label("Comment*").fill("Half written")
        decide(gone, Comment.Status.REJECTED)
        page.reload()
        expect(page.get_by_text("You answer Second")).to_be_visible()
        fill(page, "Half written")
        send(page)
        expect(page.locator("#comment-refusal")).to_contain_text("is not here any more")
        expect(page.get_by_label("Comment*")).to_have_value("Half written")
        assert not Comment.objects.filter(body="Half written").exists()

    def test_a_cancelled_reply_stays_cancelled(self, page: Page, post: Post) -> None:
        make_comment(post, name="Second")
        page.goto(post.get_absolute_url())
        page.get_by_role("link", name="Reply to Second").click()
        page.get_by_label("Comment*").fill("Half written")
        page.get_by_role("link", name="Cancel reply").click()
        page.reload()
        expect(page.get_by_label("Comment*")).to_have_value("Half written")
        expect(page.get_by_text("You answer")).to_be_hidden()

    def test_it_counts_and_says_when_it_is_too_much(self, page: Page, post: Post) -> None:
        set_policy(max_length=20)
        page.goto(post.get_absolute_url())
        expect(page.get_by_text("0 of 20 characters")).to_be_visible()
        page.get_by_label("Comment*").fill("This is longer than it may be.")
        expect(page.locator(".comment-count")).to_have_class(re.compile("is-over"))
        expect(page.locator("[aria-live=polite]", has_text="30 of 20 characters")).to_have_count(1)

    def test_a_draft_is_kept_until_it_has_arrived(self, page: Page, post: Post) -> None:
        page.goto(post.get_absolute_url())
        page.get_by_label("Comment*").fill("Half written")
        page.goto("/")
        page.goto(post.get_absolute_url())
        expect(page.get_by_label("Comment*")).to_have_value("Half written")
        fill(page, "Whole now.")
        send(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("waits")
        page.goto(post.get_absolute_url())
        expect(page.get_by_label("Comment*")).to_have_value("")

    def test_a_double_click_makes_one_comment(self, page: Page, post: Post) -> None:
        page.goto(post.get_absolute_url())
        fill(page, "Only once.")
        page.get_by_role("button", name="Send comment").dblclick()
        expect(page.get_by_role("heading", level=1)).to_contain_text("waits")
        assert Comment.objects.count() == 1

    def test_a_refusal_is_where_the_eye_and_the_focus_are(self, page: Page, post: Post) -> None:
        page.goto(post.get_absolute_url())
        fill(page, "x")
        send(page)
        expect(page.locator("#comment-refusal")).to_be_focused()
        expect(page.locator("#comment-refusal")).to_be_in_viewport()
        page.get_by_role("alert").get_by_role("link", name="Comment").click()
        expect(page.get_by_label("Comment*")).to_be_focused()


class WithoutScriptTests:
    def test_a_fault_comes_back_and_is_put_right(self, plain_page: Page, post: Post) -> None:
        plain_page.goto(post.get_absolute_url())
        fill(plain_page, "x")
        send(plain_page)
        expect(plain_page.locator("#comment-refusal")).to_be_focused()
        expect(plain_page.get_by_label("Name*")).to_have_value("Rita Reader")
        fill(plain_page, "Mind the tide.")
        send(plain_page)
        expect(plain_page.get_by_role("heading", level=1)).to_contain_text("waits")

    def test_a_reply_has_a_page_of_its_own(self, plain_page: Page, post: Post) -> None:
        parent = make_comment(post, name="First")
        plain_page.goto(post.get_absolute_url())
        plain_page.get_by_role("link", name="Reply to First").click()
        expect(plain_page.get_by_text("You answer First")).to_be_visible()
        fill(plain_page, "Mind the tide.")
        send(plain_page)
        expect(plain_page.get_by_role("heading", level=1)).to_contain_text("waits")
        assert Comment.objects.latest("pk").parent == parent


class AccessTests:
    def test_axe_finds_nothing(self, page: Page, post: Post) -> None:
        set_policy(has_website=True)
        parent = make_comment(post)
        make_comment(post, parent=make_comment(post, parent=parent))
        waiting = make_comment(post, "pending")
        base = threads.base_address(post)
        for path in (post.get_absolute_url(), f"{base}reply/{parent.pk}/", waiting.get_absolute_url()):
            page.goto(path)
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
        page.goto(post.get_absolute_url())
        fill(page, "x")
        send(page)
        expect(page.locator("#comment-refusal")).to_be_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
