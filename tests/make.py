"""Rows for tests, made by the functions that make them in real life: one plain function for each kind."""

import datetime
import io
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone
from PIL import Image

from blog import links, pages, pictures, publishing, revisions, roles
from blog.models import Author, Page, Photo, Post, Publication, Region
from blog.publishing import Step

# When a post is published if a test does not say: long ago, whatever day the test runs on.
PUBLISHED_AT = datetime.datetime(2017, 3, 15, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
PASSWORD = "a test needs no secret"


def make_staff(username: str, *groups: str, **fields: Any) -> User:
    """An account of the staff, the same one each time it is asked for."""
    user = User.objects.filter(username=username).first()
    if user is None:
        email = fields.pop("email", f"{username}@example.org")
        user = User.objects.create_user(username, email, PASSWORD, **({"is_staff": True} | fields))
        user.groups.set(Group.objects.filter(name__in=groups))
    return user


def make_writer(username: str = "writer") -> User:
    return make_staff(username, roles.AUTHORS)


def make_editor(username: str = "editor") -> User:
    return make_staff(username, roles.EDITORS)


def make_moderator(username: str = "moderator") -> User:
    return make_staff(username, roles.MODERATORS)


def make_publication(**fields: Any) -> Publication:
    names = {"presenter": "Harbor House presents", "name": "Asia Unbound", "tagline": "Notes on a changing region."}
    publication = Publication(**(names | fields))
    publication.save()
    pages.changed("publication")
    return publication


def make_author(name: str = "Ada Tan", **fields: Any) -> Author:
    """A person "Given Family", or with is_organisation=True an organisation of that name."""
    given, _space, family = ("", "", name) if fields.get("is_organisation") else name.rpartition(" ")
    names = {"given_name": given, "family_name": family, "slug": links.free_slug(links.make_slug(name), Author)}
    author = Author.objects.create(**(names | fields))
    pages.changed("authors")
    return author


def make_region(name: str = "Southeast Asia", parent: Region | None = None, **fields: Any) -> Region:
    region = Region.objects.create(name=name, parent=parent, **({"slug": links.make_slug(name)} | fields))
    pages.changed("regions")
    return region


def make_page(title: str = "About", **fields: Any) -> Page:
    texts = {"slug": links.make_slug(title), "body": "<p>Who we are.</p>"}
    page = Page.objects.create(title=title, **(texts | fields))
    pages.changed("pages")
    return page


def make_photo(name: str = "harbor.png", size: tuple[int, int] = (120, 80)) -> Photo:
    drawn = io.BytesIO()
    Image.new("RGB", size, "#2b6777").save(drawn, "PNG")
    drawn.seek(0)
    return pictures.keep(drawn, name, None)


def make_snapshot(
    title: str = "A strait and its ships",
    *,
    authors: Sequence[Author] = (),
    regions: Sequence[Region] = (),
    **fields: Any,
) -> revisions.Snapshot:
    """A whole snapshot; `fields` are its other names, with `bylines` for a guest's "for"."""
    snapshot = _empty_snapshot() | {"title": title, "body": "<p>Ships wait.</p>"}
    snapshot["bylines"] = [{"author": author.pk, "role": "by"} for author in authors]
    snapshot["regions"] = sorted(region.pk for region in regions)
    unknown = set(fields) - set(snapshot)
    assert not unknown, f"A snapshot has no {unknown}."
    return snapshot | fields


def make_post(
    title: str = "A strait and its ships",
    *,
    status: str = "published",
    published_at: datetime.datetime | None = None,
    by: User | None = None,
    takedown_sentence: str = "",
    **fields: Any,
) -> Post:
    """A post in one of the states draft, in_review, scheduled, published, expired and taken_down.

    What is scheduled without a time appears in an hour; what expired without one did so an hour ago.
    """
    by, now = by or make_editor(), timezone.now()
    at = published_at or (now + HOUR if status == "scheduled" else PUBLISHED_AT)
    if status == "expired":
        fields.setdefault("expire_at", (now - HOUR).isoformat())
    post, snapshot = Post(), make_snapshot(title, **fields)
    if status == "draft":
        publishing.save(post, snapshot, Step(0, by, now))
    elif status == "in_review":
        publishing.hand_in(post, snapshot, Step(0, by, now))
    else:
        snapshot["publish_at"] = at.isoformat()
        publishing.publish(post, snapshot, Step(0, by, min(at, now)))
    if status == "taken_down":
        publishing.take_down(post, revisions.of_post(post), Step(1, by, now), takedown_sentence)
    return post


def publish_again(
    post: Post, *, now: datetime.datetime | None = None, is_material: bool = False, **fields: Any
) -> Post:
    """Publish a post once more with these fields of its snapshot changed."""
    newest = revisions.latest(post)
    assert newest is not None
    step = Step(newest.number, make_editor(), now or timezone.now())
    publishing.publish(post, newest.snapshot | fields, step, is_material=is_material)
    return post


def _empty_snapshot() -> revisions.Snapshot:
    snapshot: revisions.Snapshot = dict.fromkeys(revisions.TEXT_FIELDS, "")
    nothing: revisions.Snapshot = {
        "lead_photo": None,
        "bylines": [],
        "regions": [],
        "publish_at": None,
        "expire_at": None,
    }
    return snapshot | {"lead_photo_is_decorative": False} | nothing
