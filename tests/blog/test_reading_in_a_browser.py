"""What the scripts of the reading pages add; a refusal by the content policy fails each of these."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from blog.models import Post
from tests.make import make_author, make_photo, make_post, make_publication, make_region

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

TABLE = "<table><tr><th>Port</th><td>Busy</td></tr></table>"


@pytest.fixture
def post(transactional_db: None) -> Post:
    make_publication(name="Asia Unbound")
    return make_post(
        "Ships",
        body=f'<p>Ships <a href="https://example.org/">wait</a>.</p>{TABLE}',
        authors=[make_author("Ada Tan", biography="Ada Tan watches ports.")],
        regions=[make_region("Asia")],
        lead_photo=make_photo(size=(1600, 900)).pk,
        lead_photo_alt="A harbor",
        lead_photo_caption="The harbor.",
    )


class CiteDialogTests:
    def test_it_opens_in_place_copies_and_gives_the_focus_back(self, page: Page, post: Post) -> None:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(post.get_absolute_url())
        dialog = page.get_by_role("dialog", name="Cite this post")
        expect(dialog).to_be_hidden()

        page.get_by_role("link", name="Cite").click()
        expect(dialog).to_be_visible()
        dialog.get_by_role("button", name="Copy APA").click()
        expect(dialog.get_by_role("status")).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("Tan, A. (2017, March 15). Ships. Asia Unbound.")

        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(page.get_by_role("link", name="Cite")).to_be_focused()
        assert page.url.endswith("/ships/")

    def test_that_it_was_copied_is_said_where_one_looks_on_a_phone(self, page: Page, post: Post) -> None:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.set_viewport_size({"width": 390, "height": 844})
        page.clock.install()
        page.goto(post.get_absolute_url())
        page.get_by_role("link", name="Cite").click()
        button = page.get_by_role("dialog").locator("button[data-copies]").first

        button.click()

        expect(button).to_contain_text("Copied")
        expect(button).to_be_in_viewport()
        expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("Copied")
        page.clock.fast_forward(2_100)
        expect(button).to_have_text("Copy MLA")

    def test_its_close_button_closes_it(self, page: Page, post: Post) -> None:
        page.goto(post.get_absolute_url())

        page.get_by_role("link", name="Cite").click()
        page.get_by_role("dialog").get_by_role("button", name="Close").click()

        expect(page.get_by_role("dialog", name="Cite this post")).to_be_hidden()

    def test_without_script_the_link_leads_to_the_page(self, page: Page, post: Post) -> None:
        assert page.context.browser
        without = page.context.browser.new_context(java_script_enabled=False)
        reader = without.new_page()
        page.goto(post.get_absolute_url())
        reader.goto(page.url)

        reader.get_by_role("link", name="Cite").click()

        expect(reader.get_by_role("heading", level=1)).to_have_text("Cite this post")
        expect(reader.get_by_role("button", name="Copy")).to_have_count(0)
        without.close()


class PrintTests:
    def test_the_control_leads_to_the_sheet_and_prints_it(self, page: Page, post: Post) -> None:
        page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1 }")
        page.goto(post.get_absolute_url())

        page.get_by_role("link", name="Print").click()

        page.wait_for_url("**/print/#print")
        page.wait_for_function("window.printed === 1")
        page.get_by_role("button", name="Print this page").click()
        assert page.evaluate("window.printed") == 2

    def test_who_only_looks_at_the_sheet_is_not_asked_to_print(self, page: Page, post: Post) -> None:
        page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1 }")

        page.goto(f"{post.get_absolute_url()}print/")

        expect(page.get_by_role("button", name="Print this page")).to_be_visible()
        assert page.evaluate("window.printed") == 0


class EveryReaderTests:
    @pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
    def test_every_page_fits_and_passes_the_accessibility_rules(
        self, page: Page, post: Post, width: int, scheme: Literal["dark", "light"]
    ) -> None:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        address = post.get_absolute_url()
        for place in (
            "/",
            address,
            f"{address}print/",
            f"{address}cite/",
            "/regions/asia/",
            "/authors/ada-tan/",
            "/2017/",
        ):
            page.goto(place)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
            found = Axe().run(page).response["violations"]
            assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], place
