"""What decides about the comments of a post: read once by each process, until it is changed (`blog.pages`)."""

from django.http import HttpRequest

from blog import pages
from blog.models import Post
from comments import threads
from comments.models import Policy, Thread


def known_policy(request: HttpRequest | None) -> Policy:
    return pages.known(request, "policy", Policy.objects.current, ["policy"])


def known_thread(request: HttpRequest | None, post: Post) -> Thread:
    return pages.known(request, f"thread {post.pk}", lambda: threads.of(post), [f"thread:{post.pk}"])
