from django.apps import AppConfig

from blog import roles
from comments.roles import HOSTS


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = "Comments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        roles.INVITABLE.append(HOSTS)
