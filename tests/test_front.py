"""What stands before Django sends what Django would send."""

import time
from collections.abc import Callable
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.test import Client

from asiaunbound import front
from asiaunbound.front import Front
from blog import following
from tests import stored
from tests.make import make_post

pytestmark = pytest.mark.django_db
POST = "/2017/03/15/first/"

type Answer = tuple[str, list[tuple[str, str]], bytes]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """The front with a Django behind it that says so if it is asked."""
    make_post("First")
    monkeypatch.setattr(following, "start", lambda: None)

    def django(environ: Any, start_response: Any) -> list[bytes]:
        start_response("299 Django was asked", [])
        return [b""]

    def asked(path: str = POST, method: str = "GET", **environ: str) -> Answer:
        said: list[Any] = []
        made: dict[str, Any] = {"PATH_INFO": path, "REQUEST_METHOD": method, "HTTP_HOST": "testserver", **environ}
        setup_testing_defaults(made)
        made["QUERY_STRING"] = environ.get("QUERY_STRING", "")
        body = b"".join(Front(django)(made, lambda *words: said.extend(words)))
        return said[0], said[1], body

    return asked


class FrontTests:
    def test_it_sends_what_is_stored_with_the_same_headers(self, ask: Callable[..., Answer], client: Client) -> None:
        drawn = client.get(POST)
        status, headers, body = ask()
        assert (status, body) == ("200 OK", drawn.content)
        assert dict(headers) == dict(drawn.items())
        assert len(headers) == len(dict(headers))

    def test_it_drops_what_the_page_does_not_read(self, ask: Callable[..., Answer], client: Client) -> None:
        drawn = client.get(POST)
        assert ask(QUERY_STRING="utm_source=x&before=1489579200000000-1")[2] == drawn.content

    def test_it_answers_a_head_request_without_a_body(self, ask: Callable[..., Answer], client: Client) -> None:
        client.get(POST)
        status, headers, body = ask(method="HEAD")
        assert (status, body) == ("200 OK", b"")
        assert int(dict(headers)["Content-Length"]) > 1_000

    def test_it_says_that_nothing_has_changed(self, ask: Callable[..., Answer], client: Client) -> None:
        etag = client.get(POST)["ETag"]
        status, headers, body = ask(HTTP_IF_NONE_MATCH=etag)
        assert (status, body) == ("304 Not Modified", b"")
        assert dict(headers)["ETag"] == etag
        assert "Content-Length" not in dict(headers)

    @pytest.mark.parametrize(
        "wish",
        [
            {"method": "POST"},
            {"HTTP_HOST": "evil.example"},
            {"HTTP_HOST": "testserver:80:80"},
            {"SCRIPT_NAME": "/elsewhere"},
            {"path": "/no-such-page/"},
            {"path": "/2017/03/15/first"},
        ],
    )
    def test_it_leaves_everything_else_to_django(
        self, ask: Callable[..., Answer], client: Client, wish: dict[str, str]
    ) -> None:
        client.get(POST)
        assert ask(**wish)[0] == "299 Django was asked"

    def test_it_asks_how_the_reader_came_only_those_it_trusts(
        self, ask: Callable[..., Answer], client: Client, settings: Any
    ) -> None:
        settings.SECURE_SSL_REDIRECT = True
        client.get(POST, secure=True)
        assert ask()[0] == "299 Django was asked"
        assert ask(HTTP_X_FORWARDED_PROTO="https")[0] == "299 Django was asked"
        assert ask(**{"wsgi.url_scheme": "https"})[0] == "200 OK"

    def test_it_stores_nothing_where_that_is_switched_off(self, ask: Callable[..., Answer], client: Client) -> None:
        client.get(POST)
        with stored.nothing_stored():
            assert ask()[0] == "299 Django was asked"


class Taken:
    """The lock of a page that another one is drawing."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def acquire(self, timeout: float) -> bool:
        self.waited.append(timeout)
        return False


class TurnTests:
    @pytest.mark.parametrize(("seconds_ago", "expected"), [(0, True), (front.PATIENCE + 1, False)])
    def test_who_has_just_begun_to_draw_a_page_is_waited_for_and_who_hangs_is_not(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, seconds_ago: float, expected: bool
    ) -> None:
        make_post("First")
        client.get(POST)
        stored.forget()
        turn, lock = front.Turn(), Taken()
        turn.lock, turn.began = lock, time.monotonic() - seconds_ago  # type: ignore[assignment]
        monkeypatch.setattr(front, "_turns", [turn])

        assert client.get(POST).status_code == 200

        assert [seconds > 0 for seconds in lock.waited] == [expected]
        assert stored.keys() == {POST}
