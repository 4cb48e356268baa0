"""Writes the demo publication into an empty database, by the same functions that editors use."""

import datetime
import io
import secrets
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User

from blog import markup, pages, pictures, publishing, revisions, roles
from blog.demo import outline, shapes, texts
from blog.demo import pictures as drawings
from blog.models import Author, Page, Photo, Post, Publication, Region
from blog.publishing import Step

# User name, given name, family name, role, and the slug of the author whose posts the account may write.
ACCOUNTS = (
    ("editor", "Ines", "Wickramasinghe", roles.EDITORS, ""),
    ("author", "Saskia", "van der Molengraaf", roles.AUTHORS, "saskia-van-der-molengraaf"),
    ("moderator", "Tomas", "Lindqvist", roles.MODERATORS, ""),
)


def load(now: datetime.datetime, password: str | None, told: Callable[[str], object]) -> dict[str, str]:
    """Make the demo publication and return the passwords of its accounts by user name.

    `password` is given to every account; without one each gets its own. `told` hears of each post as it is made.
    The caller opens the transaction.
    """
    passwords = {name: password or secrets.token_urlsafe(9) for name, *_ in ACCOUNTS}
    Publication(
        presenter=outline.PUBLICATION.presenter,
        name=outline.PUBLICATION.name,
        tagline=outline.PUBLICATION.tagline,
    ).save()
    authors = {shape.slug: _author(shape) for shape in outline.AUTHORS}
    users = {name: _account(name, passwords[name], authors, *who) for name, *who in ACCOUNTS}
    regions = _regions()
    for position, page in enumerate(outline.PAGES):
        Page.objects.create(
            title=page.title, slug=page.slug, position=position, body=markup.make_safe(texts.body(page, _base()))
        )
    for shape in outline.POSTS:
        told(shape.title)
        _post(shape, authors, regions, users, now)
    for name, user in users.items():
        # Only now, so that nobody is mailed of what was done long ago.
        user.email = f"{name}@example.org"
        user.save(update_fields=["email"])
    pages.changed(pages.EVERYTHING)
    return passwords


def _base() -> str:
    return f"/{settings.SITE_PREFIX}"


def _account(
    name: str,
    password: str,
    authors: dict[str, Author],
    given: str,
    family: str,
    group: str,
    author: str,
) -> User:
    user: User = get_user_model().objects.create_user(
        name, password=password, first_name=given, last_name=family, is_staff=True
    )
    user.groups.set(Group.objects.filter(name=group))
    if author:
        authors[author].user = user
        authors[author].save(update_fields=["user"])
    return user


def _author(shape: shapes.Author) -> Author:
    return Author.objects.create(
        slug=shape.slug,
        family_name=shape.family,
        given_name=shape.given,
        particle=shape.particle,
        suffix=shape.suffix,
        is_family_first=shape.family_first,
        is_organisation=shape.is_organisation,
        role=shape.role,
        biography=shape.biography,
    )


def _regions() -> dict[str, Region]:
    regions: dict[str, Region] = {}
    for shape in outline.REGIONS:
        regions[shape.slug] = Region.objects.create(
            slug=shape.slug,
            name=shape.name,
            description=shape.description,
            parent=regions[shape.parent] if shape.parent else None,
        )
    return regions


def _post(
    shape: shapes.Post,
    authors: dict[str, Author],
    regions: dict[str, Region],
    users: dict[str, User],
    now: datetime.datetime,
) -> None:
    publish_at = shape.published_at
    if shape.days_from_loading is not None:
        publish_at = now + datetime.timedelta(days=shape.days_from_loading)
    snapshot = _snapshot(shape, authors, regions, publish_at)
    written_at = min(publish_at or now, now) - datetime.timedelta(days=2)
    # The one author who has an account wrote their own posts, and no one else's.
    own = {slug for name, *_who, slug in ACCOUNTS if name == "author"}
    writer = users["author" if own & {*shape.authors, shape.for_author} else "editor"]
    post = Post()
    publishing.save(post, snapshot, Step(0, writer, written_at))
    publishing.hand_in(post, snapshot, Step(1, writer, written_at + datetime.timedelta(hours=3)))
    if shape.state == "draft":
        publishing.hand_back(post, snapshot, Step(2, users["editor"], now, "A second source for the last paragraph?"))
    else:
        publishing.publish(post, snapshot, Step(2, users["editor"], min(publish_at or now, now)))


def _snapshot(
    shape: shapes.Post,
    authors: dict[str, Author],
    regions: dict[str, Region],
    publish_at: datetime.datetime | None,
) -> revisions.Snapshot:
    bylines = [{"author": authors[slug].pk, "role": "by"} for slug in shape.authors]
    if shape.for_author:
        bylines.append({"author": authors[shape.for_author].pk, "role": "for"})
    photo = shape.lead_photo
    return {
        "title": shape.title,
        "short_title": shape.short_title if shape.short_title != shape.title else "",
        "slug": shape.slug,
        "summary": shape.summary,
        "body": texts.body(shape, _base()),
        "citation_title": "",
        "guest_note": shape.guest_line,
        "lead_photo": _photo(photo.name).pk if photo else None,
        "lead_photo_alt": photo.alt if photo else "",
        "lead_photo_is_decorative": photo.is_decorative if photo else False,
        "lead_photo_caption": photo.caption if photo else "",
        "lead_photo_credit": photo.credit if photo else "",
        "bylines": bylines,
        "regions": sorted(regions[slug].pk for slug in shape.regions),
        "publish_at": publish_at.isoformat() if publish_at else None,
        "expire_at": None,
    }


def _photo(name: str) -> Photo:
    return pictures.keep(io.BytesIO(drawings.draw(name)), f"{name}.webp", None)
