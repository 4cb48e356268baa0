"""What commenters hear, if they ticked the box: that it arrived, what was decided and why, and who answered.

Signed by the publication, never by who decided.
"""

import datetime
from typing import Any

from django.utils.text import Truncator

from blog.links import absolute
from comments import threads
from comments.models import Comment, Decision, Report
from comments.notifications.authors import is_publication
from comments.notifications.letters import LONGEST_QUOTED, OWED, UNDO_SECONDS, Letter, digest, free_again, to_readers

Status, Act = Comment.Status, Decision.Act


def tell_received(comment: Comment, now: datetime.datetime) -> None:
    """Say that a comment arrived; not another day, for by then it says nothing new."""
    letter = _to_its_commenter(comment, _received(comment), "received", now)
    if letter and (comment.user_id or free_again(comment.email, now) <= now):
        to_readers([letter], now, now)


def tell_decided(comment: Comment, decision: Decision, now: datetime.datetime) -> None:
    """Tell a comment's commenter what was decided and, if it is public from now on, whom it answers."""
    letters = _replies(comment, now) if is_publication(decision) else []
    if name := _letter_about(decision):
        own = _to_its_commenter(comment, event(comment, decision), name, now, {"words": decision.words})
        letters += [own] if own else []
    to_readers(letters, now + UNDO_SECONDS, now)


def own_page_wanted(comment: Comment, now: datetime.datetime) -> None:
    """Mail a comment's private address to its writer, who lost it; not if that address had a letter today."""
    if free_again(comment.email, now) <= now:
        event = f"own-page:{comment.pk}:{now:%Y-%m-%d}"
        to_readers([Letter(comment.email, event, "own_page", _about(comment, now))], now, now)


def own_data_wanted(email: str, page: str, now: datetime.datetime) -> None:
    """Mail the address of all that is kept under an e-mail address there; not if it had a letter today."""
    if free_again(email, now) <= now:
        to_readers([Letter(email, f"{OWED}{now:%Y-%m-%d}", "own_data", {"page": page}, is_owed=True)], now, now)


def report_answered(report: Report, now: datetime.datetime) -> None:
    """Tell who reported a comment what was decided about it; nothing is quoted that they did not see."""
    if not report.email:
        return
    comment = report.comment
    is_public = comment.status == Status.APPROVED and comment.thread.post.is_published(now)
    context = {
        "result": report.get_result_display(),
        "answer": report.answer,
        "title": _public_title(comment, now),
        "public": _public_link(comment) if is_public else "",
    }
    letter = Letter(report.email, event_of_answer(report), "report_answered", context)
    to_readers([letter], now + UNDO_SECONDS, now)


def event_of_answer(report: Report) -> str:
    """An answer that was taken back is followed by another one."""
    answered = int(report.answered_at.timestamp()) if report.answered_at else 0
    return f"report-answered:{report.pk}:{answered}"


def events(comment: Comment) -> list[str]:
    """All that may still be told about a comment, by name."""
    # The first version is one that nobody has decided about.
    decisions = comment.decisions.only("pk") if comment.version > 1 else []
    decided = [event(comment, decision) for decision in decisions]
    return [_received(comment), event_of_reply(comment), *decided]


def event_of_reply(reply: Comment) -> str:
    return f"reply:{reply.pk}"


def event(comment: Comment, decision: Decision) -> str:
    return f"decision:{comment.pk}:{decision.pk}"


def _letter_about(decision: Decision) -> str:
    """The name of the letter that a decision asks for; empty for one that a commenter is not told."""
    if decision.act in (Act.PUBLISH_WORDS, Act.DECLINE_WORDS):
        return "words_published" if decision.act == Act.PUBLISH_WORDS else "words_declined"
    if decision.act != Act.DECIDE or decision.to_status not in (Status.APPROVED, Status.REJECTED):
        return ""
    is_appeal = decision.from_status == Status.REJECTED and decision.waited_since is not None
    if decision.to_status == Status.APPROVED:
        return "appeal_granted" if is_appeal else "published"
    if is_appeal:
        return "appeal_declined"
    return "taken_down" if decision.from_status == Status.APPROVED else "declined"


def _to_its_commenter(
    comment: Comment, event: str, name: str, now: datetime.datetime, more: dict[str, Any] | None = None
) -> Letter | None:
    if not comment.notify_decision or not comment.email:
        return None
    context = _about(comment, now) | (more or {})
    return Letter(comment.email, event, name, context, is_account=comment.user_id is not None)


def _replies(reply: Comment, now: datetime.datetime) -> list[Letter]:
    """One letter for each address above a reply in its conversation that asked for them, but not to who replied."""
    if not reply.parent_id or not reply.thread.post.is_published(now):
        return []
    above = Comment.objects.approved().filter(pk__in={*reply.lineage, reply.parent_id}, notify_replies=True)
    asked = {digest(comment.email): comment for comment in above.exclude(email="").order_by("pk")}
    asked.pop(digest(reply.email), None)
    context = {"title": _public_title(reply, now), "public": _public_link(reply), "reply": reply}
    context["written"] = Truncator(reply.body).chars(LONGEST_QUOTED)
    return [
        Letter(comment.email, event_of_reply(reply), "reply", context, is_account=comment.user_id is not None)
        for comment in asked.values()
        if reply.user_id is None or comment.user_id != reply.user_id
    ]


def _about(comment: Comment, now: datetime.datetime) -> dict[str, Any]:
    title = _public_title(comment, now)
    return {
        "page": absolute(comment.get_absolute_url()),
        "title": title,
        "public": _public_link(comment) if title else "",
    }


def _public_title(comment: Comment, now: datetime.datetime) -> str:
    """What is not public is not told: a post's title may be one that nobody has published."""
    post = comment.thread.post
    return post.display_title if post.is_published(now) else ""


def _public_link(comment: Comment) -> str:
    """It leads to wherever the comment stands by then."""
    return absolute(f"{threads.base_address(comment.thread.post)}at/{comment.pk}/")


def _received(comment: Comment) -> str:
    return f"received:{comment.pk}"
