"""Law 6: an address that ever worked answers for ever. Law 5: nothing that is not published shows anywhere."""

import datetime
from typing import Any

import pytest
from django.test import Client

from blog import links, pages
from blog.models import Post
from tests.make import make_author, make_page, make_post, make_region, publish_again

pytestmark = pytest.mark.django_db

SECRET = "Unspoken words of a hidden post"
BELOW = ("", "print/", "cite/")


def hidden_address(post: Post) -> str:
    day = post.published_date or datetime.date(2017, 3, 15)
    return f"/{day:%Y/%m/%d}/{post.slug}/"


class HiddenPostTests:
    """A draft, a post in review, a scheduled, an expired and a post that was taken down."""

    @pytest.mark.parametrize("status", ["draft", "in_review", "scheduled", "expired", "taken_down"])
    def test_nothing_of_it_is_on_any_public_page(self, client: Client, status: str) -> None:
        author, region = make_author("Ada Tan"), make_region("Asia")
        shown = make_post("Seen by everybody", authors=[author], regions=[region])
        fields: dict[str, Any] = {"body": f"<p>{SECRET}</p>", "summary": SECRET, "guest_note": SECRET}
        hidden = make_post(SECRET, status=status, authors=[author], regions=[region], **fields)
        places = ["/", "/2017/", "/2017/03/", "/regions/", "/regions/asia/", "/authors/ada-tan/"]
        places += ["/feed/", "/regions/asia/feed/", "/authors/ada-tan/feed/", "/sitemap.xml", "/sitemap-1.xml"]
        places += [shown.get_absolute_url() + below for below in BELOW]
        places += [hidden_address(hidden) + below for below in BELOW]
        for place in places:
            answer = client.get(place).content.decode()
            assert SECRET not in answer, place
            if not place.startswith(hidden_address(hidden)):
                assert hidden.slug not in answer, place

    @pytest.mark.parametrize("below", BELOW)
    @pytest.mark.parametrize("status", ["draft", "in_review", "scheduled"])
    def test_it_answers_like_a_post_that_never_was(self, client: Client, status: str, below: str) -> None:
        hidden = make_post(status=status)

        answer = client.get(hidden_address(hidden) + below)
        never = client.get(f"/2017/03/15/no-such-post/{below}")

        assert answer.status_code == never.status_code == 404
        assert answer.content == never.content
        assert dict(answer.headers) == dict(never.headers)

    @pytest.mark.parametrize("below", BELOW)
    def test_one_that_was_taken_down_answers_410_with_the_sentence(self, client: Client, below: str) -> None:
        hidden = make_post(status="taken_down", takedown_sentence="We were wrong about <this>.")

        answer = client.get(hidden.get_absolute_url() + below)

        assert answer.status_code == 410
        assert "We were wrong about &lt;this&gt;." in answer.content.decode()

    def test_one_that_expired_answers_410(self, client: Client) -> None:
        assert client.get(make_post(status="expired").get_absolute_url()).status_code == 410

    def test_a_region_and_an_author_without_posts_still_have_their_pages(self, client: Client) -> None:
        make_post(status="draft", authors=[make_author("Ada Tan")], regions=[make_region("Asia")])

        for place in ("/regions/asia/", "/authors/ada-tan/"):
            answer = client.get(place)
            assert answer.status_code == 200
            assert "No posts here yet." in answer.content.decode()
        assert "/authors/ada-tan/" not in client.get("/sitemap.xml").content.decode()


class SloppyAddressTests:
    @pytest.mark.parametrize("below", BELOW)
    @pytest.mark.parametrize(
        "sloppy", ["2017/3/15/ships/", "2017/03/15/SHIPS/", "2017/03/16/ships/", "2016/3/5/Ships/", "2017/13/45/ships/"]
    )
    def test_it_leads_to_the_post_in_one_step(self, client: Client, sloppy: str, below: str) -> None:
        post = make_post("Ships")

        answer = client.get(f"/{sloppy}{below}")

        assert answer.status_code == 301
        assert answer["Location"] == post.get_absolute_url() + below
        assert client.get(answer["Location"]).status_code == 200

    def test_a_missing_slash_is_added(self, client: Client) -> None:
        post = make_post("Ships")

        answer = client.get(post.get_absolute_url().rstrip("/"))

        assert answer.status_code == 301
        assert answer["Location"] == post.get_absolute_url()

    @pytest.mark.parametrize("kind", ["regions", "authors"])
    def test_capitals_are_led_to_the_region_or_author(self, client: Client, kind: str) -> None:
        make_region("Asia", slug="ada")
        make_author("Ada", slug="ada")

        for below in ("", "feed/"):
            answer = client.get(f"/{kind}/ADA/{below}")
            assert (answer.status_code, answer["Location"]) == (301, f"/{kind}/ada/{below}")

    def test_a_month_in_one_digit_is_led_to_two(self, client: Client) -> None:
        make_post()

        answer = client.get("/2017/3/")

        assert (answer.status_code, answer["Location"]) == (301, "/2017/03/")

    @pytest.mark.parametrize(
        "where", ["/0000/", "/9999/", "/2017/00/", "/2017/13/", "/9999/12/", "/1999/", "/2017/04/"]
    )
    def test_a_time_in_which_nothing_was_published_is_404(self, client: Client, where: str) -> None:
        make_post()

        assert client.get(where).status_code == 404


class OldAddressTests:
    @pytest.mark.parametrize("below", BELOW)
    def test_every_address_a_post_ever_had_answers_one_301(self, client: Client, below: str) -> None:
        post = make_post("First title")
        old = [post.get_absolute_url()]
        publish_again(post, title="Second title", slug="second-title")
        old.append(post.get_absolute_url())
        publish_again(post, title="Third title", slug="third-title", publish_at="2018-01-02T12:00:00+00:00")

        for address in old:
            answer = client.get(address + below)
            assert (answer.status_code, answer["Location"]) == (301, f"/2018/01/02/third-title/{below}")
        assert client.get(f"/2018/01/02/third-title/{below}").status_code == 200

    def test_it_answers_the_page_after_going_back(self, client: Client) -> None:
        post = make_post("First title")
        publish_again(post, slug="second-title")
        publish_again(post, slug="first-title")

        assert client.get("/2017/03/15/first-title/").status_code == 200
        answer = client.get("/2017/03/15/second-title/")
        assert (answer.status_code, answer["Location"]) == (301, "/2017/03/15/first-title/")

    def test_it_leads_to_its_post_and_is_never_given_to_another(self, client: Client) -> None:
        moved = make_post("Ships")
        publish_again(moved, slug="vessels")
        make_post("Ships")
        make_post("Ships", published_at=datetime.datetime(2019, 5, 6, 12, tzinfo=datetime.UTC))

        assert client.get("/2017/03/15/ships/")["Location"] == "/2017/03/15/vessels/"
        assert client.get("/2017/03/15/ships-2/").status_code == 200
        assert client.get("/2019/05/06/ships-3/").status_code == 200

    def test_it_is_410_where_the_post_was_deleted(self, client: Client) -> None:
        post = make_post("Ships")
        links.forget(post)
        post.delete()

        assert client.get("/2017/03/15/ships/").status_code == 410
        assert client.get("/2017/03/15/ships/print/").status_code == 410

    @pytest.mark.parametrize("kind", ["region", "author", "page"])
    def test_regions_authors_and_pages_keep_theirs(self, client: Client, kind: str) -> None:
        makers = {"region": make_region, "author": make_author, "page": make_page}
        row = makers[kind]("Old name")  # type: ignore[operator]
        old = row.get_absolute_url()
        old_path = links.site_path(row)
        row.slug = "new-name"
        row.save()
        links.remember(row, old_path)

        for below in ("", "feed/") if kind != "page" else ("",):
            answer = client.get(old + below)
            assert (answer.status_code, answer["Location"]) == (301, row.get_absolute_url() + below)

        links.forget(row)
        row.delete()
        pages.changed(f"{kind}s")
        assert client.get(old).status_code == 410
        assert client.get(old.replace("old-name", "new-name")).status_code == 410

    def test_a_page_that_is_not_public_is_404(self, client: Client) -> None:
        make_page("Plans", is_public=False)

        assert client.get("/plans/").status_code == 404
        assert "Plans" not in client.get("/").content.decode()


class TakenWordTests:
    @pytest.mark.parametrize("slug", ["admin", "authors", "regions", "feed", "2017", "comment-guidelines", "search"])
    def test_no_page_can_take_the_address_of_something_else(self, slug: str) -> None:
        assert links.is_taken(slug)

    @pytest.mark.parametrize("slug", ["about", "20170", "feeds", "our-regions"])
    def test_a_page_can_have_any_other(self, slug: str) -> None:
        assert not links.is_taken(slug)


class HostileAddressTests:
    @pytest.mark.parametrize(
        "address",
        [
            "/2017/03/15/%00/",
            "/2017/03/15/ships%0d%0aX:1/",
            "/2017/٠٣/15/ships/",
            "/2017/03/15/%F0%9F%9A%A2/",
            "/2017/03/15/%ff%fe/",
            f"/2017/03/15/{'a' * 4000}/",
            "/2017/003/15/ships/",
            "/-1/",
            "/regions/%00/",
            "/regions/../ships/",
            "/authors/'%20OR%201=1/",
            "/sitemap-99999999999999999999999999.xml",
            "/sitemap--1.xml",
            f"/{'b' * 4000}/",
            "/%2e%2e/%2e%2e/etc/passwd/",
        ],
    )
    def test_it_is_404(self, client: Client, address: str) -> None:
        make_post("Ships")

        assert client.get(address).status_code == 404

    def test_a_missing_slash_never_leads_to_another_site(self, client: Client) -> None:
        answer = client.get("//example.org/2017/03/15/ships")

        assert not answer.get("Location", "").startswith("//")
