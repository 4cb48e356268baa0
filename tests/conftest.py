"""Every run has a world of its own: a folder for what is made, a database, and no network beyond this machine."""

import atexit
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

OWN_FOLDER = tempfile.mkdtemp(prefix="asiaunbound-tests-")
atexit.register(shutil.rmtree, OWN_FOLDER, ignore_errors=True)
for name in ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "TRUSTED_PROXIES", "EMAIL_URL", "MAIL_FROM"):
    os.environ.pop(name, None)
for name in ("HSTS_INCLUDE_SUBDOMAINS", "HSTS_PRELOAD", "LANGUAGE_CODE", "TIME_ZONE", "DEMO_PASSWORD", "FRONT_SERVER"):
    os.environ.pop(name, None)
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "asiaunbound.settings",
    "VAR_DIR": OWN_FOLDER,
    # Longer than readers are kept waiting: on a busy machine emptying all tables takes its time.
    "DATABASE_SECONDS": "30",
    # And more threads at once, for some tests let many wait for one row.
    "GRANIAN_BLOCKING_THREADS": "100",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    # The synchronous Playwright runs in a thread that has an event loop, and Django asks no more than that.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}

# Only now, for the settings read the environment.
from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.db.models.sql.compiler import SQLCompiler  # noqa: E402
from django.db.transaction import TransactionManagementError  # noqa: E402
from django.template import Context, Template, VariableDoesNotExist  # noqa: E402
from django.template.base import FilterExpression  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402

assert str(settings.VAR_DIR) == str(Path(OWN_FOLDER).resolve())
# pytest-xdist's workers inherit the environment, and would read the settings before they come to this file.
del os.environ["DJANGO_SETTINGS_MODULE"]

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STATIC_ROOT.mkdir()
settings.WHITENOISE_AUTOREFRESH = True

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOOPBACK):
            pytest.fail(f"A test called {address[0]}, which is not this machine.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)


def is_ours(template: Template | None) -> bool:
    """The admin's templates count on undefined variables, and so must ours that extend them."""
    origin = str(template.origin.name) if template else ""
    return origin.startswith(str(settings.BASE_DIR / "templates")) and "/admin/" not in origin


@pytest.fixture(autouse=True)
def no_undefined_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """A template of ours that shows a variable nobody gave it fails the test, unless it says |default."""
    resolve = FilterExpression.resolve

    def strict(self: FilterExpression, context: Context, ignore_failures: bool = False) -> Any:
        template = context.render_context.template
        is_excused = ignore_failures or not self.is_var or "|default" in self.token
        if template and not is_excused and is_ours(context.template) and is_ours(template):
            try:
                self.var.resolve(context)
            except VariableDoesNotExist as error:
                pytest.fail(f"{template.origin.name}, {{{{ {self.token} }}}}: {error}")
        return resolve(self, context, ignore_failures=ignore_failures)

    monkeypatch.setattr(FilterExpression, "resolve", strict)


@pytest.fixture(autouse=True)
def locks_rows_only_in_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL locks rows only within a transaction. Neither SQLite nor a test that is one itself would notice."""
    as_sql = SQLCompiler.as_sql

    def strict(self: SQLCompiler, *args: Any, **kwargs: Any) -> Any:
        own = [block for block in self.connection.atomic_blocks if not block._from_testcase]  # type: ignore[attr-defined]
        if self.query.select_for_update and not own:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        return as_sql(self, *args, **kwargs)

    monkeypatch.setattr(SQLCompiler, "as_sql", strict)


@pytest.fixture(autouse=True)
def own_media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def really_commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    is_case = request.cls is not None and issubclass(request.cls, TransactionTestCase)
    return bool(marker and marker.kwargs.get("transaction")) or is_case or "live_server" in request.fixturenames


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Stored pages of its own for each test; where a test never commits, a change is carried out at once."""
    settings.PAGES_ROOT, settings.RUN_ROOT, settings.WWW_ROOT = tmp_path / "pages", tmp_path / "run", tmp_path / "www"
    if not really_commits(request):
        # Only now, when Django knows its models.
        from blog import pages

        monkeypatch.setattr(pages, "after_commit", lambda act: act())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """After every test, while its rows are there: what is stored is what would be drawn."""
    yield
    from tests import stored

    if settings.STORED_PAGES and Path(settings.PAGES_ROOT).exists():
        wrong = stored.differences()
        assert wrong == [], "A change of these pages was not announced by pages.changed()."


@pytest.fixture(autouse=True)
def mail_waits_in_the_queue(settings: Any) -> None:
    """As in real life; the worker then delivers to django.core.mail.outbox."""
    delivery = {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
    settings.MAILERS = {"default": {"BACKEND": "post_office.EmailBackend"}, "delivery": delivery}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """A browser brings an event loop into this thread, where Django then opens another connection.

    That one must know too what tests with real transactions begin with: groups, reasons, permissions.
    """
    contents = getattr(connection, "_test_serialized_contents", None)
    if contents is not None:
        type(connections["default"])._test_serialized_contents = contents  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        reason = "Chromium is not installed. On Debian or Ubuntu: sudo apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def nginx() -> None:
    from tests.in_front import NGINX

    if not NGINX:
        reason = "nginx is not installed. On Debian or Ubuntu: sudo apt-get install nginx"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture
def page(browser: Browser, live_server: Any, settings: Any) -> Iterator[Page]:
    """A page of a new visitor, to whom the live server is the publication; a refusal by the policy fails the test."""
    settings.SITE_ORIGIN = live_server.url
    settings.SITE_URL = f"{live_server.url}/{settings.SITE_PREFIX}"
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    refused: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "TrustedHTML" in message.text:
            refused.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: refused.append(str(error)))
    yield page
    context.close()
    assert not refused
