"""The queue cleared with single keys: no page loads, the next comment is in focus, and a voice says what happened."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from comments.models import Comment, Decision
from tests.comments.at_the_desk import DESK, all_saved, current, open_desk, rested, row, status_of
from tests.make import make_post
from tests.make_comments import decide, make_comment

Status = Comment.Status

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def comments(transactional_db: Any) -> list[Comment]:
    post = make_post()
    return [make_comment(post, Status.PENDING, name=name) for name in ("Ada", "Bo", "Cy", "Dee", "Eve", "Flo")]


class ClearTests:
    def test_a_queue_is_cleared_without_a_page_loading(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page, keys=True)
        page.evaluate("window.isSamePage = true")
        for key, name in zip("arsara", ["Bo", "Cy", "Dee", "Eve", "Flo", None], strict=True):
            page.keyboard.press(key)
            if name:
                expect(current(page).get_by_role("heading")).to_have_text(name)
                expect(current(page)).to_be_focused()
            rested(page)
        expect(page.locator("#end")).to_be_focused()
        all_saved(page)
        wanted = [Status.APPROVED, Status.REJECTED, Status.SPAM, Status.APPROVED, Status.REJECTED, Status.APPROVED]
        assert [status_of(comment) for comment in comments] == wanted
        assert Decision.objects.count() == len(comments)
        expect(page.get_by_role("status")).to_have_text("The comment by Flo is now approved.")
        expect(row(page, comments[1])).to_contain_text("rejected by you")
        assert page.evaluate("window.isSamePage")
        assert Axe().run(page).violations_count == 0

    def test_one_moves_selects_decides_for_all_and_takes_it_back(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page, keys=True)
        for key in ("j", "x", "j", "j", "k", "x"):
            page.keyboard.press(key)
        decide(comments[2], Status.APPROVED)
        page.keyboard.press("Shift+R")
        all_saved(page)
        assert [status_of(comment) for comment in comments[:3]] == [Status.PENDING, Status.REJECTED, Status.APPROVED]
        expect(page.get_by_role("status")).to_contain_text("1 comment is now rejected.")
        expect(row(page, comments[2]).locator(".refused")).to_contain_text("It was approved by")

    def test_a_step_is_undone_whole(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page, keys=True)
        for key in ("x", "j", "x", "j", "x"):
            page.keyboard.press(key)
        page.keyboard.press("Shift+S")
        expect(page.get_by_role("button", name="Undo all 3")).to_be_visible()
        assert {status_of(comment) for comment in comments[:3]} == {Status.SPAM}
        page.keyboard.press("z")
        expect(row(page, comments[0]).get_by_role("button", name="Approve")).to_be_visible()
        assert {status_of(comment) for comment in comments} == {Status.PENDING}
        expect(page.get_by_role("button", name="Undo all 3")).to_have_count(0)
        expect(row(page, comments[0])).to_be_focused()

    def test_the_last_decision_is_taken_back_where_it_stood(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page, keys=True)
        page.keyboard.press("r")
        expect(row(page, comments[0])).to_contain_text("rejected by you")
        page.keyboard.press("z")
        expect(row(page, comments[0])).to_be_focused()
        assert status_of(comments[0]) == Status.PENDING
        assert page.locator("article").first.get_attribute("id") == f"comment-{comments[0].pk}"

    def test_the_page_after_this_one_comes_by_itself(self, page: Page, comments: list[Comment]) -> None:
        for number in range(18):
            make_comment(comments[0].thread.post, Status.PENDING, name=f"More {number}")
        open_desk(page, "?face=all", keys=True)
        expect(page.locator("article")).to_have_count(20)
        for _ in range(19):
            page.keyboard.press("j")
        expect(current(page)).to_be_focused()
        page.keyboard.press("j")
        expect(page.locator("article")).to_have_count(24)
        expect(current(page).get_by_role("heading")).to_have_text("More 14")

    def test_who_is_faster_than_the_next_ten_waits_for_them_and_is_not_told_that_it_is_over(
        self, page: Page, comments: list[Comment]
    ) -> None:
        for number in range(8):
            make_comment(comments[0].thread.post, Status.PENDING, name=f"More {number}")
        open_desk(page, keys=True)
        expect(page.locator("article")).to_have_count(10)
        held: list[Route] = []

        def hold(route: Route) -> None:
            if route.request.resource_type == "fetch":
                held.append(route)
            else:
                route.continue_()

        page.route(f"**{DESK}*", hold)
        for left in range(9, -1, -1):
            page.keyboard.press("a")
            expect(page.locator("article")).to_have_count(left)
            expect(page.locator("form[data-resting]")).to_have_count(0)
        all_saved(page)
        expect(page.locator("#loading")).to_have_text("Loading more…")
        expect(page.locator("#loading")).to_be_focused()
        expect(page.locator("#end")).to_have_count(0)
        page.keyboard.press("a")
        assert Decision.objects.count() == 10, "what nobody was shown is not decided"

        # The line breaks once, and then the answer comes.
        held.pop(0).abort()
        page.unroute(f"**{DESK}*")
        for route in held:
            route.continue_()
        expect(current(page)).to_be_focused()
        for _ in range(4):
            expect(page.locator("form[data-resting]")).to_have_count(0)
            page.keyboard.press("a")
        expect(page.locator("#end")).to_be_focused()
        all_saved(page)
        assert not Comment.objects.filter(status=Status.PENDING).exists()


class TypeTests:
    def test_keys_rest_while_somebody_types(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page, keys=True)
        row(page, comments[0]).get_by_label("Note, for colleagues only").press_sequentially("as jar")
        row(page, comments[0]).get_by_label("Reason, told to the commenter").press("a")
        page.keyboard.press("Control+a")
        page.keyboard.press("Escape")
        assert not Decision.objects.exists()
        expect(row(page, comments[0]).get_by_label("Note, for colleagues only")).to_have_value("as jar")

    def test_with_control_alt_or_meta_they_are_the_browsers(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page, keys=True)
        for held, key in (("ctrlKey", "s"), ("altKey", "a"), ("metaKey", "r")):
            page.evaluate(
                """([held, key]) => document.body.dispatchEvent(
                    new KeyboardEvent("keydown", { key, [held]: true, bubbles: true }))""",
                [held, key],
            )
        expect(page.locator("article")).to_have_count(6)
        assert not Decision.objects.exists()

    def test_a_key_held_down_decides_one(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page, keys=True)
        for _ in range(5):
            page.keyboard.down("a")
        page.keyboard.up("a")
        all_saved(page)
        expect(page.locator("article")).to_have_count(5)
        assert Decision.objects.count() == 1

    def test_other_words_are_written_in_place(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page, keys=True)
        page.keyboard.press("e")
        box = row(page, comments[0]).get_by_label("Other words for it")
        expect(box).to_be_focused()
        box.fill("Half of it")
        box.press("Escape")
        expect(box).to_have_count(0)
        page.keyboard.press("e")
        expect(box).to_have_value("Half of it")
        box.fill("Milder words.")
        row(page, comments[0]).get_by_role("button", name="Save these words").press("Enter")
        expect(row(page, comments[0]).locator(".words")).to_have_text("Milder words.")
        assert (Comment.objects.get(pk=comments[0].pk).body, status_of(comments[0])) == (
            "Milder words.",
            Status.PENDING,
        )
        rested(page)
        page.keyboard.press("a")
        all_saved(page)
        assert status_of(comments[0]) == Status.APPROVED

    def test_what_was_begun_as_other_words_is_no_answer(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page)
        first = row(page, comments[0])
        first.get_by_role("link", name="Edit").click()
        first.get_by_label("Other words for it").fill("Half of it")
        first.get_by_label("Other words for it").press("Escape")
        first.get_by_role("link", name="Approve and answer").click()
        expect(first.get_by_label("Your answer")).to_have_value("")
        expect(first.get_by_label("Other words for it")).to_have_count(0)
        first.get_by_label("Your answer").press("Escape")
        first.get_by_role("link", name="Edit").click()
        expect(first.get_by_label("Other words for it")).to_have_value("Half of it")
        assert not Decision.objects.exists()

    def test_an_answer_is_written_in_place_and_published_with_the_comment(
        self, page: Page, comments: list[Comment]
    ) -> None:
        open_desk(page)
        row(page, comments[0]).get_by_role("link", name="Approve and answer").click()
        row(page, comments[0]).get_by_label("Your answer").fill("x")
        row(page, comments[0]).get_by_role("button", name="Approve and answer").click()
        expect(row(page, comments[0]).locator(".errorlist")).to_contain_text("Please write a little more.")
        row(page, comments[0]).get_by_label("Your answer").fill("Thank you, Ada.")
        row(page, comments[0]).get_by_role("button", name="Approve and answer").click()
        expect(row(page, comments[0])).to_contain_text("approved by you")
        expect(current(page).get_by_role("heading")).to_have_text("Bo")
        assert Comment.objects.get(parent=comments[0]).status == Status.APPROVED
        expect(page.get_by_role("button", name="Undo all 2")).to_be_visible()


class SheetTests:
    def test_they_are_off_until_somebody_wants_them(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page)
        for key in ("a", "j", "?", "Shift+S"):
            page.keyboard.press(key)
        expect(page.locator("dialog")).to_have_count(0)
        page.get_by_role("button", name="Decide with keys").click()
        page.wait_for_load_state()
        assert not Decision.objects.exists()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        assert Axe().run(page).violations_count == 0
        page.keyboard.press("a")
        page.get_by_role("button", name="Close").press("Enter")
        expect(page.get_by_role("dialog")).to_be_hidden()
        assert not Decision.objects.exists()
        page.get_by_role("button", name="Keys off").click()
        expect(page.get_by_role("button", name="Decide with keys")).to_be_visible()
        assert re.search(f"{DESK}$", page.url)
