"""What is learned from the moderators' decisions: from each once, and forgotten when it is taken back."""

import datetime
import itertools
from array import array
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from blog import pages
from blog.models import Post
from comments import editing, learning, moderation
from comments.models import Comment, Decision, Experience, Wording
from tests.make import make_moderator
from tests.make_comments import make_comment

Status, Outlook = Comment.Status, Comment.Outlook
MINUTE = datetime.timedelta(minutes=1)
FINE = "The ferry left the harbor at noon and the tide was kind, as in the year of remark {}."
SPAM = "Click here for the best casino bonus, win cash today with code {}."


def taught(number: int = 60) -> learning.Learned:
    learned = learning.Learned()
    for count in range(number):
        learned.learn(FINE.format(count), is_declined=False)
        learned.learn(SPAM.format(count), is_declined=True)
    return learned


def kept() -> learning.Learned:
    return learning.read()


def caught_up(now: datetime.datetime | None = None) -> learning.Learned:
    learning.catch_up((now or timezone.now()) + 2 * MINUTE)
    return kept()


def only(*texts: tuple[str, bool]) -> array[int]:
    """The counts of these texts and of nothing else."""
    learned = learning.Learned()
    for text, is_declined in texts:
        learned.learn(text, is_declined=is_declined)
    return learned.counts


class JudgeTests:
    def test_it_says_nothing_before_it_has_seen_enough_of_both_kinds(self) -> None:
        assert taught(learning.ENOUGH - 1).judge(SPAM) is None
        assert taught(learning.ENOUGH).judge(SPAM) is not None

    def test_it_tells_one_kind_from_the_other_with_words_of_the_comment_at_hand(self) -> None:
        learned = taught()
        text = "Please CLICK: the casino gives cash."
        spam, fine = learned.judge(text), learned.judge("At noon the tide and the ferry met.")
        assert spam
        assert fine
        assert spam.probability > 0.9
        assert fine.probability < 0.1
        assert {text[start:end] for start, end in spam.reasons} == {"CLICK", "casino", "cash"}
        assert len(fine.reasons) == learning.MOST_REASONS

    def test_words_it_never_saw_are_no_reason(self) -> None:
        judgement = taught().judge("Zzyzx qwrtp.")
        assert judgement
        assert 0.1 < judgement.probability < 0.9
        assert judgement.reasons == []

    @settings(deadline=None)
    @given(st.text())
    def test_whatever_is_written_it_has_an_answer(self, text: str) -> None:
        judgement = SHARED.judge(text)
        assert judgement
        assert 0 <= judgement.probability <= 1
        assert all(0 <= start < end <= len(text) for start, end in judgement.reasons)

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.text(), st.booleans()), max_size=5), st.text(), st.booleans())
    def test_to_unlearn_is_to_have_never_counted(
        self, others: list[tuple[str, bool]], text: str, is_declined: bool
    ) -> None:
        learned = learning.Learned(counts=only(*others))
        learned.learn(text, is_declined=is_declined)
        learned.unlearn(text, is_declined=is_declined)
        assert learned.counts == only(*others)
        assert (learned.approved, learned.declined) == (0, 0)

    def test_the_longest_comment_has_no_more_pieces_than_its_beginning_and_end(self) -> None:
        words = " ".join(str(number) for number in range(100_000))
        assert len(learning.pieces(words)) <= 2 * (learning.BEGINNING + learning.END)
        assert learning.pieces(words) & learning.pieces("99999")


SHARED = taught(learning.ENOUGH)


@pytest.mark.django_db
class CatchUpTests:
    def test_it_learns_each_decision_once(self, post: Post) -> None:
        make_comment(post, body="Kind words.")
        make_comment(post, "spam", body="Cheap words.")
        make_comment(post, "rejected", body="Harsh words.")
        make_comment(post, "pending", body="Other words.")
        make_comment(post, "withdrawn", body="Regretted words.")
        learned = caught_up()
        assert (learned.approved, learned.declined) == (1, 2)
        assert learned.counts == only(("Kind words.", False), ("Cheap words.", True), ("Harsh words.", True))
        assert caught_up().counts == learned.counts

    def test_nothing_is_read_or_written_while_nothing_was_decided(self, post: Post) -> None:
        make_comment(post)
        caught_up()
        with CaptureQueriesContext(connection) as asked:
            assert learning.catch_up(timezone.now() + 3 * MINUTE) == 0
        assert len(asked) == 2

    def test_what_was_decided_a_moment_ago_waits(self, post: Post) -> None:
        now = timezone.now()
        make_comment(post, now=now)
        assert learning.catch_up(now + MINUTE) == 0
        assert kept().approved == 0
        assert learning.catch_up(now + 2 * MINUTE) == 1

    def test_an_undo_is_unlearned(self, post: Post) -> None:
        comment = make_comment(post, body="Kind words.")
        caught_up()
        moderation.undo(comment.pk, comment.version, make_moderator(), timezone.now())
        learned = caught_up()
        assert (learned.approved, learned.declined) == (0, 0)
        assert not any(learned.counts)

    def test_an_undo_before_it_was_learned_comes_to_the_same(self, post: Post) -> None:
        comment = make_comment(post)
        moderation.undo(comment.pk, comment.version, make_moderator(), timezone.now())
        assert not any(caught_up().counts)

    def test_a_decision_that_was_overruled_teaches_its_opposite(self, post: Post) -> None:
        comment = make_comment(post, body="Kind words.")
        caught_up()
        comment = moderation.decide(comment.pk, comment.version, "rejected", make_moderator(), timezone.now()).comment
        assert caught_up().counts == only(("Kind words.", True))
        moderation.undo(comment.pk, comment.version, make_moderator(), timezone.now())
        assert caught_up().counts == only(("Kind words.", False))

    def test_the_words_that_were_decided_are_forgotten_and_not_those_of_today(self, post: Post) -> None:
        comment, now = make_comment(post, body="Kind words."), timezone.now()
        caught_up()
        comment = editing.edit(comment.pk, comment.version, "Edited words.", make_moderator(), now).comment
        moderation.decide(comment.pk, comment.version, "spam", make_moderator(), now)
        assert caught_up().counts == only(("Edited words.", True))

    def test_other_words_that_were_published_take_the_place_of_the_first(self, post: Post) -> None:
        comment, now = make_comment(post, body="Kind words."), timezone.now()
        comment = editing.change(comment.pk, comment.version, "Kinder words.", now).comment
        assert caught_up().counts == only(("Kind words.", False))
        moderation.decide(comment.pk, comment.version, "approved", make_moderator(), now)
        assert caught_up().counts == only(("Kinder words.", False))

    def test_words_that_are_gone_teach_nothing_and_stop_nothing(self, post: Post) -> None:
        comment = make_comment(post, body="Kind words.")
        make_comment(post, body="Other words.")
        Comment.objects.filter(pk=comment.pk).update(body="", body_html="")
        Wording.objects.all().delete()
        assert caught_up().counts == only(("Other words.", False))

    def test_no_text_is_kept(self, post: Post) -> None:
        make_comment(post, body="Quokkaverse words.")
        caught_up()
        row = Experience.objects.values().get()
        assert "okka" not in str(row)
        assert len(row["counts"]) == 8 * learning.PLACES

    def test_counts_and_place_are_written_together_or_not_at_all(
        self, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_comment(post)

        def killed(*tags: str) -> Any:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(pages, "changed", killed)
            with pytest.raises(KeyboardInterrupt), transaction.atomic():
                caught_up()
        assert kept().approved == 0
        assert caught_up().approved == 1

    def test_of_two_workers_at_once_one_counts(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        make_comment(post, body="Kind words.")
        later, learn_from = timezone.now() + 3 * MINUTE, learning._learn_from

        def interrupted(*known: Any) -> None:
            learn_from(*known)
            monkeypatch.setattr(learning, "_learn_from", learn_from)
            assert learning.catch_up(later) == 1

        monkeypatch.setattr(learning, "_learn_from", interrupted)
        assert learning.catch_up(later) == 0
        assert kept().counts == only(("Kind words.", False))

    def test_a_long_record_is_learned_in_rounds(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(learning, "BATCH", 2)
        for _number in range(3):
            make_comment(post)
        later = timezone.now() + 3 * MINUTE
        assert [learning.catch_up(later) for _round in range(3)] == [2, 1, 0]

    def test_the_worker_does_it(self, post: Post) -> None:
        make_comment(post, now=timezone.now() - 3 * MINUTE)
        call_command("work", "--once")
        assert kept().approved == 1
        assert Experience.objects.get().learned_to == Decision.objects.latest("pk").pk


@pytest.mark.django_db
class RankTests:
    def test_what_waits_is_ranked_by_what_was_decided_and_told_in_words(self, post: Post) -> None:
        for number, (text, status) in itertools.product(
            range(learning.ENOUGH + 5), [(FINE, Status.APPROVED), (SPAM, Status.SPAM)]
        ):
            make_comment(post, status, body=text.format(number))
        assert make_comment(post, "pending", body="A casino bonus, cash today!").outlook == Outlook.UNSURE

        caught_up()

        spam = make_comment(post, "pending", body="Click for a casino bonus, win cash!")
        fine = make_comment(post, "pending", body="The ferry left the harbor at noon.")
        assert (spam.status, fine.status) == (Status.PENDING, Status.PENDING), "it ranks, and decides nothing"
        assert (spam.outlook, fine.outlook) == (Outlook.SPAM, Outlook.FINE)
        [signal] = spam.signals
        assert signal["code"] == "learned"
        assert "“casino”" in signal["detail"]
        assert "casino" in [spam.body[start:end] for start, end in signal["spans"]]
