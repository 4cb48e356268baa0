"""What came before a comment is found by indexes, in one question, and no more of it than is needed."""

import datetime
import ipaddress
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Post
from comments import earlier
from comments.models import Comment, Policy
from comments.submission import Sender
from tests.make import make_post, make_writer
from tests.make_comments import make_comment

NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
WORDS = "The harbor was dredged twice, and the town paid for it both times."
INDEXES = {
    "account": "comments_by_account",
    "guest": "comments_by_person",
    "connection": "comments_by_network",
    "words": "comments_same_words",
}


def before(comment: Comment, now: datetime.datetime = NOW, **limits: int) -> earlier.Earlier:
    return earlier.than(comment, now, Policy(**limits))


def from_connection(post: Post, number: int, now: datetime.datetime = NOW) -> Comment:
    sender = Sender(address=ipaddress.ip_address("192.0.2.7"))
    return make_comment(post, "pending", email=f"{number}@example.org", sender=sender, now=now)


class PersonTests:
    def test_it_is_what_the_same_address_sent_newest_first(self, post: Post) -> None:
        sent = [make_comment(post, email="rita@example.org", now=NOW - days * DAY) for days in (3, 1, 2)]
        make_comment(post, email="other@example.org", now=NOW)
        found = before(Comment(email_key="rita@example.org")).by_person
        assert [each.id for each in found] == [sent[1].pk, sent[2].pk, sent[0].pk]
        assert [each.submitted_at for each in found] == [NOW - days * DAY for days in (1, 2, 3)]
        assert {each.status for each in found} == {Comment.Status.APPROVED}

    def test_an_account_is_known_by_itself_and_not_by_its_address(self, post: Post) -> None:
        writer = make_writer()
        own = make_comment(post, sender=Sender(writer), now=NOW)
        make_comment(post, email=writer.email, now=NOW - DAY)
        found = before(Comment(user=writer, email_key=writer.email)).by_person
        assert [each.id for each in found] == [own.pk]

    def test_who_gave_no_address_is_nobody(self, post: Post) -> None:
        make_comment(post, email="", now=NOW)
        assert before(Comment(email_key="")).by_person == []

    def test_ninety_days_are_looked_at_and_no_clock_that_was_ahead(self, post: Post) -> None:
        for days in (-1, 89, 91):
            make_comment(post, email="rita@example.org", now=NOW - days * DAY)
        assert len(before(Comment(email_key="rita@example.org")).by_person) == 1

    def test_as_many_are_read_as_the_flood_limit_counts(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(earlier, "MOST_BY_PERSON", 1)
        for number in range(4):
            make_comment(post, email="rita@example.org", now=NOW - number * MINUTE)
        person = Comment(email_key="rita@example.org")
        assert len(before(person, most_in_ten_minutes=0).by_person) == 1
        assert len(before(person, most_in_ten_minutes=3).by_person) == 3

    def test_a_stored_comment_is_not_before_itself(self, post: Post) -> None:
        comment = make_comment(post, email="rita@example.org", body=WORDS, now=NOW)
        found = before(comment)
        assert (found.by_person, found.in_same_words) == ([], [])


class ConnectionTests:
    def test_ten_minutes_are_counted_up_to_what_a_limit_needs(self, post: Post) -> None:
        comments = [from_connection(post, number, NOW - number * MINUTE) for number in (0, 1, 9, 11)]
        same = Comment(network_key=comments[0].network_key)
        assert before(same).over_connection == 3
        assert before(same, most_from_network=2, noticed_from_network=1).over_connection == 2

    def test_where_no_connection_is_known_none_is_counted(self, post: Post) -> None:
        make_comment(post, "pending", now=NOW)
        assert before(Comment(network_key="", email_key="rita@example.org")).over_connection == 0


class WordsTests:
    def test_the_newest_are_named_wherever_they_stand(self, post: Post) -> None:
        sent = [make_comment(each, email=f"{each.pk}@x.org", body=WORDS) for each in (post, make_post("Another"))]
        make_comment(post, body="Other words that nobody said before them, as far as is known.")
        same = Comment(words_key=earlier.words_key(f"  {WORDS.upper()} "))
        assert [each.id for each in before(same).in_same_words] == [sent[1].pk, sent[0].pk]

    def test_what_was_withdrawn_was_not_said(self, post: Post) -> None:
        comment = make_comment(post, "withdrawn", body=WORDS)
        assert before(Comment(words_key=comment.words_key)).in_same_words == []

    def test_a_few_words_are_said_by_many(self) -> None:
        assert earlier.words_key("Thank you for this.") is None


class CostTests:
    def test_it_is_one_question_whatever_is_asked(self, post: Post) -> None:
        comment = from_connection(post, 1)
        assert comment.email_key
        comment.words_key = earlier.words_key(WORDS)
        with CaptureQueriesContext(connection) as captured:
            before(comment)
        assert len(captured) == 1

    @pytest.mark.parametrize("part", earlier.PARTS)
    def test_each_part_is_found_by_an_index_of_its_own(self, db: None, part: str) -> None:
        values: dict[str, list[Any]] = {"account": [1], "guest": ["r@x.org"], "connection": ["4f5a"], "words": [77]}
        times = [] if part == "words" else [NOW - DAY, NOW]
        asked = [connection.ops.adapt_unknown_value(value) for value in [*values[part], *times, 20]]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # In a table of no rows, reading all of it, or all of a time, is as good.
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("DROP INDEX comments_submitted_at")
                cursor.execute(f"EXPLAIN {earlier.PARTS[part]}", asked)
            else:
                cursor.execute(f"EXPLAIN QUERY PLAN {earlier.PARTS[part]}", asked)
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert INDEXES[part] in plan, plan
