from django.urls import include, path

from tests.bench.plain_django import views

urlpatterns = [
    path("", views.home),
    path("comments/", include("django_comments.urls")),
    path("<slug:slug>/", views.post),
]
