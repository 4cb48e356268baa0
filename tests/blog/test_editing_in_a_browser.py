"""Writing in a real browser: with the editor and without script, wide and narrow, light and dark."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, expect

from blog.models import Post
from tests import make
from tests.blog.test_markup import BAD_LINKS, HOSTILE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
EDITOR = "[role=textbox].ProseMirror"
FROM_WORD = (
    '<html><body><!--StartFragment--><p class=MsoNormal style="margin:0"><b><span style="font-family:Calibri">Bold'
    "</span></b> words<o:p></o:p></p><h2>Head</h2><table><tr><td><p>one</p></td></tr></table>"
    '<p><a href="https://example.org/x">link</a></p><!--EndFragment--></body></html>'
)
PASTE = """html => {
    const clipboard = new DataTransfer();
    clipboard.setData("text/html", html);
    const paste = new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true });
    document.querySelector("[role=textbox].ProseMirror").dispatchEvent(paste);
}"""


def hear_dialogs(page: Page) -> list[Dialog]:
    """The dialogs that open from now on, each answered with yes."""
    heard: list[Dialog] = []

    def hear(dialog: Dialog) -> None:
        heard.append(dialog)
        dialog.accept()

    page.on("dialog", hear)
    return heard


def sign_in(page: Page, username: str = "editor") -> None:
    page.set_default_timeout(10_000)
    page.goto("/admin/login/")
    page.get_by_label("E-mail address or user name").fill(username)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")


def publish_for_the_first_time(page: Page) -> None:
    """Choose an author, and answer the one question about what is missing."""
    page.locator("[name=bylines_author]").first.select_option(label="Ada Tan")
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_text("it has no summary, region, photo yet")).to_be_visible()
    page.get_by_label("Yes, publish it without these").check()
    page.get_by_role("button", name="Publish now").click()


@pytest.fixture
def unwatched(browser: Browser, live_server: Any, page: Page) -> Iterator[Page]:
    """A page whose policy may refuse what a test plants in it."""
    context = browser.new_context(base_url=live_server.url)
    yield context.new_page()
    context.close()


class LookTests:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1280])
    def test_nothing_runs_off_the_page_and_axe_finds_nothing(self, page: Page, width: int, scheme: Any) -> None:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        make.make_editor()
        photo = make.make_photo()
        post = make.make_post(authors=[make.make_author()], regions=[make.make_region()], lead_photo=photo.pk)
        about = make.make_page()
        sign_in(page)
        own = f"/admin/blog/post/{post.pk}/"
        addresses = [
            *("/admin/blog/post/", "/admin/blog/post/add/", own + "change/", own + "history/", own + "compare/"),
            *(own + "preview/", f"/admin/blog/page/{about.pk}/change/", "/admin/auth/user/add/", "/admin/blog/photo/"),
        ]
        for address in addresses:
            page.goto(address)
            if address.endswith(("change/", "post/add/")):
                page.wait_for_selector(EDITOR)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
        page.goto(own + "change/")
        page.get_by_label("Title", exact=False).first.fill("")
        page.get_by_role("button", name="Save without publishing").click()
        page.wait_for_selector(".errornote")
        assert Axe().run(page).violations_count == 0


class WriteTests:
    def test_what_is_typed_and_pasted_reaches_the_reader_as_plain_html(self, unwatched: Page) -> None:
        make.make_editor()
        make.make_author("Ada Tan")
        page = unwatched
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
        sign_in(page)
        page.goto("/admin/blog/post/add/")
        page.get_by_label("Title:", exact=True).fill("A strait")
        page.locator(EDITOR).click()
        page.keyboard.type("Typed.")
        page.keyboard.press("Enter")
        assert refused == []
        page.evaluate(PASTE, FROM_WORD)
        publish_for_the_first_time(page)
        page.wait_for_url("**/change/")
        post = Post.objects.get()
        assert post.status == Post.Status.PUBLISHED
        assert post.body.startswith("<p>Typed.</p><p><strong>Bold</strong> words</p><h2>Head</h2><div class")
        assert 'href="https://example.org/x"' in post.body
        assert "Mso" not in post.body
        assert "Calibri" not in post.body

    def test_opening_and_saving_changes_nothing(self, page: Page) -> None:
        make.make_editor()
        post = make.make_post(
            body="<h2>A</h2><ul><li><p>b</p></li></ul><table><tbody><tr><td>1</td></tr></tbody></table>"
        )
        sign_in(page)
        page.goto(f"/admin/blog/post/{post.pk}/change/")
        page.wait_for_selector(EDITOR)
        page.get_by_role("button", name="Save without publishing").click()
        page.wait_for_selector(".messagelist")
        assert post.revisions.count() == 1

    def test_leaving_with_something_unsent_asks_first(self, page: Page) -> None:
        make.make_editor()
        sign_in(page)
        asked = hear_dialogs(page)
        page.goto("/admin/blog/post/add/")
        page.locator(EDITOR).click()
        page.keyboard.type("Unsent")
        page.goto("/admin/")
        assert [dialog.type for dialog in asked] == ["beforeunload"]

    def test_the_authors_can_be_moved_up_by_keyboard(self, page: Page) -> None:
        make.make_editor()
        ada, mo = make.make_author("Ada Tan"), make.make_author("Mo Lim")
        post = make.make_post(authors=[ada, mo])
        sign_in(page)
        page.goto(f"/admin/blog/post/{post.pk}/change/")
        page.get_by_role("button", name="Move up: Author 2").press("Enter")
        page.get_by_role("button", name="Publish changes").press("Enter")
        page.wait_for_selector(".messagelist")
        assert [line.author for line in post.bylines.all()] == [mo, ada]

    def test_it_works_without_script(self, browser: Browser, live_server: Any, page: Page) -> None:
        make.make_editor()
        make.make_author("Ada Tan")
        bare = browser.new_context(base_url=live_server.url, java_script_enabled=False).new_page()
        sign_in(bare)
        bare.goto("/admin/blog/post/add/")
        bare.get_by_label("Title:", exact=True).fill("A strait")
        bare.get_by_label("Text:", exact=True).fill("<p>Ships <b>wait</b>.</p>")
        bare.get_by_role("button", name="Save and preview").click()
        assert "Ships wait." in bare.locator("article").inner_text()
        bare.get_by_role("link", name="Back to writing").click()
        publish_for_the_first_time(bare)
        assert Post.objects.get().status == Post.Status.PUBLISHED
        assert Post.objects.get().body == "<p>Ships <strong>wait</strong>.</p>"
        bare.context.close()


class HostileTextTests:
    def test_nothing_in_a_stored_text_runs_when_a_colleague_opens_it(self, unwatched: Page) -> None:
        """Also not what was stored before the door for HTML was there: it comes straight from the database here."""
        page = unwatched
        make.make_editor()
        links = "".join(f'<a href="{address}">link</a>' for address in BAD_LINKS)
        hostile = "".join(HOSTILE).replace("alert(1)", "window.wasRun=1") + links
        post = make.make_post(status="draft")
        revision = post.revisions.get()
        revision.snapshot |= {"title": hostile[:200], "summary": hostile[:500], "body": hostile}
        revision.save()
        sign_in(page)
        dialogs = hear_dialogs(page)
        for word in ("change", "preview", "history", "compare"):
            page.goto(f"/admin/blog/post/{post.pk}/{word}/?older=newest")
            page.wait_for_load_state("networkidle")
            assert page.evaluate("window.wasRun === undefined"), word
        assert dialogs == []
