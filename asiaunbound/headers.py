"""What every answer says to the browser beyond its own words. A view that has said something itself is left alone."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PROTO")
PERMISSIONS = ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics", "interest-cohort")
PERMISSIONS_POLICY = ", ".join(f"{name}=()" for name in PERMISSIONS)


def is_trusted_proxy(address: str) -> bool:
    try:
        peer = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(peer in network for network in settings.TRUSTED_PROXIES)


def is_for_staff(path: str) -> bool:
    return path.startswith(f"/{settings.SITE_PREFIX}admin/")


class TrustedProxyMiddleware(MiddlewareMixin):
    """Only a proxy that is ours may say who asks and whether the connection is encrypted."""

    def process_request(self, request: HttpRequest) -> None:
        if not is_trusted_proxy(request.META.get("REMOTE_ADDR", "")):
            for name in FORWARDED:
                request.META.pop(name, None)


class HeadersMiddleware(MiddlewareMixin):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if is_for_staff(request.path_info):
            response.headers["Cache-Control"] = "no-store, private"
            response.headers.setdefault("Referrer-Policy", "same-origin")
            # Here and not around the admin's views, so that its redirects and error pages have it too.
            if not hasattr(response, "_csp_config"):
                response._csp_config = settings.STAFF_CSP  # type: ignore[attr-defined]
        # Without a word about it, a browser may keep a page for as long as it likes.
        response.headers.setdefault("Cache-Control", "no-cache")
        return response
