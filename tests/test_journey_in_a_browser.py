"""The whole way in a real browser, with and without script: from an author's draft to an approved comment.

The text is the page that the first user publishes, where that file lies beside the project, and else a stand-in.
"""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from blog.models import Post
from comments.models import Comment, Policy
from tests.make import PASSWORD, make_author, make_editor, make_moderator, make_publication, make_region, make_writer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SEED = Path(django_settings.BASE_DIR).parent / "shared" / "seed" / "page.txt"
STAND_IN = """\
House Presents

Asia Unbound

Experts give their take on what emerges in Asia.

Will the Strait’s “Quiet” Year Cause a Shift in Its States’ Relationships?

by Jo Kestrel
March 15, 2017

A view of the sealed-off pier on March 7, 2017. (A. Photographer/Agency)

As I noted in an earlier piece, most of what passes here passes quietly, and always has.

A first sign of change will be whether the pilots’ hours are cut; The Ledger reports that they may be.

Post a Comment No Comments
"""


@dataclass(frozen=True)
class SeedPage:
    presenter: str
    name: str
    tagline: str
    title: str
    author: str
    caption: str
    credit: str
    paragraphs: list[str]

    @property
    def html(self) -> str:
        """The text, with the first word of each paragraph linked, for the file has lost its links."""
        linked = [
            re.sub(r"^(\S+)", rf'<a href="https://example.org/source/{number}">\1</a>', paragraph)
            for number, paragraph in enumerate(self.paragraphs, 1)
        ]
        return "".join(f"<p>{paragraph}</p>" for paragraph in linked)


def seed_page() -> SeedPage:
    text = SEED.read_text(encoding="utf-8") if SEED.exists() else STAND_IN
    lines = [line.strip() for line in text.partition("Post a Comment")[0].splitlines() if line.strip()]
    byline = next(index for index, line in enumerate(lines) if line.startswith("by "))
    photo = lines[byline + 2]
    caption, credit = re.fullmatch(r"(.*) \(([^)]*)\)", photo).groups()  # type: ignore[union-attr]
    return SeedPage(
        presenter=lines[0],
        name=lines[1],
        tagline=lines[2],
        title=lines[byline - 1],
        author=lines[byline].removeprefix("by "),
        caption=caption,
        credit=credit,
        paragraphs=lines[byline + 3 :],
    )


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def has_script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def someone(browser: Browser, live_server: Any, settings: Any, has_script: bool) -> Iterator[Callable[[], Page]]:
    """Makes a new person at a browser of their own; anything the policy refuses or a script throws fails the test."""
    settings.SITE_ORIGIN = live_server.url
    settings.SITE_URL = f"{live_server.url}/"
    contexts, wrong = [], list[str]()

    def make() -> Page:
        context = browser.new_context(base_url=live_server.url, java_script_enabled=has_script)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not wrong


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (2_400, 1_350), "#2b6777").save(drawn, "JPEG")
    return drawn.getvalue()


def sign_in(page: Page, username: str) -> None:
    page.goto("/admin/")
    page.get_by_label("E-mail address or user name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your work")).to_be_visible()


def check_accessibility(page: Page, has_script: bool) -> None:
    if has_script:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def paste(page: Page, html: str) -> None:
    """Put HTML into the editor as a paste from another program does."""
    editor = page.locator(".ProseMirror[contenteditable=true]")
    editor.click()
    editor.evaluate(
        """(editor, html) => {
            const pasted = new DataTransfer();
            pasted.setData("text/html", html);
            editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: pasted, bubbles: true}));
        }""",
        html,
    )


class JourneyTests:
    def test_a_draft_becomes_a_post_and_a_comment_becomes_public(
        self, someone: Callable[[], Page], has_script: bool
    ) -> None:
        seed = seed_page()
        make_publication(presenter=seed.presenter, name=seed.name, tagline=seed.tagline)
        Policy(statement="All comments must abide by the guidelines and are moderated before they appear.").save()
        make_author(seed.author, user=make_writer())
        make_region("Southeast Asia")
        make_editor()
        make_moderator()

        post = self.author_hands_in(someone(), seed, has_script)
        address = f"/2017/03/15/{post.slug}/"
        reader = someone()
        assert reader.goto(address).status == 404  # type: ignore[union-attr]

        self.editor_publishes(someone(), post, has_script)
        self.reader_sees_every_part(reader, address, seed, has_script)
        own_page = self.reader_comments(reader, has_script)

        other = someone()
        other.goto(address)
        expect(other.get_by_role("heading", name="No Comments")).to_be_visible()
        assert "Tides keep no calendar." not in other.content()

        self.moderator_approves(someone(), has_script)
        other.goto(address)
        expect(other.get_by_role("heading", name="1 Comment")).to_be_visible()
        expect(other.get_by_text("Tides keep no calendar.")).to_be_visible()
        reader.goto(own_page)
        expect(reader.get_by_role("heading", name="published")).to_be_visible()
        reader.get_by_role("link", name="See it where it stands").click()
        comment = Comment.objects.get()
        assert reader.url.endswith(f"{address}#comment-{comment.pk}")
        assert comment.status == "approved"

    def author_hands_in(self, page: Page, seed: SeedPage, has_script: bool) -> Post:
        sign_in(page, "writer")
        page.goto("/admin/blog/post/add/")
        page.get_by_label("Title", exact=False).first.fill(seed.title)
        if has_script:
            paste(page, seed.html)
        else:
            page.locator("textarea[name=body]").fill(seed.html)
        page.get_by_label("Upload a photo").set_input_files(
            {"name": "pier.jpg", "mimeType": "image/jpeg", "buffer": picture()}
        )
        page.get_by_label("Alt text").fill("A pier with a closed gate.")
        page.get_by_label("Caption").fill(seed.caption)
        page.get_by_label("Credit").fill(seed.credit)
        page.get_by_label("Southeast Asia").check()
        check_accessibility(page, has_script)

        page.get_by_role("button", name="Save and preview").click()
        expect(page.get_by_role("heading", level=1, name=seed.title)).to_be_visible()
        assert seed.paragraphs[-1][-60:] in page.content()
        post = Post.objects.get()
        page.goto(f"/admin/blog/post/{post.pk}/change/")
        page.get_by_role("button", name="Hand in").click()
        expect(page.get_by_text("it waits for an editor").first).to_be_visible()
        return post

    def editor_publishes(self, page: Page, post: Post, has_script: bool) -> None:
        sign_in(page, "editor")
        page.goto("/admin/blog/post/")
        page.get_by_role("link", name=post.title).click()
        page.get_by_label("Publish on").fill("2017-03-15T12:00")
        page.get_by_role("button", name="Publish now").click()
        page.get_by_label("Yes, publish it without these").check()
        page.get_by_role("button", name="Publish now").click()
        expect(page.get_by_text("Everybody can see this post.").first).to_be_visible()
        check_accessibility(page, has_script)

    def reader_sees_every_part(self, page: Page, address: str, seed: SeedPage, has_script: bool) -> None:
        page.goto("/")
        check_accessibility(page, has_script)
        page.get_by_role("link", name=seed.title).first.click()
        assert page.url.endswith(address)
        for words in (
            seed.presenter,
            seed.name,
            seed.tagline,
            seed.author,
            "March 15, 2017",
            seed.caption,
            seed.credit,
        ):
            expect(page.get_by_text(words).first).to_be_visible()
        expect(page.get_by_role("heading", level=1, name=seed.title)).to_be_visible()
        photo = page.get_by_role("img", name="A pier with a closed gate.")
        expect(photo).to_have_attribute("width", "2000")
        text = " ".join(page.locator("article").first.inner_text().split())
        for number, paragraph in enumerate(seed.paragraphs, 1):
            assert " ".join(paragraph.split()) in text
            assert page.locator(f'a[href="https://example.org/source/{number}"]').count() == 1
        expect(page.get_by_role("heading", name="No Comments")).to_be_visible()
        expect(page.get_by_role("heading", name="Post a Comment")).to_be_visible()
        expect(page.get_by_text("are moderated before they appear")).to_be_visible()
        expect(page.get_by_text("Required").first).to_be_visible()
        check_accessibility(page, has_script)
        self.reader_cites_and_prints(page, address, seed, has_script)

    def reader_cites_and_prints(self, page: Page, address: str, seed: SeedPage, has_script: bool) -> None:
        cite = page.get_by_role("link", name="Cite")
        cite.click()
        for style in ("MLA", "APA", "Chicago"):
            expect(page.get_by_text(style).first).to_be_visible()
        if has_script:
            check_accessibility(page, has_script)
            page.get_by_role("button", name="Close").click()
            expect(page.get_by_role("dialog")).to_be_hidden()
        page.goto(f"{address}print/")
        for number in range(1, len(seed.paragraphs) + 1):
            expect(page.get_by_text(f"https://example.org/source/{number}", exact=True)).to_be_visible()
        check_accessibility(page, has_script)
        page.goto(address)

    def reader_comments(self, page: Page, has_script: bool) -> str:
        page.get_by_label("Name").fill("Rita")
        page.get_by_label("E-mail").fill("rita@example.org")
        # The browser would stop an empty field; a space it lets through.
        page.get_by_label("Comment", exact=False).last.fill(" ")
        page.get_by_role("button", name="Send comment").click()
        expect(page.get_by_role("alert").first).to_be_visible()
        expect(page.get_by_label("Name")).to_have_value("Rita")
        check_accessibility(page, has_script)
        assert Comment.objects.count() == 0

        page.get_by_label("Comment", exact=False).last.fill("Tides keep no calendar.")
        page.get_by_role("button", name="Send comment").click()
        expect(page.get_by_role("heading", name="waits for a moderator")).to_be_visible()
        check_accessibility(page, has_script)
        return page.url

    def moderator_approves(self, page: Page, has_script: bool) -> None:
        sign_in(page, "moderator")
        check_accessibility(page, has_script)
        page.goto("/admin/comments/comment/")
        expect(page.get_by_text("Tides keep no calendar.")).to_be_visible()
        check_accessibility(page, has_script)
        page.get_by_role("button", name="Approve").first.click()
        expect(page.locator("p.done").first).to_contain_text("approved by you")
