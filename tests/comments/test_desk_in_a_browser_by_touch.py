"""The queue on a phone: large buttons under the thumb, one comment a screen, and no double tap that decides two."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from comments.models import Comment, Decision
from tests.comments.at_the_desk import DESK, all_saved, current, open_desk, rested, row, sign_in, status_of
from tests.make import make_post
from tests.make_comments import make_comment

Status = Comment.Status
SCREEN = {"width": 390, "height": 844}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def comments(transactional_db: Any) -> list[Comment]:
    post = make_post()
    bodies = ["Short.", "A long one. " * 250, "Short again.", "W" * 400, "The last."]
    return [make_comment(post, Status.PENDING, name=f"Reader {n}", body=body) for n, body in enumerate(bodies)]


@pytest.fixture
def phone(browser: Browser, live_server: Any, page: Page) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, viewport=SCREEN, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def box(locator: Any) -> dict[str, float]:
    found: dict[str, float] = locator.bounding_box()
    return found


class ThumbTests:
    def test_the_buttons_stay_where_the_thumb_is_whatever_the_comments_length(
        self, phone: Page, comments: list[Comment]
    ) -> None:
        open_desk(phone)
        places = []
        for comment in comments[:4]:
            row(phone, comment).get_by_role("button", name="Approve").tap()
            all_saved(phone)
            places.append(box(current(phone).get_by_role("button", name="Approve"))["y"])
            rested(phone)
        assert max(places) - min(places) <= 30
        assert min(places) > SCREEN["height"] * 0.75
        assert [status_of(comment) for comment in comments] == [Status.APPROVED] * 4 + [Status.PENDING]

    def test_they_are_large_enough_and_approve_stands_apart(self, phone: Page, comments: list[Comment]) -> None:
        open_desk(phone)
        names = ("Reject", "Spam", "Approve")
        reject, spam, approve = (box(current(phone).get_by_role("button", name=name)) for name in names)
        assert min(each["height"] for each in (approve, reject, spam)) >= 44
        assert min(each["width"] for each in (approve, reject, spam)) >= 44
        assert approve["x"] - (spam["x"] + spam["width"]) >= 44
        assert spam["x"] - (reject["x"] + reject["width"]) >= 8

    def test_a_long_comment_scrolls_behind_the_bar_and_is_never_cut(self, phone: Page, comments: list[Comment]) -> None:
        open_desk(phone)
        row(phone, comments[0]).get_by_role("button", name="Approve").tap()
        all_saved(phone)
        rested(phone)
        long = row(phone, comments[1])
        bar = box(long.locator(".bar"))
        assert box(long.locator(".words"))["height"] > SCREEN["height"]
        assert bar["y"] + bar["height"] <= SCREEN["height"] + 1
        phone.evaluate("row => scrollBy(0, row.getBoundingClientRect().bottom - innerHeight)", long.element_handle())
        words, bar = box(long.locator(".words")), box(long.locator(".bar"))
        assert words["y"] + words["height"] < bar["y"]

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_nothing_runs_off_the_screen(self, phone: Page, comments: list[Comment], scheme: Any) -> None:
        phone.emulate_media(color_scheme=scheme)
        open_desk(phone)
        row(phone, comments[0]).get_by_role("button", name="Spam").tap()
        all_saved(phone)
        row(phone, comments[3]).get_by_role("link", name="Edit").tap()
        expect(row(phone, comments[3]).get_by_label("Other words for it")).to_be_visible()
        rested(phone)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = Axe().run(phone)
        assert found.violations_count == 0, found.generate_report()


class DoubleTapTests:
    def test_it_decides_one(self, phone: Page, comments: list[Comment]) -> None:
        open_desk(phone)
        row(phone, comments[0]).get_by_role("button", name="Approve").tap()
        all_saved(phone)
        rested(phone)
        at = box(current(phone).get_by_role("button", name="Approve"))
        for _ in range(2):
            phone.touchscreen.tap(at["x"] + 20, at["y"] + 20)
        all_saved(phone)
        expect(current(phone).get_by_role("heading")).to_have_text("Reader 2")
        assert Decision.objects.count() == 2
        assert [status_of(comment) for comment in comments[2:]] == [Status.PENDING] * 3

    def test_of_two_clicks_in_one_breath_the_second_is_none(self, page: Page, comments: list[Comment]) -> None:
        open_desk(page)
        button = row(page, comments[0]).get_by_role("button", name="Reject")
        button.dblclick()
        all_saved(page)
        assert Decision.objects.count() == 1

    def test_without_script_the_second_is_the_same_decision(
        self, browser: Browser, live_server: Any, page: Page, comments: list[Comment]
    ) -> None:
        context = browser.new_context(base_url=live_server.url, java_script_enabled=False, viewport=SCREEN)  # type: ignore[arg-type]
        bare = context.new_page()
        sign_in(bare)
        bare.goto(DESK)
        button = bare.locator(f"#comment-{comments[0].pk}").get_by_role("button", name="Approve")
        at = box(button)
        assert at["height"] >= 44
        bare.mouse.dblclick(at["x"] + 20, at["y"] + 20)
        expect(bare.locator("#done")).to_contain_text("approved")
        assert Decision.objects.count() == 1
        context.close()
