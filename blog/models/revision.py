"""What posts were before, and where."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.models.post import Post
from blog.models.publication import Author, Page, Region


class Revision(models.Model):
    """One step in a post's making: the whole text as it then was, who made the step, when and what it was."""

    class Act(models.TextChoices):
        SAVED = "saved", _("saved")
        HANDED_IN = "handed_in", _("handed in")
        RETURNED = "returned", _("returned to the author")
        PUBLISHED = "published", _("published")
        SCHEDULED = "scheduled", _("scheduled")
        TAKEN_DOWN = "taken_down", _("taken down")

    FORMAT = 1

    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=20, choices=Act.choices, default=Act.SAVED)
    snapshot = models.JSONField()
    snapshot_format = models.PositiveSmallIntegerField(default=FORMAT)
    # The snapshot's lead photo, to be found by; a number only, for a text outlives what it names.
    photo_number = models.PositiveBigIntegerField(null=True, editable=False, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    note = models.CharField(_("why"), max_length=300, blank=True)
    is_material = models.BooleanField(default=False)
    go_live_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="blog_revision_number")]
        indexes = [
            models.Index(
                fields=["go_live_at"],
                condition=Q(go_live_at__isnull=False, applied_at__isnull=True),
                name="blog_revision_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} · {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.photo_number = self.snapshot["lead_photo"]
        super().save(*args, **kwargs)


class OldPath(models.Model):
    """An address that once was public: it answers 301 to what it names, or 410 if that is gone.

    Nothing else is ever given its `slug`, the last part: a post's whatever the day in its path is.
    """

    path = models.CharField(max_length=300, unique=True)
    slug = models.CharField(max_length=110, db_default="", editable=False, db_index=True)
    post = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="old_paths")
    author = models.ForeignKey(Author, models.SET_NULL, null=True, blank=True, related_name="old_paths")
    region = models.ForeignKey(Region, models.SET_NULL, null=True, blank=True, related_name="old_paths")
    page = models.ForeignKey(Page, models.SET_NULL, null=True, blank=True, related_name="old_paths")

    def __str__(self) -> str:
        return self.path

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.path.rpartition("/")[2]
        super().save(*args, **kwargs)

    @property
    def target(self) -> Post | Author | Region | Page | None:
        return self.post or self.author or self.region or self.page
