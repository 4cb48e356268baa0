"""What stands before Django: a stored page is sent without it, and what it draws is kept."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from asiaunbound import nginx
from asiaunbound.headers import is_trusted_proxy
from blog import following, pages
from blog.kept import Headers, Page, encoding_for

# So long after one began to draw a page, others wait for it no longer and draw it as well.
PATIENCE = 0.5
NOT_IN_304 = {"Content-Type", "Content-Length", "Content-Encoding"}

type Environ = dict[str, Any]
type Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Front:
    """The WSGI application: a stored page, or else what Django answers."""

    def __init__(self, django: Application) -> None:
        self.django = django

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        following.start()
        key = address(environ)
        page = fresh(key) if key is not None else None
        if page is None:
            return self.django(environ, start_response)
        status, headers, body = answer(page, environ)
        start_response(status, headers)
        return [body] if environ["REQUEST_METHOD"] == "GET" else []


class StoredPagesMiddleware:
    """The first of all: it keeps what the others have finished."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = address(request.META)
        if key is None:
            return self.get_response(request)
        with one_at_a_time(key):
            if page := fresh(key):
                return as_response(page, request)
            response = self.get_response(request)
            is_asked_again = pages.asked_again(request)
            page = pages.made(request, response, key)
            if page is not None:
                pages.store().keep(page)
        if page is None and response.status_code == 503:
            page = past(key)
        if page is not None:
            return as_response(page, request)
        if is_asked_again and isinstance(response, HttpResponse):
            return get_conditional_response(request, etag=response.get("ETag"), response=response) or response
        return response


def address(environ: Environ) -> str | None:
    """What a stored page would be found under; None where Django has to look at the request itself."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("SCRIPT_NAME") or not settings.STORED_PAGES:
        return None
    if not is_right_host(environ.get("HTTP_HOST") or environ["SERVER_NAME"]):
        return None
    if settings.SECURE_SSL_REDIRECT and not is_encrypted(environ):
        return None
    return pages.address(environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""))


@lru_cache(maxsize=256)
def is_right_host(host: str) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def is_encrypted(environ: Environ) -> bool:
    told: str | None = environ.get("HTTP_X_FORWARDED_PROTO")
    if told is not None and is_proxy(environ.get("REMOTE_ADDR", "")):
        return told.partition(",")[0].strip() == "https"
    return bool(environ["wsgi.url_scheme"] == "https")


is_proxy = lru_cache(maxsize=256)(is_trusted_proxy)


def fresh(key: str) -> Page | None:
    """A page that is asked for a second time is put in front too, where a web server sends it from then on."""
    store = pages.store()
    page = store.look(key)
    if page is None or not page.is_fresh(time.time()):
        return None
    if settings.FRONT_SERVER and (place := nginx.place(page)):
        store.put_in_front(page, place)
    return page


def past(key: str) -> Page | None:
    """Where nothing can be drawn: the page that has ended, if all in it may still be seen."""
    page = pages.store().look(key)
    return page if page is not None and page.made <= time.time() < page.vanishes else None


def answer(page: Page, environ: Environ) -> tuple[str, Headers, bytes]:
    encoding = encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
    etag, headers = page.said_with(encoding)
    wanted = environ.get("HTTP_IF_NONE_MATCH")
    if wanted and (etag in wanted or wanted.strip() == "*"):
        return "304 Not Modified", [header for header in headers if header[0] not in NOT_IN_304], b""
    return "200 OK", headers, page.bodies[encoding]


def as_response(page: Page, request: HttpRequest) -> HttpResponse:
    status, headers, body = answer(page, request.META)
    return HttpResponse(body, status=int(status[:3]), headers=dict(headers))


class Turn:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.began = 0.0


# Two pages may share one: then the one is drawn a moment after the other.
_turns = [Turn() for _number in range(256)]


@contextmanager
def one_at_a_time(key: str) -> Iterator[None]:
    """When a page is thrown away, one of those who want it draws it, and the others wait for that a little."""
    if not pages.store().knows(key):
        yield
        return
    turn = _turns[hash(key) % len(_turns)]
    is_ours = turn.lock.acquire(timeout=max(0, turn.began + PATIENCE - time.monotonic()))
    try:
        if is_ours:
            turn.began = time.monotonic()
        yield
    finally:
        if is_ours:
            turn.lock.release()
