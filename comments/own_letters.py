"""What a reader does about the letters to their address: end them, have them again, say that it is theirs.

Programs follow the links in letters before a person does, so opening a page changes nothing; its button does.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import origin
from comments.models import Address
from comments.notifications.letters import address_to_prove, prove, refuse
from comments.origin import Origin
from comments.receiving import from_another_site, private


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: HttpRequest, key: str) -> HttpResponse:
    """End the letters to an address, by one click in a mail program too, or begin them again."""
    address = get_object_or_404(Address, key=key)
    if request.method != "POST":
        return _page(request, "comments/letters.html", {"address": address, "is_new": False})
    if origin.of(request) is Origin.FOREIGN:
        return from_another_site(request)
    if "resume" in request.POST:
        is_new = bool(Address.objects.filter(pk=address.pk, refused_at__isnull=False).update(refused_at=None))
    else:
        is_new = refuse(address, timezone.now())
    address.refresh_from_db()
    return _page(request, "comments/letters.html", {"address": address, "is_new": is_new})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: HttpRequest, token: str) -> HttpResponse:
    """Say that an address is one's own: from then on letters may quote, and need not wait for another day."""
    address = address_to_prove(token)
    if address is None:
        return _page(request, "comments/proof_over.html", {}, 403)
    if request.method == "POST":
        if origin.of(request) is Origin.FOREIGN:
            return from_another_site(request)
        prove(address, timezone.now())
        return HttpResponseRedirect(request.path, status=303)
    return _page(request, "comments/proof.html", {"address": address})


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return private(render(request, name, context, status=status))
