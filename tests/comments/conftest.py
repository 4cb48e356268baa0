"""Imports of models stand inside: this file may be read before Django is ready."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from blog.models import Post


@pytest.fixture
def post(db: None) -> "Post":
    from tests.make import make_post, make_publication

    make_publication()
    return make_post()


@pytest.fixture
def address(post: "Post") -> str:
    """Where a comment on the post is sent."""
    from comments import threads

    return threads.base_address(post)


@pytest.fixture
def ours(client: Client) -> Client:
    """A browser that says its request comes from a page of ours."""
    client.defaults["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client
