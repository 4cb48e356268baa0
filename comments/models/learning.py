"""What the machine has learned from the moderators' decisions."""

from django.db import models
from django.db.models import Q


class Experience(models.Model):
    """Counts, and how far in the record they go: one row, so both are always written together (`comments.learning`)."""

    ONLY = 1

    # The newest decision that it has learned from.
    learned_to = models.PositiveBigIntegerField(default=0)
    approved = models.PositiveIntegerField(default=0)
    declined = models.PositiveIntegerField(default=0)
    # Two numbers for each piece of text: in how many approved comments it stood, and in how many declined ones.
    counts = models.BinaryField(default=bytes)
    # How a weight becomes a probability.
    slope = models.FloatField(default=1.0)
    offset = models.FloatField(default=0.0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="comments_one_experience")]

    def __str__(self) -> str:
        return f"{self.approved} approved, {self.declined} declined"
