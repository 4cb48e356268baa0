"""What readers say, for the pages: a post's comments with their form, and how many there are."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog import pages
from blog.models import Post
from comments import threads
from comments.forms import CommentForm
from comments.models import Comment, Policy, Thread
from comments.policy import changes_at, closed_reason

register = template.Library()


@register.simple_tag(takes_context=True)
def comment_number(context: Context, post: Post) -> int:
    """How many comments readers can see on a post."""
    pages.shows(context.get("request"), f"comment-count:{post.pk}")
    return _thread(post).approved_count


@register.simple_tag(takes_context=True)
def comment_count(context: Context, post: Post) -> str:
    return in_words(comment_number(context, post))


@register.simple_tag(takes_context=True)
def comment_counts(context: Context, posts: Iterable[Post]) -> Mapping[int, str]:
    """The words of many posts in one query; `{{ counts|of:post }}` picks those of one."""
    ids = [post.pk for post in posts]
    pages.shows(context.get("request"), *(f"comment-count:{pk}" for pk in ids))
    found = dict(Thread.objects.filter(post_id__in=ids).values_list("post_id", "approved_count"))
    return {pk: in_words(found.get(pk, 0)) for pk in ids}


@register.filter
def of(counts: Mapping[int, str], post: Post) -> str:
    return counts[post.pk]


@register.inclusion_tag("comments/_section.html", takes_context=True)
def comment_section(context: Context, post: Post, number: int = 1) -> dict[str, Any]:
    """One page of a post's threads, and the form or the sentence that stands in its place."""
    policy, thread = Policy.objects.current(), _thread(post)
    page = threads.page(thread, number)
    pages.shows(context.get("request"), f"thread:{post.pk}", *_accounts(page))
    return {
        "post": post,
        "count": in_words(thread.approved_count),
        "page": page,
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
    pages.shows(context.get("request"), "policy")
    # Nothing that was read is taken back when the form goes, so its page may outlive that where none can be drawn.
    pages.ends(context.get("request"), changes_at(post, _thread(post), policy, now))
    closed = closed_reason(post, _thread(post), policy, now) if base else _("Comments open when it is published.")
    empty = CommentForm(policy=policy, initial={"parent": parent.pk} if parent else None)
    return {
        "base": base,
        "closed": closed,
        "form": refused or (None if closed else empty),
        "refusal": context.get("comment_refusal"),
        "parent": parent,
    }


def _accounts(page: threads.ThreadPage | None) -> set[str]:
    """Whether a commenter is of the staff is shown, and is their account's to say."""
    comments = (node.comment for node in page.nodes) if page else ()
    return {f"account:{comment.user_id}" for comment in comments if comment and comment.user_id}


def _thread(post: Post) -> Thread:
    """Several tags of one page ask for it; it is read once."""
    known: Thread | None = post.__dict__.get("_comments_thread")
    if known is None:
        known = post.__dict__["_comments_thread"] = threads.of(post)
    return known
