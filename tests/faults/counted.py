"""The application as it is, which also counts the pages it draws: one byte more in a file for each."""

import os
from typing import Any

from asiaunbound.wsgi import application
from blog import pages

__all__ = ["application"]

_count = os.open(
    os.path.join(os.environ["VAR_DIR"], f"drawn-{os.getpid()}"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600
)
_made = pages.made


def made(*words: Any) -> Any:
    page = _made(*words)
    if page is not None:
        os.write(_count, b".")
    return page


pages.made = made  # type: ignore[assignment]
