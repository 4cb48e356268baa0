"""A page of another site cannot speak for its reader (the judgement itself, and what it guards)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from comments import origin
from comments.models import Comment
from comments.origin import Origin
from tests.make import PASSWORD, make_moderator
from tests.make_comments import decide, typed

SITE = "https://blogs.example.org"


class OriginTests:
    @pytest.mark.parametrize(
        ("fetch_site", "sent", "expected"),
        [
            ("same-origin", None, Origin.OURS),
            ("same-origin", "https://elsewhere.example", Origin.OURS),
            ("same-site", SITE, Origin.FOREIGN),
            ("cross-site", SITE, Origin.FOREIGN),
            ("cross-site", None, Origin.FOREIGN),
            ("none", None, Origin.GUEST),
            ("SAME-ORIGIN", None, Origin.FOREIGN),
            ("anything", SITE, Origin.FOREIGN),
            (None, SITE, Origin.OURS),
            (None, "null", Origin.FOREIGN),
            (None, "https://blogs.example.org.evil.example", Origin.FOREIGN),
            (None, "http://blogs.example.org", Origin.FOREIGN),
            (None, "https://blogs.example.org:8443", Origin.FOREIGN),
            (None, None, Origin.GUEST),
            ("", "", Origin.GUEST),
        ],
    )
    def test_it_is_what_the_browser_says(
        self, settings: Any, fetch_site: str | None, sent: str | None, expected: Origin
    ) -> None:
        settings.SITE_ORIGIN = SITE
        said = {"Sec-Fetch-Site": fetch_site, "Origin": sent}
        headers = {name: value for name, value in said.items() if value is not None}
        assert origin.of(RequestFactory().post("/", headers=headers)) is expected


class StaffTests:
    @pytest.fixture
    def signed_in(self, client: Client, db: None) -> Client:
        make_moderator()
        client.login(username="moderator", password=PASSWORD)
        return client

    @pytest.mark.parametrize(
        "headers",
        [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
    )
    def test_another_site_cannot_speak_for_a_moderator(
        self, signed_in: Client, address: str, headers: dict[str, str]
    ) -> None:
        response = signed_in.post(address, typed(), headers=headers)
        page = response.content.decode()
        assert response.status_code == 403
        assert typed()["body"] in page
        assert "moderator" not in page.replace("a moderator before it appears", "")
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert not Comment.objects.exists()

    def test_who_says_nothing_is_a_guest_whatever_cookie_comes_along(self, signed_in: Client, address: str) -> None:
        assert signed_in.post(address, typed()).status_code == 303
        comment = Comment.objects.get()
        assert comment.user is None
        assert comment.name == "Rita Reader"

    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://127.0.0.1:8000"}])
    def test_from_our_own_page_the_account_speaks_and_waits_like_everybody(
        self, signed_in: Client, address: str, headers: dict[str, str]
    ) -> None:
        fields = typed(name="The Editor in Chief", email="chief@example.org", user="1")
        assert signed_in.post(address, fields, headers=headers).status_code == 303
        comment = Comment.objects.get()
        assert comment.user == make_moderator()
        assert (comment.name, comment.email) == ("moderator", "moderator@example.org")
        assert comment.status == Comment.Status.PENDING

    def test_an_account_needs_no_name_and_no_address(self, ours: Client, signed_in: Client, address: str) -> None:
        assert ours.post(address, typed(name="", email="not an address\x00")).status_code == 303
        assert Comment.objects.get().name == "moderator"

    def test_a_guest_on_our_page_stays_a_guest(self, ours: Client, address: str) -> None:
        response = ours.post(address, typed())
        assert response.status_code == 303
        assert Comment.objects.get().user is None
        assert not response.cookies


class BadgeTests:
    def test_only_an_account_has_it(self, ours: Client, client: Client, address: str) -> None:
        make_moderator()
        ours.login(username="moderator", password=PASSWORD)
        ours.post(address, typed(body="From the desk."))
        Client().post(address, typed(name="moderator", body="From elsewhere."))
        for comment in Comment.objects.all():
            decide(comment, "approved")
        page = Client().get(address.removesuffix("comments/")).content.decode()
        assert page.count('class="badge"') == 1
        assert page.index('class="badge"') < page.index("From the desk.") < page.index("From elsewhere.")


def all_patterns(patterns: list[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from all_patterns(pattern.url_patterns)
        else:
            yield pattern


class ExemptTests:
    def test_only_these_are_taken_without_a_token(self) -> None:
        """Whoever adds one here has it judge where a POST comes from, as `comments.origin` does."""
        exempt = {
            pattern.lookup_str
            for pattern in all_patterns(get_resolver().url_patterns)
            if getattr(pattern.callback, "csrf_exempt", False)
        }
        assert exempt == {
            "comments.views.submit",
            "comments.views.mail_own_page",
            "comments.own_letters.letters",
            "comments.own_letters.proof",
            "comments.by_mail.by_mail",
            "comments.own_page.mine",
            "comments.reporting.report",
            "comments.your_data.ask",
            "comments.your_data.proven",
        }
