"""A reader's form that was open while its post moved, and while others came near its address."""

from typing import Any

import pytest
from django.test import Client

from comments.models import Comment
from tests.make import make_post, publish_again
from tests.make_comments import typed

pytestmark = pytest.mark.django_db


class MovedTests:
    def test_what_was_typed_reaches_the_post_it_was_typed_under_and_no_other(self, client: Client) -> None:
        first = make_post("Election", slug="election")
        address = f"{first.get_absolute_url()}comments/"
        publish_again(first, slug="election-in-bengal")
        second = make_post("Election", slug="election")

        answer: Any = client.post(address, typed(), follow=True)

        assert answer.redirect_chain[0] == (f"{first.get_absolute_url()}comments/", 308)
        assert Comment.objects.get().thread.post == first
        assert second.get_absolute_url() != "/2017/03/15/election/"

    def test_it_comes_back_where_the_post_was_taken_down_though_another_wants_the_address(self, client: Client) -> None:
        first = make_post("Election", slug="election", status="taken_down")
        make_post("Election", slug="election")

        answer = client.post(f"{first.get_absolute_url()}comments/", typed(body="Kept words."))

        assert answer.status_code == 410
        assert "Kept words." in answer.text
        assert not Comment.objects.exists()
