"""How the staff is doing: what waits, what came and was decided day by day, and how long people waited for it.

All is read by index, over the days asked for, and of no more than `MOST` rows; where there are more, the figures begin
later and say so. A decision that was taken back counts as not taken.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import batched
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.accounts import name_of
from blog.models import Post, Region
from comments import charts
from comments.models import Comment, Decision, Policy

Status, Act = Comment.Status, Decision.Act
SPANS, USUAL_SPAN = (7, 30, 90), 30
MOST, MOST_WAITING, AT_ONCE = 20_000, 10_000, 5_000
# What became of what was asked; the words that a commenter would rather have are declined while the comment stays.
BECAME = {
    (Act.DECIDE, Status.APPROVED): Status.APPROVED,
    (Act.DECIDE, Status.REJECTED): Status.REJECTED,
    (Act.DECIDE, Status.SPAM): Status.SPAM,
    (Act.PUBLISH_WORDS, Status.APPROVED): Status.APPROVED,
    (Act.DECLINE_WORDS, Status.APPROVED): Status.REJECTED,
}


@dataclass
class Tally:
    """What was decided of some comments: of one day, one region, one moderator, or all."""

    goal: datetime.timedelta
    name: str = ""
    day: datetime.date | None = None
    sent: int = 0
    became: Counter[str] = field(default_factory=Counter)
    waits: list[datetime.timedelta] = field(default_factory=list)

    def add(self, became: str, wait: datetime.timedelta | None) -> None:
        self.became[became] += 1
        if wait is not None:
            self.waits.append(wait)

    @property
    def decided(self) -> int:
        return self.became.total()

    @property
    def approved(self) -> int:
        return self.became[Status.APPROVED]

    @property
    def rejected(self) -> int:
        return self.became[Status.REJECTED]

    @property
    def spam(self) -> int:
        return self.became[Status.SPAM]

    @cached_property
    def median(self) -> datetime.timedelta | None:
        return quantile(self.waits, 0.5)

    @cached_property
    def nine_tenths(self) -> datetime.timedelta | None:
        """What nine of ten did not wait longer than."""
        return quantile(self.waits, 0.9)

    @property
    def median_in_words(self) -> str:
        return in_words(self.median)

    @property
    def nine_tenths_in_words(self) -> str:
        return in_words(self.nine_tenths)

    @property
    def within_goal(self) -> int | None:
        """How many of a hundred were decided in the time the staff has set itself."""
        kept = sum(wait <= self.goal for wait in self.waits)
        return 100 * kept // len(self.waits) if self.waits else None


@dataclass(frozen=True)
class Figures:
    goal: datetime.timedelta
    waiting: str
    late: str
    oldest: datetime.timedelta | None
    total: Tally
    days: Sequence[Tally]
    regions: Sequence[Tally]
    # Nobody's, where the policy does not show them to who asks.
    moderators: Sequence[Tally]
    # The first day that is counted in full, if that is not the first one shown.
    sent_from: datetime.date | None
    decided_from: datetime.date | None


@require_safe
@permission_required("comments.view_figures", raise_exception=True)
def page(request: HttpRequest) -> HttpResponse:
    asked, now, policy = request.GET.get("days", ""), timezone.now(), Policy.objects.current()
    span = next((days for days in SPANS if str(days) == asked), USUAL_SPAN)
    found = read(span, policy, now, shows_moderators=shows_moderators(policy, request.user))
    context = {
        **admin.site.each_context(request),
        "title": _("How are we doing?"),
        "span": span,
        "spans": SPANS,
        "figures": found,
        "oldest": in_words(found.oldest) if found.oldest else "",
        "counts": charts.counts(found.days),
        "waits": charts.waits(found.days, found.goal),
        "most": MOST,
        "policy": policy,
    }
    return render(request, "admin/comments/decision/figures.html", context)


def read(span: int, policy: Policy, now: datetime.datetime, *, shows_moderators: bool) -> Figures:
    """The figures of the last days up to now, in the publication's own time."""
    goal, today = datetime.timedelta(hours=policy.goal_hours), timezone.localdate(now)
    # Asked for once: for each of so many rows it would take longer than all the rest.
    zone = timezone.get_current_timezone()
    days = {day: Tally(goal, day=day) for day in (today - datetime.timedelta(days=ago) for ago in range(span))}
    since = timezone.make_aware(datetime.datetime.combine(min(days), datetime.time.min))
    total, by_person = Tally(goal), defaultdict[int, list[Any]](list)

    sent, sent_from = _whole_days(_sent(since, now))
    for (at,) in sent:
        days[at.astimezone(zone).date()].sent += 1
    total.sent = sum(tally.sent for tally in days.values())
    decided, decided_from = _whole_days(_acts(since, now))
    undone = {undoes_id for *_rest, undoes_id in decided}
    by_comment = defaultdict[int, list[Any]](list)
    for at, pk, act, to, waited_since, comment_id, by_id, _undoes in decided:
        became = BECAME.get((act, to))
        if became is None or pk in undone:
            continue
        wait = at - waited_since if waited_since else None
        total.add(became, wait)
        days[at.astimezone(zone).date()].add(became, wait)
        by_comment[comment_id].append((became, wait))
        by_person[by_id].append((became, wait))

    waiting = Comment.objects.waiting()
    oldest = waiting.values_list("waiting_since", flat=True).first()
    return Figures(
        goal=goal,
        waiting=_counted(waiting),
        late=_counted(waiting.filter(waiting_since__lt=now - goal)),
        oldest=now - oldest if oldest else None,
        total=total,
        days=sorted(days.values(), key=lambda tally: tally.day or today),
        regions=_of_regions(_by_post(by_comment), goal),
        moderators=_of_people(by_person, goal) if shows_moderators else [],
        sent_from=sent_from,
        decided_from=decided_from,
    )


def shows_moderators(policy: Policy, user: Any) -> bool:
    """Whether figures for each moderator are for this account; the editors decide that for the whole house."""
    if policy.figures_for == Policy.FiguresFor.MODERATORS:
        return True
    return policy.figures_for == Policy.FiguresFor.EDITORS and bool(user.has_perm("comments.change_policy"))


def quantile(waits: Iterable[datetime.timedelta], share: float) -> datetime.timedelta | None:
    """How long a share of them waited at most; between two of them it is measured out."""
    ordered = sorted(waits)
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    below, above = ordered[int(place)], ordered[min(int(place) + 1, len(ordered) - 1)]
    return below + (above - below) * (place - int(place))


def in_words(wait: datetime.timedelta | None) -> str:
    """A time in its two largest parts: 2 d 5 h, 3 h 20 min, 4 min."""
    if wait is None:
        return "–"
    minutes = round(wait.total_seconds() / 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = {"days": days, "hours": hours, "minutes": minutes}
    if days:
        return _("%(days)s d %(hours)s h") % parts
    return _("%(hours)s h %(minutes)s min") % parts if hours else _("%(minutes)s min") % parts


def _sent(since: datetime.datetime, now: datetime.datetime) -> Any:
    found = Comment.objects.filter(submitted_at__gte=since, submitted_at__lte=now)
    return found.order_by("-submitted_at").values_list("submitted_at")


def _acts(since: datetime.datetime, now: datetime.datetime) -> Any:
    """All of them, for what takes a decision back is younger than it, and so is read with it."""
    found = Decision.objects.filter(at__gte=since, at__lte=now).order_by("-at", "-pk")
    return found.values_list("at", "pk", "act", "to_status", "waited_since", "comment_id", "by_id", "undoes_id")


def _whole_days(found: Any) -> tuple[list[Any], datetime.date | None]:
    """The newest rows; where there are too many, those of the days that were read whole, and the first of these."""
    rows = list(found[: MOST + 1])
    if len(rows) <= MOST:
        return rows, None
    cut = timezone.localdate(rows[-1][0])
    begin = cut + datetime.timedelta(days=1)
    midnight = timezone.make_aware(datetime.datetime.combine(begin, datetime.time.min))
    return [row for row in rows if row[0] >= midnight], begin


def _counted(waiting: Any) -> str:
    count = waiting[: MOST_WAITING + 1].count()
    return f"{MOST_WAITING:,}+" if count > MOST_WAITING else f"{count:,}"


def _by_post(by_comment: dict[int, list[Any]]) -> dict[int, list[Any]]:
    found = defaultdict[int, list[Any]](list)
    for some in batched(by_comment, AT_ONCE):
        for pk, post_id in Comment.objects.filter(pk__in=some).values_list("pk", "thread__post_id"):
            found[post_id] += by_comment[pk]
    return found


def _of_regions(by_post: dict[int, list[Any]], goal: datetime.timedelta) -> list[Tally]:
    """A post counts in each of its regions, and once in each that these lie in."""
    tree, regions_of = Region.objects.tree(), defaultdict[int, set[int]](set)
    for some in batched(by_post, AT_ONCE):
        posts = Post.objects.filter(pk__in=some, regions__isnull=False).order_by()
        for post_id, region_id in posts.values_list("pk", "regions"):
            region = tree.known[region_id]
            regions_of[post_id].update(one.pk for one in (region, *tree.above(region)))
    found: dict[int, Tally] = defaultdict(lambda: Tally(goal))
    for post_id, regions in regions_of.items():
        for region_id in regions:
            for became, wait in by_post[post_id]:
                found[region_id].add(became, wait)
    return _named(found, {pk: region.name for pk, region in tree.known.items()})


def _of_people(by_person: dict[int, list[Any]], goal: datetime.timedelta) -> list[Tally]:
    found: dict[int, Tally] = defaultdict(lambda: Tally(goal))
    for by_id, rows in by_person.items():
        for became, wait in rows:
            found[by_id].add(became, wait)
    people = get_user_model().objects.filter(pk__in=found)
    return _named(found, {user.pk: name_of(user) for user in people})


def _named(found: dict[int, Tally], names: dict[int, str]) -> list[Tally]:
    """By name and not by number, for this is no race."""
    for pk, tally in found.items():
        tally.name = names.get(pk, "")
    return sorted(found.values(), key=lambda tally: tally.name.casefold())
