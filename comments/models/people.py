"""Who is told what: letters, the addresses they go to, and what each member of the staff wants to hear."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One mail, one event, one person: the pair is unique, so no crash and no repetition sends it twice."""

    event = models.CharField(max_length=100)
    # A digest: this record keeps nobody's address.
    recipient = models.CharField(max_length=64)
    mail = models.ForeignKey("post_office.Email", models.SET_NULL, null=True, related_name="+")
    goes_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "recipient"], name="comments_told_once")]
        indexes = [
            models.Index(fields=["recipient", "-goes_at"], name="comments_last_told"),
            models.Index(fields=["goes_at"], name="comments_told_at"),
        ]

    def __str__(self) -> str:
        return self.event


def new_key() -> str:
    return secrets.token_urlsafe(18)


class Address(models.Model):
    """What is known of an e-mail address that a reader typed. The address itself is not kept here, only its digest."""

    digest = models.CharField(max_length=64, unique=True)
    # Part of the link that ends all letters to it.
    key = models.CharField(max_length=40, default=new_key, unique=True)
    # When somebody who reads its letters said that it is theirs.
    proven_at = models.DateTimeField(null=True, blank=True)
    # When it asked for no more letters.
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        return self.digest[:8]


class Preference(models.Model):
    """How one member of the staff likes to work at the desk, and what they want to be told."""

    class QueueMail(models.TextChoices):
        IMMEDIATE = "immediate", _("about each comment at once")
        HOURLY = "hourly", _("about the first that waits, then once an hour")
        DAILY = "daily", _("once a day")
        OFF = "off", _("never")

    class Order(models.TextChoices):
        OLDEST = "oldest", _("oldest first")
        BY_POST = "post", _("post by post")
        LIKELY_FINE = "fine", _("likely fine first")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    queue_mail = models.CharField(
        _("tell me by e-mail what waits"), max_length=20, choices=QueueMail.choices, default=QueueMail.HOURLY
    )
    is_told_of_comments = models.BooleanField(_("tell me by e-mail of comments published on my posts"), default=True)
    order = models.CharField(_("order of the queue"), max_length=20, choices=Order.choices, default=Order.OLDEST)
    has_keys = models.BooleanField(_("decide with single keys"), default=False)
    # When the latest digest was written.
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")

    def __str__(self) -> str:
        return str(self.user)
