"""A commenter's and a reporter's pages on a phone, without script, in light and dark; the staff's page beside them."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from blog.models import Post
from comments import editing, objections, threads, your_data
from comments.models import Comment, Report
from comments.objections import Complaint
from tests.comments.at_the_desk import look_at, sign_in_as
from tests.make import make_moderator, make_post, make_publication, make_staff
from tests.make_comments import make_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

Status = Comment.Status
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def post(live_server: Any) -> Post:
    make_publication()
    return make_post()


@pytest.fixture
def plain_page(browser: Browser, live_server: Any, settings: Any) -> Iterator[Page]:
    """A phone without script."""
    settings.SITE_ORIGIN = live_server.url
    size: Any = {"width": 390, "height": 844}
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, viewport=size, has_touch=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def readers_pages(post: Post, settings: Any) -> list[str]:
    settings.MAIL_WORKS = True
    published = make_comment(post, email="rita@example.org")
    make_comment(post, parent=published)
    editing.change(published.pk, published.version, "The new words.", timezone.now())
    edited = make_comment(post)
    editing.edit(edited.pk, edited.version, "Other words.", make_moderator(), timezone.now())
    report = objections.report(edited, Complaint("abusive", "W" * 300, "ann@example.org"), None, timezone.now())
    signed = your_data.signed(f"comment-{published.pk}")
    all_states = [make_comment(post, status) for status in (Status.PENDING, Status.REJECTED, Status.WITHDRAWN)]
    own = [comment.get_absolute_url() for comment in [published, *all_states]]
    base = threads.base_address(post)
    data = "/comments/your-data/"
    return [
        *own,
        post.get_absolute_url(),
        f"{base}report/{edited.pk}/",
        report.get_absolute_url(),
        data,
        f"{data}{signed}/",
    ]


class ReadTests:
    def test_nothing_runs_off_a_readers_page_and_axe_finds_nothing(self, page: Page, readers_pages: list[str]) -> None:
        look_at(page, readers_pages, is_opened=True)

    def test_nor_off_the_staffs(self, page: Page, readers_pages: list[str]) -> None:
        make_staff("root", is_superuser=True)
        sign_in_as(page, "root")
        comment = Comment.objects.get(reported_since__isnull=False)
        look_at(page, ("/admin/comments/report/", f"/admin/comments/comment/{comment.pk}/delete/"))


class WithoutScriptTests:
    def test_a_comment_is_changed_taken_back_and_forgotten(self, plain_page: Page, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        plain_page.goto(comment.get_absolute_url())
        expect(plain_page.get_by_role("button", name="Yes, take it back")).not_to_be_visible()
        plain_page.get_by_text("Change your words").click()
        plain_page.get_by_label("Your words").fill("Other words.")
        plain_page.get_by_role("button", name="Send the new words").click()
        expect(plain_page.locator("#comment")).to_contain_text("Other words.")
        plain_page.get_by_text("Take it back").first.click()
        plain_page.get_by_role("button", name="Yes, take it back").click()
        expect(plain_page.get_by_role("heading", level=1)).to_have_text("Your comment was taken back")
        plain_page.get_by_text("Forget me", exact=True).click()
        plain_page.get_by_role("button", name="Yes, forget me").click()
        expect(plain_page.get_by_role("heading", level=1)).to_have_text("Nothing of you is kept here")
        comment.refresh_from_db()
        assert (comment.status, comment.name, comment.body) == (Status.WITHDRAWN, "Anonymous", "")

    def test_every_heading_and_button_is_large_enough_for_a_thumb(self, plain_page: Page, post: Post) -> None:
        plain_page.goto(make_comment(post, Status.REJECTED).get_absolute_url())
        headings = plain_page.locator(".own-acts summary").all()
        assert len(headings) == 3
        for each in headings:
            box = each.bounding_box()
            assert box and box["height"] >= 44
            each.click()
        for each in plain_page.locator(".own-acts button").all():
            box = each.bounding_box()
            assert box and box["height"] >= 44

    def test_asked_again_it_waits_and_a_report_is_sent_and_answered(
        self, plain_page: Page, page: Page, post: Post
    ) -> None:
        declined, public = make_comment(post, Status.REJECTED), make_comment(post, name="Mara")
        plain_page.goto(declined.get_absolute_url())
        plain_page.get_by_text("Please look again").click()
        plain_page.get_by_role("button", name="Ask to look again").click()
        expect(plain_page.get_by_text("You asked us to look again.")).to_be_visible()
        plain_page.goto(post.get_absolute_url())
        plain_page.get_by_role("link", name="Report the comment by Mara").click()
        plain_page.get_by_label("It attacks or threatens somebody").check()
        plain_page.get_by_role("button", name="Send report").click()
        expect(plain_page.get_by_role("heading", level=1)).to_have_text("Thank you for your report")
        make_moderator()
        sign_in_as(page, "moderator")
        page.goto("/admin/comments/report/")
        page.get_by_role("button", name="Take it down").click()
        expect(page.get_by_text("Nothing is reported that nobody has answered.")).to_be_visible()
        plain_page.goto(Report.objects.get().get_absolute_url())
        expect(plain_page.get_by_role("heading", level=1)).to_have_text("The comment was taken down")
        public.refresh_from_db()
        assert public.status == Status.REJECTED
