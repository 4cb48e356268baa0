"""What the desk shows: a page of comments whole, each with all that a decision about it needs."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from blog import post_status
from blog.accounts import name_of
from blog.models import Post
from comments import access, leases, moderation
from comments.desk import lists, surroundings
from comments.desk.lists import Order, whole
from comments.desk.places import ALL, WAITING, Place
from comments.desk.surroundings import History, Surroundings
from comments.desk.wishes import shown
from comments.models import Comment, Decision

Status = Comment.Status
PAGE_SIZE = 20
SHORT = 300
UNDO_OFFERED_FOR = datetime.timedelta(minutes=10)


@dataclass
class Row:
    """One comment as the desk shows it."""

    is_row = True

    comment: Comment
    post_seen: str
    post_url: str
    history: History
    # For who looks (`surroundings.around`).
    around: Surroundings = field(default_factory=Surroundings)
    form: Any = None
    # Why a wish about it was refused.
    refusal: str = ""
    # What is being written at it, or what would go with it (`comments.desk.writing`).
    opened: Any = None

    @property
    def post(self) -> Post:
        return self.comment.thread.post

    @property
    def shown(self) -> str:
        return shown(self.comment)

    @property
    def is_decidable(self) -> bool:
        return self.comment.status != Status.WITHDRAWN

    @property
    def is_parent_short(self) -> bool:
        parent = self.comment.parent
        return parent is not None and len(parent.body) <= SHORT

    @property
    def record(self) -> str:
        """What became of the writer's other comments, as far as an address ties them together."""
        if not self.comment.email_key:
            return _("No address, so no record.")
        past = self.history
        if not (past.approved or past.declined or past.spam):
            return _("No other comment of theirs was decided yet.")
        counts = {"approved": past.approved, "declined": past.declined, "spam": past.spam}
        if past.spam:
            return _("Of their other comments, %(approved)s approved, %(declined)s rejected, %(spam)s spam.") % counts
        return _("Of their other comments, %(approved)s approved and %(declined)s rejected.") % counts

    @property
    def beside_url(self) -> str:
        """All that waits under the same post."""
        return Place(post=self.post.pk).url()

    @property
    def by_same_url(self) -> str:
        """All that waits by the same commenter, whose address stands in no address of a page."""
        return Place(by=self.comment.pk).url()


@dataclass(frozen=True)
class Done:
    """A decision as it is told and offered to be undone."""

    is_row = False

    decision: Decision
    is_own: bool
    is_undoable: bool

    @property
    def shown(self) -> str:
        return shown(self.decision.comment)

    @property
    def sentence(self) -> str:
        words = {"status": self.decision.get_to_status_display(), "by": who(self.decision)}
        if self.decision.undoes_id:
            return _("undone, it is %(status)s again") % words
        return (_("%(status)s by you") if self.is_own else _("already %(status)s by %(by)s")) % words


@dataclass
class Page:
    place: Place
    order: Order
    lines: list[Row | Done]
    next_url: str = ""
    # Whether it ends where looking through the list was stopped.
    is_cut: bool = False

    @property
    def rows(self) -> list[Row]:
        return [line for line in self.lines if isinstance(line, Row)]

    @property
    def is_waiting(self) -> bool:
        return self.place.tab == WAITING

    @property
    def first_url(self) -> str:
        return self.place.start.url()


def page(place: Place, liked: str, user: Any, now: datetime.datetime) -> Page:
    """A page of a list: twenty comments, or the ten that were handed to who looks.

    `liked` is the order of what waits where the place names none.
    """
    if place.is_yours and access.decides_any(user) and (handed := leases.hand(user, liked, now)):
        order = lists.order(place, liked, is_narrow=access.is_host(user))
        yours = access.decidable(user, Comment.objects.waiting()).filter(pk__in=handed)
        # Its next page is the same again, with the next ten.
        again = place.url() if len(handed) == leases.HANDED else ""
        return Page(place, order, [*rows(whole(order.sorted(yours)), now)], again)
    found = lists.find(place, liked, user, now, PAGE_SIZE)
    next_url = replace(place, face=ALL, after=found.after).url() if found.after else ""
    return Page(place, found.order, [*rows(found.comments, now)], next_url, is_cut=found.is_cut)


def rows(comments: Iterable[Comment], now: datetime.datetime) -> list[Row]:
    """The rows of some comments, each with what became of its writer's other ones."""
    comments = list(comments)
    histories = surroundings.histories(comments)
    return [_row(comment, histories[comment.pk], now) for comment in comments]


def _row(comment: Comment, history: History, now: datetime.datetime) -> Row:
    post = comment.thread.post
    url = post.get_absolute_url() if post.is_published(now) else ""
    return Row(comment, post_status.who_can_see(post, now), url, history)


def undoable(user: Any, now: datetime.datetime) -> list[Done]:
    """The latest decisions of one account that still stand and that nobody decided over."""
    found = _standing().filter(by=user, at__gt=now - UNDO_OFFERED_FOR).order_by("-at", "-pk")
    return [Done(decision, is_own=True, is_undoable=True) for decision in found[:PAGE_SIZE]]


def tell(page: Page, comment_id: int, user: Any, now: datetime.datetime) -> None:
    """Say in the place where a comment stood what was decided about it."""
    seen = access.visible(user, Comment.objects.filter(pk=comment_id))
    decision = Decision.objects.filter(comment__in=seen).select_related("comment", "by").order_by("-pk").first()
    if decision is None:
        return
    is_fresh = decision.by == user and decision.at > now - UNDO_OFFERED_FOR
    is_undoable = is_fresh and _standing().filter(pk=decision.pk).exists()
    done = Done(decision, is_own=decision.by == user, is_undoable=is_undoable)
    since = decision.comment.waiting_since or decision.waited_since
    own = page.order.place(decision.comment, since)
    earlier = [row for row in page.rows if page.order.place(row.comment, row.comment.waiting_since) < own]
    page.lines.insert(len(earlier), done)


def who(decision: Decision) -> str:
    """The colleague's name; nobody's account stands behind what a commenter did to their own words."""
    return name_of(decision.by) or _("its commenter")


def _standing() -> QuerySet[Decision]:
    """Decisions that an undo would take back: neither undone nor followed by another that stands."""
    standing = Decision.objects.filter(undoes__isnull=True, undone_by__isnull=True)
    newer = standing.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
    found = standing.filter(~Exists(newer), act__in=moderation.UNDOABLE, to_status=F("comment__status"))
    return found.select_related("comment", "by")
