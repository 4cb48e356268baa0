"""The publication as it is while its comments are being decided: each request finds a post's pages thrown away."""

from collections.abc import Callable, Iterable
from typing import Any

from asiaunbound.wsgi import application as publication
from blog import pages
from blog.models import Post
from tests.bench import content

post = Post.objects.get(slug=content.posts()[0].slug)
# What a decision moves; its number is none that a change ever had.
CHANGED, NUMBER = [f"thread:{post.pk}", f"comment-count:{post.pk}"], 0


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    pages.store().move(CHANGED, NUMBER)
    return publication(environ, start_response)
