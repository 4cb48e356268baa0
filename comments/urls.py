"""A post's comments lie under its address; what belongs to one commenter lies under /comments/."""

from django.urls import URLPattern, path

from blog.urls import A_POST
from comments import by_mail, own_letters, own_page, reporting, views, your_data

app_name = "comments"

BELOW_A_POST = f"{A_POST}comments/"

urlpatterns: list[URLPattern] = [
    path(BELOW_A_POST, views.submit, name="submit"),
    path(f"{BELOW_A_POST}<int:number>/", views.further, name="further"),
    path(f"{BELOW_A_POST}at/<int:pk>/", views.at, name="at"),
    path(f"{BELOW_A_POST}at/<int:pk>/own-page/", views.mail_own_page, name="mail_own_page"),
    path(f"{BELOW_A_POST}reply/<int:pk>/", views.reply, name="reply"),
    path("comments/by-mail/<str:token>/", by_mail.by_mail, name="by_mail"),
    path("comments/letters/<slug:key>/", own_letters.letters, name="letters"),
    path("comments/letters/proof/<str:token>/", own_letters.proof, name="proof"),
    path(f"{BELOW_A_POST}report/<int:pk>/", reporting.report, name="report"),
    path("comments/report/<slug:token>/", reporting.reported, name="reported"),
    path("comments/your-data/", your_data.ask, name="your_data"),
    path("comments/your-data/<str:link>/", your_data.proven, name="your_data_proven"),
    path("comments/<slug:token>/", own_page.mine, name="mine"),
    path("comment-guidelines/", views.guidelines, name="guidelines"),
]
