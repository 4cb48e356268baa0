"""What machines read of a post."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from blog.models import Post
from tests.make import PUBLISHED_AT, make_author, make_photo, make_post, make_publication, make_region, publish_again

pytestmark = pytest.mark.django_db


def page_of(client: Client, post: Post) -> str:
    return client.get(post.get_absolute_url()).content.decode()


def json_ld(page: str) -> dict[str, Any]:
    (found,) = re.findall('<script type="application/ld\\+json">(.*?)</script>', page, re.DOTALL)
    told: dict[str, Any] = json.loads(found)
    return told


class JsonLdTests:
    def test_it_tells_all_of_a_post(self, client: Client) -> None:
        make_publication(name="Asia Unbound", publisher="Harbor House")
        authors = [make_author("Ada Tan"), make_author("River Desk", is_organisation=True)]
        photo: dict[str, Any] = {
            "lead_photo": make_photo().pk,
            "lead_photo_caption": "A gate.",
            "lead_photo_credit": "Lai/Wire",
        }
        post = make_post("Ships", authors=authors, regions=[make_region("Asia")], summary="On ships.", **photo)

        told = json_ld(page_of(client, post))

        assert told["@type"] == "BlogPosting"
        assert told["headline"] == "Ships"
        assert told["description"] == "On ships."
        assert told["url"] == "http://127.0.0.1:8000/2017/03/15/ships/"
        assert told["datePublished"] == "2017-03-15T12:00:00+00:00"
        assert [author["name"] for author in told["author"]] == ["Ada Tan", "River Desk"]
        assert told["author"][0]["url"] == "http://127.0.0.1:8000/authors/ada-tan/"
        assert [author["@type"] for author in told["author"]] == ["Person", "Organization"]
        assert told["publisher"]["name"] == "Harbor House"
        assert told["image"]["creditText"] == "Lai/Wire"
        assert told["image"]["url"].startswith("http://127.0.0.1:8000/media/")
        assert told["articleSection"] == "Asia"
        assert told["commentCount"] == 0

    def test_a_hostile_title_stays_inside_its_element(self, client: Client) -> None:
        title = '</script><script>alert("1")</script><!-- & \u2028'

        told = json_ld(page_of(client, make_post(title, slug="x")))

        assert told["headline"] == title

    def test_it_agrees_with_the_page_about_a_material_change(self, client: Client) -> None:
        post = make_post()
        publish_again(post, now=PUBLISHED_AT.replace(day=20), is_material=True)

        page = page_of(client, post)

        assert json_ld(page)["dateModified"] == "2017-03-20T12:00:00+00:00"
        assert json_ld(page)["datePublished"] == "2017-03-15T12:00:00+00:00"
        assert '<meta property="article:modified_time" content="2017-03-20T12:00:00+00:00">' in page


class MetaTests:
    def metas(self, page: str, name: str) -> list[str]:
        return re.findall(f'<meta (?:name|property)="{re.escape(name)}" content="([^"]*)">', page)

    def test_reference_managers_take_it_for_a_blog_post(self, client: Client) -> None:
        authors = [
            make_author("Ada Tan"),
            make_author("x", family_name="Berg", given_name="Jo", particle="van der", slug="jo"),
            make_author("y", family_name="Kim", given_name="Jong-un", is_family_first=True, slug="kim"),
            make_author("River Desk", is_organisation=True),
        ]
        make_publication(name="Asia Unbound")
        page = page_of(client, make_post("Ships", authors=authors, regions=[make_region("Asia")]))

        assert self.metas(page, "z:itemType") == ["blogPost"]
        assert self.metas(page, "og:site_name") == ["Asia Unbound"]
        assert "prism.genre" not in page
        assert self.metas(page, "citation_title") == ["Ships"]
        assert self.metas(page, "citation_author") == ["Tan, Ada", "van der Berg, Jo", "Kim, Jong-un", "River Desk,"]
        assert self.metas(page, "citation_publication_date") == ["2017/03/15"]
        assert self.metas(page, "citation_public_url") == ["http://127.0.0.1:8000/2017/03/15/ships/"]
        assert self.metas(page, "citation_keywords") == ["Asia"]
        assert "citation_journal_title" not in page

    @pytest.mark.parametrize(
        ("names", "value"),
        [
            ({"family_name": "River Calendar Project", "is_organisation": True}, "River Calendar Project,"),
            ({"family_name": "Thant Myint-U", "given_name": ""}, "Thant Myint-U,"),
            ({"family_name": "Berg", "given_name": "Maria Anna", "particle": "van der"}, "van der Berg, Maria Anna;"),
            ({"family_name": "Nguyễn Thị", "given_name": "Minh Khai"}, "Nguyễn Thị, Minh Khai;"),
            ({"family_name": "Berg", "given_name": "Maria Anna"}, "Berg, Maria Anna"),
            ({"family_name": "Halloran", "given_name": "Edwin R.", "suffix": "Jr."}, "Halloran, Edwin R. Jr."),
            ({"family_name": "Maliki", "given_name": "Nouri", "particle": "al-"}, "al-Maliki, Nouri"),
            ({"family_name": "Orville", "given_name": "Jeanne", "particle": "d’"}, "d’Orville, Jeanne"),
            ({"family_name": "山田", "given_name": "太郎", "is_family_first": True}, "山田太郎"),
        ],
    )
    def test_a_lone_author_stays_one_and_whole(self, client: Client, names: dict[str, Any], value: str) -> None:
        page = page_of(client, make_post(authors=[make_author("x", slug="x", **names)]))

        assert self.metas(page, "citation_author") == [value]

    def test_beside_another_author_nobody_needs_a_semicolon(self, client: Client) -> None:
        authors = [
            make_author("x", family_name="Nguyễn Thị", given_name="Minh Khai", slug="minh-khai"),
            make_author("Ada Tan"),
        ]
        page = page_of(client, make_post(authors=authors))

        assert self.metas(page, "citation_author") == ["Nguyễn Thị, Minh Khai", "Tan, Ada"]

    def test_it_describes_itself_by_the_summary_or_else_by_its_beginning(self, client: Client) -> None:
        with_summary = make_post("One", summary="What it says.")
        without = make_post("Two", body=f"<p>It <em>begins</em> so. {'And goes on. ' * 50}</p>")

        assert self.metas(page_of(client, with_summary), "description") == ["What it says."]
        (described,) = self.metas(page_of(client, without), "description")
        assert described.startswith("It begins so. And goes on.")
        assert described.endswith("…")
        assert len(described) <= 201

    def test_its_canonical_address_is_absolute_whatever_the_query(self, client: Client) -> None:
        post = make_post("Ships")

        page = client.get(post.get_absolute_url(), {"utm_source": "x"}).content.decode()

        assert '<link rel="canonical" href="http://127.0.0.1:8000/2017/03/15/ships/">' in page
        assert self.metas(page, "og:url") == ["http://127.0.0.1:8000/2017/03/15/ships/"]
        assert '<link rel="alternate" type="application/rss+xml"' in page
