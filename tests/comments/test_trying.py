"""The word lists in the admin: typed without mistakes, never over a colleague's, and tried on a text."""

from typing import Any

import pytest
from django.test import Client

from comments.models import Comment, WordList
from tests.make import make_editor, make_moderator, make_writer
from tests.make_comments import make_comment

LIST = "/admin/comments/wordlist/"
NOTICE, TRY = f"{LIST}notice/change/", f"{LIST}try/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(client: Client) -> Client:
    client.force_login(make_moderator())
    return client


def shown(client: Client) -> dict[str, Any]:
    form = client.get(NOTICE).context["adminform"].form
    return {name: form[name].value() or "" for name in form.fields}


def listed() -> str:
    return WordList.objects.get(kind="notice").entries


class ListTests:
    def test_moderators_and_editors_change_them_and_nobody_adds_or_deletes(self, client: Client) -> None:
        for account, status in ((make_moderator(), 200), (make_editor(), 200), (make_writer(), 403)):
            client.force_login(account)
            assert client.get(NOTICE).status_code == status
            assert client.get(LIST).status_code == status
            assert client.get(TRY).status_code == status
            assert client.get(f"{LIST}add/").status_code == 403
            assert client.post(f"{LIST}notice/delete/", {"post": "yes"}).status_code == 403
        assert WordList.objects.count() == 2

    def test_a_saved_list_is_kept_in_order(self, moderator: Client) -> None:
        typed = shown(moderator) | {"entries": " casino* \r\n\r\nbuy now\r\ncasino*"}
        assert moderator.post(NOTICE, typed).status_code == 302
        assert listed() == "casino*\nbuy now"
        assert "notice" in WordList.objects.get(kind="notice").kind

    def test_the_next_comment_is_looked_at_with_it(self, moderator: Client, post: Any) -> None:
        make_comment(post, "pending", body="A casino.")
        moderator.post(NOTICE, shown(moderator) | {"entries": "casino"})
        make_comment(post, "pending", body="A casino!")
        assert [bool(comment.signals) for comment in Comment.objects.order_by("pk")] == [False, True]

    @pytest.mark.parametrize("entries", ["cas*no", "!", "x" * 65, "bad\x00"])
    def test_a_mistake_comes_back_with_a_sentence_and_saves_nothing(self, moderator: Client, entries: str) -> None:
        page = moderator.post(NOTICE, shown(moderator) | {"entries": f"casino\n{entries}"})
        assert page.status_code == 200
        assert page.context["adminform"].form.errors["entries"]
        assert "casino" in page.content.decode()
        assert listed() == ""

    def test_a_page_left_open_overwrites_no_colleagues_words(self, moderator: Client) -> None:
        opened = shown(moderator)
        WordList.objects.filter(kind="notice").update(entries="lottery")

        page = moderator.post(NOTICE, opened | {"entries": "casino"})

        assert "It now reads: lottery" in page.content.decode()
        assert listed() == "lottery"
        again = page.context["adminform"].form["seen"].value()
        moderator.post(NOTICE, {"seen": again, "entries": "lottery\ncasino"})
        assert listed() == "lottery\ncasino"


class TryTests:
    def test_a_text_is_shown_with_what_was_found_marked(self, moderator: Client) -> None:
        WordList.objects.filter(kind="notice").update(entries="tide\nmoon")
        WordList.objects.filter(kind="block").update(entries="casino*")
        page = moderator.post(TRY, {"text": "The tide, <b>casinos</b>\r\nand https://tide.example"}).content.decode()
        assert "<mark>tide</mark>, &lt;b&gt;<mark>casinos</mark>" in page
        assert 'href="https://tide.example"' in page
        assert "<bdi>casino*</bdi>" in page
        assert "<bdi>moon</bdi>" not in page
        assert not Comment.objects.exists()

    def test_a_text_without_a_match_is_said_to_have_none(self, moderator: Client) -> None:
        assert "No word of the lists" in moderator.post(TRY, {"text": "The tide."}).content.decode()

    @pytest.mark.parametrize("text", ["", "x" * 20_001, "bad\x00"])
    def test_what_cannot_be_tried_comes_back_with_a_sentence(self, moderator: Client, text: str) -> None:
        page = moderator.post(TRY, {"text": text})
        assert page.status_code == 422
        assert page.context["form"].errors["text"]
