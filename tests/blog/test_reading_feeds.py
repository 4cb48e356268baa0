import datetime
from xml.etree import ElementTree

import pytest
from django.test import Client

from blog import sitemaps
from tests.make import PUBLISHED_AT, make_author, make_page, make_photo, make_post, make_publication, make_region

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
LASTMOD = "{http://www.sitemaps.org/schemas/sitemap/0.9}lastmod"


def parsed(client: Client, address: str) -> ElementTree.Element:
    response = client.get(address)
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


class FeedTests:
    def test_it_holds_the_whole_text_with_absolute_links(self, client: Client) -> None:
        body = '<p><a href="/about/">Us</a> <a href="#n" title="x">note</a> <a href="https://example.org/?a&amp;b">b</a></p>'
        post = make_post("Ships", body=body, lead_photo=make_photo().pk, lead_photo_alt="A & B")

        (item,) = parsed(client, "/feed/").iter("item")

        text = item.findtext(CONTENT) or ""
        assert 'href="http://127.0.0.1:8000/about/"' in text
        assert 'href="http://127.0.0.1:8000/2017/03/15/ships/#n"' in text
        assert 'href="https://example.org/?a&amp;b"' in text
        assert '<img src="http://127.0.0.1:8000/media/' in text
        assert 'alt="A &amp; B"' in text
        assert item.findtext("link") == "http://127.0.0.1:8000/2017/03/15/ships/"
        guid = item.find("guid")
        assert guid is not None
        assert (guid.text, guid.get("isPermaLink")) == (f"urn:uuid:{post.uid}", "false")

    def test_it_names_all_authors_in_one_element_and_every_region(self, client: Client) -> None:
        authors, regions = [make_author("Ada Tan"), make_author("Bo <Li> & Co")], [make_region("Asia")]
        make_post(authors=authors, regions=regions)

        (item,) = parsed(client, "/feed/").iter("item")

        assert [creator.text for creator in item.findall(CREATOR)] == ["Ada Tan and Bo <Li> & Co"]
        assert [category.text for category in item.findall("category")] == ["Asia"]

    def test_a_guest_is_named_with_whom_the_post_is_for_and_nobody_where_nobody_signed(self, client: Client) -> None:
        guest, host = make_author("Ada Tan"), make_author("Bo Li")
        lines = [{"author": guest.pk, "role": "by"}, {"author": host.pk, "role": "for"}]
        make_post("Guest post", bylines=lines)
        make_post("Unsigned", published_at=PUBLISHED_AT - datetime.timedelta(days=1))

        signed, unsigned = parsed(client, "/feed/").iter("item")

        assert [creator.text for creator in signed.findall(CREATOR)] == ["Ada Tan for Bo Li"]
        assert unsigned.findall(CREATOR) == []

    def test_it_is_newest_first_and_ends(self, client: Client) -> None:
        for number in range(22):
            make_post(f"Post {number}", published_at=PUBLISHED_AT + datetime.timedelta(days=number))

        found = [item.findtext("title") for item in parsed(client, "/feed/").iter("item")]

        assert found == [f"Post {number}" for number in range(21, 1, -1)]

    def test_a_region_and_an_author_have_their_own(self, client: Client) -> None:
        make_publication(name="Asia Unbound")
        asia = make_region("Asia")
        make_post("In Burma", authors=[make_author("Ada Tan")], regions=[make_region("Burma", asia)])
        make_post("Elsewhere")

        for address, title in (("/regions/asia/feed/", "Asia"), ("/authors/ada-tan/feed/", "Ada Tan")):
            feed = parsed(client, address)
            assert feed.findtext("channel/title") == f"{title} | Asia Unbound"
            assert [item.findtext("title") for item in feed.iter("item")] == ["In Burma"]
            own = feed.find(f"channel/{ATOM}link")
            assert own is not None
            assert own.get("href") == f"http://127.0.0.1:8000{address}"

    def test_it_drops_what_xml_cannot_hold(self, client: Client) -> None:
        make_post("Bell\x07 and \x0bmore\ufffe ]]>", body="<p>\x08a</p>", summary="\x1f", slug="bell")

        (item,) = parsed(client, "/feed/").iter("item")

        assert item.findtext("title") == "Bell and more ]]>"

    def test_an_empty_one_does_not_change_by_the_minute(self, client: Client) -> None:
        assert client.get("/feed/")["ETag"] == client.get("/feed/")["ETag"]
        assert parsed(client, "/feed/").findtext("channel/lastBuildDate") == "Thu, 01 Jan 1970 00:00:00 +0000"

    def test_it_answers_304_to_who_has_it_already(self, client: Client) -> None:
        make_post()
        etag = client.get("/feed/")["ETag"]

        assert client.get("/feed/", headers={"if-none-match": etag}).status_code == 304

    def test_the_host_of_the_request_has_no_say_in_its_links(self, client: Client) -> None:
        make_post()

        for address in ("/feed/", "/sitemap.xml", "/", "/2017/03/15/a-strait-and-its-ships/"):
            assert b"localhost" not in client.get(address, headers={"host": "localhost:1"}).content


class SitemapTests:
    def places(self, client: Client, address: str = "/sitemap.xml") -> list[str]:
        found = [element.text or "" for element in parsed(client, address).iter(LOC)]
        return [place.removeprefix("http://127.0.0.1:8000") for place in found]

    def test_it_lists_all_that_is_public_once(self, client: Client) -> None:
        author, region = make_author("Ada Tan"), make_region("Asia")
        make_author("Bo Li")
        make_page("About")
        make_page("Plans", is_public=False)
        make_post("Ships", authors=[author], regions=[region])
        make_post("Later", status="scheduled")

        places = self.places(client)

        expected = ["/", "/regions/", "/regions/asia/", "/about/", "/authors/ada-tan/", "/2017/03/15/ships/"]
        assert sorted(places) == sorted(expected)

    def test_it_says_when_a_post_was_changed(self, client: Client) -> None:
        make_post()

        assert "2017-03-15T12:00:00+00:00" in [element.text for element in parsed(client, "/sitemap.xml").iter(LASTMOD)]

    def test_it_becomes_an_index_of_files_that_together_list_every_post_once(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sitemaps, "POSTS_A_FILE", 2)
        posts = [make_post(f"Post {number}") for number in range(5)]

        files = self.places(client)
        assert files[0] == "/sitemap-0.xml"
        listed = [place for file in files for place in self.places(client, file)]

        for post in posts:
            assert listed.count(post.get_absolute_url()) == 1
        assert client.get("/sitemap-999999999.xml").status_code == 404

    def test_robots_are_told_of_it_and_kept_from_the_admin(self, client: Client) -> None:
        response = client.get("/robots.txt")

        assert response["Content-Type"].startswith("text/plain")
        lines = response.content.decode().splitlines()
        assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in lines
        assert "Disallow: /admin/" in lines
