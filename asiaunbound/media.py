"""Uploaded files, unless a web server in front sends them: `asiaunbound.nginx` tells it the same.

Whatever they hold, nothing in them may run.
"""

from typing import BinaryIO

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.templatetags.static import static
from django.views.decorators.http import require_safe

SHOWN_IN_PAGES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".gif": "image/gif",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    # File names carry a hash of what is in them.
    "Cache-Control": "public, max-age=31536000, immutable",
}


def opened(path: str) -> BinaryIO:
    try:
        return default_storage.open(path, "rb")  # type: ignore[return-value]  # a File reads like any other
    except (SuspiciousFileOperation, OSError, ValueError):
        raise Http404("There is no such file.") from None


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    ending = f".{path.rpartition('.')[2].lower()}"
    return FileResponse(
        opened(path),
        as_attachment=ending not in SHOWN_IN_PAGES,
        content_type=SHOWN_IN_PAGES.get(ending, "application/octet-stream"),
        headers=HEADERS,
    )


@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it at this address where a page, such as the admin's, does not name one."""
    return HttpResponseRedirect(static("icon.svg"))
