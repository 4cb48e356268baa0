"""How long a moderator's hands need for a hundred comments: by keys, with the mouse, and without script.

    python tests/bench/clearing.py --comments 100

A browser that reads nothing presses as soon as the desk lets it, so what is measured is the desk and not the reading.
On the PostgreSQL that DATABASE_URL names, else on SQLite; the server is its own, on this machine.
"""

import argparse
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.faults.installation import Installation, database_of_its_own
from tests.faults.writers import PASSWORD

DESK = "/admin/comments/comment/"
CURRENT = "article[data-current]"
# Of each ten, as on a quiet day.
KEYS = "aaaraasaar"
NAMES = {"a": "Approve", "r": "Reject", "s": "Spam"}
# What the server took for each decision, as the browser saw it.
ANSWERS = "performance.getEntriesByType('resource').filter(r => r.name.endsWith('/decide/')).map(r => r.duration)"


@dataclass(frozen=True)
class Cleared:
    way: str
    comments: int
    seconds: float
    presses: int
    # Milliseconds from the press to the server's answer, where it was measured.
    answers: list[float]

    def __str__(self) -> str:
        seconds, presses = self.seconds / self.comments, self.presses / self.comments
        told = f"{self.way:<16}{seconds:8.3f} s and {presses:.2f} presses a comment"
        if self.answers:
            median, slowest = sorted(self.answers)[len(self.answers) // 2], max(self.answers)
            told += f"; answered after {median:.0f} ms, at most {slowest:.0f} ms"
        return told


def by_keys(page: Page, comments: int) -> int:
    """How often something was pressed."""
    page.get_by_role("button", name="Decide with keys").click()
    page.wait_for_selector(CURRENT)
    for number in range(comments):
        before = page.locator(CURRENT).get_attribute("id")
        pressed = KEYS[number % len(KEYS)]
        page.keyboard.press(pressed)
        page.wait_for_selector(f"{CURRENT}:not(#{before}), #end")
        page.wait_for_timeout(120)
    return comments


def with_mouse(page: Page, comments: int) -> int:
    for number in range(comments):
        name = NAMES[KEYS[number % len(KEYS)]]
        before = page.locator(CURRENT).get_attribute("id")
        page.locator(CURRENT).get_by_role("button", name=name).click()
        page.wait_for_selector(f"{CURRENT}:not(#{before}), #end")
        page.wait_for_selector("form.quick:not([data-resting])")
    return comments


def without_script(page: Page, comments: int) -> int:
    for number in range(comments):
        name = NAMES[KEYS[number % len(KEYS)]]
        row = page.locator("article").first
        before = row.get_attribute("id")
        row.get_by_role("button", name=name).click()
        expect(page.locator(f"#{before}")).to_have_count(0)
    return comments


WAYS: dict[str, Callable[[Page, int], int]] = {
    "by keys": by_keys,
    "with the mouse": with_mouse,
    "without script": without_script,
}


def clear(browser: Browser, installation: Installation, way: str, comments: int) -> Cleared:
    installation.run("tests/faults/desk.py", "--prepare", "--moderators", "1", "--comments", str(comments))
    has_script = way != "without script"
    address = f"http://127.0.0.1:{installation.port}"
    context = browser.new_context(base_url=address, java_script_enabled=has_script)
    page = context.new_page()
    page.goto("/admin/login/")
    page.get_by_label("E-mail address or user name").fill("mo0")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(DESK)
    began = time.monotonic()
    presses = WAYS[way](page, comments)
    if has_script:
        expect(page.locator("[data-aside]")).to_have_count(0)
    seconds = time.monotonic() - began
    answers = page.evaluate(ANSWERS) if has_script else []
    page.goto(DESK)
    assert page.locator("article").count() == 0, "Not all were decided."
    context.close()
    return Cleared(way, comments, seconds, presses, answers)


def measured(comments: int, database_url: str) -> list[Cleared]:
    installation = Installation(workers=1, database_url=database_url)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    try:
        installation.prepare()
        installation.start()
        installation.wait()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            return [clear(browser, installation, way, comments) for way in WAYS]
    finally:
        installation.remove()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comments", type=int, default=100)
    wanted = parser.parse_args()
    with database_of_its_own() as database_url:
        for cleared in measured(wanted.comments, database_url):
            print(cleared)


if __name__ == "__main__":
    main()
