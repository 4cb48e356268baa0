"""Addresses: slugs, absolute links, and the old paths that keep every link working."""

import datetime

from django.conf import settings
from django.urls import resolve, reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy

from blog.models import Author, OldPath, Page, Post, Region

MAX_SLUG = 100
Linked = Post | Author | Region | Page
# Letters that are not a Latin letter with a mark, so that no normal form of Unicode takes them apart.
WHOLE_LETTERS = str.maketrans(
    {"đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
    | {"ß": "ss", "ẞ": "SS", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "ng"}
)

TAKEN = gettext_lazy(
    "This address is or was another one’s, and links to it must go on working. Please choose another slug."
)

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
    slug = slugify(title.translate(WHOLE_LETTERS))
    if len(slug) > MAX_SLUG:
        slug = slug[: MAX_SLUG + 1].rpartition("-")[0] or slug[:MAX_SLUG]
    return slug.strip("-_")


def has_other_owner(slug: str, model: type[Linked], own_pk: int | None = None) -> bool:
    """Return whether another row of the model has this slug, or had it in an address that was public.

    An old address leads to what it was given to, or says that it is gone, for ever: it is never given to something
    else, so that no link, citation, feed or open form of a reader's comes to something that was not meant.
    """
    if model._default_manager.exclude(pk=own_pk or 0).filter(slug=slug).exists():
        return True
    owner = str(model._meta.model_name)
    # Only after the rows as they are: a row that is renamed meanwhile is then found by its old address.
    old = OldPath.objects.filter(slug=slug).exclude(**{f"{owner}__isnull": False, owner: own_pk})
    if model is Page:
        # Of a plain page people know the address: "About" may be written anew after it was deleted.
        old = old.filter(page__isnull=False)
    return any(_kind_at(path) is model for path in old.values_list("path", flat=True))


def _kind_at(path: str) -> type[Linked]:
    """What stands at an address below the publication's root, as in "regions/burma"."""
    kinds: dict[str, type[Linked]] = {"authors": Author, "regions": Region}
    first, slash, _rest = path.partition("/")
    return kinds.get(first, Post) if slash else Page


def free_slug(wanted: str, model: type[Linked], own_pk: int | None = None) -> str:
    """Return the slug itself or, if it is or was another row's (`has_other_owner`), with -2, -3 and so on behind it."""
    slug, count = wanted, 1
    while has_other_owner(slug, model, own_pk):
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


def hide(page: Page) -> None:
    """Let the address of a page that is public no more answer 410, until the page is public again."""
    OldPath.objects.update_or_create(path=site_path(page), defaults={"page": page})


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
