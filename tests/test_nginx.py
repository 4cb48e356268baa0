"""The distribution's nginx, with the configuration that is printed, says what the program says and is never behind."""

import gzip
import http.client
import io
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from asiaunbound import nginx
from tests.faults.installation import Installation, free_port
from tests.in_front import Answer, Nginx, ask

POST = "/asia/2017/03/15/first/"
PAGES = ("/asia/", POST, f"{POST}print/", f"{POST}cite/", "/asia/2017/", "/asia/regions/", "/asia/authors/ada-tan/")
# These are of the connection, of whoever sends, or of the second.
OWN = {"server", "date", "expires", "connection", "keep-alive", "transfer-encoding", "etag"}

MAKE = """
import django
django.setup()
from tests.make import make_author, make_post, make_publication, make_region
make_publication()
make_post("First", authors=[make_author("Ada Tan")], regions=[make_region("Asia")])
make_post("Second")
"""
CHANGE = """
import django
django.setup()
from blog.models import Post
from tests.make import publish_again
publish_again(Post.objects.get(slug="first"), title="Changed")
"""


class Behind(Installation):
    @property
    def environment(self) -> dict[str, str]:
        own = {"SITE_URL": "https://example.org/asia/", "ALLOWED_HOSTS": "example.org,127.0.0.1"}
        return {**super().environment, **own, "TRUSTED_PROXIES": "127.0.0.1", "FRONT_SERVER": "nginx"}


class House:
    """An installation, nginx before it, and how to ask either."""

    def __init__(self, program: Behind, server: Nginx, port: int, plain_port: int) -> None:
        self.program, self.server, self.port, self.plain_port = program, server, port, plain_port

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        return ask(self.port, path, method, body, headers=headers)

    def ask_program(self, path: str, method: str = "GET", **headers: str) -> Answer:
        came = {"X_Forwarded_Proto": "https"}
        return ask(self.program.port, path, method, is_tls=False, headers={**headers, **came})

    def read(self, path: str) -> None:
        """By as many as it takes until it lies in front."""
        for _reader in range(3):
            if self.ask(path).is_from_a_file:
                return
        raise AssertionError(f"{path} does not come from a file. {self.server.errors()}")


def certificate(folder: Path) -> tuple[Path, Path]:
    key, own = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=example.org", "-days", "2"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(own)], check=True, capture_output=True)
    return own, key


@pytest.fixture(scope="module")
def house(nginx: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder, program = tmp_path_factory.mktemp("nginx"), Behind(workers=1)
    port, plain_port = free_port(), free_port()
    own, key = certificate(folder)
    try:
        program.prepare()
        program.run("-c", MAKE)
        printed = program.run("manage.py", "nginx", "--port", str(program.port)).stdout
        changed = {
            "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
            "listen [::]:443 ssl http2;": "",
            "listen 80;": f"listen 127.0.0.1:{plain_port};",
            "listen [::]:80;": "",
            "/etc/letsencrypt/live/example.org/fullchain.pem": str(own),
            "/etc/letsencrypt/live/example.org/privkey.pem": str(key),
        }
        server = Nginx(folder / "server", printed, changed)
        server.start(port)
        try:
            program.start("asiaunbound.wsgi:application")
            program.wait("/asia/healthz")
            yield House(program, server, port, plain_port)
        finally:
            server.stop()
    finally:
        program.remove()


def said(answer: Answer, but: set[str] = OWN) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in but}


@pytest.mark.production
class PageTests:
    @pytest.mark.parametrize("path", PAGES)
    @pytest.mark.parametrize("encoding", ["identity", "gzip"])
    def test_what_it_sends_is_what_the_program_sends(self, house: House, path: str, encoding: str) -> None:
        house.read(path)
        ours = house.ask_program(path, Accept_Encoding=encoding)
        sent = house.ask(path, Accept_Encoding=encoding)
        assert sent.is_from_a_file
        assert (sent.status, said(sent), sent.body) == (200, said(ours), ours.body)
        head = house.ask(path, "HEAD", Accept_Encoding=encoding)
        assert (head.status, said(head), head.body) == (200, said(ours), b"")

    @pytest.mark.parametrize("encoding", ["identity", "gzip"])
    def test_who_has_it_already_is_told_so(self, house: House, encoding: str) -> None:
        house.read(POST)
        sent = house.ask(POST, Accept_Encoding=encoding)
        ours = house.ask_program(POST, Accept_Encoding=encoding)
        again = house.ask(POST, Accept_Encoding=encoding, If_None_Match=sent.headers["etag"])
        expected = house.ask_program(POST, Accept_Encoding=encoding, If_None_Match=ours.headers["etag"])
        assert (again.status, again.body) == (304, b"")
        assert said(again, OWN | {"content-length"}) == said(expected, OWN | {"content-length"})

    def test_a_date_tells_nothing(self, house: House) -> None:
        house.read(POST)
        sent = house.ask(POST)
        assert "last-modified" not in sent.headers
        long_from_now = "Fri, 01 Jan 2100 00:00:00 GMT"
        assert house.ask(POST, If_Modified_Since=long_from_now).status == 200
        assert house.ask(POST, If_Modified_Since=long_from_now, If_None_Match='"other"').status == 200

    def test_both_encodings_have_an_etag_of_their_own(self, house: House) -> None:
        house.read(POST)
        assert house.ask(POST).headers["etag"] != house.ask(POST, Accept_Encoding="gzip").headers["etag"]

    @pytest.mark.parametrize("query", ["utm_source=a%20b&fbclid=1", "", "x=/../&%22%3Cscript%3E"])
    def test_a_query_string_in_which_no_page_reads_anything_is_dropped(self, house: House, query: str) -> None:
        house.read(POST)
        assert house.ask(f"{POST}?{query}").is_from_a_file

    @pytest.mark.parametrize(
        "path",
        [
            "/asia/?before=1489579200000000-1",
            "/asia/?utm_source=x&%62efore=1489579200000000-1",
            "/asia/?befor%65=1489579200000000-1",
            "//asia/2017/03/15/first/",
            "/asia//2017/03/15/first/",
            "/asia/2017/03/15/first//",
            "/asia/2017/./03/15/first/",
            "/asia/2017/../2017/03/15/first/",
            "/asia/2017/%2e%2e/2017/03/15/first/",
            "/asia/2017%2f03/15/first/",
            "/asia/%32017/03/15/first/",
            "/asia/2017/03/15/FIRST/",
            "/asia/2017/03/15/first",
            "/asia/2017/03/15/first/index.html",
            "/asia/2017/03/15/first/index.html.gz",
            "/2017/03/15/first/",
            "/asia/static/..%2f..%2f2017/03/15/first/",
            f"/asia/{'a/' * 3_000}",
            f"/asia/{'a' * 6_000}/",
            "/503.html",
            "/413.txt",
            "/asia/feed/",
            "/asia/admin/",
            "/asia/healthz",
        ],
    )
    def test_every_other_address_is_for_the_program(self, house: House, path: str) -> None:
        house.read(POST)
        house.read("/asia/")
        sent, ours = house.ask(path), house.ask_program(path)
        assert not sent.is_from_a_file
        assert (sent.status, said(sent), sent.body) == (ours.status, said(ours), ours.body)

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
    def test_so_is_everything_but_reading(self, house: House, method: str) -> None:
        house.read(POST)
        sent, ours = house.ask(POST, method, b""), house.ask_program(POST, method)
        assert (sent.status, sent.body) == (ours.status, ours.body)
        assert sent.status in (403, 405)

    def test_so_is_another_host(self, house: House) -> None:
        house.read(POST)
        assert house.ask(POST, Host="evil.example").status == 400
        assert house.ask(POST, Host="example.org:443").is_from_a_file

    def test_a_change_takes_the_page_away_at_once(self, house: House) -> None:
        for path in (*PAGES, "/asia/2017/03/15/second/"):
            house.read(path)
        house.program.run("-c", CHANGE)
        shown = [house.ask(path) for path in PAGES]
        assert [answer.is_from_a_file for answer in shown] == [path == "/asia/regions/" for path in PAGES]
        assert b"Changed" in shown[1].body
        assert house.ask("/asia/2017/03/15/second/").is_from_a_file
        house.read(POST)
        assert b"Changed" in house.ask(POST).body


@pytest.mark.production
class FileTests:
    def test_static_files_are_sent_as_the_program_sends_them(self, house: House) -> None:
        (name,) = [path.name for path in (house.program.folder / "static/css").glob("site.*.css")]
        for file in (f"/asia/static/css/{name}", "/asia/static/css/site.css"):
            sent, ours = (ask(file, Accept_Encoding="gzip") for ask in (house.ask, house.ask_program))
            assert gzip.decompress(sent.body) == gzip.decompress(ours.body)
            # Here a date and a second are good enough, and nginx can send a part.
            but = OWN | {"content-type", "last-modified", "accept-ranges"}
            assert said(sent, but) == said(ours, but)
            assert sent.headers["content-type"] == "text/css; charset=utf-8"
            assert ("immutable" in sent.headers["cache-control"]) is (name in file)

    def test_uploaded_files_are_too(self, house: House) -> None:
        (house.program.folder / "media").mkdir(exist_ok=True)
        for name in ("a.jpg", "a.JPG", "a.svg", "a.html", "none"):
            (house.program.folder / "media" / name).write_text("<svg onload='alert(1)'/>")
            sent, ours = house.ask(f"/asia/media/{name}"), house.ask_program(f"/asia/media/{name}")
            disposition = sent.headers.pop("content-disposition")
            assert ours.headers.pop("content-disposition").partition(";")[0] == disposition
            but = OWN | {"last-modified", "accept-ranges"}
            assert (sent.status, said(sent, but), sent.body) == (200, said(ours, but), ours.body)

    @pytest.mark.parametrize(
        "path",
        [
            "/asia/media/../secret_key",
            "/asia/media/..%2fsecret_key",
            "/asia/media../secret_key",
            "/asia/media/%2e%2e/secret_key",
            "/asia/media//etc/passwd",
            "/asia/media/%00",
            "/asia/media/",
            "/asia/media/none.jpg",
            "/asia/static/none.css",
            "/asia/static/",
        ],
    )
    def test_what_is_not_there_or_climbs_out_is_none(self, house: House, path: str) -> None:
        (house.program.folder / "media").mkdir(exist_ok=True)
        (house.program.folder / "secret_key").write_text("a secret")
        answer = house.ask(path)
        assert answer.status in (400, 404)
        assert b"a secret" not in answer.body


@pytest.mark.production
class FormTests:
    def comment(self, house: House, size: int) -> Answer:
        body = b"name=Rita&email=r@example.org&body=" + b"All of my words. ".replace(b" ", b"+") * (size // 17)
        path = f"{POST}comments/"
        return house.ask(path, "POST", body, Content_Type="application/x-www-form-urlencoded")

    def test_a_comment_that_is_too_long_comes_back_with_its_text(self, house: House) -> None:
        answer = self.comment(house, 200_000)
        assert answer.status == 413
        assert b"All of my words." in answer.body

    def test_what_no_person_types_gets_a_sentence(self, house: House) -> None:
        answer = self.comment(house, 40_000_000)
        assert (answer.status, answer.headers["content-type"]) == (413, "text/plain; charset=utf-8")
        assert b"send less" in answer.body

    def test_who_asks_and_how_they_came_is_told_to_the_program(self, house: House) -> None:
        """It would lead elsewhere who came without encryption, and believe no other host's form."""
        assert self.comment(house, 100).status == 303
        forged = house.ask(f"{POST}comments/", "POST", b"", Origin="https://evil.example")
        assert forged.status == 403

    @pytest.mark.parametrize("name", ["X_Forwarded_Proto", "X-Forwarded_Proto", "X_Forwarded-Proto"])
    def test_no_name_with_an_underscore_passes_for_what_nginx_says(self, house: House, name: str) -> None:
        context = ssl._create_unverified_context()
        with closing(http.client.HTTPSConnection("127.0.0.1", house.port, timeout=60, context=context)) as connection:
            # Whoever came without encryption is sent on; nginx says that this visitor came with it.
            connection.request("GET", "/asia/feed/?q=1", headers={"Host": "example.org", name: "http"})
            assert connection.getresponse().status == 200

    def test_plain_http_is_sent_on(self, house: House) -> None:
        sent = ask(house.plain_port, f"{POST}?x=1", is_tls=False)
        assert (sent.status, sent.headers["location"]) == (301, f"https://example.org{POST}?x=1")


@pytest.mark.production
class OutageTests:
    def test_pages_are_read_while_the_program_is_away(self, house: House) -> None:
        for path in PAGES:
            house.read(path)
        before = [house.ask(path).body for path in PAGES]
        house.program.stop()
        try:
            assert [house.ask(path).body for path in PAGES] == before
            for away in (house.ask("/asia/feed/"), house.ask(f"{POST}comments/", "POST", b"body=Words")):
                assert (away.status, away.headers["retry-after"]) == (503, "10")
                assert away.headers["cache-control"] == "no-store"
                assert b"Please try again in a moment" in away.body
                assert away.headers["content-type"] == "text/html; charset=utf-8"
                assert "default-src 'none'" in away.headers["content-security-policy"]
        finally:
            house.program.start("asiaunbound.wsgi:application")
            house.program.wait("/asia/healthz")
        assert [house.ask(path).is_from_a_file for path in PAGES] == [True] * len(PAGES)
        assert house.ask("/asia/feed/").status == 200

    def test_a_worker_that_nobody_asks_follows_what_was_changed_while_it_was_away(self, house: House) -> None:
        """The change here was made by a process that was killed before it cleaned up."""
        house.read(POST)
        house.program.stop()
        away = "from blog import pages\npages.after_commit = lambda act: None\nfrom blog.models import Post"
        house.program.run("-c", CHANGE.replace("from blog.models import Post", away).replace("Changed", "Again"))
        assert house.ask(POST).is_from_a_file
        house.program.start("asiaunbound.wsgi:application")
        wait_until(lambda: not house.ask(POST).is_from_a_file)
        house.program.wait("/asia/healthz")
        assert b"Again" in house.ask(POST).body


def wait_until(is_true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.1)


class ConfigurationTests:
    def printed(self, *words: str) -> str:
        out = io.StringIO()
        call_command("nginx", *words, stdout=out)
        return out.getvalue()

    def test_it_is_accepted_for_this_machine_alone_too(self, nginx: None, tmp_path: Path) -> None:
        server = Nginx(
            tmp_path / "server", self.printed("--port", "8001"), {"127.0.0.1:8000": f"127.0.0.1:{free_port()}"}
        )
        assert "warn" not in server.judge()

    def test_nginx_and_the_program_cannot_listen_at_one_port(self) -> None:
        with pytest.raises(CommandError, match="--port 8001"):
            self.printed()

    def test_what_cannot_be_written_into_it_is_refused(self, settings: Any) -> None:
        settings.MEDIA_ROOT = Path('/srv/a"b')
        with pytest.raises(ImproperlyConfigured, match="nginx cannot be told"):
            self.printed("--port", "8001")

    def test_other_headers_mean_another_folder(self, settings: Any) -> None:
        """So an nginx that still says the old ones finds no page, and leaves them all to the program."""
        before = nginx.folder()
        caches = (nginx.headers, nginx.folder)
        try:
            settings.X_FRAME_OPTIONS = "SAMEORIGIN"
            for cache in caches:
                cache.cache_clear()
            assert nginx.folder() != before
        finally:
            for cache in caches:
                cache.cache_clear()
