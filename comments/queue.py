"""What the desk shows: a page of comments whole, each with all that a decision about it needs."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import NullIf
from django.urls import reverse
from django.utils.translation import gettext as _

from blog import publishing
from blog.models import Post
from comments import moderation
from comments.models import Comment, Decision

Status = Comment.Status
PAGE_SIZE = 20
MOST_COUNTED = 200
LATEST_OF_A_PERSON = 100
SHORT = 300
UNDO_OFFERED_FOR = datetime.timedelta(minutes=10)
WAITING = "waiting"
TABS = (WAITING, Status.APPROVED.value, Status.REJECTED.value, Status.SPAM.value)
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MICROSECOND = datetime.timedelta(microseconds=1)
KEY = re.compile(r"([0-9]{1,17})-([1-9][0-9]{0,17})")
ID = re.compile(r"[1-9][0-9]{0,17}")


def key(at: datetime.datetime, pk: int) -> str:
    """A row's place in a list by time: microseconds since 1970, a hyphen, and the id."""
    return f"{(at - EPOCH) // MICROSECOND}-{pk}"


def read_key(text: str) -> tuple[datetime.datetime, int] | None:
    match = KEY.fullmatch(text)
    return (EPOCH + int(match[1]) * MICROSECOND, int(match[2])) if match else None


def read_id(text: str) -> int | None:
    return int(text) if ID.fullmatch(text) else None


@dataclass(frozen=True)
class Place:
    """Where on the desk somebody is: a tab, and the key behind which its page begins. What is no place is the start."""

    tab: str = WAITING
    after: str = ""
    # A decision taken on one comment's own page leads back there.
    own_page: int | None = None

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> "Place":
        tab = fields.get("tab", WAITING)
        tab = tab if tab in TABS else WAITING
        after = fields.get("after", "")
        is_key = read_key(after) if tab == WAITING else read_id(after)
        return cls(tab, after if is_key else "", read_id(fields.get("own_page", "")))

    def url(self, done: int | None = None) -> str:
        """Its address; with the id of a comment just decided, the one at which the page says so in its place."""
        if self.own_page:
            return reverse("admin:comments_comment_change", args=[self.own_page])
        query = {
            "tab": "" if self.tab == WAITING else self.tab,
            "after": self.after,
            "done": str(done or ""),
        }
        query = {name: value for name, value in query.items() if value}
        path = reverse("admin:comments_comment_changelist")
        return f"{path}{'?' if query else ''}{urlencode(query)}{'#done' if done else ''}"

    @property
    def query(self) -> str:
        """So that what is opened from there leads back."""
        return f"own_page={self.own_page}" if self.own_page else self.url().partition("?")[2]


@dataclass
class Row:
    """One comment as the desk shows it."""

    is_row = True

    comment: Comment
    post_seen: str
    post_url: str
    approved: int
    declined: int
    form: Any = None
    # Why a wish about it was refused.
    refusal: str = ""
    # What is being written at it, or what would go with it (`comments.writing`).
    opened: Any = None

    @property
    def post(self) -> Post:
        return self.comment.thread.post

    @property
    def shown(self) -> str:
        """What a decision about it is bound to."""
        return f"{self.comment.pk}:{self.comment.version}"

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
        if not self.approved and not self.declined:
            return _("No other comment of theirs was decided yet.")
        counts = {"approved": self.approved, "declined": self.declined}
        return _("Of their other comments, %(approved)s approved and %(declined)s rejected.") % counts


@dataclass(frozen=True)
class Done:
    """A decision as it is told and offered to be undone."""

    is_row = False

    decision: Decision
    is_own: bool
    is_undoable: bool

    @property
    def shown(self) -> str:
        return f"{self.decision.comment.pk}:{self.decision.comment.version}"

    @property
    def sentence(self) -> str:
        words = {"status": self.decision.get_to_status_display(), "by": who(self.decision)}
        if self.decision.undoes_id:
            return _("undone, it is %(status)s again") % words
        return (_("%(status)s by you") if self.is_own else _("already %(status)s by %(by)s")) % words


@dataclass
class Page:
    place: Place
    lines: list[Row | Done] = field(default_factory=list)
    next_url: str = ""

    @property
    def rows(self) -> list[Row]:
        return [line for line in self.lines if isinstance(line, Row)]

    @property
    def is_waiting(self) -> bool:
        return self.place.tab == WAITING

    @property
    def first_url(self) -> str:
        return Place(self.place.tab).url()


class _Among(Subquery):
    """How many of the latest comments of one person have a status: a busy one costs no more than a new one."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) latest WHERE latest.status = %%s)"
    output_field = IntegerField()

    def __init__(self, queryset: QuerySet[Any, Any], status: str) -> None:
        super().__init__(queryset)
        self.status = status

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        sql, params = super().as_sql(*args, **kwargs)
        return sql, (*params, self.status)


def page(place: Place, now: datetime.datetime) -> Page:
    """Twenty comments of a tab: those that wait, oldest first; of the others the newest first."""
    if place.tab == WAITING:
        found = Comment.objects.waiting()
        if start := read_key(place.after):
            since, pk = start
            # Said twice, so that the index is entered at the time and not read from its beginning.
            found = found.filter(Q(waiting_since__gt=since) | Q(pk__gt=pk), waiting_since__gte=since)
    else:
        found = Comment.objects.filter(status=place.tab).order_by("-pk")
        if last := read_id(place.after):
            found = found.filter(pk__lt=last)
    comments = list(whole(found)[: PAGE_SIZE + 1])
    shown = comments[:PAGE_SIZE]
    next_url = Place(place.tab, _after(shown[-1], place.tab)).url() if len(comments) > PAGE_SIZE else ""
    return Page(place, list(rows(shown, now)), next_url)


def whole(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """With the post and the comment that is answered, in one query."""
    return comments.select_related("thread__post", "parent", "user").defer("thread__post__body")


def rows(comments: Iterable[Comment], now: datetime.datetime) -> list[Row]:
    """The rows of some comments, each with what became of its writer's other ones."""
    comments = list(comments)
    # Those without an address are many persons; a null finds none of them, where "" would read them all.
    others = (
        Comment.objects.filter(email_key=NullIf(OuterRef("email_key"), Value("")))
        .exclude(pk=OuterRef("pk"))
        .order_by("-submitted_at")
        .values("status")[:LATEST_OF_A_PERSON]
    )
    records = {
        pk: (approved, declined)
        for pk, approved, declined in Comment.objects.filter(pk__in=[comment.pk for comment in comments])
        .annotate(approved=_Among(others, Status.APPROVED), declined=_Among(others, Status.REJECTED))
        .values_list("pk", "approved", "declined")
    }
    return [_row(comment, records[comment.pk], now) for comment in comments]


def _row(comment: Comment, record: tuple[int, int], now: datetime.datetime) -> Row:
    post = comment.thread.post
    url = post.get_absolute_url() if post.is_published(now) else ""
    return Row(comment, publishing.who_can_see(post, now), url, *record)


def waiting_count() -> str:
    """How many wait, counted no further than is worth knowing."""
    count = Comment.objects.waiting()[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


def undoable(user: Any, now: datetime.datetime) -> list[Done]:
    """The latest decisions of one account that still stand and that nobody decided over."""
    found = _standing().filter(by=user, at__gt=now - UNDO_OFFERED_FOR).order_by("-at", "-pk")
    return [Done(decision, is_own=True, is_undoable=True) for decision in found[:PAGE_SIZE]]


def tell(page: Page, comment_id: int, user: Any, now: datetime.datetime) -> None:
    """Say in the place where a comment stood what was decided about it."""
    decision = Decision.objects.filter(comment=comment_id).select_related("comment", "by").order_by("-pk").first()
    if decision is None:
        return
    is_fresh = decision.by == user and decision.at > now - UNDO_OFFERED_FOR
    is_undoable = is_fresh and _standing().filter(pk=decision.pk).exists()
    done = Done(decision, is_own=decision.by == user, is_undoable=is_undoable)
    own = _order(decision.comment, page.place.tab, decision.waited_since)
    earlier = [row for row in page.rows if _order(row.comment, page.place.tab) < own]
    page.lines.insert(len(earlier), done)


def who(decision: Decision) -> str:
    """The colleague's name; nobody's account stands behind what a commenter did to their own words."""
    by = decision.by
    return str(by.get_full_name() or by.get_username()) if by else _("its commenter")


def _standing() -> QuerySet[Decision]:
    """Decisions that an undo would take back: neither undone nor followed by another that stands."""
    standing = Decision.objects.filter(undoes__isnull=True, undone_by__isnull=True)
    newer = standing.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
    found = standing.filter(~Exists(newer), act__in=moderation.UNDOABLE, to_status=F("comment__status"))
    return found.select_related("comment", "by")


def _after(comment: Comment, tab: str) -> str:
    if tab != WAITING:
        return str(comment.pk)
    assert comment.waiting_since is not None
    return key(comment.waiting_since, comment.pk)


def _order(comment: Comment, tab: str, waited_since: datetime.datetime | None = None) -> tuple[Any, int]:
    if tab != WAITING:
        return 0, -comment.pk
    return comment.waiting_since or waited_since or EPOCH, comment.pk
