"""Writes the demo's comments through the same doors that readers and moderators use."""

import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from post_office.models import Email

from blog import pages
from blog.markup import make_safe
from blog.models import Post
from comments import editing, moderation, submission
from comments.demo import policy, threads
from comments.models import Comment, Notice, Policy, Reason, Thread, WordList
from comments.submission import Sender, Words
from comments.threads import of as thread_of

DECIDED_AFTER = datetime.timedelta(minutes=25)
Status = Comment.Status


def load(now: datetime.datetime) -> None:
    """Say under the demo's posts what its readers said, and leave every comment in its state."""
    Policy(statement=policy.STATEMENT, guidelines=make_safe(policy.GUIDELINES)).save()
    for kind, entries in ((WordList.Kind.NOTICE, policy.NOTICED), (WordList.Kind.BLOCK, policy.BLOCKED)):
        WordList.objects.filter(kind=kind).update(entries=entries.strip())
    moderator = get_user_model().objects.get(username="moderator")
    for shape in threads.threads():
        _thread(shape, moderator, now)
    # Nobody is to be told of what was said long ago.
    told = Notice.objects.values_list("mail_id", flat=True)
    Email.objects.filter(pk__in=[pk for pk in told if pk]).delete()
    Notice.objects.all().delete()
    pages.changed(pages.EVERYTHING)


def _thread(shape: threads.Thread, moderator: User, now: datetime.datetime) -> None:
    post = Post.objects.get(slug=shape.post)
    assert post.publish_at is not None
    made: dict[int, Comment] = {}
    answered = {said.reply_to for said in shape.comments}
    for said in shape.comments:
        at = said.written_at(post.publish_at, now)
        comment = _submitted(post, said, made, at)
        if said.state == "approved" or said.number in answered:
            comment = moderation.decide(comment.pk, 1, Status.APPROVED, moderator, at + DECIDED_AFTER).comment
        made[said.number] = comment
    for said in shape.comments:
        _left_as(made[said.number], said, moderator)
    Thread.objects.filter(post=post).update(
        mode="forced_open" if shape.opening == "open" else shape.opening,
        paused_until=now + shape.paused_for if shape.paused_for else None,
        pause_sentence=shape.pause_sentence,
    )


def _submitted(post: Post, said: threads.Comment, made: dict[int, Comment], at: datetime.datetime) -> Comment:
    words = Words(
        name=said.name,
        email=said.email,
        body=said.text,
        parent=made[said.reply_to].pk if said.reply_to else None,
        notify_decision=said.number % 3 == 0,
    )
    return submission.submit(thread_of(post), Policy.objects.current(), words, Sender(), at)


def _left_as(comment: Comment, said: threads.Comment, moderator: User) -> None:
    at = comment.submitted_at + 2 * DECIDED_AFTER
    if said.state == "withdrawn":
        editing.withdraw(comment.pk, comment.version, at)
    elif said.state in ("rejected", "spam"):
        reason = Reason.objects.filter(code=said.reason).first()
        moderation.decide(comment.pk, comment.version, said.state, moderator, at, reason=reason)
