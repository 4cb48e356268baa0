from django.apps import AppConfig


class PlainDjangoConfig(AppConfig):
    name = "tests.bench.plain_django"

    def ready(self) -> None:
        from django_comments.moderation import CommentModerator, moderator

        from tests.bench.plain_django.models import Post

        class Waits(CommentModerator):
            def moderate(self, comment, content_object, request):
                return True

        moderator.register(Post, Waits)
