"""Revisions: what a post's text was, is and is about to be.

A snapshot is the whole text of a post as JSON. Format 1: every name of `TEXT_FIELDS`, then `lead_photo` (id or null),
`bylines` (a list of {"author": id, "role": "by" or "for"} in order), `regions` (sorted ids), `publish_at` and
`expire_at` (ISO 8601 with offset, or null).
"""

import datetime
import difflib
import operator
import re
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from blog import markup
from blog.models import Author, Byline, Photo, Placing, Post, Region, Revision

Snapshot = dict[str, Any]

TEXT_FIELDS = (
    "title", "short_title", "slug", "summary", "body", "citation_title", "guest_note",
    "lead_photo_alt", "lead_photo_is_decorative", "lead_photo_caption", "lead_photo_credit",
)  # fmt: skip

LABELS = {
    "title": _("Title"), "short_title": _("Short title"), "slug": _("Slug"), "summary": _("Summary"),
    "body": _("Text"), "citation_title": _("Citation title"), "guest_note": _("About the guest"),
    "lead_photo": _("Lead photo"), "lead_photo_alt": _("Alt text"), "lead_photo_is_decorative": _("Decorative"),
    "lead_photo_caption": _("Caption"), "lead_photo_credit": _("Credit"), "bylines": _("Authors"),
    "regions": _("Regions"), "publish_at": _("Publish at"), "expire_at": _("Expire at"),
}  # fmt: skip

# Words, or sentences, of two texts together.
MOST_COMPARED = 1_000
ENDS_OF_SENTENCES = (".", "!", "?", "…", "。", "！", "？", "।", "۔", "؟")


def of_post(post: Post) -> Snapshot:
    """The snapshot of a post's columns as they are."""
    snapshot: Snapshot = {name: getattr(post, name) for name in TEXT_FIELDS}
    snapshot["lead_photo"] = post.lead_photo_id
    snapshot["bylines"] = [{"author": line.author_id, "role": line.role} for line in post.bylines.all()]
    snapshot["regions"] = sorted(region.pk for region in post.regions.all())
    snapshot["publish_at"] = post.publish_at.isoformat() if post.publish_at else None
    snapshot["expire_at"] = post.expire_at.isoformat() if post.expire_at else None
    return snapshot


def first_snapshot(post: Post, by: Any) -> Snapshot:
    """Where a post begins: empty, by the author whose account this is."""
    if post.pk:
        return of_post(post)
    empty: Snapshot = dict.fromkeys(TEXT_FIELDS, "")
    own = Author.objects.filter(user=by).first()
    return empty | {
        "lead_photo_is_decorative": False,
        "lead_photo": None,
        "bylines": [{"author": own.pk, "role": "by"}] if own else [],
        "regions": [],
        "publish_at": None,
        "expire_at": None,
    }


def moment(snapshot: Snapshot, name: str) -> datetime.datetime | None:
    """A date and time of a snapshot: `publish_at` or `expire_at`."""
    return parse_datetime(snapshot[name]) if snapshot.get(name) else None


def latest(post: Post) -> Revision | None:
    return post.revisions.select_related("by").order_by("-number").first() if post.pk else None


def live(post: Post) -> Revision | None:
    """The revision that was copied onto the post last: of a public post, what readers see."""
    if not post.pk:
        return None
    return post.revisions.filter(applied_at__isnull=False).order_by("-applied_at", "-number").first()


def waiting(post: Post) -> QuerySet[Revision]:
    """The scheduled edits whose time has not come yet."""
    edits = Revision.objects.filter(post_id=post.pk, go_live_at__isnull=False, applied_at__isnull=True)
    return edits.select_related("by").order_by("go_live_at", "number")


def copy_onto(post: Post, snapshot: Snapshot) -> None:
    """Copy a snapshot's text onto the post's row, bylines and regions; its times are the business of publishing."""
    for name in TEXT_FIELDS:
        setattr(post, name, snapshot[name])
    post.body = markup.make_safe(snapshot["body"])
    post.lead_photo = Photo.objects.filter(pk=snapshot["lead_photo"] or 0).first()
    post.save()
    known = Author.objects.in_bulk([line["author"] for line in snapshot["bylines"]])
    post.bylines.all().delete()
    Byline.objects.bulk_create(
        Byline(post=post, author_id=line["author"], role=line["role"], position=position, publish_at=post.publish_at)
        for position, line in enumerate(snapshot["bylines"])
        if line["author"] in known
    )
    post.placings.all().delete()
    regions = Region.objects.filter(pk__in=snapshot["regions"])
    Placing.objects.bulk_create(Placing(post=post, region=region, publish_at=post.publish_at) for region in regions)


def draw(post: Post, snapshot: Snapshot, now: datetime.datetime) -> Post:
    """Return the post as readers would see it with this snapshot, without writing anything: for previews."""
    publish_at = moment(snapshot, "publish_at") or post.publish_at or now
    drawn = Post(pk=post.pk, uid=post.uid, status=post.status, publish_at=publish_at, modified_at=post.modified_at)
    drawn.published_date = post.published_date or timezone.localdate(publish_at)
    for name in TEXT_FIELDS:
        setattr(drawn, name, snapshot[name])
    drawn.body = markup.make_safe(snapshot["body"])
    drawn.lead_photo = Photo.objects.filter(pk=snapshot["lead_photo"] or 0).first()
    authors = Author.objects.in_bulk([line["author"] for line in snapshot["bylines"]])
    bylines = [
        Byline(author=authors[line["author"]], role=line["role"], position=position)
        for position, line in enumerate(snapshot["bylines"])
        if line["author"] in authors
    ]
    regions = list(Region.objects.filter(pk__in=snapshot["regions"]))
    drawn._prefetched_objects_cache = {"bylines": bylines, "regions": regions}  # type: ignore[attr-defined]
    return drawn


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed ("equal"), went ("delete") or came ("insert")."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    label: str
    pieces: list[Piece]


def compare(older: Snapshot, newer: Snapshot) -> list[Change]:
    """What differs between two snapshots, field by field, word by word, in the order of the form."""
    return [
        Change(str(label), _words(_readable(name, older.get(name)), _readable(name, newer.get(name))))
        for name, label in LABELS.items()
        if older.get(name) != newer.get(name)
    ]


# What is said of the form of a text where two are compared, as people write it in plain text.
FORMS = (
    (re.compile(r'<a [^<>]*?href="([^"]*)"[^<>]*>(.*?)</a>', re.DOTALL), r"\2 [\1]"),
    (re.compile(r"<h([2-6])>"), lambda found: f"<p>{'#' * int(found[1])} "),
    (re.compile(r"</h[2-6]>"), "</p>"),
    (re.compile(r"</?strong>"), "**"),
    (re.compile(r"</?em>"), "*"),
    (re.compile(r"</?s>"), "~~"),
    (re.compile(r"<blockquote>"), "<p>&gt; </p>"),
    (re.compile(r"<li>(?:<p>)?"), "<p>• "),
    (re.compile(r"<t[dh][^<>]*>(?:<p>)?"), " | "),
    (re.compile(r"</p>"), " ¶</p> "),
)


def _with_its_form(safe_html: str) -> str:
    """Return stored HTML whose words say where links lead, what is a heading or stressed, and where paragraphs end."""
    for pattern, said in FORMS:
        safe_html = pattern.sub(said, safe_html)
    return safe_html


def _readable(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name == "body":
        return markup.plain_text(_with_its_form(value))
    if name == "bylines":
        names = Author.objects.in_bulk([line["author"] for line in value])
        return ", ".join(f"{line['role']} {names.get(line['author'], '?')}" for line in value)
    if name == "regions":
        return ", ".join(Region.objects.filter(pk__in=value).values_list("name", flat=True))
    if name == "lead_photo":
        return str(Photo.objects.filter(pk=value).first() or "?")
    return str(value)


def _words(older: str, newer: str) -> list[Piece]:
    """What differs, word by word as long as that is quick, then sentence by sentence, then as a whole.

    Comparing takes time by the square of what is compared and more, so it is done with a bounded number of pieces: of
    all that lies between the first word that differs and the last.
    """
    before, after = older.split(), newer.split()
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    parts = [("equal", before[:start]), *_compared(old, new), ("equal", before[len(before) - end :])]
    return [Piece(kind, " ".join(words)) for kind, words in _joined(parts)]


type Parts = list[tuple[str, list[str]]]


def _alike(older: list[str], newer: list[str]) -> int:
    """How many words two texts have in common before the first that differs."""
    pairs = enumerate(zip(older, newer, strict=False))
    return next((number for number, (one, other) in pairs if one != other), min(len(older), len(newer)))


def _compared(old: list[str], new: list[str]) -> Parts:
    left = MOST_COMPARED - len(old) - len(new)
    if left >= 0:
        return _matched([[word] for word in old], [[word] for word in new])
    before, after = _sentences(old), _sentences(new)
    if len(before) + len(after) > MOST_COMPARED:
        return [("delete", old), ("insert", new)]
    parts: Parts = []
    left = MOST_COMPARED
    for kind, words in _matched(before, after):
        replaced = kind == "insert" and parts and parts[-1][0] == "delete"
        if replaced and len(parts[-1][1]) + len(words) <= left:
            gone = parts.pop()[1]
            left -= len(gone) + len(words)
            parts += _matched([[word] for word in gone], [[word] for word in words])
        else:
            parts.append((kind, words))
    return parts


def _matched(before: list[list[str]], after: list[list[str]]) -> Parts:
    """Two texts in pieces of some words each: those that stayed, went and came."""
    parts: Parts = []
    told = [" ".join(piece) for piece in before], [" ".join(piece) for piece in after]
    for kind, a0, a1, b0, b1 in difflib.SequenceMatcher(None, *told, autojunk=False).get_opcodes():
        gone, come = list(chain.from_iterable(before[a0:a1])), list(chain.from_iterable(after[b0:b1]))
        parts += [("equal", gone)] if kind == "equal" else [("delete", gone), ("insert", come)]
    return parts


def _sentences(words: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for word in words:
        found[-1].append(word)
        if word.rstrip("”’\"')»」").endswith(ENDS_OF_SENTENCES):
            found.append([])
    return [sentence for sentence in found if sentence]


def _joined(parts: Parts) -> Parts:
    """Neighbors of one kind as one, and none that is empty."""
    kept = [part for part in parts if part[1]]
    return [
        (kind, [word for _kind, words in several for word in words])
        for kind, several in groupby(kept, key=operator.itemgetter(0))
    ]
