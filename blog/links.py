"""Addresses: slugs, absolute links, and the old paths that keep every link working."""

import datetime

from django.conf import settings
from django.db import models
from django.urls import resolve, reverse
from django.utils.text import slugify

from blog.models import Author, OldPath, Page, Post, Region

MAX_SLUG = 100
Linked = Post | Author | Region | Page

# First words of addresses, of which not all are addresses by themselves yet.
RESERVED = {
    "admin",
    "archive",
    "authors",
    "feed",
    "healthz",
    "media",
    "readyz",
    "regions",
    "search",
    "static",
    "topics",
}


def is_taken(slug: str) -> bool:
    """Whether a plain page with this slug would stand at, or before, an address that is something else's."""
    return slug in RESERVED or resolve(reverse("blog:page", args=[slug])).view_name != "blog:page"


def absolute(path: str) -> str:
    """The absolute address of a path made by `reverse`; from SITE_URL, never from a request's Host."""
    return f"{settings.SITE_ORIGIN}{path}"


def make_slug(title: str) -> str:
    """Return a title's slug: lower case, hyphens, at most 100 characters cut at a word; empty if nothing is left."""
    slug = slugify(title)
    if len(slug) > MAX_SLUG:
        slug = slug[: MAX_SLUG + 1].rpartition("-")[0] or slug[:MAX_SLUG]
    return slug.strip("-_")


def free_slug(wanted: str, model: type[models.Model], own_pk: int | None = None) -> str:
    """Return the slug itself or, if another row of the model has it, with -2, -3 and so on behind it."""
    slug, count = wanted, 1
    taken = model._default_manager.exclude(pk=own_pk)
    while taken.filter(slug=slug).exists():
        count += 1
        slug = f"{wanted[: MAX_SLUG - 5]}-{count}"
    return slug


def site_path(linked: Linked) -> str:
    """The path below the publication's root, so that moving the site to another SITE_URL breaks no old path."""
    return linked.get_absolute_url().removeprefix(f"/{settings.SITE_PREFIX}").strip("/")


def remember(linked: Linked, old_path: str) -> None:
    """Keep an address that was public and has just moved; going back to an earlier address forgets that one."""
    new_path = site_path(linked)
    OldPath.objects.filter(path=new_path).delete()
    if old_path and old_path != new_path:
        target = {type(linked)._meta.model_name or "": linked}
        OldPath.objects.update_or_create(path=old_path, defaults=target)


def forget(linked: Linked) -> None:
    """Before a public row is deleted: leave its address behind, which then answers 410."""
    OldPath.objects.update_or_create(path=site_path(linked))


class Gone(Exception):
    """What an old path named is no longer there, or not public now. The sentence is the editor's, or empty."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


def moved_to(path: str, now: datetime.datetime) -> str | None:
    """Where an old path, or an address below it, is now; None for a path that never was. Raises Gone.

    A post or a page that readers may not see is gone: its present address may tell of a title nobody has published.
    """
    parts = path.strip("/").split("/")
    candidates = ["/".join(parts[:length]) for length in range(len(parts), 0, -1)]
    found = {
        old.path: old
        for old in OldPath.objects.filter(path__in=candidates).select_related("post", "author", "region", "page")
    }
    for candidate in candidates:
        if candidate in found:
            target = found[candidate].target
            if target is None:
                raise Gone
            if isinstance(target, Post) and not target.is_published(now):
                raise Gone(target.takedown_sentence)
            if isinstance(target, Page) and not target.is_public:
                raise Gone
            below = path.lstrip("/")[len(candidate) :].lstrip("/")
            return target.get_absolute_url() + below
    return None
