"""Two acts on one conversation at the same moment: one waits for the other, and never each for the other."""

import datetime
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from blog.models import Post
from comments import moderation, privacy, submission, threads
from comments.models import Comment, Policy
from comments.moderation import Said
from comments.submission import Sender, Words
from tests.make import make_moderator, make_post
from tests.make_comments import make_comment

Status = Comment.Status
SECOND = datetime.timedelta(seconds=1)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each who has a comment to themselves keeps it long enough for the other to want it."""
    locked = moderation.locked

    def slow(comment_id: int) -> Comment:
        comment = locked(comment_id)
        time.sleep(0.3)
        return comment

    monkeypatch.setattr(moderation, "locked", slow)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What became of some acts begun together: what each returned, or the error that it met."""
    gate, found = threading.Barrier(len(acts)), dict[int, object]()

    def run(number: int, act: Callable[[], object]) -> None:
        gate.wait(timeout=10)
        try:
            found[number] = act()
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    running = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(timeout=20)
    close_old_connections()
    return [found.get(number) for number in range(len(acts))]


@pytest.fixture
def tree(post: Post) -> list[Comment]:
    """A comment, its reply, and the reply to that."""
    found: list[Comment] = []
    for number in range(3):
        now = timezone.now() - (30 - number) * 20 * SECOND
        found.append(make_comment(post, parent=found[-1] if found else None, now=now, email="one@example.org"))
    return found


def decline(comment: Comment) -> Callable[[], object]:
    by = make_moderator()
    return lambda: moderation.decide(comment.pk, comment.version, Status.REJECTED, by, timezone.now())


def errors(found: list[object]) -> list[Any]:
    allowed = (moderation.BranchChanged, type(None))
    return [each for each in found if isinstance(each, Exception) and not isinstance(each, allowed)]


class AtOnceTests:
    def test_a_branch_is_taken_down_while_a_reply_in_it_is_declined(self, tree: list[Comment], slowly: None) -> None:
        shown = [(comment.pk, comment.version) for comment in tree]
        by = make_moderator()
        found = at_once(
            decline(tree[2]),
            lambda: moderation.take_down(tree[0].pk, shown, by, timezone.now(), Said(batch="b" * 32)),
        )
        assert errors(found) == []
        assert Comment.objects.get(pk=tree[2].pk).status == Status.REJECTED
        assert Comment.objects.get(pk=tree[0].pk).shown_count == Comment.objects.approved().count()

    def test_a_person_is_forgotten_while_a_reply_of_theirs_is_declined(self, tree: list[Comment], slowly: None) -> None:
        found = at_once(decline(tree[2]), lambda: privacy.erase("one@example.org", timezone.now()))
        assert errors(found) == []
        assert not Comment.objects.filter(email_key="one@example.org").exists()
        assert Comment.objects.get(pk=tree[0].pk).shown_count == Comment.objects.approved().count()

    def test_two_branches_of_the_same_two_persons_are_taken_down(self, post: Post, slowly: None) -> None:
        by, now = make_moderator(), timezone.now()
        trees: list[list[tuple[int, int]]] = []
        for first, second in (("ann", "ben"), ("ben", "ann")):
            more: dict[str, Any] = {"notify_decision": True}
            # On two posts, for those of one wait for its counts.
            on = make_post(title="Another strait") if trees else post
            top = make_comment(on, email=f"{first}@example.org", now=now - 900 * SECOND * (len(trees) + 1), **more)
            below = make_comment(
                on, parent=top, email=f"{second}@example.org", now=now - 900 * SECOND * (len(trees) + 3), **more
            )
            trees.append([(top.pk, top.version), (below.pk, below.version)])

        def take_down(shown: list[tuple[int, int]]) -> Callable[[], object]:
            said = Said(batch="b" * 32)
            return lambda: moderation.take_down(shown[0][0], shown, by, timezone.now(), said)

        assert errors(at_once(*map(take_down, trees))) == []
        assert not Comment.objects.approved().exists()

    def test_a_reader_replies_while_a_branch_is_taken_down(self, tree: list[Comment], post: Post, slowly: None) -> None:
        shown, by = [(comment.pk, comment.version) for comment in tree], make_moderator()
        words = Words(name="Ann", email="ann@example.org", body="And the ebb?", parent=tree[2].pk)
        found = at_once(
            lambda: moderation.take_down(tree[0].pk, shown, by, timezone.now(), Said(batch="b" * 32)),
            lambda: submission.submit(threads.of(post), Policy.objects.current(), words, Sender(), timezone.now()),
        )
        assert errors(found) == []
        assert Comment.objects.get(body="And the ebb?").status == Status.PENDING
        assert not Comment.objects.approved().exists()
