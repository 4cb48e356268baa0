import contextlib
import io
import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from asiaunbound import environment
from asiaunbound.management.commands import doctor


@pytest.fixture
def healthy(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    settings.SITE_URL = "https://example.org/"
    settings.IS_HTTPS = True
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1")
    settings.TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES")
    settings.MAIL_WORKS = True
    settings.DEFAULT_FROM_EMAIL = "Asia Unbound <desk@example.org>"
    settings.VAR_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "staticfiles.json").touch()
    (tmp_path / "worker").touch()


def complaints() -> str:
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("healthy")
class DoctorTests:
    def test_it_is_content_with_a_healthy_house(self) -> None:
        out = io.StringIO()
        call_command("doctor", stdout=out)
        assert out.getvalue() == "All is well.\n"

    @pytest.mark.parametrize(
        ("name", "value", "word"),
        [
            ("DEBUG", True, "DEBUG"),
            ("IS_HTTPS", False, "SITE_URL"),
            ("TRUSTED_PROXIES", [], "TRUSTED_PROXIES"),
            ("MAIL_WORKS", False, "EMAIL_URL"),
            ("DEFAULT_FROM_EMAIL", "Asia Unbound <noreply@localhost>", "MAIL_FROM"),
            ("STATIC_ROOT", Path("/nowhere"), "collectstatic"),
        ],
    )
    def test_it_names_the_setting(self, settings: Any, name: str, value: Any, word: str) -> None:
        setattr(settings, name, value)
        (complaint,) = complaints().splitlines()
        assert word in complaint

    def test_it_looks_at_what_a_web_server_in_front_needs(self, settings: Any) -> None:
        settings.FRONT_SERVER, settings.TRUSTED_PROXIES, settings.IS_HTTPS = "nginx", [], False
        settings.STORED_PAGES = False
        settings.VAR_DIR.chmod(0o700)
        told = complaints()
        assert "STORED_PAGES is 0" in told
        assert "TRUSTED_PROXIES is empty, so all readers seem to be one" in told
        assert "chmod o+x" in told

    @pytest.mark.parametrize("pooler", ["refuses", "drops"])
    def test_it_notices_a_pooler_that_passes_no_limits_on(self, pooler: str, monkeypatch: pytest.MonkeyPatch) -> None:
        if connection.vendor != "postgresql":
            monkeypatch.setattr(connection, "vendor", "postgresql")
            monkeypatch.setattr(connection, "get_connection_params", dict, raising=False)
        answer = contextlib.nullcontext(SimpleNamespace(execute=lambda sql: SimpleNamespace(fetchone=lambda: ("0",))))

        def connect(**asked: Any) -> Any:
            assert "statement_timeout" in asked["options"]
            if pooler == "refuses":
                raise psycopg.OperationalError("FATAL: unsupported startup parameter: options")
            return answer

        monkeypatch.setattr(psycopg, "connect", connect)
        told = " ".join(doctor.pooler_complaints())
        assert "PgBouncer in transaction mode" in told
        assert "Let DATABASE_URL name PostgreSQL itself" in told

    def test_it_finds_no_pooler_where_there_is_none(self) -> None:
        assert list(doctor.pooler_complaints()) == []

    def test_it_notices_a_key_that_others_can_read(self, settings: Any) -> None:
        (settings.VAR_DIR / "secret_key").touch(0o644)
        assert "chmod 600" in complaints()

    def test_it_notices_that_the_worker_never_ran(self, settings: Any) -> None:
        (settings.VAR_DIR / "worker").unlink()
        assert "manage.py work" in complaints()

    def test_it_notices_that_the_worker_has_stopped(self, settings: Any) -> None:
        an_hour_ago = time.time() - 3600
        os.utime(settings.VAR_DIR / "worker", (an_hour_ago, an_hour_ago))
        assert "60 minutes" in complaints()
