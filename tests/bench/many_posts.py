"""A publication of any size, as its editors have left it."""

import datetime
import json
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from blog import links, revisions, roles
from blog.models import Author, Byline, OldPath, Photo, Placing, Post, Publication, Region, Revision
from tests.bench.rows import WORDS, Row, db, hash_of, prose, put

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
YEARS = 20
THOUSAND, TWENTY = "a-thousand-comments", "twenty-comments"
LONG, SHORT = 1_100, 120
LEAVES = range(7, 37)
QUIET, OLD_PROVINCE, EMPTY = 37, 38, 39


class Told(NamedTuple):
    """A post as far as its comments and lists ask."""

    pk: int
    status: str
    publish_at: datetime.datetime | None
    slug: str


def make(count: int, password: str, now: datetime.datetime) -> tuple[list[User], list[Told]]:
    people, authors, posts = make_people(password), max(10, count // 100), told_posts(count, now)
    make_authors(authors, people[1])
    make_regions()
    make_photos(count // 5, people, now)
    make_posts(posts, people, authors, now)
    make_traces(posts, people, now)
    return people, posts


def make_people(password: str) -> list[User]:
    """The three accounts of the demo, and seven colleagues who have decided much."""
    names = {"editor": roles.EDITORS, "author": roles.AUTHORS, "moderator": roles.MODERATORS}
    names |= {f"colleague{number}": roles.MODERATORS for number in range(7)}
    hashed = make_password(password)
    people = []
    for name, role in names.items():
        user = User(username=name, password=hashed, is_staff=True, first_name=name.title(), email=f"{name}@example.org")
        user.save()
        user.groups.add(Group.objects.get(name=role))
        people.append(user)
    Publication(name="The Long Archive", tagline="Twenty years of posts.").save()
    return people


def make_authors(count: int, account: User) -> None:
    """The first has the account `author`; the second signs a tenth of all; the third has long stopped writing."""
    Author.objects.bulk_create(
        Author(
            pk=pk,
            family_name=f"{WORDS[pk % len(WORDS)].title()}son {pk}",
            given_name=WORDS[pk // 7 % len(WORDS)].title(),
            slug=f"author-{pk}",
            role="Fellow",
            biography="Writes here.",
            user=account if pk == 1 else None,
        )
        for pk in range(1, count + 1)
    )


def make_regions() -> None:
    """A root, five parts of six each, one with few and old posts, one with many and old ones, and one with none."""
    named = {QUIET: "Quiet Isles", OLD_PROVINCE: "Old Province", EMPTY: "Empty Quarter"}
    parents = {1: None} | dict.fromkeys(range(2, 7), 1) | {pk: 2 + (pk - 7) % 5 for pk in LEAVES}
    parents |= dict.fromkeys(named, 6)
    for pk, parent in parents.items():
        name = named.get(pk, f"Region {pk}" if parent else "Asia")
        Region.objects.create(pk=pk, name=name, slug=links.make_slug(name), parent_id=parent)


def told_posts(count: int, now: datetime.datetime) -> list[Told]:
    """All posts by their ids, oldest first: most are published, some in every other state, the last ten scheduled."""
    step = (YEARS * 365 - 2) * DAY / max(count, 1)
    states = {7: "draft", 3: "in_review", 11: "taken_down"}
    found = []
    for pk in range(1, count + 1):
        status = states.get(pk % 200, "draft" if pk % 100 == 7 else "published")
        at: datetime.datetime | None = now - 2 * DAY - (count - pk) * step
        if pk > count - min(10, count // 10):
            status, at = "published", now + (pk - count + 11) * DAY
        elif status in ("draft", "in_review"):
            at = None
        found.append(Told(pk, status, at, f"post-{pk}"))
    special = iter((THOUSAND, TWENTY))
    for index in range(len(found) - 1, -1, -1):
        if public(found[index], now) and (slug := next(special, None)):
            found[index] = found[index]._replace(slug=slug)
    return found


def public(post: Told, now: datetime.datetime) -> bool:
    return post.status == "published" and post.publish_at is not None and post.publish_at <= now and not expires(post)


def expires(post: Told) -> bool:
    return post.pk % 300 == 13


def bylines_of(post: Told, count: int, authors: int) -> list[int]:
    """The ids of those who sign it."""
    if post.pk <= count // 66:
        return [3]
    first = 2 if post.pk % 10 == 0 else 4 + hash_of(post.pk, 1) % max(1, authors - 4)
    second = 1 if post.pk % 500 == 1 else 4 + hash_of(post.pk, 2) % max(1, authors - 4)
    return [first, second] if post.pk % 5 == 1 and first != second else [first]


def regions_of(post: Told, count: int) -> list[int]:
    found = [LEAVES[hash_of(post.pk, 3) % len(LEAVES)], LEAVES[hash_of(post.pk, 4) % len(LEAVES)]]
    found = sorted({*found[: 1 + post.pk % 3 // 2]})
    old = [OLD_PROVINCE] if post.pk <= count // 66 else []
    return [*found, *old, *([QUIET] if post.pk <= count // 2_000 else [])]


def make_photos(count: int, people: list[User], now: datetime.datetime) -> None:
    """Rows without files: the pages name a photo's address and do not open it."""
    rows = (
        (pk, f"photos/2020/01/harbor-{pk}.jpg", 1200, 800, people[pk % 2].pk, db(now)) for pk in range(1, count + 1)
    )
    put(Photo, ["id", "file", "width", "height", "uploaded_by_id", "uploaded_at"], rows, count)


POST = (
    *("id", "uid", "status", "title", "slug", "summary", "body", "lead_photo_id", "lead_photo_alt", "publish_at"),
    *("expire_at", "published_date", "first_public_at", "handed_in_at", "created_by_id", "created_at"),
)
REVISION = ("post_id", "number", "act", "snapshot", "photo_number", "by_id", "made_at", "applied_at")


def make_posts(posts: list[Told], people: list[User], authors: int, now: datetime.datetime) -> None:
    count = len(posts)
    put(Post, POST, (post_row(post, people, now) for post in posts), count)
    put(Byline, ["post_id", "author_id", "position", "publish_at"], byline_rows(posts, authors), count)
    placed = ((post.pk, region, db(post.publish_at)) for post in posts for region in regions_of(post, count))
    put(Placing, ["post_id", "region_id", "publish_at"], placed, count)
    put(Revision, REVISION, (revision_row(post, people, count, authors, now) for post in posts), count)


def make_traces(posts: list[Told], people: list[User], now: datetime.datetime) -> None:
    """What the years leave behind: addresses that moved, and the log of the staff's site."""
    names = ((f"{post.slug}-as-it-was", post.pk) for post in posts if post.pk % 20 == 0)
    moved = ((f"1999/01/02/{name}", name, pk) for name, pk in names)
    put(OldPath, ["path", "slug", "post_id"], moved, len(posts) // 20)
    kind = ContentType.objects.get_for_model(Post).pk
    acts = (
        (db(at_of(post, now)), people[0].pk, kind, str(post.pk), f"Post {post.pk}", ADDITION, "saved") for post in posts
    )
    named = ("action_time", "user_id", "content_type_id", "object_id", "object_repr", "action_flag", "change_message")
    put(LogEntry, named, acts, len(posts))


def at_of(post: Told, now: datetime.datetime) -> datetime.datetime:
    return min(post.publish_at or now, now)


def texts(post: Told) -> dict[str, str]:
    dice = random.Random(post.pk)
    count = LONG if post.slug in (THOUSAND, TWENTY) or post.pk % 100 == 0 else SHORT
    paragraphs = "".join(f"<p>{prose(dice, min(100, count))}</p>" for _ in range(max(1, count // 100)))
    title = f"{prose(dice, 5)[:-1]} {post.pk}"
    return {"title": title, "slug": post.slug, "summary": prose(dice, 20), "body": paragraphs}


def photo_of(post: Told) -> int | None:
    return post.pk // 5 if post.pk % 5 == 0 and post.slug not in (THOUSAND, TWENTY) else None


def post_row(post: Told, people: list[User], now: datetime.datetime) -> Row:
    uid = Post._meta.get_field("uid")
    text, photo, at = texts(post), photo_of(post), post.publish_at
    return (
        post.pk, uid.get_db_prep_value(uid.get_default(), connection), post.status, text["title"], text["slug"],
        text["summary"], text["body"], photo, "A harbor." if photo else "", db(at),
        db(at + HOUR) if at and expires(post) else None, db(at.date()) if at else None, db(at),
        db(now) if post.status == "in_review" else None, people[post.pk % 2].pk, db(at_of(post, now)),
    )  # fmt: skip


def byline_rows(posts: list[Told], authors: int) -> Iterator[Row]:
    for post in posts:
        for position, author in enumerate(bylines_of(post, len(posts), authors)):
            yield post.pk, author, position, db(post.publish_at)


def revision_row(post: Told, people: list[User], count: int, authors: int, now: datetime.datetime) -> Row:
    photo, at = photo_of(post), post.publish_at
    snapshot: dict[str, Any] = dict.fromkeys(revisions.TEXT_FIELDS, "") | texts(post)
    snapshot |= {
        "lead_photo": photo,
        "lead_photo_alt": "A harbor." if photo else "",
        "lead_photo_is_decorative": False,
        "bylines": [{"author": pk, "role": "by"} for pk in bylines_of(post, count, authors)],
        "regions": regions_of(post, count),
        "publish_at": at.isoformat() if at else None,
        "expire_at": (at + HOUR).isoformat() if at and expires(post) else None,
    }
    act = "published" if post.status == "published" else "saved"
    made_at = db(at_of(post, now))
    return post.pk, 1, act, json.dumps(snapshot), photo, people[post.pk % 2].pk, made_at, made_at
