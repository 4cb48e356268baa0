"""Pages for when something is wrong. None of them runs a query or reads a session."""

import logging
import sys

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin

from asiaunbound.hashers import HashingBusy
from asiaunbound.headers import is_for_staff
from asiaunbound.send_again import given_back, is_from_our_own_page, send_again

logger = logging.getLogger(__name__)

READ_ONLY_TRANSACTION = "25006"


# For the day on which even the templates are gone.
IN_PLAIN_WORDS = {
    400: "Your browser sent something that cannot be read here. Go back and try again.",
    403: "You may not do this here. Go back, load the page again and try once more.",
    404: "There is no page at this address.",
    500: "Something went wrong here. It has been written down; please try again later.",
    503: "The publication cannot be reached for a moment. Please try again in a minute.",
}


def error_page(status: int) -> HttpResponse:
    try:
        return HttpResponse(render_to_string(f"{status}.html"), status=status)
    except TemplateDoesNotExist:
        return HttpResponse(IN_PLAIN_WORDS[status], status=status, content_type="text/plain; charset=utf-8")


def is_outage(error: BaseException | None) -> bool:
    """Whether the database is away, hangs, is full or takes no writing, or too many sign in: what a retry may cure."""
    if isinstance(error, OperationalError | InterfaceError | HashingBusy):
        return True
    return isinstance(error, InternalError) and getattr(error.__cause__, "sqlstate", "") == READ_ONLY_TRANSACTION


def refused(request: HttpRequest, status: int) -> HttpResponse:
    return given_back(request, status) or error_page(status)


def database_outage(request: HttpRequest) -> HttpResponse:
    response = refused(request, 503)
    response["Retry-After"] = "10"
    response["Cache-Control"] = "no-store"
    return response


class DatabaseOutageMiddleware(MiddlewareMixin):
    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not is_outage(error):
            return None
        logger.error("The database failed at %s: %s: %s", request.path, type(error).__name__, error)
        return database_outage(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    # A middleware can lose the database too, when it saves a session for one; no process_exception hears of that.
    if is_outage(sys.exception()):
        return database_outage(request)
    return refused(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """A form of ours can be older than the session, after signing in anew in another window."""
    if is_for_staff(request.path_info) and is_from_our_own_page(request):
        return send_again(request, is_signed_out=False)
    return error_page(403)
