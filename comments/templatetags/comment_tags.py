"""What readers say, for the pages: a post's comments with their form, and how many there are."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import Post
from comments import threads
from comments.forms import CommentForm
from comments.models import Comment, Policy, Thread
from comments.policy import closed_reason

register = template.Library()


@register.simple_tag
def comment_number(post: Post) -> int:
    """How many comments readers can see on a post."""
    return _thread(post).approved_count


@register.simple_tag
def comment_count(post: Post) -> str:
    return in_words(comment_number(post))


@register.simple_tag
def comment_counts(posts: Iterable[Post]) -> Mapping[int, str]:
    """The words of many posts in one query; `{{ counts|of:post }}` picks those of one."""
    ids = [post.pk for post in posts]
    found = dict(Thread.objects.filter(post_id__in=ids).values_list("post_id", "approved_count"))
    return {pk: in_words(found.get(pk, 0)) for pk in ids}


@register.filter
def of(counts: Mapping[int, str], post: Post) -> str:
    return counts[post.pk]


@register.inclusion_tag("comments/_section.html", takes_context=True)
def comment_section(context: Context, post: Post, number: int = 1) -> dict[str, Any]:
    """One page of a post's threads, and the form or the sentence that stands in its place."""
    policy, thread = Policy.objects.current(), _thread(post)
    return {
        "post": post,
        "count": in_words(thread.approved_count),
        "page": threads.page(thread, number),
        "policy": policy,
        **_form(context, post, policy),
    }


@register.inclusion_tag("comments/_form_or_reason.html", takes_context=True)
def comment_form(context: Context, post: Post) -> dict[str, Any]:
    policy = Policy.objects.current()
    return {"policy": policy, **_form(context, post, policy)}


@register.filter
def web_address(comment: Comment) -> str:
    """The writer's website, looked at once more before it becomes a link."""
    return comment.website if comment.website.startswith(("http://", "https://")) else ""


def in_words(count: int) -> str:
    if not count:
        return _("No Comments")
    return ngettext("%(count)s Comment", "%(count)s Comments", count) % {"count": f"{count:,}"}


def _form(context: Context, post: Post, policy: Policy) -> dict[str, Any]:
    """The form: the one that was refused, or an empty one; none on a post that nobody can read yet."""
    refused, parent = context.get("comment_form"), context.get("comment_parent")
    base = threads.base_address(post) if post.published_date else ""
    now = context.get("now") or timezone.now()
    closed = closed_reason(post, _thread(post), policy, now) if base else _("Comments open when it is published.")
    empty = CommentForm(policy=policy, initial={"parent": parent.pk} if parent else None)
    return {
        "base": base,
        "closed": closed,
        "form": refused or (None if closed else empty),
        "refusal": context.get("comment_refusal"),
        "parent": parent,
    }


def _thread(post: Post) -> Thread:
    """Several tags of one page ask for it; it is read once."""
    known: Thread | None = post.__dict__.get("_comments_thread")
    if known is None:
        known = post.__dict__["_comments_thread"] = threads.of(post)
    return known
