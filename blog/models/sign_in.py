"""Who tried to sign in, and who asked for a new password: for their limits only, and not for long."""

from django.db import models
from django.db.models import Q


class SignInAttempt(models.Model):
    """One try at signing in. The name that was typed is a keyed digest, the address is cut to its network."""

    account_key = models.CharField(max_length=64)
    network = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()
    has_succeeded = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [
            models.Index(fields=["account_key", "at"], name="blog_sign_in_account"),
            models.Index(fields=["network", "at"], condition=Q(has_succeeded=False), name="blog_sign_in_network"),
            models.Index(fields=["at"], name="blog_sign_in_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at} from {self.network}"


class PasswordRequest(models.Model):
    """That somebody asked for a link to choose a password, whether the address has an account or not.

    `email` is blank once the worker has answered it; the row then only says that it was asked within the hour.
    """

    key = models.CharField(max_length=64, unique=True)
    email = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.at)
