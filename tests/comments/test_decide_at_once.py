"""Many decisions at the same moment: one stands, and what is counted is counted right."""

import threading

from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone
from post_office.models import Email

from comments import moderation
from comments.models import Comment, Decision
from tests.make import make_post, make_staff
from tests.make_comments import make_comment

Status = Comment.Status
TO = {"approve": Status.APPROVED, "reject": Status.REJECTED, "spam": Status.SPAM}


class AtOnceTests(TransactionTestCase):
    """Real connections, each in a thread of its own."""

    serialized_rollback = True

    def test_of_ten_decisions_at_once_exactly_one_stands(self) -> None:
        comment = make_comment(make_post(), Status.PENDING, notify_decision=True)
        people = [make_staff(f"mo{number}", "Moderators") for number in range(10)]
        outcomes: list[moderation.Outcome] = []
        start = threading.Barrier(len(people))

        def decide_one(number: int) -> None:
            to = list(TO.values())[number % 3]
            start.wait()
            try:
                outcomes.append(moderation.decide(comment.pk, 1, to, people[number], timezone.now()))
            finally:
                connection.close()

        threads = [threading.Thread(target=decide_one, args=(number,)) for number in range(len(people))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        decision, after = Decision.objects.get(), Comment.objects.get()
        kinds = [outcome.kind for outcome in outcomes]
        same = sum(outcome.kind == moderation.Kind.UNCHANGED for outcome in outcomes)
        assert len(outcomes) == 10
        assert kinds.count(moderation.Kind.DONE) == 1
        assert same == sum(list(TO.values())[number % 3] == decision.to_status for number in range(10)) - 1
        assert (after.status, after.version) == (decision.to_status, 2)
        assert all(outcome.decision == decision for outcome in outcomes)
        assert all(outcome.comment.status == decision.to_status for outcome in outcomes)
        assert Email.objects.filter(to=comment.email).count() == (decision.to_status != Status.SPAM)

    def test_answers_of_one_root_decided_at_once_are_counted_right(self) -> None:
        root = make_comment(make_post())
        answers = [make_comment(root.thread.post, Status.PENDING, parent=root) for _ in range(8)]
        by = make_staff("mo", "Moderators")
        start = threading.Barrier(len(answers) + 1)

        def decide_one(comment: Comment, to: str) -> None:
            start.wait()
            try:
                moderation.decide(comment.pk, comment.version, to, by, timezone.now())
            finally:
                connection.close()

        wanted = [*((answer, Status.APPROVED) for answer in answers), (root, Status.REJECTED)]
        threads = [threading.Thread(target=decide_one, args=pair) for pair in wanted]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        root.refresh_from_db()
        root.thread.refresh_from_db()
        assert root.shown_count == 8
        assert (root.thread.approved_count, root.thread.shown_roots) == (8, 1)
