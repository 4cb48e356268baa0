"""The last of a disk is for what cannot be drawn again, so nothing that can be is kept there."""

import errno
import shutil
from pathlib import Path

# Or a tenth of a small disk.
LEAST_FREE = 1024**3


def has_room(folder: Path) -> bool:
    disk = shutil.disk_usage(folder)
    return disk.free >= min(LEAST_FREE, disk.total // 10)


def leave_room(folder: Path) -> None:
    if not has_room(folder):
        raise OSError(errno.ENOSPC, "what is left of the disk is left to others", str(folder))
