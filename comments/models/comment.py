"""What readers say."""

import datetime
import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models import Post
from comments.models.policy import Thread


class CommentQuerySet(models.QuerySet["Comment"]):
    def approved(self) -> Self:
        """What may be public, where its post is. Nothing else in the project decides this."""
        return self.filter(status=Comment.Status.APPROVED)

    def public(self, now: datetime.datetime) -> Self:
        """The approved comments of posts that readers may see."""
        return self.approved().filter(thread__post__in=Post.objects.published(now))

    def waiting(self) -> Self:
        """The queue, oldest first."""
        return self.filter(waiting_since__isnull=False).order_by("waiting_since", "pk")


def new_token() -> str:
    return secrets.token_urlsafe(24)


class Comment(models.Model):
    """What one reader said once. Only `comments.moderation` writes its status."""

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        SPAM = "spam", _("spam")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Outlook(models.IntegerChoices):
        FINE = 0, _("likely fine")
        UNSURE = 1, _("look closely")
        SPAM = 2, _("likely spam")

    class Waits(models.TextChoices):
        NEW = "new", _("a new comment")
        EDIT = "edit", _("other words for a published comment")
        APPEAL = "appeal", _("its commenter asks to look again")

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    root = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    # The ids from the root down to the parent, five at most: depth is drawn from it, tombstones too.
    lineage = models.JSONField(default=list)
    # Of a root only: how many of its whole tree are approved. Above zero, it has something to show.
    shown_count = models.PositiveIntegerField(default=0)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    email_key = models.CharField(max_length=254, blank=True)
    website = models.URLField(_("website"), max_length=200, blank=True)
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    # A keyed digest of the whole address, for the flood limit; it is blanked after a day.
    network_key = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=254, blank=True)

    body = models.TextField(_("comment"))
    body_html = models.TextField()
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    version = models.PositiveIntegerField(default=1)
    # What its commenter would rather have said: it waits, while the approved words stay public.
    proposed_body = models.TextField(blank=True)
    proposed_html = models.TextField(blank=True)
    # When the approved words were last replaced, and by whom: readers are told.
    edited_at = models.DateTimeField(null=True, blank=True)
    is_edited_by_staff = models.BooleanField(default=False)
    # The queue: when it began to wait, null when nothing waits.
    waiting_since = models.DateTimeField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64)
    # A short digest of the words alone, to find the same ones elsewhere; null where they are too few to tell anything.
    words_key = models.BigIntegerField(null=True, blank=True)
    signals = models.JSONField(default=list)
    # How it looks to the machine (`comments.screening`): for the order of the queue, and for nothing else.
    outlook = models.PositiveSmallIntegerField(choices=Outlook.choices, default=Outlook.UNSURE)
    # Null, or when the first of the reports came that nobody has answered.
    reported_since = models.DateTimeField(null=True, blank=True)
    token = models.CharField(max_length=40, default=new_token, unique=True)
    notify_decision = models.BooleanField(default=False)
    notify_replies = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(default=timezone.now)
    # Null while it waits.
    decided_at = models.DateTimeField(null=True, blank=True)
    # When it was first approved: from then on its words are known to all.
    published_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        default_permissions = ("view",)
        permissions = [
            ("moderate_all", _("Can decide about every comment")),
            ("moderate_own_posts", _("Can decide about comments on their own posts")),
            ("edit_comment_text", _("Can edit the text of a comment")),
            ("view_personal_data", _("Can see commenters' e-mail addresses")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=~Q(status="withdrawn"), name="comments_said_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "approved", "rejected", "spam", "withdrawn"]),
                name="comments_known_status",
            ),
            models.CheckConstraint(
                condition=~Q(status="pending") | Q(waiting_since__isnull=False), name="comments_pending_waits"
            ),
        ]
        indexes = [
            models.Index(
                fields=["waiting_since", "id"], condition=Q(waiting_since__isnull=False), name="comments_queue"
            ),
            models.Index(
                fields=["outlook", "waiting_since", "id"],
                condition=Q(waiting_since__isnull=False),
                name="comments_queue_by_outlook",
            ),
            models.Index(
                fields=["thread", "waiting_since", "id"],
                condition=Q(waiting_since__isnull=False),
                name="comments_queue_of_thread",
            ),
            # Other words for published ones, and appeals: few among many.
            models.Index(
                fields=["waiting_since", "id"],
                condition=Q(waiting_since__isnull=False) & ~Q(status="pending"),
                name="comments_queue_of_others",
            ),
            models.Index(
                fields=["reported_since", "id"], condition=Q(reported_since__isnull=False), name="comments_reported"
            ),
            models.Index(fields=["submitted_at"], name="comments_submitted_at"),
            models.Index(fields=["words_key", "-id"], condition=Q(words_key__isnull=False), name="comments_same_words"),
            models.Index(
                fields=["thread", "id"], condition=Q(root__isnull=True, shown_count__gt=0), name="comments_roots"
            ),
            models.Index(fields=["root", "id"], condition=Q(status="approved"), name="comments_tree"),
            models.Index(fields=["thread", "id"], condition=Q(status="approved"), name="comments_in_thread"),
            # One for each list of the desk: one for all would be taken by SQLite for a thread's page too, for it thinks
            # that few rows have the same status.
            models.Index(fields=["-id"], condition=Q(status="approved"), name="comments_approved"),
            models.Index(fields=["-id"], condition=Q(status="rejected"), name="comments_rejected"),
            models.Index(fields=["-id"], condition=Q(status="spam"), name="comments_spam"),
            # And one for each, for those of some posts.
            models.Index(fields=["thread", "id"], condition=Q(status="rejected"), name="comments_rejected_in_thread"),
            models.Index(fields=["thread", "id"], condition=Q(status="spam"), name="comments_spam_in_thread"),
            models.Index(fields=["email_key", "-submitted_at"], name="comments_by_person"),
            models.Index(
                fields=["network_key", "-submitted_at"], condition=~Q(network_key=""), name="comments_by_network"
            ),
            models.Index(fields=["user", "-submitted_at"], condition=Q(user__isnull=False), name="comments_by_account"),
            # What the clock erases (`comments.privacy`): only rows that still have it stand in these.
            models.Index(
                fields=["decided_at"],
                condition=Q(waiting_since__isnull=True) & (Q(ip_address__isnull=False) | ~Q(user_agent="")),
                name="comments_with_traces",
            ),
            models.Index(
                fields=["status", "decided_at"],
                condition=Q(waiting_since__isnull=True) & ~Q(email="", email_key=""),
                name="comments_with_addresses",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.body[:50]}"

    def get_absolute_url(self) -> str:
        """Where its commenter reads what became of it; the public place is `threads.address`."""
        return reverse("comments:mine", args=[self.token])

    @property
    def waits_for(self) -> str:
        """What a moderator is asked, of `Waits`; empty where nothing waits."""
        if self.waiting_since is None:
            return ""
        if self.status == self.Status.PENDING:
            return self.Waits.NEW
        return self.Waits.EDIT if self.status == self.Status.APPROVED else self.Waits.APPEAL


class Wording(models.Model):
    """What a comment said until a change of its words: kept for an undo, and gone with the comment's text."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="wordings")
    # The comment's version that had these words, the last one.
    version = models.PositiveIntegerField()
    body = models.TextField()
    proposed_body = models.TextField(blank=True)
    edited_at = models.DateTimeField(null=True)
    is_edited_by_staff = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "version"], name="comments_wording_of_version")]

    def __str__(self) -> str:
        return f"{self.comment_id}:{self.version}"
