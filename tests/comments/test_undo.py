"""Undo: exactly what was before, along whole chains, as a decision of its own; and the counts always add up."""

import datetime
from collections import defaultdict
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from post_office.models import Email

from blog.models import Post
from comments import editing, moderation
from comments.desk import queue
from comments.models import Comment, Decision, Thread
from comments.moderation import Kind
from tests.make import make_moderator, make_post, make_staff
from tests.make_comments import decide, make_comment

DESK = "/admin/comments/comment/"
DECIDE = f"{DESK}decide/"
Status = Comment.Status
SECOND = datetime.timedelta(seconds=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return make_staff("anna", "Moderators", first_name="Anna")


@pytest.fixture
def desk(client: Client, anna: User) -> Client:
    client.force_login(anna)
    return client


def offered(client: Client) -> list[str]:
    """What the list of one's last decisions offers to undo."""
    return [done.shown for done in client.get(DESK).context["undoable"]]


class UndoTests:
    def test_it_restores_the_comment_and_its_place_in_the_queue(self, desk: Client, post: Post) -> None:
        first, comment, last = (make_comment(post, Status.PENDING) for _ in range(3))
        desk.post(DECIDE, {"approve": f"{comment.pk}:1"})
        answer = desk.post(DECIDE, {"undo": f"{comment.pk}:2"})
        after = Comment.objects.get(pk=comment.pk)
        assert answer.status_code == 303
        assert (after.status, after.version, after.waiting_since) == (Status.PENDING, 3, comment.waiting_since)
        assert after.decided_at is None
        assert list(Comment.objects.waiting()) == [first, comment, last]
        page = desk.get(answer["Location"])
        assert "undone, it is pending again" in page.content.decode()
        assert [row.comment for row in page.context["page"].rows] == [first, comment, last]

    def test_it_is_a_new_row_and_the_old_one_stays(self, desk: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        desk.post(DECIDE, {"spam": f"{comment.pk}:1"})
        desk.post(DECIDE, {"undo": f"{comment.pk}:2"})
        spam, undo = Decision.objects.order_by("pk")
        assert (undo.undoes, undo.by) == (spam, anna)
        assert (undo.from_status, undo.to_status, undo.version) == (Status.SPAM, Status.PENDING, 2)
        assert (spam.from_status, spam.to_status, spam.version) == (Status.PENDING, Status.SPAM, 1)

    def test_it_goes_back_along_a_chain_step_by_step(self, desk: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        for act in ("spam", "reject", "approve"):
            comment.refresh_from_db()
            desk.post(DECIDE, {act: f"{comment.pk}:{comment.version}"})
        seen = []
        while offered(desk):
            assert len(offered(desk)) == 1
            desk.post(DECIDE, {"undo": offered(desk)[0]})
            seen.append(Comment.objects.get().status)
        assert seen == [Status.REJECTED, Status.SPAM, Status.PENDING]
        assert Decision.objects.count() == 6
        assert Comment.objects.get().waiting_since == comment.submitted_at

    def test_after_an_undo_one_can_decide_and_undo_again(self, desk: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        for version, act in enumerate(["spam", "undo", "approve", "undo", "reject"], start=1):
            assert desk.post(DECIDE, {act: f"{comment.pk}:{version}"}).status_code == 303
        assert Comment.objects.get().status == Status.REJECTED
        assert offered(desk) == [f"{comment.pk}:6"]

    def test_it_takes_back_the_mail_that_waits(self, desk: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING, notify_decision=True)
        desk.post(DECIDE, {"approve": f"{comment.pk}:1"})
        mail = Email.objects.get(to=comment.email)
        assert mail.scheduled_time is not None
        assert mail.scheduled_time > timezone.now() + 30 * SECOND
        desk.post(DECIDE, {"undo": f"{comment.pk}:2"})
        assert not Email.objects.filter(to=comment.email).exists()
        desk.post(DECIDE, {"reject": f"{comment.pk}:3"})
        assert "was not published" in Email.objects.get(to=comment.email).subject

    def test_the_same_undo_twice_is_done_once(self, desk: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        desk.post(DECIDE, {"approve": f"{comment.pk}:1"})
        for _ in range(3):
            assert desk.post(DECIDE, {"undo": f"{comment.pk}:2"}).status_code == 303
        assert Decision.objects.count() == 2
        assert Comment.objects.get().version == 3

    def test_a_colleagues_later_decision_is_not_undone_unseen(self, desk: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        desk.post(DECIDE, {"approve": f"{comment.pk}:1"})
        decide(Comment.objects.get(), Status.REJECTED)
        assert offered(desk) == []
        refused = desk.post(DECIDE, {"undo": f"{comment.pk}:2"})
        assert refused.status_code == 409
        assert "It was rejected by moderator on" in refused.content.decode()
        assert Comment.objects.get().status == Status.REJECTED

    def test_what_was_never_decided_cannot_be_undone(self, desk: Client, post: Post) -> None:
        waiting = make_comment(post, Status.PENDING)
        spam = make_comment(post, Status.SPAM, honeypot="x")
        for comment in (waiting, spam):
            assert desk.post(DECIDE, {"undo": f"{comment.pk}:1"}).status_code == 409
        assert not Decision.objects.exists()

    def test_only_ones_own_decisions_of_the_last_minutes_are_listed(self, desk: Client, anna: User, post: Post) -> None:
        old, theirs, own = (make_comment(post, Status.PENDING) for _ in range(3))
        now = timezone.now()
        moderation.decide(old.pk, 1, Status.SPAM, anna, now - queue.UNDO_OFFERED_FOR - SECOND)
        decide(theirs, Status.SPAM)
        moderation.decide(own.pk, 1, Status.SPAM, anna, now)
        assert offered(desk) == [f"{own.pk}:2"]


ACTS = ["approved", "rejected", "spam", "undo", "withdraw", "answer", "root"]


class CountTests(TestCase):
    """Whatever is decided, in whatever order, the stored counts equal a count of the rows."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 6), st.booleans()), max_size=24))
    def test_they_equal_a_recount(self, steps: list[tuple[str, int, bool]]) -> None:
        post, by = make_post(), make_moderator()
        now = timezone.now() - datetime.timedelta(days=1)
        root = make_comment(post, now=now)
        comments = [root, make_comment(post, parent=root, now=now), make_comment(post, Status.PENDING, now=now)]
        for number, (act, index, is_stale) in enumerate(steps):
            now += SECOND
            comment = Comment.objects.get(pk=comments[index % len(comments)].pk)
            version = comment.version - is_stale
            if act == "answer" and comment.status == Status.APPROVED:
                comments.append(make_comment(post, Status.PENDING, parent=comment, body=f"Answer {number}", now=now))
            elif act == "root":
                comments.append(make_comment(post, Status.PENDING, body=f"Root {number}", now=now))
            elif act == "undo":
                moderation.undo(comment.pk, version, by, now)
            elif act == "withdraw":
                editing.withdraw(comment.pk, version, now)
            elif act in Status.values:
                outcome = moderation.decide(comment.pk, version, act, by, now)
                assert outcome.kind != Kind.DONE or not is_stale
            self.recount(Thread.objects.get())

    def recount(self, thread: Thread) -> None:
        shown: dict[int, int] = {}
        for root_id, pk in Comment.objects.approved().values_list("root_id", "pk"):
            shown[root_id or pk] = shown.get(root_id or pk, 0) + 1
        assert thread.approved_count == sum(shown.values())
        assert thread.shown_roots == len(shown)
        record: dict[int, list[Any]] = defaultdict(list)
        for decision in Decision.objects.order_by("pk"):
            record[decision.comment_id].append(decision)
        for comment in Comment.objects.all():
            assert comment.shown_count == (shown.get(comment.pk, 0) if comment.root_id is None else 0)
            decisions = record[comment.pk]
            assert comment.version == len(decisions) + 1
            assert comment.status == (decisions[-1].to_status if decisions else Status.PENDING)
            assert (comment.waiting_since is not None) == (comment.status == Status.PENDING)
