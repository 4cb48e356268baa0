"""A moderator's browser at the desk."""

from collections.abc import Iterable, Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from comments.models import Comment, Preference
from tests.make import PASSWORD, make_moderator

DESK = "/admin/comments/comment/"
WIDTHS = (390, 1280)
# What the desk asks by itself every ten seconds, it also asks when somebody comes back to it.
COME_BACK = "document.dispatchEvent(new Event('visibilitychange'))"


def sign_in(page: Page, username: str = "moderator") -> None:
    page.set_default_timeout(8_000)
    make_moderator(username)
    sign_in_as(page, username)


def sign_in_as(page: Page, username: str) -> None:
    page.goto("/admin/login/")
    page.get_by_label("E-mail address or user name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")


def open_desk(page: Page, place: str = "", *, keys: bool = False) -> None:
    sign_in(page)
    if keys:
        Preference.objects.create(user=make_moderator(), has_keys=True)
    page.goto(f"{DESK}{place}")


def looked_at(page: Page, address: str, *, is_opened: bool = False) -> Iterator[int]:
    """A page in light and dark, on a phone and on a screen: nothing runs off it, axe finds nothing. Gives each width.

    `is_opened`: with all that can be unfolded.
    """
    schemes: tuple[Any, ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        if is_opened:
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} {scheme} {width}"
            found = Axe().run(page)
            assert found.violations_count == 0, f"{address} {scheme} {width} {found.generate_report()}"
            yield width


def look_at(page: Page, addresses: Iterable[str], *, is_opened: bool = False) -> None:
    for address in addresses:
        assert list(looked_at(page, address, is_opened=is_opened)) == [*WIDTHS, *WIDTHS]


def row(page: Page, comment: Comment) -> Locator:
    return page.locator(f"#comment-{comment.pk}")


def current(page: Page) -> Locator:
    return page.locator("article[data-current]")


def all_saved(page: Page) -> None:
    expect(page.locator("[data-aside]")).to_have_count(0)
    expect(page.locator("#told-unsaved")).to_be_hidden()


def rested(page: Page) -> None:
    """The moment is over in which a second tap would be none, and nothing moves any more."""
    expect(page.locator("form[data-resting]")).to_have_count(0)
    page.wait_for_function("document.getAnimations().every(each => each.playState === 'finished')")


def status_of(comment: Comment) -> str:
    return Comment.objects.get(pk=comment.pk).status
