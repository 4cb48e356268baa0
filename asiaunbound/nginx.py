"""What nginx in front is told, so that it answers as the program would; and which pages it sends by itself.

Its configuration is written from the settings and from what the middleware says, so nothing is said twice. The folder
in which it looks for pages is named after the headers that it gives them: where a new release says others, nginx finds
nothing there, and leaves all pages to the program until its configuration is printed anew.
"""

import hashlib
import io
import logging
import math
import re
import secrets
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from asiaunbound import media
from blog import front_files, pages, pictures
from blog.kept import Headers, Page
from blog.views import shared

logger = logging.getLogger(__name__)

# Addresses as we write them ourselves, below the publication's; all others are for the program.
PATH = "(?:[a-z0-9_-]+/)*"
KEEPER = "asiaunbound.front.StoredPagesMiddleware"
STATIC = "whitenoise.middleware.WhiteNoiseMiddleware"
# What stands between quotation marks in its configuration cannot hold these.
NOT_QUOTED = re.compile(r'["$\\\x00-\x1f]')
UNREACHABLE = "503.html"


def begin() -> None:
    """Called by each web worker as it starts."""
    is_used = bool(settings.FRONT_SERVER and settings.STORED_PAGES)
    try:
        pages.store().begin_front(is_used=is_used)
        if is_used:
            headers()
            keep_unreachable(Path(settings.WWW_ROOT) / UNREACHABLE)
    except OSError as error:
        logger.error("The files for the web server in front could not be begun: %s", error)


def keep_unreachable(path: Path) -> None:
    """The page for when the program cannot answer, as this release draws it."""
    beside = path.with_name(f"draft-{secrets.token_hex(8)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside.write_text(render_to_string(UNREACHABLE), encoding="utf-8")
    beside.replace(path)


def place(page: Page) -> str | None:
    """Where nginx looks for a page; None for one that it must not send.

    It knows neither what time it is nor what a page reads of a query string, and it gives all pages the same headers.
    """
    start = f"/{settings.SITE_PREFIX}"
    path = page.key.removeprefix(start)
    if page.end != math.inf or not page.key.startswith(start) or not re.fullmatch(PATH, path):
        return None
    return front_files.place_of(folder(), path) if sorted(page.headers) == headers() else None


@lru_cache(maxsize=1)
def headers() -> Headers:
    """What is said with every page that is kept."""
    return sorted(pages.kept_headers(through(shared(HttpResponse()), settings.MIDDLEWARE)))


@lru_cache(maxsize=1)
def folder() -> str:
    return hashlib.sha256(repr(headers()).encode()).hexdigest()[:8]


def through(response: HttpResponse, middleware: Sequence[str]) -> HttpResponse:
    """What becomes of an answer on its way out."""

    def answer(request: HttpRequest) -> Any:
        return response

    for name in reversed(middleware):
        if name != KEEPER:
            answer = import_string(name)(answer)
    environ: dict[str, Any] = {
        "HTTP_HOST": settings.SITE_ORIGIN.partition("://")[2],
        "PATH_INFO": f"/{settings.SITE_PREFIX}",
        "wsgi.url_scheme": settings.SITE_ORIGIN.partition("://")[0],
        "wsgi.input": io.BytesIO(),
    }
    setup_testing_defaults(environ)
    sent: HttpResponse = answer(WSGIRequest(environ))
    return sent


def configuration(host: str, port: int) -> str:
    """The whole of it, for a program that listens at this host and port."""
    template = Path(__file__).with_suffix(".conf").read_text(encoding="utf-8")
    kinds = dict.fromkeys(media.SHOWN_IN_PAGES.values())
    before_static = settings.MIDDLEWARE[: settings.MIDDLEWARE.index(STATIC)]
    context = {
        "site_url": settings.SITE_URL,
        # Several publications may share one nginx.
        "own": f"asia_{hashlib.sha256(settings.SITE_URL.encode()).hexdigest()[:6]}",
        "is_https": settings.IS_HTTPS,
        "is_usual_port": urlsplit(settings.SITE_ORIGIN).port is None,
        "origin": settings.SITE_ORIGIN,
        "host": settings.SITE_HOST,
        "hosts": [name for name in dict.fromkeys([settings.SITE_HOST, *settings.ALLOWED_HOSTS]) if name != "*"],
        "listens": listens(),
        "program": f"{host}:{port}",
        "is_first": re.escape(f"{settings.SITE_HOST} /{settings.SITE_PREFIX}"),
        "path": PATH,
        "read": pages.READ.pattern,
        "www": quoted(settings.WWW_ROOT),
        "pages": quoted(Path(settings.WWW_ROOT) / "now" / "pages" / folder()),
        "unreachable": UNREACHABLE,
        "page_type": quoted(dict(headers())["Content-Type"]),
        "page_headers": said(headers()),
        "static_url": quoted(settings.STATIC_URL),
        "static_root": quoted(f"{settings.STATIC_ROOT}/"),
        "static_headers": said(through(HttpResponse(), before_static).items()),
        "media_url": quoted(settings.MEDIA_URL),
        "media_root": quoted(f"{settings.MEDIA_ROOT}/"),
        "media_headers": said(through(HttpResponse(headers=media.HEADERS), settings.MIDDLEWARE).items()),
        "endings": [ending[1:] for ending in media.SHOWN_IN_PAGES],
        "shown": {kind: [e[1:] for e, of in media.SHOWN_IN_PAGES.items() if of == kind] for kind in kinds},
        "megabytes": (pictures.MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE) // 1024**2,
    }
    return Engine(autoescape=False).from_string(template).render(Context(context, autoescape=False))


def listens() -> list[str]:
    port = urlsplit(settings.SITE_ORIGIN).port or (443 if settings.IS_HTTPS else 80)
    if settings.IS_HTTPS:
        return [f"{port} ssl http2", f"[::]:{port} ssl http2"]
    # Plain http is for this machine only.
    hosts = ["127.0.0.1", "[::1]"] if settings.SITE_HOST == "localhost" else [settings.SITE_HOST]
    return [f"{host}:{port}" for host in hosts]


def said(found: Iterable[tuple[str, str]]) -> Headers:
    """Those headers that nginx does not give by itself."""
    return [(name, quoted(value)) for name, value in found if name.lower() not in pages.OWN_HEADERS | {"content-type"}]


def quoted(text: str | Path) -> str:
    if NOT_QUOTED.search(str(text)):
        raise ImproperlyConfigured(f'nginx cannot be told of {text}, for it may hold none of the signs " $ and \\.')
    return f'"{text}"'
