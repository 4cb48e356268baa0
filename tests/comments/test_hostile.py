"""Whatever is sent, the answer is clear and quick, and no page has a script of a stranger's in it."""

import time
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from blog.models import Post
from comments import submission, threads
from comments.models import Comment, Policy
from comments.submission import Sender
from tests.make_comments import decide, set_policy, typed

TEXTS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</textarea><script>alert(1)</script>",
    "</title></style></script><script>alert(1)</script>",
    '<a href="javascript:alert(1)">x</a>',
    "javascript:alert(1)",
    'http://x.example/"onmouseover="alert(1)',
    "http://x.example/'><script>alert(1)</script>",
    "https://x.example/<img/src/onerror=alert(1)>",
    "jav&#x09;ascript:alert(1)",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<div data-comment-form hx-get=/x x-data=1>",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "\u202egnp.exe\u202c",
    "a\u0301" * 200,
    "\U0001f30a" * 40,
    "\x00",
    "a\x00b",
    "\ufffe\uffff",
    "%00%0d%0aSet-Cookie: x=1",
    "\r\nBcc: x@example.org",
    "' OR 1=1; --",
    "../../etc/passwd",
    "%s%n{0}",
]
FIELDS = ["name", "email", "website", "body", "parent", "subject", "seconds", "notify_decision", "notify_replies"]
SIZES = [
    "&#" + "0" * 50_000,
    "&#x41;" * 10_000,
    "<b>" * 20_000,
    "x" * 60_000,
    "http://" * 8_000,
    "https://a.example/" + "(" * 50_000,
    "\n" * 60_000 + "x",
    "a@" * 30_000,
]


class Parsed(HTMLParser):
    """What a browser would run or follow."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.bad: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and values.get("type") != "application/ld+json":
            self.scripts.append(values.get("src") or "inline")
        if tag in {"svg", "math", "iframe", "object", "embed", "style", "img"}:
            self.bad.append(tag)
        for name, value in attrs:
            if name.startswith(("on", "hx-", "x-")) or name == "style":
                self.bad.append(name)
            if name in {"href", "src", "action"} and (value or "").strip().lower().startswith(("java", "data:", "vb")):
                self.bad.append(f"{name}={value}")


def is_harmless(page: str) -> bool:
    parsed = Parsed(page)
    return not parsed.bad and all(src.startswith("/static/") for src in parsed.scripts)


@pytest.fixture
def generous(db: None) -> None:
    set_policy(has_website=True, seconds_between=0, most_in_ten_minutes=10_000, most_from_network=10_000)


class TextTests:
    @pytest.mark.parametrize("field", FIELDS)
    def test_no_field_makes_a_fault_or_a_script(
        self, client: Client, address: str, post: Post, generous: None, field: str
    ) -> None:
        for number, text in enumerate(TEXTS):
            fields = typed(body=f"Remark {number}.") | {field: text}
            response = client.post(address, fields)
            assert response.status_code in {303, 403, 422}, text
            page = client.get(response["Location"]) if response.status_code == 303 else response
            assert is_harmless(page.content.decode()), text
        for comment in Comment.objects.all():
            decide(comment, "approved")
        assert is_harmless(client.get(post.get_absolute_url()).content.decode())

    @pytest.mark.parametrize("text", SIZES)
    def test_a_long_one_is_answered_within_a_second(
        self, client: Client, address: str, generous: None, text: str
    ) -> None:
        set_policy(max_length=70_000)
        for field in ("body", "name", "email"):
            began = time.process_time()
            response = client.post(address, typed() | {field: text[:60_000]})
            assert response.status_code in {303, 413, 422}
            assert time.process_time() - began < 1.5
            Comment.objects.all().delete()

    def test_what_just_fits_is_stored_whole(self, client: Client, address: str, generous: None, post: Post) -> None:
        set_policy(max_length=70_000)
        text = "x" * 65_000 + "<a title='"
        client.post(address, typed(body=text))
        comment = Comment.objects.get()
        assert comment.body == text
        decide(comment, "approved")
        assert is_harmless(client.get(post.get_absolute_url()).content.decode())


class RequestTests:
    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b"", "application/x-www-form-urlencoded"),
            (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
            (b"name=%ff%fe&body=%ed%a0%80&email=%00", "application/x-www-form-urlencoded"),
            (b"&=&=&" * 900, "application/x-www-form-urlencoded"),
            (b"a&" * 3_000, "application/x-www-form-urlencoded"),
            (b"{}", "application/json"),
            (b"--x\r\n", "multipart/form-data; boundary=x"),
            (b"nothing", "multipart/form-data"),
            (b"name=x", "application/x-www-form-urlencoded; charset=utf-16"),
            (b"name=x", "application/x-www-form-urlencoded; charset=nonsense"),
            (b"<xml/>", "text/xml"),
            (b"x", ""),
        ],
    )
    def test_a_strange_one_is_answered(self, client: Client, address: str, body: bytes, content_type: str) -> None:
        response = client.generic("POST", address, body, content_type)
        assert response.status_code in {400, 422}
        assert not Comment.objects.exists()

    @pytest.mark.parametrize(
        "headers",
        [
            {"HTTP_USER_AGENT": "x" * 5_000},
            {"HTTP_USER_AGENT": "a\x00b\xff"},
            {"REMOTE_ADDR": ""},
            {"REMOTE_ADDR": "unix:"},
            {"HTTP_X_FORWARDED_FOR": "1.2.3.4, nonsense, \x00"},
            {"HTTP_SEC_FETCH_SITE": ""},
            {"HTTP_COOKIE": "sessionid=nonsense; csrftoken=\x01"},
            {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_COOKIE": "sessionid=nonsense"},
        ],
    )
    def test_strange_headers_are_borne(self, client: Client, address: str, headers: dict[str, str]) -> None:
        assert client.post(address, typed(), **headers).status_code == 303  # type: ignore[arg-type]
        assert Comment.objects.count() == 1

    @pytest.mark.parametrize(
        "below",
        ["1abc/", "١/", "1%00/", "-1/", "at/1abc/", "at/", "reply/x/", f"at/{'9' * 40}/", f"reply/{'9' * 40}/", "0/"],
    )
    def test_strange_addresses_are_not_there(self, client: Client, address: str, below: str) -> None:
        assert client.get(address + below).status_code == 404

    @pytest.mark.parametrize("query", ["?page=1'", "?o=__class__", "?reply=<script>", "?%00", "?" + "x" * 5_000])
    def test_no_query_string_changes_a_page(self, client: Client, post: Post, query: str) -> None:
        plain = client.get(post.get_absolute_url())
        assert client.get(post.get_absolute_url() + query).content == plain.content


class HoneypotTests:
    def test_it_looks_like_success_and_lies_with_the_spam(self, client: Client, address: str) -> None:
        response = client.post(address, typed(subject="Cheap watches"))
        comment = Comment.objects.get()
        assert (response.status_code, response["Location"]) == (303, comment.get_absolute_url())
        assert comment.status == Comment.Status.SPAM
        assert comment.waiting_since is None
        assert not Comment.objects.waiting().exists()
        assert [signal["code"] for signal in comment.signals] == ["honeypot"]
        assert "waits for a moderator" in client.get(response["Location"]).content.decode()

    def test_no_person_comes_upon_it(self, client: Client, post: Post) -> None:
        page = client.get(post.get_absolute_url()).content.decode()
        hidden = page[page.index("hp-field") : page.index('id="comment-subject"')]
        assert 'aria-hidden="true"' in hidden
        assert 'tabindex="-1"' in hidden
        assert 'autocomplete="off"' in hidden

    @pytest.mark.parametrize(
        ("seconds", "codes"),
        [("1.2", ["too-fast"]), ("3", []), ("41", []), ("", []), ("nan", []), ("-1", []), ("inf", []), ("1e999", [])],
    )
    def test_the_time_is_a_signal_only_where_it_was_measured(
        self, client: Client, address: str, seconds: str, codes: list[str]
    ) -> None:
        client.post(address, typed(seconds=seconds))
        comment = Comment.objects.get()
        assert [signal["code"] for signal in comment.signals] == codes
        assert comment.status == Comment.Status.PENDING

    def test_an_agent_s_name_is_cut(self, client: Client, address: str) -> None:
        client.post(address, typed(), headers={"User-Agent": "x" * 5_000})
        assert Comment.objects.get().user_agent == "x" * 254

    def test_nothing_is_fetched_for_a_reader(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        import socket

        def refuse(*args: Any) -> None:
            raise AssertionError("A reader's words made us call somebody.")

        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        words = submission.Words("Rita", "rita@x.org", "See http://169.254.169.254/ and http://x.example")
        submission.submit(threads.of(post), Policy.objects.current(), words, Sender(), post.created_at)
