"""Imports of models stand inside: this file may be read before Django is ready."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from django.contrib.auth.models import User

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


@pytest.fixture
def anna(client: Client, db: None) -> "User":
    """A moderator, who is signed in."""
    from tests.make import make_staff

    anna = make_staff("anna", "Moderators", first_name="Anna")
    client.force_login(anna)
    return anna


@pytest.fixture
def ben(db: None) -> "User":
    """Another moderator."""
    from tests.make import make_staff

    return make_staff("ben", "Moderators", first_name="Ben")
