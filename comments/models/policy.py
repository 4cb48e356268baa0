"""What the house decides about comments, and what an editor decides about those of one post."""

import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.models import Post

# The end of a pause that lasts until somebody opens comments again.
UNTIL_OPENED = datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)


class PolicyManager(models.Manager["Policy"]):
    def current(self) -> "Policy":
        """The one policy, or the defaults before anybody has saved it."""
        return self.filter(pk=Policy.ONLY).first() or Policy(pk=Policy.ONLY)


class Policy(models.Model):
    """What the house decides about comments. There is one row."""

    ONLY = 1

    class FiguresFor(models.TextChoices):
        NOBODY = "nobody", _("nobody")
        EDITORS = "editors", _("editors")
        MODERATORS = "moderators", _("editors and moderators")

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
    goal_hours = models.PositiveSmallIntegerField(
        _("goal: hours until a comment is decided"),
        default=24,
        help_text=_("What the staff sets itself; the figures show how often it was kept."),
    )
    is_approved_by_mail = models.BooleanField(
        _("approve from a letter without signing in"),
        default=False,
        help_text=_("Declining from a letter is always possible, for it publishes nothing."),
    )
    figures_for = models.CharField(
        _("figures for each moderator are shown to"),
        max_length=20,
        choices=FiguresFor.choices,
        default=FiguresFor.NOBODY,
    )
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
        permissions = [("pause_comments", _("Can pause comments, on one post and everywhere"))]
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


class WordList(models.Model):
    """Words to be looked for in what readers write, one entry on a line (`comments.wordlists`)."""

    class Kind(models.TextChoices):
        NOTICE = "notice", _("noticed: marked for the moderator")
        BLOCK = "block", _("blocked: put with the spam")

    kind = models.CharField(_("words to be"), max_length=20, choices=Kind.choices, primary_key=True, editable=False)
    entries = models.TextField(
        _("words"),
        blank=True,
        help_text=_(
            "One word or phrase on a line, of 64 characters at most. A star at an end stands for more letters: casino*."
        ),
    )

    class Meta:
        verbose_name = _("word list")
        verbose_name_plural = _("word lists")

    def __str__(self) -> str:
        return str(self.get_kind_display())
