"""A post's comments lie under its address; what belongs to one commenter lies under /comments/."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

app_name = "comments"


def mine(request: HttpRequest, token: str) -> HttpResponse:
    raise NotImplementedError


urlpatterns: list[URLPattern] = [path("comments/<str:token>/", mine, name="mine")]
