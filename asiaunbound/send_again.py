"""What a colleague typed is not lost when their session has ended meanwhile: it comes back, to be sent again."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render


def is_from_our_own_page(request: HttpRequest) -> bool:
    """Never offer to send what another site has written into a form of its own."""
    if fetch_site := request.headers.get("Sec-Fetch-Site"):
        return fetch_site == "same-origin"
    return request.headers.get("Origin") == settings.SITE_ORIGIN


def send_again(request: HttpRequest, *, is_signed_out: bool) -> HttpResponseBase:
    if any("password" in name for name in request.POST):
        # Nobody minds typing these again; they must not stand in a page.
        return see_the_form_again(request)
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]  # fmt: skip
    context = {
        **admin.site.each_context(request),
        "title": "Nothing is lost",
        "typed": typed,
        "files": [file.name for _, files in request.FILES.lists() for file in files],
        "is_signed_out": is_signed_out,
    }
    return render(request, "admin/send_again.html", context, status=403)


def see_the_form_again(request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect(request.get_full_path())
    response.status_code = 303
    return response
