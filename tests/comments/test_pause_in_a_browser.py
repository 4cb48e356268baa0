"""A pause from beginning to end: on a phone, from the post's own page, with no process that opens it again."""

import datetime
from typing import Any

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from blog.models import Post
from comments.models import Comment, Policy, Thread
from tests.comments.at_the_desk import sign_in_as
from tests.make import make_moderator, make_post, make_publication, make_writer

EVERYWHERE = "/admin/comments/policy/pause/"
PHONE: ViewportSize = {"width": 390, "height": 844}
WAY = "Pause comments on this post"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def post(transactional_db: Any) -> Post:
    make_publication()
    return make_post()


def sign_in(page: Page, username: str = "moderator") -> None:
    page.set_default_timeout(8_000)
    page.set_viewport_size(PHONE)
    sign_in_as(page, username)


class PauseTests:
    def test_until_a_time_it_stops_readers_and_then_the_form_is_back(
        self, browser: Browser, live_server: Any, page: Page, post: Post
    ) -> None:
        address = post.get_absolute_url()
        make_moderator()
        context = browser.new_context(base_url=live_server.url, viewport=PHONE)
        reader = context.new_page()
        reader.goto(address)
        reader.locator("[name=name]").fill("Rita")
        reader.locator("[name=email]").fill("rita@example.org")
        reader.locator("[name=body]").fill("Typed before the pause.")

        sign_in(page)
        page.goto(address)
        page.get_by_role("link", name=WAY).click()
        page.get_by_label("Pause sentence").fill("We are reading. Come back soon.")
        page.get_by_role("button", name="For an hour").click()
        expect(page.get_by_text("Readers cannot comment now.")).to_be_visible()

        reader.get_by_role("button", name="Send comment").click()
        expect(reader.locator("#comment-refusal")).to_contain_text("We are reading. Come back soon.")
        expect(reader.locator("[name=body]")).to_have_value("Typed before the pause.")
        assert reader.evaluate("performance.getEntriesByType('navigation')[0].responseStatus") == 403
        reader.goto(address)
        expect(reader.get_by_text("We are reading. Come back soon.")).to_be_visible()
        expect(reader.get_by_role("button", name="Send comment")).to_have_count(0)
        assert not Comment.objects.exists()

        until = Thread.objects.get().paused_until
        assert until
        with time_machine.travel(until - datetime.timedelta(seconds=1), tick=False) as clock:
            reader.goto(address)
            expect(reader.get_by_text("We are reading. Come back soon.")).to_be_visible()
            clock.shift(1)
            reader.goto(address)
            expect(reader.get_by_role("button", name="Send comment")).to_be_visible()
        context.close()

    def test_the_way_to_it_is_shown_to_a_browser_of_the_staff_alone(self, page: Page, post: Post) -> None:
        make_moderator()
        make_writer()
        page.goto(post.get_absolute_url())
        expect(page.get_by_role("link", name=WAY)).to_have_count(0)
        sign_in(page)
        page.goto(post.get_absolute_url())
        box = page.get_by_role("link", name=WAY).bounding_box()
        assert box
        assert box["height"] >= 44
        page.goto("/admin/")
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url("**/admin/logout/")
        page.goto(post.get_absolute_url())
        expect(page.get_by_role("link", name=WAY)).to_have_count(0)
        sign_in(page, "writer")
        page.goto(post.get_absolute_url())
        expect(page.get_by_role("link", name=WAY)).to_have_count(0)

    def test_everywhere_without_script_and_open_again_at_once(
        self, browser: Browser, live_server: Any, page: Page, post: Post
    ) -> None:
        make_moderator()
        context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
        bare = context.new_page()
        sign_in(bare)
        bare.get_by_role("link", name="Pause", exact=True).click()
        bare.get_by_role("button", name="Until I open them again").click()
        page.goto(post.get_absolute_url())
        expect(page.get_by_text("Comments are paused.")).to_be_visible()
        bare.get_by_role("button", name="Open again now").click()
        page.reload()
        expect(page.get_by_role("button", name="Send comment")).to_be_visible()
        assert Policy.objects.get().paused_until is None
        context.close()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1280])
    def test_axe_finds_nothing_and_every_button_is_large_enough(
        self, page: Page, post: Post, width: int, scheme: Any
    ) -> None:
        make_moderator()
        sign_in(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for address in (EVERYWHERE, f"/admin/comments/thread/{post.pk}/"):
            page.goto(address)
            page.get_by_role("button", name="For an hour").click()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            buttons = page.locator("form.pausing button:visible:not(.visually-hidden), .ways a")
            boxes = [button.bounding_box() for button in buttons.all()]
            assert all(box and box["height"] >= 44 for box in boxes)
