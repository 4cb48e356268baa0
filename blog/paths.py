"""The paths of public addresses. A page names dozens of them, the same ones each time."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(10_000)
def path(name: str, *args: str) -> str:
    """What `reverse` gives for a public address, below the path of SITE_URL."""
    return reverse(name, args=args)
