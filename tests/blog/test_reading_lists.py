import datetime
import re

import pytest
from django.test import Client

from blog import keysets
from blog.models import Post
from tests.make import PUBLISHED_AT, make_author, make_page, make_post, make_region, publish_again

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
HOSTILE = [
    "x",
    "-",
    "1-",
    "-1",
    "9999999999999999-1",
    "99999999999999999999999-1",
    "1-99999999999999999999999",
    "1489579200000000-1 OR 1=1",
    "1489579200000000-１",
    "\x00",
    "%00",
    "\U0001f6a2",
    "1" * 5000,
]


def titles(client: Client, address: str) -> list[str]:
    page = client.get(address).content.decode()
    return re.findall('<h[23]><a href="/20[^>]*>([^<]*)</a></h[23]>', page)


def older(client: Client, address: str) -> str:
    found = re.search('href="([^"]*)" rel="next"', client.get(address).content.decode())
    return found[1] if found else ""


class KeysetTests:
    def test_its_pages_show_every_post_once_also_where_times_are_the_same(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keysets.page, "__defaults__", (3,))
        for number in range(8):
            make_post(f"Post {number}", published_at=PUBLISHED_AT + DAY * (number // 4))

        seen, address = [], "/"
        while address:
            seen += titles(client, address)
            address = older(client, address)

        assert seen == [f"Post {number}" for number in range(7, -1, -1)]

    def test_a_further_page_leads_back_and_has_no_canonical_address(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keysets.page, "__defaults__", (1,))
        make_post("One")
        make_post("Two")

        page = client.get(older(client, "/")).content.decode()

        assert '<a href="/">Newest posts</a>' in page
        assert 'rel="canonical"' not in page
        assert 'rel="canonical"' in client.get("/").content.decode()

    @pytest.mark.parametrize("before", HOSTILE)
    @pytest.mark.parametrize("where", ["/", "/regions/asia/", "/2017/"])
    def test_what_is_no_key_never_breaks_a_page(self, client: Client, where: str, before: str) -> None:
        make_post(regions=[make_region("Asia")])

        answer = client.get(where, {"before": before, "q": before, "page": before})

        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()

    @pytest.mark.parametrize("post_number", [0, 1])
    def test_a_key_reads_back_as_the_place_it_was_made_of(self, post_number: int) -> None:
        at = PUBLISHED_AT + datetime.timedelta(microseconds=post_number * 999_999)
        assert keysets._read(keysets.key(Post(pk=7, publish_at=at))) == (at, 7)


class HomeTests:
    def test_it_leads_with_the_newest_post(self, client: Client) -> None:
        make_post("Older", published_at=PUBLISHED_AT - DAY)
        make_post("Newer", summary="What is new.")

        page = client.get("/").content.decode()

        assert page.index("Newer") < page.index("More posts") < page.index("Older")
        assert "What is new." in page

    def test_it_says_so_when_nothing_is_published_yet(self, client: Client) -> None:
        make_post("Not yet", status="draft")

        page = client.get("/").content.decode()

        assert "Nothing has been published yet." in page
        assert "Not yet" not in page

    def test_its_foot_links_the_public_pages_in_their_order(self, client: Client) -> None:
        make_page("Guidelines", position=2)
        make_page("About", position=1)

        page = client.get("/").content.decode()

        assert page.index('href="/about/"') < page.index('href="/guidelines/"')


class RegionTests:
    def test_it_shows_its_place_in_the_tree_and_the_posts_of_all_below_it(self, client: Client) -> None:
        asia = make_region("Asia")
        southeast = make_region("Southeast Asia", asia)
        burma = make_region("Burma", southeast)
        make_post("In Burma", regions=[burma])
        make_post("Elsewhere", regions=[make_region("Himalaya", asia)])

        page = client.get("/regions/southeast-asia/").content.decode()

        assert page.index('href="/regions/asia/"') < page.index("<h1>Southeast Asia</h1>") < page.index(">Burma</a>")
        assert titles(client, "/regions/southeast-asia/") == ["In Burma"]
        assert titles(client, "/regions/burma/") == ["In Burma"]

    def test_the_index_shows_the_whole_tree(self, client: Client) -> None:
        asia = make_region("Asia")
        make_region("Burma", make_region("Southeast Asia", asia))

        page = client.get("/regions/").content.decode()

        assert page.index(">Asia</a>") < page.index(">Southeast Asia</a>") < page.index(">Burma</a>")
        assert page.count("</li>") == page.count("<li>")


class AuthorTests:
    def test_it_shows_the_biography_and_only_that_authors_posts(self, client: Client) -> None:
        author = make_author("Ada Tan", role="Senior fellow", biography="Ada Tan watches ports.")
        make_post("By her", authors=[author])
        make_post("By him", authors=[make_author("Bo Li")])

        page = client.get("/authors/ada-tan/").content.decode()

        assert "<h1>Ada Tan</h1>" in page
        assert "Ada Tan watches ports." in page
        assert titles(client, "/authors/ada-tan/") == ["By her"]

    def test_an_unknown_one_is_404(self, client: Client) -> None:
        assert client.get("/authors/nobody/").status_code == 404


class YearAndMonthTests:
    def test_a_year_links_the_months_that_have_posts_and_the_years_around(self, client: Client) -> None:
        for at in ("2015-01-01", "2017-03-15", "2017-11-30", "2020-06-01"):
            make_post(f"Of {at}", published_at=datetime.datetime.fromisoformat(f"{at}T00:00:00+00:00"))

        page = client.get("/2017/").content.decode()

        assert 'href="/2017/03/"' in page
        assert 'href="/2017/11/"' in page
        assert 'href="/2017/04/"' not in page
        assert 'href="/2015/"' in page
        assert 'href="/2020/"' in page
        assert titles(client, "/2017/") == ["Of 2017-11-30", "Of 2017-03-15"]

    def test_a_month_shows_its_own_posts_only(self, client: Client) -> None:
        for at in ("2017-02-28T23:59", "2017-03-01T00:00", "2017-03-31T23:59", "2017-04-01T00:00"):
            make_post(f"Of {at}", published_at=datetime.datetime.fromisoformat(f"{at}:00+00:00"))

        assert titles(client, "/2017/03/") == ["Of 2017-03-31T23:59", "Of 2017-03-01T00:00"]
        page = client.get("/2017/03/").content.decode()
        assert 'href="/2017/02/"' in page
        assert 'href="/2017/04/"' in page


class PlainPageTests:
    def test_it_shows_its_text(self, client: Client) -> None:
        make_page("About", body="<p>Who we <em>are</em>.</p>")

        page = client.get("/about/").content.decode()

        assert "<h1>About</h1>" in page
        assert "<p>Who we <em>are</em>.</p>" in page


class OwnListTests:
    """An author's and a region's lists have an index of their own, told by the rows that place a post there."""

    def test_a_post_stands_in_it_at_its_present_time(self, client: Client) -> None:
        author, region = make_author(slug="ada"), make_region("Burma")
        moved = make_post("Moved", authors=[author], regions=[region], status="scheduled")
        make_post("Stayed", authors=[author], regions=[region])
        for address in ("/authors/ada/", "/regions/burma/"):
            assert titles(client, address) == ["Stayed"]

        publish_again(moved, publish_at=(PUBLISHED_AT - DAY).isoformat())

        for address in ("/authors/ada/", "/regions/burma/"):
            assert titles(client, address) == ["Stayed", "Moved"]
        moved.refresh_from_db()
        times = {*moved.bylines.values_list("publish_at"), *moved.placings.values_list("publish_at")}
        assert times == {(moved.publish_at,)}

    def test_a_draft_takes_no_place_in_it(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(keysets.page, "__defaults__", (1,))
        author = make_author(slug="ada")
        make_post("One", authors=[author])
        make_post("Two", authors=[author], status="draft")

        assert titles(client, "/authors/ada/") == ["One"]
        assert older(client, "/authors/ada/") == ""
