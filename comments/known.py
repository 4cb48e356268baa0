"""What decides about comments, and what they are screened by: read once by each process, until it is changed.

The processes hear of a change as they do for a page (`blog.pages`): whoever writes says `pages.changed` with the tag.
"""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.http import HttpRequest

from blog import pages
from blog.accounts import name_of
from blog.models import Author, Post, Publication
from comments import learning, threads
from comments.lookalikes import name_keys
from comments.models import Policy, Thread, WordList
from comments.wordlists import Matcher, entries


def known_policy(request: HttpRequest | None) -> Policy:
    return pages.known(request, "policy", Policy.objects.current, ["policy"])


def known_thread(request: HttpRequest | None, post: Post) -> Thread:
    """The thread with its post, whose date decides whether comments are still open."""
    return pages.known(request, f"thread {post.pk}", lambda: threads.of(post), [f"thread:{post.pk}", f"post:{post.pk}"])


@dataclass(frozen=True)
class Names:
    """Who signs for the publication: names as they look (`lookalikes.name_keys`), addresses in small letters."""

    keys: frozenset[str]
    emails: frozenset[str]


def known_words(request: HttpRequest | None) -> dict[str, Matcher]:
    """What finds the words of each list."""
    return pages.known(request, "words", _matchers, ["words"])


def known_names(request: HttpRequest | None) -> Names:
    """Those of the staff, of authors and of the publication. Accounts made in a shell are seen by later processes."""
    return pages.known(request, "names", _names, ["accounts", "authors", "publication"])


def known_experience(request: HttpRequest | None) -> learning.Learned:
    return pages.known(request, learning.TAG, learning.read, [learning.TAG])


def _matchers() -> dict[str, Matcher]:
    return {kept.kind: Matcher(entries(kept.entries)) for kept in WordList.objects.all()}


def _names() -> Names:
    publication = Publication.objects.current()
    names, emails = {publication.name, publication.presenter}, set[str]()
    for user in get_user_model().objects.filter(is_active=True, is_staff=True):
        names.add(name_of(user))
        emails.add(user.email.casefold())
    for author in Author.objects.select_related("user"):
        names.update(
            (author.name, f"{author.family_name} {author.given_name}", f"{author.given_name} {author.family_name}")
        )
        emails.add(author.user.email.casefold() if author.user else "")
    return Names(frozenset(key for name in names for key in name_keys(name)), frozenset(emails - {""}))
