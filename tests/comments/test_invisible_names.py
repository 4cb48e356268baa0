"""What shows nothing is no name and no text; and a name is erased where it stands, and no other."""

import pytest
from django.test import Client

from blog.invisible import is_blank
from blog.models import Author, Post
from comments import privacy
from comments.models import Comment
from tests.make import make_editor
from tests.make_comments import make_comment

INVISIBLE = [
    "\u3164",
    "\u3164\u3164",
    "\u115f\u1160",
    "\uffa0",
    "\u2800 \u2800",
    "\u17b4\u17b5",
    "\ufe0f",
    "\u200d\u200b",
]
NAMES = ["O", "राम", "می‌خواهم", "ශ්‍රී", "മാര്‍", "نیلوفر", "ຄໍາ", "ខ្មែរ", "김", "阎学通", "á̈"]


@pytest.mark.parametrize("text", INVISIBLE)
def test_what_shows_nothing_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", NAMES)
def test_a_name_of_any_script_is_not(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.django_db
class RefusedTests:
    @pytest.mark.parametrize("field", ["name", "body"])
    @pytest.mark.parametrize("text", INVISIBLE)
    def test_a_comment_without_a_visible_name_or_text(
        self, client: Client, address: str, field: str, text: str
    ) -> None:
        sent = {"name": "Rita", "email": "rita@example.org", "body": "The tide turns."} | {field: text}
        assert client.post(address, sent).status_code == 422
        assert not Comment.objects.exists()

    @pytest.mark.parametrize("name", NAMES)
    def test_every_name_that_can_be_seen_is_taken_as_it_was_typed(
        self, client: Client, address: str, name: str
    ) -> None:
        sent = {"name": name, "email": "rita@example.org", "body": "The tide turns."}
        assert client.post(address, sent).status_code == 303
        assert Comment.objects.get().name == name

    def test_an_author_or_a_post_of_that_name(self, client: Client) -> None:
        client.force_login(make_editor())
        sent = {"given_name": "", "family_name": "\u3164", "particle": "", "suffix": "", "slug": "x"}
        answer = client.post("/admin/blog/author/add/", sent)
        assert "There is nothing to be seen in this name" in answer.content.decode()
        assert not Author.objects.exists()
        uid = "00000000-0000-4000-8000-000000000001"
        answer = client.post("/admin/blog/post/add/", {"title": "\u3164", "base": "0", "uid": uid, "act": "save"})
        assert "There is nothing to be seen in this title" in answer.content.decode()
        assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("रम", "रम ने कहा", "Anonymous ने कहा"),
        ("रम", "रमा ने कहा", "रमा ने कहा"),
        ("김철수", "김철수님이 썼다", "Anonymous님이 썼다"),
        ("김철수", "큰김철수 썼다", "큰김철수 썼다"),
        ("มานี", "คุณมานีเขียน", "คุณAnonymousเขียน"),
        ("田中", "今日は田中さんが", "今日はAnonymousさんが"),
        ("Rita", "Rita wrote to Ritas", "Anonymous wrote to Ritas"),
    ],
)
def test_an_erased_name_goes_wherever_it_stands_and_no_other_name_with_it(name: str, before: str, after: str) -> None:
    assert privacy._without(name, before) == after


def test_two_guests_whose_names_differ_only_in_what_is_not_seen_are_shown_as_typed(post: Post) -> None:
    assert make_comment(post, name="Ri\u200dta").name == "Ri\u200dta"
