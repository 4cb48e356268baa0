"""What is said against a decision: by a reader against a published comment, by its commenter against a refusal."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment
from comments.models.people import new_key


class Appeal(models.Model):
    """One "please look again" for a declined comment. Another moderator than the first is to look."""

    comment = models.OneToOneField(Comment, models.PROTECT, related_name="appeal")
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    first_decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")

    def __str__(self) -> str:
        return str(self.comment)


class Report(models.Model):
    """What a reader says against a published comment, and what the staff answers."""

    class Ground(models.TextChoices):
        UNLAWFUL = "unlawful", _("It breaks the law")
        ABUSIVE = "abusive", _("It attacks or threatens somebody")
        PRIVATE = "private", _("It tells private details of somebody")
        ADVERTISING = "advertising", _("It advertises")
        OTHER = "other", _("Something else")

    class Result(models.TextChoices):
        KEPT = "kept", _("the comment stays")
        TAKEN_DOWN = "taken-down", _("the comment was taken down")

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="reports", db_index=False)
    ground = models.CharField(_("reason"), max_length=20, choices=Ground.choices)
    words = models.TextField(_("in your words"), blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    email_key = models.CharField(max_length=254, blank=True)
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    network_key = models.CharField(max_length=64, blank=True)
    # The same thing said twice is one report.
    fingerprint = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    token = models.CharField(max_length=40, default=new_key, unique=True)
    result = models.CharField(max_length=20, choices=Result.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    answer = models.CharField(_("answer"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(result="", answered_at__isnull=True) | Q(~Q(result=""), answered_at__isnull=False),
                name="comments_report_answered",
            )
        ]
        indexes = [
            models.Index(fields=["comment", "id"], name="comments_reports_of"),
            models.Index(fields=["email_key"], condition=~Q(email_key=""), name="comments_reports_by_person"),
            models.Index(
                fields=["network_key", "-at"], condition=~Q(network_key=""), name="comments_reports_by_network"
            ),
            models.Index(
                fields=["answered_at"],
                condition=Q(answered_at__isnull=False) & (Q(ip_address__isnull=False) | ~Q(email_key="")),
                name="comments_reports_with_traces",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_ground_display())

    def get_absolute_url(self) -> str:
        """Where who reported reads what became of it."""
        return reverse("comments:reported", args=[self.token])
