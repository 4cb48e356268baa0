"""Why a comment was not taken: the status of the answer, and the sentence that its writer reads."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments import threads
from comments.models import Comment


class Refused(Exception):
    """A comment that was not taken; what was typed goes back into its form."""


class Closed(Refused):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class BadParent(Refused):
    """What it answers is not there, not approved, or under another post."""


class SaidAlready(Refused):
    def __init__(self, comment: Comment) -> None:
        super().__init__(f"comment {comment.pk} says the same")
        self.comment = comment


class TooFast(Refused):
    def __init__(self, retry_after: int) -> None:
        super().__init__(f"again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True)
class Refusal:
    status: int
    sentence: str
    link: str = ""
    # Where the address of the comment's own page can be asked for by mail.
    offer: str = ""
    retry_after: int | None = None


def wrong_fields() -> Refusal:
    return Refusal(422, _("Your comment was not sent yet. Please look at what is marked below and send it again."))


def from_another_site() -> Refusal:
    sentence = _("This comment came from another site, so it was not taken. If it is yours, send it from here.")
    return Refusal(403, sentence)


def of(refused: Refused, now: datetime.datetime) -> Refusal:
    if isinstance(refused, SaidAlready):
        return _said_already(refused.comment, now)
    if isinstance(refused, TooFast):
        return Refusal(429, _too_fast(refused.retry_after), retry_after=refused.retry_after)
    if isinstance(refused, Closed):
        keep = _("What you wrote stands below; please keep a copy of it.")
        return Refusal(403, f"{refused.sentence} {keep}")
    assert isinstance(refused, BadParent)
    return Refusal(
        403,
        _("The comment that you answer is not here any more. Send yours again, and it will stand on its own."),
    )


def _said_already(said: Comment, now: datetime.datetime) -> Refusal:
    sentence = _("You have said this here before, so it was not taken a second time.")
    is_public = said.status == Comment.Status.APPROVED and said.thread.post.is_published(now)
    is_offered = settings.MAIL_WORKS and said.email and said.published_at
    offer = threads.own_page_address(said) if is_offered else ""
    return Refusal(409, sentence, link=threads.address(said) if is_public else "", offer=offer)


def _too_fast(seconds: int) -> str:
    if seconds <= 90:
        wait = ngettext("Please wait %(count)s second", "Please wait %(count)s seconds", seconds) % {"count": seconds}
    else:
        minutes = -(-seconds // 60)
        wait = ngettext("Please wait %(count)s minute", "Please wait %(count)s minutes", minutes) % {"count": minutes}
    return _("That was quick. %(wait)s and send your comment again; it stands below.") % {"wait": wait}
