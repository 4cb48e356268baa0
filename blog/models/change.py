"""That something changed, for every machine that keeps pages."""

from django.db import models
from django.utils import timezone


class ChangeCount(models.Model):
    """How many changes there were: one row, which a change locks last, so that numbers appear in their order."""

    ONLY = 1

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class Change(models.Model):
    """That something readers see has changed, for every machine to read (`blog.pages`)."""

    number = models.PositiveBigIntegerField(primary_key=True)
    # Tells this change from one of the same number in a database that was put back to an earlier day.
    nonce = models.PositiveBigIntegerField()
    tags = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.number}: {', '.join(self.tags)}"
