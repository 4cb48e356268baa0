"""Who was erased, kept outside the database, so that a backup that is put back does not bring anybody back.

A file in VAR_DIR with a line for each erasure: what was erased, as a keyed digest, and when. It names nobody, and only
who has SECRET_KEY can compare it with an address. A line is on the disk before anything is erased: after a crash
between the two the erasure is simply done again. A line that was cut short by a crash is passed over.
"""

import datetime
import os
from pathlib import Path

from django.conf import settings
from django.db import OperationalError
from django.utils.crypto import salted_hmac

type Erasures = dict[str, datetime.datetime]


def of_address(email_key: str) -> str:
    """The digest under which an address, folded, is remembered."""
    return _digest(f"address {email_key}")


def of_comment(token: str) -> str:
    """The digest under which a single comment is remembered, by the name of its own page."""
    return _digest(f"comment {token}")


def remember(digest: str, at: datetime.datetime) -> None:
    """Write an erasure down. Raises OperationalError where that is not possible: then nothing may be erased."""
    line = f"{digest} {at.astimezone(datetime.UTC).isoformat(timespec='microseconds')}\n"
    try:
        descriptor = os.open(_path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise OperationalError(f"an erasure cannot be written down: {error.strerror}") from error


def read() -> Erasures:
    """All erasures, each with the newest time at which it was asked for."""
    found: Erasures = {}
    path = _path()
    for line in path.read_text(encoding="ascii", errors="replace").splitlines() if path.exists() else ():
        digest, _space, written = line.partition(" ")
        try:
            at = datetime.datetime.fromisoformat(written)
        except ValueError:
            continue
        if at.tzinfo is not None:
            found[digest] = max(at, found.get(digest, at))
    return found


def _path() -> Path:
    return Path(settings.VAR_DIR) / "erased"


def _digest(what: str) -> str:
    return salted_hmac("comments.erasure", what, algorithm="sha256").hexdigest()
