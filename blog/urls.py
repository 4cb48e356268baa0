"""The publication's addresses. Months and days are matched loosely, so that a sloppy link is led to the right one."""

from django.urls import path, register_converter
from django.views.decorators.http import require_safe

from blog import feeds, listings, sitemaps, views


class FourDigits:
    regex = "[0-9]{4}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class TwoDigits(FourDigits):
    regex = "[0-9]{1,2}"


register_converter(FourDigits, "yyyy")
register_converter(TwoDigits, "dd")

app_name = "blog"

# Where a post stands; what others keep below it begins with this too.
A_POST = "<yyyy:year>/<dd:month>/<dd:day>/<slug:slug>/"

urlpatterns = [
    path("", listings.home, name="home"),
    # Not decorated where it is defined: what refuses a comment draws the post's page in answer to a POST.
    path(A_POST, require_safe(views.post), name="post"),
    path(f"{A_POST}print/", views.print_sheet, name="print"),
    path(f"{A_POST}cite/", views.cite, name="cite"),
    path("<yyyy:year>/", listings.year, name="year"),
    path("<yyyy:year>/<dd:month>/", listings.month, name="month"),
    path("regions/", listings.regions, name="regions"),
    path("regions/<slug:slug>/", listings.region, name="region"),
    path("authors/<slug:slug>/", listings.author, name="author"),
    path("feed/", feeds.feed, name="feed"),
    path("regions/<slug:slug>/feed/", feeds.region_feed, name="region_feed"),
    path("authors/<slug:slug>/feed/", feeds.author_feed, name="author_feed"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemaps.part, name="sitemap_part"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("<slug:slug>/", views.page, name="page"),
]
