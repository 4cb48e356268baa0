"""The printed sheet and the page of citations."""

import re

import pytest
from django.test import Client

from tests.make import make_author, make_photo, make_post, make_publication

pytestmark = pytest.mark.django_db

LINKS = (
    '<p><a href="https://example.org/a">One</a>, <a href="/about/">two</a>, <a href="https://example.org/a">one</a>, '
    '<a href="#note">note</a>, <a href="mailto:desk@example.org">mail</a>.</p>'
)


class PrintTests:
    def test_it_numbers_the_links_and_lists_them_at_the_foot(self, client: Client) -> None:
        post = make_post(body=LINKS)

        page = client.get(f"{post.get_absolute_url()}print/").content.decode()

        assert [int(number) for number in re.findall(r"\[(\d)\]</sup>", page)] == [1, 2, 1]
        foot = page[page.index("sheet-links") :]
        assert re.findall("<li>(.*?)</li>", foot) == ["https://example.org/a", "http://127.0.0.1:8000/about/"]

    def test_it_has_all_that_belongs_on_paper_and_nothing_else(self, client: Client) -> None:
        make_publication(name="Asia Unbound")
        post = make_post(
            "Ships",
            authors=[make_author("Ada Tan")],
            lead_photo=make_photo().pk,
            lead_photo_caption="A gate.",
            lead_photo_credit="Lai/Wire",
        )

        page = client.get(f"{post.get_absolute_url()}print/").content.decode()

        for words in ("Asia Unbound", "<h1>Ships</h1>", "Ada Tan", "March 15, 2017", "A gate.", "Lai/Wire"):
            assert words in page
        assert "http://127.0.0.1:8000/2017/03/15/ships/</p>" in page
        assert '<form class="comment-form"' not in page
        assert "sheet-links" not in page

    def test_it_points_machines_to_the_post(self, client: Client) -> None:
        page = client.get(f"{make_post('Ships').get_absolute_url()}print/").content.decode()

        assert '<link rel="canonical" href="http://127.0.0.1:8000/2017/03/15/ships/">' in page
        assert '<meta name="robots" content="noindex">' in page


class CiteTests:
    def test_it_shows_the_three_styles_and_the_way_back(self, client: Client) -> None:
        make_publication(name="Asia Unbound")
        post = make_post("Ships", authors=[make_author("Ada Tan")])

        page = client.get(f"{post.get_absolute_url()}cite/").content.decode()

        assert "Tan, Ada. “Ships.” <i>Asia Unbound</i>, 15 Mar. 2017," in page
        assert "Tan, A. (2017, March 15). Ships. <i>Asia Unbound</i>." in page
        assert "<i>Asia Unbound</i> (blog). March 15, 2017." in page
        assert f'<a href="{post.get_absolute_url()}">Back to the post</a>' in page

    def test_the_post_holds_them_in_a_dialog_that_is_closed(self, client: Client) -> None:
        post = make_post("Ships")

        page = client.get(post.get_absolute_url()).content.decode()

        dialog = re.search("<dialog[^>]*>", page)
        assert dialog
        assert "open" not in dialog[0]
        assert "“Ships.”" in page

    def test_it_cites_the_guest_and_not_the_host(self, client: Client) -> None:
        lines = [
            {"author": make_author("Ada Tan").pk, "role": "for"},
            {"author": make_author("Bo Li").pk, "role": "by"},
        ]

        page = client.get(f"{make_post(bylines=lines).get_absolute_url()}cite/").content.decode()

        assert "Li, Bo." in page
        assert "Tan, Ada" not in page

    def test_it_shows_a_hostile_title_as_text(self, client: Client) -> None:
        post = make_post("<img src=x onerror=alert(1)>", slug="x")

        for below in ("", "cite/", "print/"):
            assert "<img src=x" not in client.get(post.get_absolute_url() + below).content.decode()
