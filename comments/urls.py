from django.urls import URLPattern, path

app_name = "comments"

urlpatterns: list[URLPattern] = []
