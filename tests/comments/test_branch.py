"""A branch is taken down as a whole or not at all, and comes back in one step."""

import pytest
from django.utils import timezone

from blog.models import Post
from comments import moderation, threads
from comments.models import Comment, Decision
from comments.moderation import BranchChanged, Kind, Said
from tests.make import make_moderator
from tests.make_comments import make_comment

Status = Comment.Status
STEP = "one step"


def grow(post: Post) -> dict[str, Comment]:
    """A root, two replies, one below the first of them, one that is declined with a reply below it, and a neighbour."""
    root = make_comment(post, name="root")
    first = make_comment(post, parent=root, name="first")
    below = make_comment(post, parent=first, name="below")
    declined = make_comment(post, parent=first, name="declined")
    orphan = make_comment(post, parent=declined, name="orphan")
    moderation.decide(declined.pk, declined.version, Status.REJECTED, make_moderator(), timezone.now())
    other = make_comment(post, parent=root, name="other")
    neighbour = make_comment(post, name="neighbour")
    grown = [root, first, below, declined, orphan, other, neighbour]
    return {comment.name: Comment.objects.get(pk=comment.pk) for comment in grown}


def shown(top: Comment) -> list[tuple[int, int]]:
    return [(comment.pk, comment.version) for comment in moderation.branch(top)]


def statuses() -> dict[str, str]:
    return dict(Comment.objects.values_list("name", "status"))


def take_down(top: Comment, seen: list[tuple[int, int]]) -> list[moderation.Outcome]:
    return moderation.take_down(top.pk, seen, make_moderator(), timezone.now(), Said(batch=STEP))


def test_what_is_approved_below_it_goes_with_it_and_nothing_else(post: Post) -> None:
    grown = grow(post)
    outcomes = take_down(grown["first"], shown(grown["first"]))
    assert {outcome.comment.name for outcome in outcomes} == {"first", "below", "orphan"}
    gone = {name for name, status in statuses().items() if status == Status.REJECTED}
    assert gone == {"first", "below", "orphan", "declined"}
    assert threads.of(post).approved_count == 3
    assert Decision.objects.filter(batch=STEP).count() == 3


def test_it_comes_back_in_one_step(post: Post) -> None:
    grown = grow(post)
    before = statuses()
    take_down(grown["first"], shown(grown["first"]))
    outcomes = moderation.undo_batch(STEP, make_moderator(), timezone.now())
    assert {outcome.kind for outcome in outcomes} == {Kind.DONE}
    assert statuses() == before
    assert threads.of(post).approved_count == 6


def test_a_reply_that_nobody_saw_stops_it_all(post: Post) -> None:
    grown = grow(post)
    seen = shown(grown["first"])
    make_comment(post, parent=grown["below"], name="late")
    before = statuses()
    with pytest.raises(BranchChanged):
        take_down(grown["first"], seen)
    assert statuses() == before
    assert not Decision.objects.filter(batch=STEP).exists()


def test_twice_is_once(post: Post) -> None:
    grown = grow(post)
    seen = shown(grown["first"])
    take_down(grown["first"], seen)
    with pytest.raises(BranchChanged):
        take_down(grown["first"], seen)
    assert Decision.objects.filter(batch=STEP).count() == 3


def test_of_a_step_only_what_stayed_as_it_was_comes_back(post: Post) -> None:
    grown = grow(post)
    take_down(grown["first"], shown(grown["first"]))
    below = Comment.objects.get(name="below")
    moderation.decide(below.pk, below.version, Status.SPAM, make_moderator(), timezone.now())
    outcomes = {o.comment.name: o.kind for o in moderation.undo_batch(STEP, make_moderator(), timezone.now())}
    assert outcomes == {"first": Kind.DONE, "below": Kind.CONFLICT, "orphan": Kind.DONE}
    assert statuses()["below"] == Status.SPAM
