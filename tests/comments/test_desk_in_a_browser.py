"""The queue by keyboard, without script, on a phone, in light and dark."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from comments.models import Comment, Decision
from tests.comments.at_the_desk import DESK, look_at, sign_in
from tests.make import PASSWORD, make_editor, make_post
from tests.make_comments import decide, make_comment

Status = Comment.Status

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def comments(transactional_db: Any) -> list[Comment]:
    post = make_post("A strait and its ships: " + "Ä" * 80)
    parent = make_comment(post, name="Mara", body="The strait is wide.")
    arabic = "اللغة العربية تُكتب من اليمين إلى اليسار. "
    words = ["Short.", "W" * 3_000, arabic * 5, "Z" + "\u0334" * 200 + " <img src=x onerror=alert(1)>"]
    names = ["Rosa", "N" * 100, "ليلى", "\u202eevil"]
    return [
        make_comment(post, Status.PENDING, name=name, body=body, parent=parent, seconds=1.0)
        for name, body in zip(names, words, strict=True)
    ]


class ReadTests:
    def test_nothing_runs_off_the_page_and_axe_finds_nothing(self, page: Page, comments: list[Comment]) -> None:
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        sign_in(page)
        own = f"{DESK}{comments[0].pk}/"
        opened = [f"{own}{what}/" for what in ("edit", "answer", "branch")]
        addresses = ["/admin/", DESK, own, *opened, "/admin/comments/decision/"]
        look_at(page, addresses)
        assert dialogs == []


class ActTests:
    def test_by_keyboard_and_without_script(
        self, browser: Browser, live_server: Any, page: Page, comments: list[Comment]
    ) -> None:
        context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
        bare = context.new_page()
        sign_in(bare)
        bare.get_by_role("link", name="4 comments wait").press("Enter")
        row = bare.locator(f"#comment-{comments[0].pk}")
        row.get_by_role("button", name="Approve").press("Enter")
        expect(bare.locator("#done")).to_contain_text("approved by you")
        assert Comment.objects.get(pk=comments[0].pk).status == Status.APPROVED
        bare.locator("#done").get_by_role("button", name="Undo").press("Enter")
        expect(bare.locator("#done")).to_contain_text("undone")
        assert Comment.objects.get(pk=comments[0].pk).status == Status.PENDING
        row.get_by_label("Reason, told to the commenter").select_option(label="Attacks a person")
        row.get_by_role("button", name="Reject").press("Enter")
        expect(bare.locator("#done")).to_contain_text("rejected by you")
        assert Decision.objects.latest("pk").reason is not None
        context.close()

    def test_the_enter_key_in_a_note_decides_nothing(self, page: Page, comments: list[Comment]) -> None:
        sign_in(page)
        page.goto(DESK)
        row = page.locator(f"#comment-{comments[1].pk}")
        row.get_by_label("Note, for colleagues only").fill("Half a")
        row.get_by_label("Note, for colleagues only").press("Enter")
        page.wait_for_load_state("networkidle")
        row.get_by_role("checkbox").press("Enter")
        page.wait_for_load_state("networkidle")
        row.get_by_label("Reason, told to the commenter").press("Enter")
        page.wait_for_load_state("networkidle")
        assert Comment.objects.waiting().count() == len(comments)
        assert row.get_by_label("Note, for colleagues only").input_value() == "Half a"

    def test_other_words_an_answer_and_a_step_without_script(
        self, browser: Browser, live_server: Any, page: Page, comments: list[Comment]
    ) -> None:
        context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
        bare = context.new_page()
        sign_in(bare)
        bare.goto(DESK)
        first = bare.locator(f"#comment-{comments[0].pk}")
        first.get_by_role("link", name="Edit").click()
        bare.get_by_label("Other words for it").fill("Short, and mild.")
        bare.get_by_role("button", name="Save these words").click()
        expect(bare.locator(".messagelist")).to_contain_text("has its new words")
        first.get_by_role("link", name="Approve and answer").click()
        bare.get_by_label("Your answer").fill("Thank you.")
        bare.get_by_role("button", name="Approve and answer").click()
        expect(bare.locator(".messagelist")).to_contain_text("is published")
        published = Comment.objects.filter(status=Status.APPROVED).values_list("body", flat=True)
        assert {"Short, and mild.", "Thank you."} <= set(published)
        bare.get_by_role("button", name="Undo all 2").click()
        expect(first).to_be_visible()
        assert Comment.objects.get(pk=comments[0].pk).status == Status.PENDING
        context.close()

    def test_a_refused_decision_and_a_posts_comments_are_as_plain_to_read(
        self, page: Page, comments: list[Comment]
    ) -> None:
        sign_in(page)
        page.goto(DESK)
        decide(comments[0], Status.SPAM)
        refused = page.locator(f"#comment-{comments[0].pk}")
        refused.get_by_role("button", name="Approve").click()
        expect(refused.locator(".refused")).to_contain_text("It was spam by")
        expect(page.get_by_role("status")).to_contain_text("please decide again")
        assert Axe().run(page).violations_count == 0
        page.context.clear_cookies()
        page.goto("/admin/login/")
        page.get_by_label("E-mail address or user name").fill(make_editor().username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/admin/")
        page.goto(f"/admin/comments/thread/{comments[0].thread.post_id}/")
        expect(page.get_by_label("Paused until")).to_be_visible()
        assert Axe().run(page).violations_count == 0
