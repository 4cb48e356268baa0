"""Passwords are hashed one after the other: each takes half a second of a core, and readers need the others."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

# One is at work and one may wait; all other threads stay free for readers.
_places = threading.BoundedSemaphore(2 if settings.WEB_THREADS > 2 else 1)
_turn = threading.Lock()
RETRY_AFTER = 5


class HashingBusy(Exception):
    """Others are signing in at this moment; nothing was looked at."""


class PasswordHasher(PBKDF2PasswordHasher):
    """Django's, which stores what it always stored. Raises HashingBusy."""

    def encode(self, password: str, salt: Any, iterations: int | None = None) -> str:
        with _place():
            encoded: str = super().encode(password, salt, iterations)
        return encoded


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise HashingBusy("others sign in at this moment")
    try:
        with _turn:
            yield
    finally:
        _places.release()
