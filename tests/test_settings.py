"""Settings are read when a process starts, so each of these starts one."""

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from asiaunbound import environment

ROOT = settings.BASE_DIR


def start(code: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    own = {"VAR_DIR": str(folder), "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "asiaunbound.settings"}
    return subprocess.run(command, cwd=ROOT, env={**own, **variables}, capture_output=True, text=True, check=False)


def values(folder: Path, names: str, **variables: str) -> dict[str, Any]:
    code = (
        "import json; from django.conf import settings;"
        f"print(json.dumps({{name: getattr(settings, name) for name in {names.split()}}}, default=str))"
    )
    answer = start(code, folder, **variables)
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


class NothingSetTests:
    def test_it_is_safe(self, tmp_path: Path) -> None:
        found = values(tmp_path, "DEBUG SITE_URL ALLOWED_HOSTS TRUSTED_PROXIES MAIL_WORKS SECURE_PROXY_SSL_HEADER")
        assert found == {
            "DEBUG": False,
            "SITE_URL": "http://127.0.0.1:8000/",
            "ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
            "TRUSTED_PROXIES": [],
            "MAIL_WORKS": False,
            "SECURE_PROXY_SSL_HEADER": None,
        }

    def test_it_makes_a_secret_key_once_that_others_cannot_read(self, tmp_path: Path) -> None:
        first, second = (values(tmp_path, "SECRET_KEY") for _ in range(2))
        assert first == second
        assert len(first["SECRET_KEY"]) >= 50
        assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600

    def test_processes_that_start_together_agree_on_the_key(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(lambda _: environment.secret_key("UNSET_SECRET_KEY", tmp_path), range(40)))
        assert len(keys) == 1
        assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


class WrongValueTests:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("DEBUG", "perhaps"),
            ("SECRET_KEY", "secret"),
            ("SITE_URL", "http://example.org"),
            ("TRUSTED_PROXIES", "nginx"),
            ("DATABASE_URL", "mysql://localhost/posts"),
            ("DATABASE_SECONDS", "-1"),
            ("EMAIL_URL", "mail.example.org"),
            ("TIME_ZONE", "Asia/Atlantis"),
            ("LANGUAGE_CODE", "klingon"),
            ("HSTS_PRELOAD", "please"),
            ("FRONT_SERVER", "apache"),
        ],
    )
    def test_it_stops_the_start_with_a_sentence_that_names_the_variable(
        self, tmp_path: Path, name: str, value: str
    ) -> None:
        code = "import sys; sys.argv = ['manage.py', 'check']; import manage; manage.main()"
        answer = start(code, tmp_path, **{name: value})
        assert answer.returncode == 1
        assert answer.stderr.startswith(name), answer.stderr
        assert "Traceback" not in answer.stderr


class SiteUrlTests:
    @pytest.mark.parametrize(
        ("value", "origin", "host", "path"),
        [
            ("https://example.org", "https://example.org", "example.org", ""),
            ("https://example.org/", "https://example.org", "example.org", ""),
            ("https://example.org/asia", "https://example.org", "example.org", "asia/"),
            ("https://example.org:8443/a/b/", "https://example.org:8443", "example.org", "a/b/"),
            ("http://localhost:8000", "http://localhost:8000", "localhost", ""),
            ("http://[::1]:8000/asia/", "http://[::1]:8000", "[::1]", "asia/"),
        ],
    )
    def test_it_is_read(self, monkeypatch: pytest.MonkeyPatch, value: str, origin: str, host: str, path: str) -> None:
        monkeypatch.setenv("SITE_URL", value)
        assert environment.site_url("SITE_URL", "") == (origin, host, path)

    @pytest.mark.parametrize(
        "value",
        [
            "example.org",
            "//example.org",
            "ftp://example.org",
            "https://",
            "https://user@example.org",
            "https://example.org:port",
            "https://example.org/?page=1",
            "https://example.org/#top",
            "https://example.org/a//b",
            "https://example.org/<id>/",
            "http://example.org",
            "http://10.0.0.1",
        ],
    )
    def test_it_is_refused(self, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
        monkeypatch.setenv("SITE_URL", value)
        with pytest.raises(ImproperlyConfigured, match="SITE_URL"):
            environment.site_url("SITE_URL", "")

    def test_its_path_stands_before_every_address(self, tmp_path: Path) -> None:
        code = (
            "import django; django.setup();"
            "from django.conf import settings; from django.urls import reverse;"
            "from django.contrib.admin import site;"
            "print(reverse('admin:login'), reverse('healthz'), settings.STATIC_URL, settings.MEDIA_URL, site.site_url)"
        )
        answer = start(code, tmp_path, SITE_URL="https://example.org/asia")
        expected = ["/asia/admin/login/", "/asia/healthz", "/asia/static/", "/asia/media/", "/asia/"]
        assert answer.stdout.split() == expected

    def test_https_switches_on_all_that_belongs_to_it(self, tmp_path: Path) -> None:
        names = "SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS SECURE_HSTS_INCLUDE_SUBDOMAINS SECURE_HSTS_PRELOAD"
        names += " SESSION_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_NAME CSRF_COOKIE_SECURE ALLOWED_HOSTS"
        assert values(tmp_path, names, SITE_URL="https://example.org/asia/") == {
            "SECURE_SSL_REDIRECT": True,
            "SECURE_HSTS_SECONDS": 63072000,
            "SECURE_HSTS_INCLUDE_SUBDOMAINS": False,
            "SECURE_HSTS_PRELOAD": False,
            "SESSION_COOKIE_NAME": "__Host-sessionid",
            "SESSION_COOKIE_SECURE": True,
            "CSRF_COOKIE_NAME": "__Host-csrftoken",
            "CSRF_COOKIE_SECURE": True,
            "ALLOWED_HOSTS": ["example.org"],
        }


class DatabaseUrlTests:
    def read(self, monkeypatch: pytest.MonkeyPatch, value: str) -> dict[str, Any]:
        monkeypatch.setenv("DATABASE_URL", value)
        return environment.database("DATABASE_URL", "", Path("/srv/house"))

    @pytest.mark.parametrize(
        ("value", "path"),
        [("sqlite:///var/posts.sqlite3", "/srv/house/var/posts.sqlite3"), ("sqlite:////data/a%20b", "/data/a b")],
    )
    def test_it_names_a_file(self, monkeypatch: pytest.MonkeyPatch, value: str, path: str) -> None:
        assert self.read(monkeypatch, value)["NAME"] == Path(path)

    @pytest.mark.parametrize(
        ("value", "user", "password", "host", "port"),
        [
            ("postgres://ada:s%40cret@db.example.org:5433/posts", "ada", "s@cret", "db.example.org", "5433"),
            ("postgresql://ada@/posts?host=/run/PostgreSQL", "ada", "", "/run/PostgreSQL", ""),
            ("postgresql://ada@%2Frun%2FPostgreSQL/posts", "ada", "", "/run/PostgreSQL", ""),
            ("postgresql:///posts", "", "", "", ""),
        ],
    )
    def test_it_names_a_server_or_a_socket(
        self, monkeypatch: pytest.MonkeyPatch, value: str, user: str, password: str, host: str, port: str
    ) -> None:
        found = self.read(monkeypatch, value)
        assert found["NAME"] == "posts"
        assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == (user, password, host, port)

    @pytest.mark.parametrize(
        "value",
        ["sqlite://", "sqlite:///", "posts.sqlite3", "postgres://host", "postgres://host:x/posts", "postgres:///p?q=1"],
    )
    def test_it_is_refused(self, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
        with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
            self.read(monkeypatch, value)

    def test_a_refusal_does_not_repeat_the_password(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(ImproperlyConfigured) as refusal:
            self.read(monkeypatch, "mysql://ada:s3cret@host/posts")
        assert "s3cret" not in str(refusal.value)


class ThreadsTests:
    @pytest.mark.parametrize("value", ["0", "-1", "four", "1.5"])
    def test_no_thread_at_all_is_refused_by_name(self, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
        monkeypatch.setenv("GRANIAN_BLOCKING_THREADS", value)
        with pytest.raises(ImproperlyConfigured, match=r"GRANIAN_BLOCKING_THREADS is .* at least 1"):
            environment.number("GRANIAN_BLOCKING_THREADS", 4, least=1)


class EmailUrlTests:
    def test_it_is_encrypted_unless_the_server_is_this_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EMAIL_URL", "smtp://ada:s%40cret@mail.example.org")
        found = environment.mail_server("EMAIL_URL")
        assert found
        assert (found["port"], found["password"], found["use_tls"], found["use_ssl"]) == (587, "s@cret", True, False)
        monkeypatch.setenv("EMAIL_URL", "smtp+plain://mail.example.org")
        with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
            environment.mail_server("EMAIL_URL")

    def test_smtps_is_encrypted_from_the_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EMAIL_URL", "smtps://mail.example.org")
        found = environment.mail_server("EMAIL_URL")
        assert found
        assert (found["port"], found["use_tls"], found["use_ssl"]) == (465, False, True)
