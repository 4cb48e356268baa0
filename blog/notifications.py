"""Who is told what becomes of a post, by mail: written in the transaction of the act it tells of."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from blog import letters
from blog.accounts import name_of
from blog.links import absolute
from blog.models import Post, Publication, Revision

Act = Revision.Act
TOLD_TO_AUTHORS = (Act.RETURNED, Act.PUBLISHED, Act.SCHEDULED, Act.TAKEN_DOWN)


def post_moved_on(post: Post, revision: Revision) -> None:
    """Tell the editors of what was handed in, and a post's authors of what others did with it.

    A revision is made once, in the transaction that also holds these mails, so nobody is told twice.
    """
    if revision.act == Act.HANDED_IN:
        _tell(_editors(), "handed_in", post, revision)
    elif revision.act in TOLD_TO_AUTHORS:
        _tell(_authors(post), "moved_on", post, revision)


def _editors() -> Iterable[User]:
    return get_user_model().objects.with_perm("blog.publish_post", backend="django.contrib.auth.backends.ModelBackend")


def _authors(post: Post) -> Iterable[User]:
    named = Q(author__bylines__post=post) | Q(pk=post.created_by_id)
    return get_user_model().objects.filter(named, is_active=True).distinct()


def _tell(people: Iterable[User], name: str, post: Post, revision: Revision) -> None:
    addresses = {person.email for person in people if person.is_staff and person.email and person != revision.by}
    if not addresses:
        return
    context = {
        "title": post.display_title,
        "act": str(revision.get_act_display()),
        "at": revision.go_live_at or post.publish_at if revision.act == Act.SCHEDULED else None,
        "by": name_of(revision.by),
        "note": revision.note,
        "link": absolute(reverse("admin:blog_post_change", args=[post.pk])),
        "publication": Publication.objects.current(),
    }
    subject = render_to_string(f"blog/mail/{name}-subject.txt", context)
    message = render_to_string(f"blog/mail/{name}.txt", context)
    for address in sorted(addresses):
        letters.queue(address, subject, message)
