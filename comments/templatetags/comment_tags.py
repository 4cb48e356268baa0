"""What readers say, for the pages: a post's comments with their form, and how many there are."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog import pages
from blog.models import Post
from comments import drawing, threads
from comments.known import known_policy, known_thread
from comments.models import Comment, Policy, Thread
from comments.policy import changes_at, closed_reason

register = template.Library()


@register.simple_tag(takes_context=True)
def comment_number(context: Context, post: Post) -> int:
    """How many comments readers can see on a post."""
    return known_thread(context.get("request"), post).approved_count


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
    policy, thread = known_policy(context.get("request")), known_thread(context.get("request"), post)
    page = threads.page(thread, number)
    pages.shows(context.get("request"), *_accounts(page))
    form = _form(context, post, policy, thread)
    for node in page.nodes if page else ():
        if node.comment:
            node.drawn = drawing.comment(_said(node, node.comment, policy, form))
    return {"post": post, "count": in_words(thread.approved_count), "page": page, "policy": policy, **form}


@register.inclusion_tag("comments/_form_or_reason.html", takes_context=True)
def comment_form(context: Context, post: Post) -> dict[str, Any]:
    policy = known_policy(context.get("request"))
    return {"post": post, "policy": policy, **_form(context, post, policy, known_thread(context.get("request"), post))}


def in_words(count: int) -> str:
    if not count:
        return _("No Comments")
    return ngettext("%(count)s Comment", "%(count)s Comments", count) % {"count": f"{count:,}"}


def _form(context: Context, post: Post, policy: Policy, thread: Thread) -> dict[str, Any]:
    """The form: the one that was refused, or an empty one; none on a post that nobody can read yet."""
    refused, parent = context.get("comment_form"), context.get("comment_parent")
    base = threads.base_address(post) if post.published_date else ""
    now = context.get("now") or timezone.now()
    # Nothing that was read is taken back when the form goes, so its page may outlive that where none can be drawn.
    pages.ends(context.get("request"), changes_at(post, thread, policy, now))
    closed = closed_reason(post, thread, policy, now) if base else _("Comments open when it is published.")
    return {
        "base": base,
        "closed": closed,
        "form": refused,
        "fields": None if refused or closed else drawing.fields(_blank(policy, parent)),
        "refusal": context.get("comment_refusal"),
        "parent": parent,
    }


def _blank(policy: Policy, parent: Comment | None) -> drawing.Blank:
    return drawing.Blank(
        is_email_required=policy.is_email_required,
        has_website=policy.has_website,
        max_length=policy.max_length,
        has_mail=settings.MAIL_WORKS,
        parent=parent.pk if parent else None,
    )


def _said(node: threads.Node, comment: threads.Shown, policy: Policy, form: Mapping[str, Any]) -> drawing.Said:
    answered = node.in_reply_to and node.in_reply_to.comment
    # The writer's website is looked at once more before it becomes a link.
    has_website = policy.has_website and comment.website.startswith(("http://", "https://"))
    return drawing.Said(
        pk=comment.pk,
        name=comment.name,
        website=comment.website if has_website else "",
        is_staff=bool(comment.is_staff),
        submitted_at=comment.submitted_at,
        body_html=comment.body_html,
        edited_at=comment.edited_at,
        is_edited_by_staff=comment.is_edited_by_staff,
        depth=node.depth,
        answers=None if node.in_reply_to is None else answered.name if answered else "",
        base=form["base"],
        can_be_answered=not form["closed"],
    )


def _accounts(page: threads.ThreadPage | None) -> set[str]:
    """Whether a commenter is of the staff is shown, and is their account's to say."""
    comments = (node.comment for node in page.nodes) if page else ()
    return {f"account:{comment.user_id}" for comment in comments if comment and comment.user_id}
