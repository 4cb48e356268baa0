"""Which release this is: another one draws other pages from the same rows."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.apps import apps
from django.conf import settings


@lru_cache(maxsize=1)
def current() -> str:
    """What pages are drawn with: another release keeps its pages in another folder."""
    root = Path(settings.BASE_DIR)
    own = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == root]
    sources = [path for app in own for path in app.rglob("*.py")]
    sources += [
        *(root / "templates").rglob("*.*"),
        root / "requirements.txt",
        settings.STATIC_ROOT / "staticfiles.json",
    ]
    found = hashlib.sha256()
    for path in sorted(sources):
        if path.is_file():
            found.update(f"{path.relative_to(path.anchor)}\0".encode() + path.read_bytes())
    said = (settings.SITE_URL, settings.LANGUAGE_CODE, settings.TIME_ZONE, settings.ALLOWED_HOSTS)
    found.update(repr(said).encode())
    return found.hexdigest()[:16]
