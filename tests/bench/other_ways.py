"""Two other ways of keeping pages, each as small as it can be without being careless, for `ways.py` to measure.

They hear what a page shows and what was changed from the same calls as `blog.pages` (`shows`, `changed`). Other is only
where an answer lies, and what keeps one that has changed from being sent. The environment says which way it is.
"""

import hashlib
import http.client
import logging
import os
import secrets
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DATABASE_SECONDS", "4")

import django

from asiaunbound import settings as own

WAY, BACKEND, LOCATION = (os.environ[name] for name in ("WAY", "BACKEND", "LOCATION"))
IS_GUARDED = os.environ["IS_GUARDED"] == "True"
# What nobody has said to be changed is drawn anew after this time; Django's default.
SECONDS_KEPT = 300

own.STORED_PAGES = False
own.MIDDLEWARE = [*([f"tests.bench.other_ways.{WAY}"] if WAY else []), *own.MIDDLEWARE[1:]]
if BACKEND:
    options = {"MAX_ENTRIES": 10_000} if BACKEND.startswith(("db.", "filebased.")) else {}
    cache = {"BACKEND": f"django.core.cache.backends.{BACKEND}", "LOCATION": LOCATION, "OPTIONS": options}
    own.CACHES = {"default": cache}  # type: ignore[attr-defined]
django.setup(set_prefix=False)

# Only now, for these ask Django for its settings and its tables.
from django.core.cache import cache as kept  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.utils.cache import get_conditional_response  # noqa: E402

from asiaunbound.requests import Utf8Handler  # noqa: E402
from blog import pages  # noqa: E402
from blog.kept import compressed, encoding_for  # noqa: E402

logger = logging.getLogger(__name__)


class CachedPages:
    """A. A whole answer lies in Django's cache with the version that each of its tags had; a change deletes versions.

    Only when a page is drawn are its tags known, and so their versions are read then. A change might have come between:
    it deletes a version called "mark" first, and a page is not kept if that is another one than before the drawing.
    What was deleted or evicted comes back with a new random value, and deleting needs no room.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        encoding = encoding_for(request.headers.get("Accept-Encoding", ""))
        name = hashlib.md5(f"{encoding} {request.get_full_path()}".encode()).hexdigest()
        if answer := quietly(look, name):
            return get_conditional_response(request, etag=answer["ETag"], response=answer) or answer
        mark = quietly(kept.get_or_set, "mark", version, None)
        response = self.get_response(request)
        if mark and (tags := public_tags(request, response)):
            response.content = compressed(response.content)[encoding]
            response["Content-Length"] = str(len(response.content))
            if encoding:
                response["Content-Encoding"] = encoding
            quietly(keep, name, mark, tags, response)
        return response


def look(name: str) -> HttpResponse | None:
    versions, headers, body = kept.get(name) or ({}, {}, b"")
    return HttpResponse(body, headers=headers) if versions and kept.get_many(versions) == versions else None


def keep(name: str, mark: str, tags: set[str], response: HttpResponse) -> None:
    versions = {f"tag:{tag}": kept.get_or_set(f"tag:{tag}", version, None) for tag in tags}
    if kept.get("mark") == mark or not IS_GUARDED:
        kept.set(name, (versions, dict(response.items()), response.content), SECONDS_KEPT)


def version() -> str:
    return secrets.token_hex(8)


def forget(tags: list[str]) -> None:
    kept.delete_many(["mark", *(f"tag:{tag}" for tag in tags)])


class PurgedPages:
    """B. Varnish keeps the answers; it reads their tags in a header, and is told by HTTP what has changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if tags := public_tags(request, response):
            response["xkey"] = " ".join(sorted(tags))
        return response


def purge(tags: list[str]) -> None:
    connection = http.client.HTTPConnection(LOCATION, timeout=2)
    connection.request("PURGE", "/", headers={"changed": " ".join(tags)})
    assert connection.getresponse().status == 200


def public_tags(request: HttpRequest, response: HttpResponse) -> set[str]:
    draft = getattr(request, "draft", None)
    return {*draft.tags, pages.EVERYTHING} if draft and draft.tags and pages._is_public(response) else set()


def quietly(act: Callable[..., Any], *words: Any) -> Any:
    """Without its cache the publication is slower, and nothing else."""
    try:
        return act(*words)
    except Exception as error:
        logger.warning("The cache is away: %s", error)


ACTS = {"": lambda tags: None, "CachedPages": forget, "PurgedPages": purge}
pages._move = lambda tags, number: quietly(ACTS[WAY], tags)
if BACKEND.startswith("db."):
    # The same database: throwing away is part of the change's own transaction.
    pages.after_commit = lambda act: act()

application = Utf8Handler()
