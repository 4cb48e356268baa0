"""What moderators leave for each other at the desk."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment


class Lease(models.Model):
    """A comment handed to one moderator for a while, so that two do not read the same. It warns, and locks nothing."""

    comment = models.OneToOneField(Comment, models.CASCADE, related_name="lease")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    until = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["moderator", "until"], name="comments_leases_of")]

    def __str__(self) -> str:
        return f"{self.moderator} until {self.until}"


class Skip(models.Model):
    """A comment that one moderator would rather see last."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="+")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["moderator", "comment"], name="comments_skipped_once")]

    def __str__(self) -> str:
        return f"{self.moderator} skipped {self.comment_id}"


class Note(models.Model):
    """What one colleague asks or tells the others about a comment that stays where it is."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.CharField(_("note"), max_length=500)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.words
