"""What a colleague typed is not lost when their session has ended meanwhile, or when something is wrong here: it comes
back, to be sent again."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from asiaunbound.headers import is_for_staff

LONG = 40
NOT_SAVED = {
    403: "Your account may not do this, or not any more, so nothing was saved. Your text stands below.",
    404: "What this belongs to is no longer there, so nothing was saved. Your text stands below.",
    500: "Something went wrong here, and nothing was saved. It has been written down. Please try once more.",
    503: "Nothing can be saved for a moment. Please leave this page open and send it again in a minute.",
}


def is_from_our_own_page(request: HttpRequest) -> bool:
    """Never offer to send what another site has written into a form of its own."""
    if fetch_site := request.headers.get("Sec-Fetch-Site"):
        return fetch_site == "same-origin"
    return request.headers.get("Origin") == settings.SITE_ORIGIN


def has_password(request: HttpRequest) -> bool:
    """Nobody minds typing these again; they must not stand in a page."""
    return any("password" in name for name in request.POST)


def what_was_typed(request: HttpRequest) -> dict[str, list[tuple[str, str]] | list[str | None]]:
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]  # fmt: skip
    return {"typed": typed, "files": [file.name for _, files in request.FILES.lists() for file in files]}


def send_again(request: HttpRequest, *, is_signed_out: bool) -> HttpResponseBase:
    if has_password(request):
        return see_the_form_again(request)
    context = {
        **admin.site.each_context(request),
        "title": "Nothing is lost",
        "is_signed_out": is_signed_out,
        **what_was_typed(request),
    }
    return render(request, "admin/send_again.html", context, status=403)


def given_back(request: HttpRequest, status: int) -> HttpResponse | None:
    """A page with what was typed, for which nothing is asked of the database; None where nothing of the staff's was."""
    if request.method != "POST" or not is_for_staff(request.path_info) or not is_from_our_own_page(request):
        return None
    if has_password(request) or not what_was_typed(request)["typed"]:
        return None
    context = {"sentence": NOT_SAVED[status], "long": LONG, **what_was_typed(request)}
    return render(request, "admin/given_back.html", context, status=status)


def see_the_form_again(request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect(request.get_full_path())
    response.status_code = 303
    return response
