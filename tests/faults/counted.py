"""The application as it is, which also writes down each page that it draws: a hash of its address and its counters."""

import hashlib
import os
from typing import Any

from asiaunbound.wsgi import application
from blog import pages

__all__ = ["application"]

_drawn = os.open(
    os.path.join(os.environ["VAR_DIR"], f"drawn-{os.getpid()}"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600
)
_made = pages.made


def made(*words: Any) -> Any:
    page = _made(*words)
    if page is not None:
        os.write(_drawn, hashlib.blake2b(repr((page.key, page.slots)).encode(), digest_size=16).digest())
    return page


pages.made = made  # type: ignore[assignment]
