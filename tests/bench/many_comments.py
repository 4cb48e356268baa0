"""What readers said under a publication of any size, and what became of it."""

import datetime
import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain
from typing import NamedTuple

from django.contrib.auth.models import User
from post_office.models import STATUS, Email

from comments import markup, submission, threads
from comments.models import Comment, Decision, Notice, Policy, Reason, Thread
from tests.bench.many_posts import DAY, HOUR, THOUSAND, TWENTY, Told, public
from tests.bench.rows import BATCH, Row, db, hash_of, prose, put

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PEOPLE = 50_000
Status = Comment.Status
# Of a hundred that were decided, how many came to this or to one that stands before it.
UP_TO = ((Status.APPROVED, 62), (Status.REJECTED, 82), (Status.SPAM, 97), (Status.WITHDRAWN, 100))


class Said(NamedTuple):
    """One comment with its place in its thread."""

    pk: int
    post: int
    parent: int | None
    root: int | None
    lineage: list[int]
    shown: int
    status: str
    person: int
    body: str
    at: datetime.datetime


def make(posts: list[Told], people: list[User], comments: int, pending: int, now: datetime.datetime) -> None:
    """Write `comments` that were decided and `pending` that wait; the first two of the staff decide nothing."""
    counts = {post.pk: [0, 0] for post in posts if post.status == "published"}
    seen = [post for post in posts if public(post, now)]

    def counted() -> Iterator[Said]:
        for said in chain(decided(seen, comments, now), waiting(seen, comments, pending, now)):
            counts[said.post][0] += said.status == Status.APPROVED
            counts[said.post][1] += said.shown > 0
            yield said

    Policy().save()
    put(Comment, COMMENT, comment_rows(counted(), now), comments + pending)
    make_threads(counts)
    reasons = list(Reason.objects.all())
    put(Decision, DECISION, decision_rows(decided(seen, comments, now), people[2:], reasons), comments)
    put(Notice, ["event", "recipient", "goes_at"], notice_rows(decided(seen, comments, now)), comments // 6)
    make_mails(min(5_000, comments // 200))


def decided(seen: list[Told], total: int, now: datetime.datetime) -> Iterator[Said]:
    """What was decided, by posts, oldest first; the same each time it is asked."""
    texts, first = bodies(), 1
    for post, count in shares(seen, total, random.Random(17)):
        yield from one_thread(post, first, count, texts, now)
        first += count


def waiting(seen: list[Told], before: int, count: int, now: datetime.datetime) -> Iterator[Said]:
    """What came in the last thirty days under the newest posts, and waits."""
    texts = bodies()
    newest = [post for post in seen[-2_000:] if post.slug not in (THOUSAND, TWENTY)]
    for number in range(1, count + 1):
        post, at = newest[hash_of(number, 5) % len(newest)], now - 30 * DAY * (count - number + 1) / count
        body = f"{texts[number % len(texts)]} ({before + number})"
        yield Said(before + number, post.pk, None, None, [], 0, Status.PENDING.value, number % PEOPLE, body, at)


def bodies() -> list[str]:
    dice = random.Random(13)
    made = [prose(dice, dice.randint(12, 60)) for _ in range(200)]
    assert all(markup.to_html(body) == html(body) for body in made)
    return made


def shares(seen: list[Told], total: int, dice: random.Random) -> Iterator[tuple[Told, int]]:
    """How many were said under each post: 1,000 and 20 under two of them, under the others few or many."""
    fixed = {TWENTY: min(20, total // 2), THOUSAND: min(1_000, total // 2)}
    weights = [0 if post.slug in fixed else dice.paretovariate(2) for post in seen]
    left, until = total - sum(fixed.values()), list(accumulate(weights))
    before = 0
    for post, reached in zip(seen, until, strict=True):
        upto = round(left * reached / until[-1]) if until[-1] else 0
        yield post, fixed.get(post.slug, upto - before)
        before = upto


def one_thread(post: Told, first: int, count: int, texts: list[str], now: datetime.datetime) -> list[Said]:
    """The comments under a post; each third answers one that was approved before."""
    assert post.publish_at is not None
    dice, is_fixed = random.Random(post.pk), post.slug in (THOUSAND, TWENTY)
    span = min(10 * DAY, now - post.publish_at - 3 * HOUR)
    made: list[Said] = []
    approved: list[Said] = []
    shown: dict[int, int] = {}
    for number, moment in enumerate(sorted(dice.random() for _ in range(count))):
        parent = dice.choice(approved) if approved and dice.random() < 0.33 else None
        luck = 0 if is_fixed else dice.random() * 100
        status = next(status for status, last in UP_TO if luck <= last).value
        pk = first + number
        root = (parent.root or parent.pk) if parent else None
        lineage = [*parent.lineage, parent.pk][: threads.LINEAGE_KEPT] if parent else []
        body = f"{dice.choice(texts)} ({pk})"
        said = Said(
            pk, post.pk, parent and parent.pk, root, lineage, 0, status, dice.randrange(PEOPLE), body,
            post.publish_at + span * moment,
        )  # fmt: skip
        made.append(said)
        if status == Status.APPROVED:
            approved.append(said)
            shown[root or pk] = shown.get(root or pk, 0) + 1
    return [said._replace(shown=shown.get(said.pk, 0)) for said in made]


def html(body: str) -> str:
    return f"<p>{body}</p>"


def email_of(person: int) -> str:
    return f"reader{person}@example.org"


def decided_at(said: Said) -> datetime.datetime | None:
    return None if said.status == Status.PENDING else said.at + (5 + said.pk % 110) * HOUR / 60


COMMENT = (
    *("id", "thread_id", "parent_id", "root_id", "lineage", "shown_count", "name", "email", "email_key", "ip_address"),
    *("network_key", "user_agent", "body", "body_html", "status", "version", "waiting_since", "fingerprint", "token"),
    *("submitted_at", "decided_at", "published_at"),
)
DECISION = (
    *("id", "comment_id", "at", "by_id", "from_status", "to_status", "reason_id", "words", "version", "text_hash"),
    "waited_since",
)


def comment_rows(found: Iterable[Said], now: datetime.datetime) -> Iterator[Row]:
    """As the worker has left them: what is erased by the clock is erased."""
    drawn, a_month_ago = Comment(thread=Thread()), now - 30 * DAY
    for said in found:
        drawn.thread.post_id, drawn.parent_id = said.post, said.parent
        name, email, at = f"Reader {said.person}", email_of(said.person), decided_at(said)
        drawn.email = drawn.email_key = email
        is_approved, is_old = said.status == Status.APPROVED, at is not None and at < a_month_ago
        kept = email if is_approved or not is_old else ""
        network = f"{hash_of(said.person, 6):064x}" if said.at > now - DAY else ""
        yield (
            said.pk, said.post, said.parent, said.root, json.dumps(said.lineage), said.shown, name, kept, kept,
            None if is_old else f"198.51.{said.person % 256}.0", network, "" if is_old else AGENT, said.body,
            html(said.body), said.status, 2 if at else 1, None if at else db(said.at),
            submission.fingerprint(drawn, said.body), hashlib.md5(b"%d" % said.pk).hexdigest(), db(said.at),
            db(at), db(at) if is_approved else None,
        )  # fmt: skip


def decision_rows(found: Iterable[Said], moderators: list[User], reasons: list[Reason]) -> Iterator[Row]:
    for said in found:
        by = None if said.status == Status.WITHDRAWN else moderators[said.pk % len(moderators)].pk
        reason = reasons[said.pk % len(reasons)] if said.status == Status.REJECTED else None
        yield (
            said.pk, said.pk, db(decided_at(said)), by, Status.PENDING.value, said.status, reason and reason.pk,
            reason.words if reason else "", 1, hashlib.sha256(said.body.encode()).hexdigest(), db(said.at),
        )  # fmt: skip


def notice_rows(found: Iterable[Said]) -> Iterator[Row]:
    """Each fifth commenter wanted to be told."""
    for said in found:
        if said.pk % 5 == 0 and said.status in (Status.APPROVED, Status.REJECTED):
            digest = hashlib.sha256(email_of(said.person).encode()).hexdigest()
            yield f"decision:{said.pk}:{said.pk}", digest, db(decided_at(said))


def make_threads(counts: dict[int, list[int]]) -> None:
    """A thread has the number of its post."""
    rows = ((pk, pk, approved, roots) for pk, (approved, roots) in counts.items())
    put(Thread, ["id", "post_id", "approved_count", "shown_roots"], rows, len(counts))


def make_mails(count: int) -> None:
    """Those of the last month; what went earlier is deleted already."""
    mail = {"from_email": "desk@example.org", "subject": "Your comment", "message": "…", "status": STATUS.sent}
    Email.objects.bulk_create((Email(to=email_of(number), **mail) for number in range(count)), batch_size=BATCH)
