"""What nobody types: an editor's pages answer it with a sentence, never with a fault of theirs."""

from typing import Any

import pytest
from django.test import Client

from blog import links
from blog.models import Post
from tests import make
from tests.blog.forms_of_posts import press

pytestmark = pytest.mark.django_db
# Python itself turns no more than 4,300 digits into a number.
DIGITS = "9" * 5_000


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make.make_editor())
    return client


class NumberTests:
    def test_a_post_of_five_thousand_digits_is_not_there(self, editor: Client) -> None:
        for below in ("change", "history", "delete"):
            assert editor.get(f"/admin/blog/post/{DIGITS}/{below}/").status_code == 404

    @pytest.mark.parametrize("word", [DIGITS, "9" * 30, "-1", "\u0661", "1\x00"])
    def test_neither_is_such_a_revision(self, editor: Client, word: str) -> None:
        post = make.make_post()
        for below in ("preview/?revision=", "compare/?older="):
            assert editor.get(f"/admin/blog/post/{post.pk}/{below}{word}").status_code == 404

    def test_such_a_photo_brings_the_form_back(self, editor: Client) -> None:
        answer: Any = press(editor, "/admin/blog/post/add/", lead_photo=DIGITS, title="The Strait")
        assert answer.status_code == 422
        assert "The Strait" in answer.text


class SearchTests:
    @pytest.mark.parametrize("place", ["blog/post", "blog/author", "blog/region", "auth/user"])
    def test_a_thousand_words_are_searched_for_as_far_as_the_database_can(self, editor: Client, place: str) -> None:
        assert editor.get(f"/admin/{place}/", {"q": "a " * 1_500}).status_code == 200


class SlugTests:
    def test_a_slug_that_colleagues_take_again_and_again_is_looked_for_anew(
        self, editor: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make.make_post(title="One Title")
        free_slug, calls = links.free_slug, 0

        def taken_meanwhile(wanted: str, *args: Any, **kwargs: Any) -> str:
            nonlocal calls
            calls += 1
            return wanted if calls <= 3 else free_slug(wanted, *args, **kwargs)

        monkeypatch.setattr(links, "free_slug", taken_meanwhile)
        assert press(editor, "/admin/blog/post/add/", title="One Title").status_code == 302
        assert set(Post.objects.values_list("slug", flat=True)) == {"one-title", "one-title-2"}
