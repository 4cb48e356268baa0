import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from asiaunbound import environment
from asiaunbound.headers import HeadersMiddleware, TrustedProxyMiddleware
from asiaunbound.logs import discreet


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::1")
    settings.TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES")


def meta_after_the_door(peer: str, **meta: str) -> dict[str, Any]:
    request = RequestFactory().get("/")
    request.META |= {"REMOTE_ADDR": peer, **meta}
    TrustedProxyMiddleware(lambda request: HttpResponse())(request)
    return request.META


class ForwardedTests:
    @pytest.mark.parametrize("peer", ["192.0.2.7", "2001:db8::2", "", "unix:"])
    def test_a_stranger_is_not_believed(self, trusted: None, peer: str) -> None:
        found = meta_after_the_door(peer, HTTP_X_FORWARDED_FOR="198.51.100.1", HTTP_X_FORWARDED_PROTO="https")
        assert not [name for name in found if "FORWARDED" in name]

    @pytest.mark.parametrize("peer", ["10.1.2.3", "2001:db8::1"])
    def test_a_proxy_of_ours_is(self, trusted: None, peer: str) -> None:
        found = meta_after_the_door(peer, HTTP_X_FORWARDED_FOR="198.51.100.1", HTTP_X_FORWARDED_PROTO="https")
        assert found["HTTP_X_FORWARDED_FOR"] == "198.51.100.1"
        assert found["HTTP_X_FORWARDED_PROTO"] == "https"

    def test_nobody_is_unless_the_owner_says_so(self) -> None:
        assert "HTTP_X_FORWARDED_FOR" not in meta_after_the_door("127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1")


class HeaderTests:
    def test_a_view_has_the_last_word(self) -> None:
        def view(request: HttpRequest) -> HttpResponse:
            return HttpResponse(headers={"Cache-Control": "public", "Cross-Origin-Resource-Policy": "cross-origin"})

        response = HeadersMiddleware(view)(RequestFactory().get("/feed/"))
        assert isinstance(response, HttpResponse)
        assert response["Cache-Control"] == "public"
        assert response["Cross-Origin-Resource-Policy"] == "cross-origin"

    @pytest.mark.parametrize("path", ["/admin/", "/admin/nowhere/", "/admin/password/"])
    def test_nothing_for_the_staff_is_kept_or_may_have_unsafe_script(self, client: Client, db: None, path: str) -> None:
        response = client.get(path)
        assert response["Cache-Control"] == "no-store, private"
        assert response["Referrer-Policy"] == "same-origin"
        assert "unsafe" not in response["Content-Security-Policy"]


class LogTests:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("refused <ada@example.org>: no", "refused <[e-mail]>: no"),
            ("from 192.0.2.77 at 12:30", "from 192.0.2.0 at 12:30"),
            ("from 2001:db8:1:2:3:4:5:6", "from 2001:db8:1::"),
            ("Not Found: /2017/03/15/slug/", "Not Found: /2017/03/15/slug/"),
        ],
    )
    def test_it_names_nobody(self, text: str, expected: str) -> None:
        assert discreet(text) == expected


class EditorTests:
    def test_the_one_style_block_that_the_editor_writes_is_the_one_that_is_allowed(self) -> None:
        script = finders.find("django_prose_editor/editor.js")
        assert script
        (style,) = re.findall(r"=`([.]ProseMirror \{[^`]*)`", Path(script).read_text())
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" == settings.EDITOR_STYLE_HASH
