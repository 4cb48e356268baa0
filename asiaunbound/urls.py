"""Everything lies under the path of SITE_URL, so that every address that reverse() makes has it in front."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from asiaunbound.health import healthz, readyz
from asiaunbound.media import icon, media

publication: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("favicon.ico", icon, name="icon"),
    path("media/<path:path>", media, name="media"),
    path("admin/password/", include("asiaunbound.passwords")),
    path("admin/", admin.site.urls),
    # The pages of editors come last, for their addresses are any one word.
    path("", include("comments.urls")),
    path("", include("blog.urls")),
]

urlpatterns = [path(settings.SITE_PREFIX, include(publication))]

handler400 = "asiaunbound.errors.bad_request"
handler403 = "asiaunbound.errors.forbidden"
handler404 = "asiaunbound.errors.not_found"
handler500 = "asiaunbound.errors.server_error"
