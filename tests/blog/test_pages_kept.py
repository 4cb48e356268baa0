"""What is stored, what is served from the store, and what never gets there."""

import brotli
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog import keysets
from blog.models import Post
from tests import stored
from tests.make import (
    PASSWORD,
    PUBLISHED_AT,
    make_author,
    make_editor,
    make_page,
    make_post,
    make_publication,
    make_region,
)
from tests.make_comments import make_comment, typed

pytestmark = pytest.mark.django_db

POST = "/2017/03/15/first/"
STORED = (
    *("/", POST, f"{POST}print/", f"{POST}cite/", "/2017/", "/2017/03/", "/regions/", "/regions/asia/"),
    *("/regions/burma/", "/authors/ada-tan/", "/about/", "/comment-guidelines/"),
    *("/feed/", "/regions/asia/feed/", "/authors/ada-tan/feed/", "/sitemap.xml", "/sitemap-1.xml"),
)


@pytest.fixture
def post() -> Post:
    make_publication()
    make_page("About")
    return make_post("First", authors=[make_author("Ada Tan")], regions=[make_region("Burma", make_region("Asia"))])


def count_queries(client: Client, address: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(address, headers=headers)
    return len(asked)


class StoredTests:
    @pytest.mark.parametrize("address", STORED)
    def test_a_second_reader_costs_no_query_and_gets_the_same(self, client: Client, post: Post, address: str) -> None:
        first = client.get(address)

        with CaptureQueriesContext(connection) as asked:
            second = Client().get(address)

        assert len(asked) == 0
        assert (first.status_code, first.content) == (200, second.content)
        assert dict(first.items()) == dict(second.items())

    @pytest.mark.parametrize("address", STORED)
    def test_it_is_what_is_sent_with_nothing_stored(self, client: Client, post: Post, address: str) -> None:
        with stored.nothing_stored():
            drawn = client.get(address)
        kept = client.get(address)

        assert kept.content == drawn.content
        assert dict(kept.items()) == dict(drawn.items()) | {"Vary": "Accept-Encoding"}

    def test_another_process_finds_it_in_the_file(self, client: Client, post: Post) -> None:
        client.get(POST)
        stored.another_process()
        assert count_queries(client, POST) == 0

    @pytest.mark.parametrize("query", ["utm_source=x", "fbclid=1", "before=1489579200000000-1", "before=x", "%00", "?"])
    def test_a_query_string_that_the_page_does_not_use_is_dropped(self, client: Client, post: Post, query: str) -> None:
        client.get(POST)
        assert count_queries(client, f"{POST}?{query}") == 0
        assert stored.keys() == {POST}

    def test_a_further_page_of_a_list_is_stored_under_what_it_reads(
        self, client: Client, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keysets.page, "__defaults__", (1,))
        make_post("Second", published_at=PUBLISHED_AT.replace(day=20))
        further = f"/?before={keysets.key(Post.objects.get(slug='second'))}"

        answer = client.get(f"{further}&utm_source=x")

        assert "First" in answer.text
        assert stored.keys() == {further}
        assert count_queries(client, further) == 0

    @pytest.mark.parametrize("name", ["before", "%62efore", "befor%65", "%62%65%66%6F%72%65", "be%66ore"])
    def test_however_it_writes_what_it_reads_it_takes_no_other_pages_place(
        self, client: Client, post: Post, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setattr(keysets.page, "__defaults__", (1,))
        make_post("Second", published_at=PUBLISHED_AT.replace(day=20))
        key = keysets.key(Post.objects.get(slug="second"))

        assert "Second" not in client.get(f"/?utm_source=a%20b&{name}={key}").text

        assert stored.keys() == {f"/?before={key}"}
        assert "Second" in client.get("/").text

    def test_a_head_request_gets_the_headers_alone(self, client: Client, post: Post) -> None:
        got, head = client.get(POST), client.head(POST)
        assert dict(head.items()) == dict(got.items())
        assert head.content == b""


class EncodingTests:
    def test_a_browser_gets_it_compressed_as_it_likes(self, client: Client, post: Post) -> None:
        plain = client.get(POST)
        small = client.get(POST, headers={"accept-encoding": "gzip, deflate, br"})
        refused = client.get(POST, headers={"accept-encoding": "br;q=0, gzip;q=0"})

        assert "Content-Encoding" not in plain
        assert small["Content-Encoding"] == "br"
        assert brotli.decompress(small.content) == plain.content
        assert client.get(POST, headers={"accept-encoding": "gzip"})["Content-Encoding"] == "gzip"
        assert refused.content == plain.content
        assert plain["Vary"] == small["Vary"] == "Accept-Encoding"
        assert len({plain["ETag"], small["ETag"]}) == 2
        assert small["Content-Length"] == str(len(small.content))

    def test_who_has_it_already_is_told_so(self, client: Client, post: Post) -> None:
        for encoding in ("", "gzip", "br"):
            etag = client.get(POST, headers={"accept-encoding": encoding})["ETag"]
            for said in (etag, f"W/{etag}", f'"other", {etag}', "*"):
                again = client.get(POST, headers={"accept-encoding": encoding, "if-none-match": said})
                assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
            assert client.get(POST, headers={"if-none-match": '"other"'}).status_code == 200

    def test_who_has_it_already_still_has_it_drawn_and_stored(self, client: Client, post: Post) -> None:
        etag = client.get(POST)["ETag"]
        stored.forget()

        assert client.get(POST, headers={"if-none-match": etag}).status_code == 304
        assert stored.keys() == {POST}


class NeverStoredTests:
    @pytest.mark.parametrize(
        "address",
        [
            "/no-such-page/",
            "/2017/03/15/no-such-post/",
            "/2017/3/15/first/",
            "/2017/03/15/FIRST/",
            "/sitemap-01.xml",
            "/sitemap-2.xml",
            f"{POST}comments/2/",
            f"{POST}comments/01/",
            "/regions/asia/?before=1489579200000001-1",
            "/?before=1489579200000000-99",
            "/?before=1489579200000000-01",
            "/1999/",
            "/2017/04/",
            "/healthz",
            "/admin/login/",
        ],
    )
    def test_an_invented_address_leaves_nothing_behind(self, client: Client, post: Post, address: str) -> None:
        client.get(address)
        client.get(f"{address}{'&' if '?' in address else '?'}x=1")
        assert stored.keys() == set()

    def test_not_with_another_host(self, client: Client, post: Post) -> None:
        client.get(POST)
        assert client.get(POST, headers={"host": "evil.example"}).status_code == 400

    def test_not_without_encryption_where_the_site_is_encrypted(
        self, client: Client, post: Post, settings: pytest.FixtureRequest
    ) -> None:
        settings.SECURE_SSL_REDIRECT = True  # type: ignore[attr-defined]
        assert client.get(POST, secure=True).status_code == 200
        assert client.get(POST).status_code == 301

    def test_not_what_the_staff_sees_before_readers(self, client: Client) -> None:
        draft = make_post("Secret", status="draft")
        client.login(username=make_editor().username, password=PASSWORD)
        assert "Secret" in client.get(f"/admin/blog/post/{draft.pk}/preview/").text
        assert stored.keys() == set()

    def test_not_a_comment_that_was_refused_nor_its_writers_page(self, client: Client, post: Post) -> None:
        refused = client.post(f"{POST}comments/", typed(email="no address", body="What I typed"))
        assert "What I typed" in refused.text
        own = make_comment(post, "pending").get_absolute_url()
        assert client.get(own).status_code == 200
        assert stored.keys() == set()
        assert "What I typed" not in client.get(POST).text
