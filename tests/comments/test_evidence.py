"""What is found out about a comment when it is sent, and what that costs."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog import pages
from blog.models import Post
from comments import editing, evidence, known, notifications
from comments.models import Address, Comment, WordList
from comments.submission import Sender
from tests.make import make_author, make_moderator, make_post, make_writer
from tests.make_comments import make_comment, typed

Outlook = Comment.Outlook
SAID = "The harbor froze in the winter of 1947, and nobody could leave."
DAY = datetime.timedelta(days=1)


def codes(comment: Comment) -> list[str]:
    comment.refresh_from_db()
    return [signal["code"] for signal in comment.signals]


def list_words(kind: str, entries: str) -> None:
    WordList.objects.filter(kind=kind).update(entries=entries)
    pages.changed("words")


def prove(email: str) -> None:
    Address.objects.create(digest=notifications.digest(email), proven_at=timezone.now())


class WordTests:
    def test_a_noticed_word_is_marked_and_the_comment_waits(self, post: Post) -> None:
        list_words("notice", "casino*")
        comment = make_comment(post, "pending", body="No casinos here.")
        assert codes(comment) == ["notice"]
        assert comment.signals[0]["spans"] == [[3, 10]]
        assert comment.status == Comment.Status.PENDING

    @pytest.mark.parametrize(
        "place", [{"name": "Casino Joe"}, {"email": "a@casino.example"}, {"website": "https://casino.example"}]
    )
    def test_a_blocked_word_anywhere_puts_it_with_the_spam(self, post: Post, place: dict[str, Any]) -> None:
        list_words("block", "casino")
        comment = make_comment(post, "spam", **place)
        assert codes(comment) == ["block"]
        assert (comment.status, comment.waiting_since, comment.outlook) == ("spam", None, Outlook.SPAM)

    def test_a_changed_list_counts_from_the_next_comment_on(self, post: Post) -> None:
        assert codes(make_comment(post, "pending", body="A casino here.")) == []
        list_words("notice", "casino")
        assert codes(make_comment(post, "pending", body="A casino there.")) == ["notice"]


class RepeatedTests:
    def test_the_same_words_on_another_post_are_noticed_whatever_their_spaces(self, post: Post) -> None:
        make_comment(make_post("Another"), "spam", email="rita@example.org", body=SAID, now=timezone.now() - DAY)
        comment = make_comment(post, "pending", email="rita@example.org", body=SAID.replace(" ", "\n ").upper())
        assert codes(comment) == ["repeated"]
        assert "Declined of these: 1." in comment.signals[0]["detail"]

    def test_the_same_words_of_another_person_are_noticed(self, post: Post) -> None:
        make_comment(post, "pending", body=SAID)
        assert codes(make_comment(post, "pending", body=SAID)) == ["repeated"]

    def test_the_same_person_may_answer_two_with_the_same_words(self, post: Post) -> None:
        parent, now = make_comment(post), timezone.now()
        make_comment(post, "pending", email="rita@example.org", body=SAID, now=now - DAY)
        again = make_comment(post, "pending", email="rita@example.org", body=SAID, parent=parent, now=now)
        assert codes(again) == []

    def test_what_was_withdrawn_or_is_short_counts_for_nothing(self, post: Post) -> None:
        make_comment(post, "withdrawn", body=SAID)
        assert codes(make_comment(post, "pending", body=SAID)) == []
        make_comment(post, "pending", body="Thank you!")
        assert codes(make_comment(post, "pending", body="Thank you!")) == []


class RecordTests:
    def test_an_account_has_a_record(self, post: Post) -> None:
        sender, now = Sender(make_writer()), timezone.now()
        for days in (3, 2):
            make_comment(post, sender=sender, now=now - days * DAY)
        comment = make_comment(post, "pending", sender=sender)
        assert codes(comment) == ["good-record"]
        assert comment.outlook == Outlook.FINE
        assert comment.status == Comment.Status.PENDING, "it sorts, and publishes nothing"

    @pytest.mark.parametrize(("is_proven", "expected"), [(False, []), (True, ["good-record"])])
    def test_a_guest_has_one_only_at_an_address_that_was_proven(
        self, post: Post, is_proven: bool, expected: list[str]
    ) -> None:
        now = timezone.now()
        for days in (3, 2):
            make_comment(post, email="Rita@example.org", now=now - days * DAY)
        if is_proven:
            prove("Rita@example.org")
        assert codes(make_comment(post, "pending", email="rita@example.org")) == expected

    def test_three_refusals_are_a_bad_one(self, post: Post) -> None:
        now = timezone.now()
        prove("rita@example.org")
        for days in (4, 3, 2):
            make_comment(post, "rejected", email="rita@example.org", now=now - days * DAY)
        comment = make_comment(post, "pending", email="rita@example.org")
        assert codes(comment) == ["bad-record"]

    def test_what_is_older_than_ninety_days_is_forgotten(self, post: Post) -> None:
        now = timezone.now()
        prove("rita@example.org")
        for days in (91, 92):
            make_comment(post, email="rita@example.org", now=now - days * DAY)
        assert codes(make_comment(post, "pending", email="rita@example.org")) == []


class PosingTests:
    @pytest.mark.parametrize(
        "name",
        [
            "Ada Tan",
            "ADA  TAN",
            "Tan Ada",
            "Аdа Tаn",
            "Ada T4n",
            "Àda·Tan",
            "Asia Unbound",
            "Ada Tan\u3164",
            "Ada\u3164Tan",
            "\uffa0Ada\u115f Ta\ufe0fn",
            "Ada\u2800Tan",
            "Ada T\u1dc4an",
            "A\u20ddda Tan\ufe20",
            "Ada Tan\u0e4c",
        ],
    )
    def test_a_guest_under_the_name_of_an_author_is_noticed(self, post: Post, name: str) -> None:
        make_author("Ada Tan")
        assert codes(make_comment(post, "pending", name=name)) == ["impersonation"]

    def test_a_guest_with_an_address_of_the_staff_is_noticed(self, post: Post) -> None:
        make_moderator()
        assert codes(make_comment(post, "pending", email="Moderator@Example.org")) == ["impersonation"]

    @pytest.mark.parametrize(
        ("author", "guest"), [("राम", "रमा"), ("राम", "रोम"), ("ดี", "ดู"), ("သီ", "သာ"), ("கமலா", "கமல்")]
    )
    def test_names_that_differ_in_a_vowel_are_two(self, post: Post, author: str, guest: str) -> None:
        make_author(author, slug="author")
        assert codes(make_comment(post, "pending", name=guest)) == []
        assert codes(make_comment(post, "pending", name=author)) == ["impersonation"]

    def test_the_points_of_a_name_do_not_make_it_another(self, post: Post) -> None:
        make_author("محمد", slug="author")
        assert codes(make_comment(post, "pending", name="مُحَمَّد")) == ["impersonation"]

    @pytest.mark.parametrize("name", ["Ada Tang", "Ada", "A. Tan", "?"])
    def test_others_are_not(self, post: Post, name: str) -> None:
        make_author("Ada Tan")
        assert codes(make_comment(post, "pending", name=name)) == []

    def test_the_account_itself_is_not(self, post: Post) -> None:
        assert codes(make_comment(post, "pending", sender=Sender(make_writer()))) == []


class ChangeTests:
    def test_other_words_are_looked_at_as_the_first_were(self, post: Post) -> None:
        list_words("notice", "casino")
        comment = make_comment(post, "pending", seconds=1.0)
        editing.change(comment.pk, comment.version, f"A casino. {SAID}", timezone.now())
        assert codes(comment) == ["too-fast", "notice"]
        assert codes(make_comment(post, "pending", body=f"A casino. {SAID}")) == ["repeated", "notice"]

    def test_other_words_for_a_published_comment_too_and_it_stays_published(self, post: Post) -> None:
        list_words("block", "casino")
        comment = make_comment(post)
        editing.change(comment.pk, comment.version, "A casino.", timezone.now())
        assert codes(comment) == ["block"]
        assert (comment.status, comment.outlook) == ("approved", Outlook.SPAM)
        assert "casino" not in comment.body_html


class FailureTests:
    @pytest.mark.parametrize("finder", list(evidence.FINDERS))
    def test_what_cannot_be_found_out_is_said_and_the_comment_waits(
        self, client: Client, address: str, monkeypatch: pytest.MonkeyPatch, finder: str
    ) -> None:
        def fail(*known: Any) -> Any:
            raise ValueError

        monkeypatch.setitem(evidence.FINDERS, finder, fail)
        assert client.post(address, typed()).status_code == 303
        comment = Comment.objects.get()
        assert codes(comment) == ["not-checked"]
        assert finder in comment.signals[0]["detail"]
        assert (comment.status, comment.outlook) == ("pending", Outlook.UNSURE)


class CostTests:
    @pytest.mark.parametrize(("is_known", "more"), [(False, 0), (True, 1)])
    def test_only_of_who_has_a_record_something_is_asked(
        self, client: Client, post: Post, address: str, monkeypatch: pytest.MonkeyPatch, is_known: bool, more: int
    ) -> None:
        if is_known:
            for email in ("b@example.org", "c@example.org"):
                make_comment(post, email=email, now=timezone.now() - DAY)
        client.post(address, typed(email="a@example.org"))

        def asked(email: str) -> int:
            with CaptureQueriesContext(connection) as captured:
                client.post(address, typed(email=email, body=f"{SAID} {email}"))
            return len(captured)

        with_evidence = asked("b@example.org")
        monkeypatch.setattr(evidence, "FINDERS", {})
        assert with_evidence - asked("c@example.org") == more

    def test_what_is_known_is_read_once(self, client: Client, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        client.post(address, typed(email="a@example.org"))
        for name in ("_matchers", "_names"):
            monkeypatch.setattr(known, name, lambda: pytest.fail("read again"))
        client.post(address, typed(email="b@example.org"))
        assert [comment.signals for comment in Comment.objects.all()] == [[], []]

    def test_those_who_moderate_are_not_looked_at(self, post: Post) -> None:
        list_words("block", "casino")
        assert codes(make_comment(post, "pending", sender=Sender(make_moderator()), body="A casino.")) == []
