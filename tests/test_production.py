"""The real server with the real settings: encrypted, under a path, behind a proxy, as an owner would run it."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

SECONDS_TO_START = 40
HOST = "example.org"


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    def get(self, path: str, scheme: str = "https", host: str = HOST, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        own = {"Host": host, "X-Forwarded-Proto": scheme}
        connection.request("GET", path, headers={**own, **{k.replace("_", "-"): v for k, v in headers.items()}})
        response = connection.getresponse()
        response.text = response.read()  # type: ignore[attr-defined]
        connection.close()
        return response


def environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(folder),
        "SITE_URL": f"https://{HOST}/asia/",
        "TRUSTED_PROXIES": "127.0.0.1",
    }


def manage(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *words]
    own = environment(folder)
    return subprocess.run(command, cwd=settings.BASE_DIR, env=own, capture_output=True, text=True, check=False)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_for(server: Server) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        try:
            if server.get("/asia/readyz").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail("The server did not start.")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("production")
    for words in (["migrate", "--verbosity", "0"], ["collectstatic", "--no-input", "--verbosity", "0"]):
        answer = manage(folder, *words)
        assert answer.returncode == 0, answer.stderr
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment(folder), stdout=subprocess.DEVNULL)
    found = Server(process, port, folder)
    try:
        wait_for(found)
        yield found
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.production
class ProductionTests:
    def test_the_deployment_check_finds_nothing(self, tmp_path: Path) -> None:
        answer = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING")
        assert answer.returncode == 0, answer.stderr
        assert "no issues" in answer.stdout

    def test_a_public_page_has_every_header(self, server: Server) -> None:
        headers = server.get("/asia/there-is-no-such-page/").headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
            "require-trusted-types-for 'script'; upgrade-insecure-requests"
        )
        assert headers["Strict-Transport-Security"] == "max-age=63072000"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert headers["Permissions-Policy"].startswith("camera=(), microphone=()")
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Set-Cookie"] is None
        assert "Cookie" not in headers.get("Vary", "")

    def test_a_charset_that_is_for_no_text_does_no_harm(self, server: Server) -> None:
        answer = server.get("/asia/regions/?before=1-2", Content_Type="text/plain; charset=zlib")
        assert answer.status == 200

    def test_no_header_names_a_version(self, server: Server) -> None:
        headers = server.get("/asia/healthz").headers
        assert not any(character.isdigit() for character in headers.get("Server", ""))
        assert headers["X-Powered-By"] is None

    def test_the_sign_in_page_is_never_kept(self, server: Server) -> None:
        headers = server.get("/asia/admin/login/").headers
        assert headers["Cache-Control"] == "no-store, private"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "img-src 'self' data:" in headers["Content-Security-Policy"]

    def test_a_cookie_is_bound_to_this_host(self, server: Server) -> None:
        cookie = server.get("/asia/admin/login/").headers["Set-Cookie"]
        assert cookie.startswith("__Host-csrftoken=")
        for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
            assert word in cookie
        assert "Domain" not in cookie

    def test_plain_http_is_sent_on(self, server: Server) -> None:
        response = server.get("/asia/admin/", scheme="http")
        assert (response.status, response.headers["Location"]) == (301, f"https://{HOST}/asia/admin/")

    def test_another_host_is_refused(self, server: Server) -> None:
        assert server.get("/asia/admin/", host="evil.example").status == 400

    def test_nothing_lies_outside_the_path(self, server: Server) -> None:
        assert server.get("/admin/login/").status == 404

    def test_static_files_are_compressed_and_kept_for_good(self, server: Server) -> None:
        names = [path.name for path in (server.folder / "static/admin/css").glob("base.*.css")]
        plain = server.get(f"/asia/static/admin/css/{names[0]}")
        packed = server.get(f"/asia/static/admin/css/{names[0]}", Accept_Encoding="gzip, br")
        assert len(names) == 1
        assert packed.headers["Content-Encoding"] == "br"
        assert "immutable" in packed.headers["Cache-Control"]
        assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"]) / 3

    def test_what_would_climb_out_of_the_media_is_refused(self, server: Server) -> None:
        (server.folder / "media").mkdir(exist_ok=True)
        for path in ("../secret_key", "..%2fsecret_key", "%2e%2e/secret_key", "/etc/passwd", "%00", "a%00.jpg", "."):
            assert server.get(f"/asia/media/{path}").status == 404, path

    def test_media_cannot_run(self, server: Server) -> None:
        (server.folder / "media").mkdir(exist_ok=True)
        for name, shown in (("a.jpg", True), ("a.svg", False), ("a.html", False)):
            (server.folder / "media" / name).write_text("<svg onload='alert(1)'/>")
            headers = server.get(f"/asia/media/{name}").headers
            assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers.get("Content-Disposition", "inline").startswith("inline" if shown else "attachment")
            assert headers["Content-Type"] == ("image/jpeg" if shown else "application/octet-stream")

    def test_web_server_and_worker_end_together(self, server: Server) -> None:
        port = free_port()
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        own = environment(server.folder)
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=own, stdout=subprocess.DEVNULL)
        second = Server(process, port, server.folder)
        wait_for(second)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        with pytest.raises(ConnectionError):
            second.get("/asia/healthz")
