"""The queue, for the staff's pages around it."""

from django import template
from django.utils.safestring import SafeString

from comments import markup, queue, screening
from comments.models import Comment

register = template.Library()


@register.simple_tag
def waiting_count() -> str:
    """How many comments wait, counted no further than is worth knowing."""
    return queue.waiting_count()


@register.filter
def words_marked(comment: Comment) -> SafeString:
    """A comment's words, with those marked for which it was noticed."""
    return markup.marked(comment.body_html, comment.body, screening.spans(comment.signals, comment.body))


@register.filter
def other_words_marked(comment: Comment) -> SafeString:
    """The same of the words that its commenter would rather have said."""
    spans = screening.spans(comment.signals, comment.proposed_body)
    return markup.marked(comment.proposed_html, comment.proposed_body, spans)
