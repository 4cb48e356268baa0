"""Laws 9 and 13: a page costs the same however long the archive is, and is the same for everybody."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import stored
from tests.make import make_author, make_editor, make_page, make_photo, make_post, make_publication, make_region

POST = "/2017/03/15/first/"
PAGES = (
    *("/", POST, f"{POST}print/", f"{POST}cite/", "/2017/", "/2017/03/", "/regions/", "/regions/asia/"),
    *("/regions/burma/", "/authors/ada-tan/", "/about/"),
)
OTHERS = ("/feed/", "/regions/asia/feed/", "/authors/ada-tan/feed/", "/sitemap.xml", "/sitemap-1.xml", "/robots.txt")
ERRORS = ("400.html", "403.html", "404.html", "410.html", "500.html", "503.html")


@pytest.fixture
def more_posts(db: None) -> Callable[[int], None]:
    """A publication with a post at POST; the function it gives adds posts of the same author, region and month."""
    make_publication()
    author, region = make_author("Ada Tan"), make_region("Burma", make_region("Asia"))
    make_page("About")
    make_post("First", authors=[author], regions=[region], lead_photo=make_photo().pk)

    def more(count: int) -> None:
        for number in range(count):
            make_post(f"Another {number}", authors=[author], regions=[region])

    return more


def queries(client: Client, address: str) -> int:
    """What drawing the page costs; sending it once more costs none (tests/blog/test_pages_kept.py)."""
    with stored.nothing_stored(), CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


class CostTests:
    def test_no_page_asks_more_of_200_posts_than_of_10(self, client: Client, more_posts: Callable[[int], None]) -> None:
        more_posts(9)
        few = {address: queries(client, address) for address in (*PAGES, *OTHERS)}
        more_posts(190)

        many = {address: queries(client, address) for address in (*PAGES, *OTHERS)}

        assert many == few

    def test_they_ask_little(self, client: Client, more_posts: Callable[[int], None]) -> None:
        more_posts(1)

        # Six for the post and the masthead, and what its comments ask.
        assert queries(client, POST) <= 10
        assert queries(client, f"{POST}print/") <= 6
        assert queries(client, "/") <= 8
        assert queries(client, "/feed/") <= 6
        assert queries(client, "/2017/") <= 11
        assert queries(client, "/regions/asia/") <= 11


class SameForEverybodyTests:
    @pytest.mark.parametrize("address", [*PAGES, *OTHERS])
    def test_staff_read_the_same_bytes_and_nobody_gets_a_cookie(
        self, client: Client, more_posts: Callable[[int], None], address: str
    ) -> None:
        more_posts(1)
        signed_in = Client()
        signed_in.force_login(make_editor())

        for_all, for_staff = client.get(address), signed_in.get(address)

        assert for_all.content == for_staff.content
        assert not for_all.cookies
        assert not for_staff.cookies
        assert "Cookie" not in for_staff.get("Vary", "")
        assert "csrfmiddlewaretoken" not in for_all.content.decode()
        assert for_all["Cache-Control"] == "public, no-cache"
        assert for_all["ETag"]

    @pytest.mark.parametrize("address", [*PAGES, *OTHERS])
    def test_they_only_answer_those_who_read(
        self, client: Client, more_posts: Callable[[int], None], address: str
    ) -> None:
        assert client.post(address).status_code == 405
        assert client.head(address).status_code == 200


class Headings(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        self.ids += [value for name, value in attrs if name == "id" and value]


def outline(page: str) -> Headings:
    found = Headings()
    found.feed(page)
    return found


class OutlineTests:
    @pytest.mark.parametrize("address", PAGES)
    def test_a_page_has_one_h1_and_no_level_is_skipped(
        self, client: Client, more_posts: Callable[[int], None], address: str
    ) -> None:
        more_posts(2)

        page = client.get(address).content.decode()

        levels = outline(page).levels
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        ids = outline(page).ids
        assert len(ids) == len(set(ids))

    @pytest.mark.parametrize("address", PAGES)
    def test_nothing_in_it_is_script_or_style_of_its_own(
        self, client: Client, more_posts: Callable[[int], None], address: str
    ) -> None:
        page = client.get(address).content.decode()

        assert not re.findall("<style|style=| on[a-z]+=", page)
        for script in re.findall("<script[^>]*>", page):
            assert "src=" in script or "ld+json" in script


class ErrorPageTests:
    @pytest.mark.parametrize("template", ERRORS)
    def test_it_is_drawn_without_a_query_or_a_request(self, template: str) -> None:
        """Without the database fixture, a query fails the test."""
        page = render_to_string(template)

        assert outline(page).levels == [1]
        assert 'href="/"' in page

    def test_an_unknown_address_answers_404_in_the_houses_style(self, client: Client, db: Any) -> None:
        answer = client.get("/nothing/at/all/")

        assert answer.status_code == 404
        assert "There is nothing here" in answer.content.decode()
        assert "site.css" in answer.content.decode()
