import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from post_office.models import STATUS, Email

WORKER_IS_LATE_AFTER = 5 * 60


class Command(BaseCommand):
    help = "Say in sentences what is wrong with this installation."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        complaints = [*settings_complaints(), *folder_complaints(), *worker_complaints(), *database_complaints()]
        for complaint in complaints:
            self.stdout.write(f"- {complaint}")
        if complaints:
            raise CommandError(f"{len(complaints)} to look at." if len(complaints) > 1 else "One thing to look at.")
        self.stdout.write("All is well.")


def settings_complaints() -> Iterator[str]:
    if settings.DEBUG:
        yield "DEBUG is on. It shows the inside of the program to everybody: unset it where readers come."
    if not settings.IS_HTTPS:
        yield f"SITE_URL is {settings.SITE_URL}, which only this machine can reach. Set it to the https address."
    elif not settings.TRUSTED_PROXIES:
        yield "TRUSTED_PROXIES is empty, so no connection counts as encrypted. Name the web server in front."
    if settings.FRONT_SERVER and not settings.STORED_PAGES:
        yield "FRONT_SERVER is set, but STORED_PAGES is 0, so there are no pages that it could send."
    if settings.FRONT_SERVER and not settings.IS_HTTPS and not settings.TRUSTED_PROXIES:
        yield "TRUSTED_PROXIES is empty, so all readers seem to be one. Name the web server in front: 127.0.0.1."
    if not settings.MAIL_WORKS:
        yield f"EMAIL_URL is not set, so mail is written to files in {settings.VAR_DIR / 'mail'} and nobody gets it."
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost>"):
        yield "MAIL_FROM is not set, so mail would come from an address at localhost. Most servers refuse that."


def folder_complaints() -> Iterator[str]:
    key = settings.VAR_DIR / "secret_key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield f"The secret key can be read by others. Run: chmod 600 {key}"
    for folder in (settings.VAR_DIR, settings.MEDIA_ROOT, settings.PAGES_ROOT, settings.RUN_ROOT, settings.WWW_ROOT):
        if not can_be_written(Path(folder)):
            yield f"{folder} cannot be written to by this account. Change its owner, or let VAR_DIR name another."
    if settings.FRONT_SERVER and (closed := closed_to_others(settings.VAR_DIR)):
        yield f"{closed} is closed to other accounts, so {settings.FRONT_SERVER} sends no page. Run: chmod o+x {closed}"
    if not settings.DEBUG and not (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield "The stylesheet and scripts have not been gathered. Run: manage.py collectstatic"


def can_be_written(folder: Path) -> bool:
    existing = folder if folder.exists() else folder.parent
    return os.access(existing, os.W_OK | os.X_OK)


def closed_to_others(folder: Path) -> Path | None:
    """The first folder on the way that neither a group nor everybody may pass through."""
    way = [*reversed(folder.parents), folder]
    return next((part for part in way if part.exists() and not part.stat().st_mode & 0o011), None)


def worker_complaints() -> Iterator[str]:
    try:
        idle = time.time() - (settings.VAR_DIR / "worker").stat().st_mtime
    except FileNotFoundError:
        yield "The worker has never run, so no mail leaves. Start it: manage.py work"
        return
    if idle > WORKER_IS_LATE_AFTER:
        yield f"The worker has done nothing for {round(idle / 60)} minutes, so mail waits. Start it: manage.py work"


def database_complaints() -> Iterator[str]:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield "The database is older than the program. Run: manage.py migrate"
        elif failed := Email.objects.filter(status=STATUS.failed).count():
            yield f"{failed} letters could not be sent. The admin shows why, under Emails."
    except DatabaseError as error:
        yield f"The database does not answer ({error}). Start it, or correct DATABASE_URL."
