"""The record: who did what to a comment, when and why. It only grows."""

import datetime
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment

# Of those that can be undone as a whole, so many are offered.
MOST_STEPS = 3


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
    def last_steps(self, by: Any, after: datetime.datetime) -> list[dict[str, Any]]:
        """The latest steps of one account with more than one decision that stands: `batch`, `count`, `to_status`."""
        standing = self.filter(by=by, at__gt=after, undone_by__isnull=True).exclude(batch="")
        steps = standing.values("batch").annotate(
            count=Count("pk"), newest=Max("pk"), to_status=Max("to_status"), at=Max("at")
        )
        return list[Any](steps.filter(count__gt=1).order_by("-newest")[:MOST_STEPS])

    def update(self, **values: Any) -> NoReturn:
        raise TypeError("Decisions are never changed; an undo is a new one.")

    def delete(self) -> NoReturn:
        raise TypeError("Decisions are never deleted.")


class Decision(models.Model):
    """One line of the record: who moved a comment from where to where, when, why, and on which text."""

    class Act(models.TextChoices):
        DECIDE = "decide", _("decided")
        UNDO = "undo", _("took a decision back")
        EDIT = "edit", _("edited the text")
        PUBLISH_WORDS = "publish-words", _("published its commenter's other words")
        DECLINE_WORDS = "decline-words", _("declined its commenter's other words")
        # Its words and its person are gone for good.
        DELETE = "delete", _("deleted it for ever")
        # What its commenter did. These are nobody's to take back.
        CHANGE = "change", _("changed the words before they were decided")
        PROPOSE = "propose", _("proposed other words")
        APPEAL = "appeal", _("asked to look again")
        WITHDRAW = "withdraw", _("withdrew it")
        FORGET = "forget", _("asked to be forgotten")

    class Via(models.TextChoices):
        DESK = "desk", _("at the desk")
        MAIL = "mail", _("by a link in a letter")
        OWN_PAGE = "own-page", _("on the comment's own page")

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="decisions")
    act = models.CharField(max_length=20, choices=Act.choices, default=Act.DECIDE)
    via = models.CharField(max_length=20, choices=Via.choices, default=Via.DESK)
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
    # What was decided in one step has one name, and can be taken back in one step.
    batch = models.CharField(max_length=32, blank=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        default_permissions = ("view",)
        permissions = [("view_figures", _("Can see how the staff is doing"))]
        indexes = [
            models.Index(fields=["comment", "-id"], name="comments_record"),
            models.Index(fields=["batch"], condition=~Q(batch=""), name="comments_decided_at_once"),
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
