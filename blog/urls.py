from django.urls import URLPattern, path

app_name = "blog"

urlpatterns: list[URLPattern] = []
