"""What all forms of readers have in common: how large they may be, who sends them, and answers that nobody keeps."""

import functools
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from comments import network

logger = logging.getLogger(__name__)

LARGEST = 64 * 1024
# Up to here, what is too large is at least read, so that it comes back. Whoever sends more is no person.
LARGEST_GIVEN_BACK = 1024 * 1024

type Blank = Callable[[HttpRequest], BaseForm]


def is_too_large(request: HttpRequest) -> bool:
    """Judged by the length announced, before anything parses it, and by what came where less was announced."""
    return announced(request) > LARGEST or len(request.body) > LARGEST


def announced(request: HttpRequest) -> int:
    length = request.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else 0


def sent_from(request: HttpRequest) -> network.Address | None:
    return network.client_ip(
        request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""), settings.TRUSTED_PROXIES
    )


def private[Response: HttpResponseBase](response: Response) -> Response:
    """For one person's eyes: nobody keeps it, and no search engine shows it."""
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response


def from_another_site(request: HttpRequest) -> HttpResponse:
    """For a form in which nothing is typed, so that there is nothing to give back."""
    return private(render(request, "403.html", status=403))


def giving_back(blank: Blank) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """For a view that takes a reader's form: what is too large, or comes while nothing can be stored, comes back.

    `blank` makes a form of what was sent, without asking the database. It is not asked where that is more than is read.
    """

    def decorated(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def taking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST":
                return view(request, *args, **kwargs)
            if is_too_large(request):
                return private(_too_large(request, blank))
            try:
                return private(view(request, *args, **kwargs))
            except DatabaseFailure as error:
                # Its words may quote a row, and with it an address.
                logger.error("What was sent to %s could not be taken: %s", view.__name__, type(error).__name__)
                return private(_unsent(request, blank))

        return taking

    return decorated


def _too_large(request: HttpRequest, blank: Blank) -> HttpResponse:
    sentence = _("What was sent is far longer than it can be here, so it was not stored.")
    if announced(request) > LARGEST_GIVEN_BACK:
        back = _("Use your browser’s Back button: your text still stands in the form. Please shorten it there.")
        return _given_back(request, None, f"{sentence} {back}", 413)
    shorten = _("Please shorten it and send it again.")
    return _given_back(request, blank(request), f"{sentence} {shorten}", 413)


def _unsent(request: HttpRequest, blank: Blank) -> HttpResponse:
    sentence = _("We cannot store anything for a moment. Nothing is lost: please send it again in a minute.")
    response = _given_back(request, blank(request), sentence, 503)
    response["Retry-After"] = "10"
    return response


def _given_back(request: HttpRequest, form: BaseForm | None, sentence: str, status: int) -> HttpResponse:
    """A page for which nothing is read from the database, with a form that sends the same again."""
    context = {"form": form, "sentence": sentence, "action": request.path, "act": _act(request)}
    return render(request, "comments/given_back.html", context, status=status)


def _act(request: HttpRequest) -> str:
    """Which button was pressed, where a page has several."""
    return request.POST.get("act", "")[:20] if announced(request) <= LARGEST_GIVEN_BACK else ""
