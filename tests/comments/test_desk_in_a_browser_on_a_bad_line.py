"""Colleagues at work at the same time, a line that breaks, a session that ends: what is on the screen stays true."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from comments import editing
from comments.models import Comment, Decision
from tests.comments.at_the_desk import COME_BACK, DESK, all_saved, current, open_desk, rested, row, status_of
from tests.make import PASSWORD, make_moderator, make_post, make_staff
from tests.make_comments import decide, make_comment

Status = Comment.Status
SENDING = "**/decide/"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def comments(transactional_db: Any) -> list[Comment]:
    post = make_post()
    return [make_comment(post, Status.PENDING, name=name) for name in ("Ada", "Bo", "Cy", "Dee")]


class ColleagueTests:
    def test_what_they_decide_is_dimmed_where_it_stands(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page)
        decide(comments[1], Status.REJECTED)
        page.evaluate(COME_BACK)
        expect(row(page, comments[1])).to_contain_text("rejected by")
        expect(row(page, comments[1]).get_by_role("button", name="Undo")).to_be_visible()
        expect(page.locator("article")).to_have_count(3)
        expect(current(page).get_by_role("heading")).to_have_text("Ada")

    def change(self, page: Page, comment: Comment) -> None:
        editing.edit(comment.pk, 1, "Quite other words.", make_staff("ben", first_name="Ben"), comment.submitted_at)
        page.evaluate(COME_BACK)

    def test_words_that_are_being_read_are_not_exchanged_for_others(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page)
        before = row(page, comments[0]).locator(".words").inner_text()
        self.change(page, comments[0])
        expect(row(page, comments[0]).locator(".refused")).to_contain_text("changed by Ben")
        expect(row(page, comments[0]).locator(".words")).to_have_text(before)
        row(page, comments[0]).get_by_role("button", name="Show what it says now").click()
        expect(row(page, comments[0]).locator(".words")).to_have_text("Quite other words.")
        rested(page)
        row(page, comments[0]).get_by_role("button", name="Approve").click()
        all_saved(page)
        assert status_of(comments[0]) == Status.APPROVED

    def test_whoever_decides_on_the_words_before_is_shown_the_others(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page, keys=True)
        self.change(page, comments[0])
        expect(row(page, comments[0]).locator(".refused")).to_contain_text("changed by Ben")
        page.keyboard.press("a")
        expect(row(page, comments[0]).locator(".words")).to_have_text("Quite other words.")
        assert status_of(comments[0]) == Status.PENDING
        assert not Decision.objects.filter(act=Decision.Act.DECIDE).exists()

    def test_what_nobody_is_reading_is_shown_as_it_now_is(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page)
        page.set_viewport_size({"width": 1280, "height": 300})
        self.change(page, comments[3])
        expect(row(page, comments[3]).locator(".words")).to_have_text("Quite other words.")
        expect(row(page, comments[3]).locator(".refused")).to_contain_text("changed by Ben")

    def test_what_is_being_typed_at_a_row_is_not_taken_away(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page)
        note = row(page, comments[0]).get_by_label("Note, for colleagues only")
        note.fill("Half a note")
        decide(comments[0], Status.SPAM)
        page.evaluate(COME_BACK)
        expect(row(page, comments[0]).locator(".refused")).to_contain_text("spam by")
        expect(note).to_have_value("Half a note")
        row(page, comments[0]).get_by_role("button", name="Reject").click()
        expect(row(page, comments[0]).locator(".refused")).to_contain_text("It was spam by")
        expect(note).to_have_value("Half a note")
        assert status_of(comments[0]) == Status.SPAM


class LineTests:
    def test_what_is_not_confirmed_looks_so_and_is_sent_when_the_line_is_back(
        self, page: Page, comments: list[Comment]
    ) -> None:
        open_desk(page)
        page.context.set_offline(True)
        row(page, comments[0]).get_by_role("button", name="Approve").click()
        expect(row(page, comments[0])).to_contain_text("not saved yet")
        rested(page)
        row(page, comments[1]).get_by_role("button", name="Reject").click()
        expect(page.locator("#told-unsaved")).to_contain_text("Not saved yet: Ada (Approve); Bo (Reject)")
        assert not Decision.objects.exists()
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(row(page, comments[0])).to_contain_text("approved by you")
        all_saved(page)
        assert [status_of(comment) for comment in comments[:2]] == [Status.APPROVED, Status.REJECTED]

    def test_it_can_be_taken_back_before_it_was_sent(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page)
        page.context.set_offline(True)
        row(page, comments[0]).get_by_role("button", name="Spam").click()
        row(page, comments[0]).get_by_role("button", name="Take it back").click()
        expect(row(page, comments[0]).get_by_role("button", name="Approve")).to_be_visible()
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        all_saved(page)
        assert not Decision.objects.exists()

    def test_who_comes_back_finds_it_listed_and_it_is_sent(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page)
        page.route(SENDING, lambda route: route.abort())
        row(page, comments[0]).get_by_role("button", name="Approve").click()
        expect(page.locator("#told-unsaved")).to_contain_text("Ada")
        page.goto("/admin/")
        page.goto(DESK)
        expect(page.locator("#told-unsaved")).to_contain_text("Not saved yet: Ada (Approve)")
        expect(row(page, comments[0])).to_contain_text("not saved yet")
        page.unroute(SENDING)
        page.get_by_role("button", name="Try now").click()
        expect(row(page, comments[0])).to_contain_text("approved by you")
        all_saved(page)
        page.reload()
        all_saved(page)
        assert Decision.objects.count() == 1

    def test_an_answer_that_was_lost_on_its_way_is_no_second_decision(
        self, page: Page, comments: list[Comment]
    ) -> None:
        open_desk(page)

        def lose(route: Route) -> None:
            route.fetch()
            route.abort()

        page.route(SENDING, lose, times=1)
        row(page, comments[0]).get_by_role("button", name="Reject").click()
        expect(page.locator("#told-unsaved")).to_contain_text("Ada")
        page.get_by_role("button", name="Try now").click()
        expect(row(page, comments[0])).to_contain_text("rejected by")
        all_saved(page)
        assert Decision.objects.count() == 1

    def test_while_the_server_rests_nothing_typed_is_lost(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page)
        page.route(SENDING, lambda route: route.fulfill(status=503, content_type="text/html", body="<p>Later.</p>"))
        row(page, comments[0]).get_by_role("link", name="Edit").click()
        row(page, comments[0]).get_by_label("Other words for it").fill("Milder.")
        row(page, comments[0]).get_by_role("button", name="Save these words").click()
        expect(page.get_by_role("status")).to_contain_text("Nothing was lost")
        expect(row(page, comments[0]).get_by_label("Other words for it")).to_have_value("Milder.")
        page.unroute(SENDING)
        page.get_by_role("button", name="Try now").click()
        expect(row(page, comments[0]).locator(".words")).to_have_text("Milder.")


class SignedOutTests:
    def test_it_says_so_and_sends_it_after_signing_in(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page)
        Session.objects.all().delete()
        row(page, comments[0]).get_by_role("button", name="Approve").click()
        expect(page.get_by_role("status")).to_contain_text("You are signed out.")
        assert not Decision.objects.exists()
        page.get_by_role("status").get_by_role("link", name="Sign in").click()
        page.get_by_label("E-mail address or user name").fill("moderator")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**{DESK}")
        expect(row(page, comments[0])).to_contain_text("approved by you")
        all_saved(page)

    def test_whose_right_was_taken_is_told_and_sees_the_comment_again(
        self, page: Page, comments: list[Comment]
    ) -> None:
        open_desk(page)
        make_moderator().groups.clear()
        row(page, comments[0]).get_by_role("button", name="Approve").click()
        expect(page.get_by_role("status")).to_contain_text("Your account may not do it")
        expect(row(page, comments[0]).get_by_role("button", name="Approve")).to_be_visible()
        assert not Decision.objects.exists()
