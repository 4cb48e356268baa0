"""The policy, the thread under each post, its comments, and the decisions about them."""

import datetime
import secrets
from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models import Post


class PolicyManager(models.Manager["Policy"]):
    def current(self) -> "Policy":
        """The one policy, or the defaults before anybody has saved it."""
        return self.filter(pk=Policy.ONLY).first() or Policy(pk=Policy.ONLY)


class Policy(models.Model):
    """What the house decides about comments. There is one row."""

    ONLY = 1

    is_open = models.BooleanField(_("comments are open"), default=True)
    statement = models.TextField(
        _("statement"),
        max_length=1_000,
        default=_("Every comment is read by a moderator before it appears here."),
        help_text=_("Stands above the form. Say that every comment is read before it appears."),
    )
    guidelines = models.TextField(_("guidelines"), blank=True, help_text=_("A page of their own, linked at the form."))
    is_email_required = models.BooleanField(
        _("e-mail required"),
        default=True,
        help_text=_("Switch it off where an address on file could put a commenter in danger."),
    )
    has_website = models.BooleanField(_("ask for a website"), default=False)
    days_to_close = models.PositiveIntegerField(
        _("days to close"),
        null=True,
        blank=True,
        help_text=_("Comments on a post close this many days after its publication. Empty: they stay open."),
    )
    opens_at = models.TimeField(
        _("open daily from"), null=True, blank=True, help_text=_("Both empty: comments are open at all hours.")
    )
    closes_at = models.TimeField(
        _("open daily until"), null=True, blank=True, help_text=_("May be after midnight, such as 06:00 until 01:00.")
    )
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    pause_sentence = models.CharField(
        _("pause sentence"), max_length=300, blank=True, help_text=_("Readers see it in place of the form.")
    )
    max_length = models.PositiveIntegerField(_("longest comment, in characters"), default=5_000)
    seconds_between = models.PositiveIntegerField(_("seconds between two comments of one person"), default=15)
    most_in_ten_minutes = models.PositiveIntegerField(_("comments of one person in ten minutes"), default=5)
    noticed_from_network = models.PositiveIntegerField(_("comments of one network noticed"), default=10)
    most_from_network = models.PositiveIntegerField(_("comments of one network in ten minutes"), default=60)
    days_to_keep_addresses = models.PositiveIntegerField(
        _("days to keep e-mail addresses of published comments"),
        null=True,
        blank=True,
        help_text=_("Empty: they are kept. Those of declined comments go after 30 days in any case."),
    )

    objects = PolicyManager()

    class Meta:
        verbose_name = _("comment policy")
        verbose_name_plural = _("comment policy")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="comments_one_policy"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True)
                | Q(opens_at__isnull=False, closes_at__isnull=False),
                name="comments_both_hours",
                violation_error_message=_("Please give both hours, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Comment policy"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = self.ONLY
        super().save(*args, **kwargs)


class Thread(models.Model):
    """What an editor decides about one post's comments, and what is shown of them, counted."""

    class Mode(models.TextChoices):
        DEFAULT = "default", _("as the policy says")
        CLOSED = "closed", _("closed")
        FORCED_OPEN = "forced_open", _("open, whatever the post's age")

    post = models.OneToOneField(Post, models.PROTECT, related_name="+")
    mode = models.CharField(_("comments are"), max_length=20, choices=Mode.choices, default=Mode.DEFAULT)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    pause_sentence = models.CharField(
        _("pause sentence"), max_length=300, blank=True, help_text=_("Readers see it in place of the form.")
    )
    approved_count = models.PositiveIntegerField(default=0, editable=False)
    shown_roots = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("comments of this post")
        verbose_name_plural = _("comments of this post")

    def __str__(self) -> str:
        return str(self.post)


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
    # The queue: when it began to wait, null when nothing waits.
    waiting_since = models.DateTimeField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64)
    signals = models.JSONField(default=list)
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
                fields=["thread", "id"], condition=Q(root__isnull=True, shown_count__gt=0), name="comments_roots"
            ),
            models.Index(fields=["root", "id"], condition=Q(status="approved"), name="comments_tree"),
            models.Index(fields=["thread", "id"], condition=Q(status="approved"), name="comments_in_thread"),
            # One for each list of the desk: one for all would be taken by SQLite for a thread's page too, for it thinks
            # that few rows have the same status.
            models.Index(fields=["-id"], condition=Q(status="approved"), name="comments_approved"),
            models.Index(fields=["-id"], condition=Q(status="rejected"), name="comments_rejected"),
            models.Index(fields=["-id"], condition=Q(status="spam"), name="comments_spam"),
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


class Reason(models.Model):
    """Why a comment is declined, in the words its commenter reads."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    label = models.CharField(_("label"), max_length=80, help_text=_("What moderators choose from."))
    words = models.CharField(
        _("words"), max_length=400, help_text=_("What the commenter reads: plain, kind, saying what would be welcome.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label


class DecisionQuerySet(models.QuerySet["Decision"]):
    def update(self, **values: Any) -> NoReturn:
        raise TypeError("Decisions are never changed; an undo is a new one.")

    def delete(self) -> NoReturn:
        raise TypeError("Decisions are never deleted.")


class Decision(models.Model):
    """One line of the record: who moved a comment from where to where, when, why, and on which text."""

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    from_status = models.CharField(max_length=20, choices=Comment.Status.choices)
    to_status = models.CharField(max_length=20, choices=Comment.Status.choices)
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, related_name="+")
    # The reason's words as they were said, whatever becomes of the reason.
    words = models.CharField(max_length=400, blank=True)
    note = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField()
    text_hash = models.CharField(max_length=64)
    waited_since = models.DateTimeField(null=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["comment", "-id"], name="comments_record"),
            models.Index(fields=["-at", "-id"], name="comments_decided_at"),
            models.Index(fields=["by", "-at", "-id"], name="comments_decided_by"),
            models.Index(fields=["to_status", "-at", "-id"], name="comments_decided_to"),
            models.Index(fields=["by", "to_status", "-at", "-id"], name="comments_decided_by_to"),
        ]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("Decisions are never changed; an undo is a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Decisions are never deleted.")


class Notice(models.Model):
    """One mail, one event, one person: the pair is unique, so no crash and no repetition sends it twice."""

    event = models.CharField(max_length=100)
    # A digest: this record keeps nobody's address.
    recipient = models.CharField(max_length=64)
    mail = models.ForeignKey("post_office.Email", models.SET_NULL, null=True, related_name="+")
    goes_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "recipient"], name="comments_told_once")]
        indexes = [models.Index(fields=["recipient", "-goes_at"], name="comments_last_told")]

    def __str__(self) -> str:
        return self.event
