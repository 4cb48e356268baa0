"""What the links in letters open: by touch, without script, in light and dark; and the way through signing in."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from comments import editing, permits
from comments.models import Address, Comment, Decision
from tests.comments.at_the_desk import looked_at
from tests.comments.letters import link, only_mail_to
from tests.make import PASSWORD, make_moderator, make_post, make_publication
from tests.make_comments import make_comment

Status = Comment.Status
RITA = "rita@example.org"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def comment(transactional_db: Any) -> Comment:
    make_publication()
    make_moderator()
    body = f"Words to be read.\n\n{'W' * 400}\n\nAnd the last of them."
    return make_comment(make_post(), Status.PENDING, email=RITA, notify_decision=True, body=body)


def links(comment: Comment) -> dict[str, str]:
    moderator, now = make_moderator(), timezone.now()
    letter = only_mail_to(RITA)
    return {
        "decline": permits.link(permits.give(comment, permits.DECLINE, moderator.pk, now)),
        "approve": permits.link(permits.give(comment, permits.APPROVE, moderator.pk, now)),
        "proof": link(letter, "/comments/letters/proof/"),
        "stop": link(letter, f"/comments/letters/{Address.objects.get().key}"),
        "over": "/comments/by-mail/x/",
        "proof-over": "/comments/letters/proof/x/",
    }


class SeenTests:
    def test_nothing_runs_off_the_page_and_axe_finds_nothing(self, page: Page, comment: Comment) -> None:
        opened = links(comment)
        editing.change(comment.pk, comment.version, "Other words than the letter shows.", timezone.now())
        for name, address in opened.items():
            for width in looked_at(page, address):
                boxes = [button.bounding_box() for button in page.get_by_role("button").all()]
                assert all(box and (width > 390 or box["height"] >= 44) for box in boxes), name

    @pytest.mark.parametrize("width", [390, 1280])
    def test_the_preferences_are_seen_whole(self, page: Page, comment: Comment, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/admin/comments/preference/")
        sign_in(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.get_by_label("Tell me by e-mail what waits").select_option("daily")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()


class WayTests:
    def test_declining_takes_two_touches_without_script_or_account(
        self, browser: Browser, page: Page, comment: Comment, live_server: Any
    ) -> None:
        address = links(comment)["decline"]
        plain = browser.new_context(base_url=live_server.url, java_script_enabled=False).new_page()
        plain.goto(address)
        plain.get_by_role("button", name="Decline it").click()
        expect(plain.get_by_text("You decided it.")).to_be_visible()
        plain.get_by_role("button", name="Take it back").click()
        expect(plain.get_by_role("button", name="Decline it")).to_be_visible()
        plain.context.close()
        assert [decision.via for decision in Decision.objects.all()] == ["mail", "mail"]

    def test_approving_leads_through_signing_in_back_to_the_button(self, page: Page, comment: Comment) -> None:
        page.goto(links(comment)["approve"])
        page.get_by_role("button", name="Approve it").click()
        sign_in(page)
        page.get_by_role("button", name="Approve it").click()
        expect(page.get_by_text("You decided it.")).to_be_visible()
        assert Comment.objects.get().status == Status.APPROVED

    def test_an_address_is_proven_and_its_letters_are_ended_by_a_button(self, page: Page, comment: Comment) -> None:
        opened = links(comment)
        page.goto(opened["proof"])
        page.get_by_role("button", name="This is my address").click()
        expect(page.get_by_text("Thank you.")).to_be_visible()
        page.goto(opened["stop"])
        page.get_by_role("button", name="No more letters").click()
        expect(page.get_by_role("button", name="Send me letters again")).to_be_visible()


def sign_in(page: Page) -> None:
    page.get_by_label("E-mail address or user name").fill("moderator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
