import os
import stat
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from smtplib import SMTPException
from typing import Any

import psycopg
from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from post_office.models import STATUS

from asiaunbound.logs import discreet
from asiaunbound.mail_delivery import RecipientDeferred, RecipientRefused
from blog import letters
from comments import privacy

WORKER_IS_LATE_AFTER = 5 * 60
MOST_COUNTED = 1_000
# A time that nobody has set, to see whether it arrives.
PROBE = "4321ms"
POOLER = (
    "Something between this program and PostgreSQL, such as PgBouncer in transaction mode, does not pass on how long a "
    "query may take, so readers would wait for a database that hangs. Let DATABASE_URL name PostgreSQL itself."
)
CONNECTS = {"dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "connect_timeout", "options"}


class Command(BaseCommand):
    help = "Say in sentences what is wrong with this installation."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--mail", metavar="ADDRESS", help="Send a test e-mail there now, and say what became of it."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options.get("mail"):
            self.stdout.write(send_test_mail(options["mail"]))
            return
        looks = (settings_complaints, folder_complaints, worker_complaints, database_complaints, mail_complaints)
        complaints = [complaint for look in looks for complaint in look()]
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
        else:
            yield from pooler_complaints()
            if count := privacy.erased_but_here():
                yield f"{count} persons or comments that were erased are here again, from a backup. Restart the worker."
            yield from letter_complaints()
    except DatabaseError as error:
        is_refused = "startup parameter" in str(error)
        yield POOLER if is_refused else f"The database does not answer ({error}). Start it, or correct DATABASE_URL."


def pooler_complaints() -> Iterator[str]:
    """Whether what is asked of a connection when it begins is in force: a pooler in between may refuse or drop it."""
    if connection.vendor != "postgresql":
        return
    asked = {**connection.get_connection_params(), "options": f"-c statement_timeout={PROBE}"}
    try:
        with psycopg.connect(**{name: value for name, value in asked.items() if name in CONNECTS}) as probe:
            row = probe.execute("SHOW statement_timeout").fetchone()
    except psycopg.OperationalError as error:
        if "startup parameter" not in str(error):
            raise
        row = None
    if row is None or row[0] != PROBE:
        yield POOLER


def letter_complaints() -> Iterator[str]:
    now = timezone.now()
    if waiting := letters.late(now)[: MOST_COUNTED + 1].count():
        some = f"More than {MOST_COUNTED}" if waiting > MOST_COUNTED else waiting
        said = discreet(letters.last_failure())
        yield f"{some} e-mails wait that should have gone." + (f" What was said last: {said}." if said else "")
    if failed := letters.troubled(now).filter(status=STATUS.failed)[: MOST_COUNTED + 1].count():
        yield f"{failed} e-mails could not be sent and are not tried again. The admin shows why, under Emails."


def mail_complaints() -> Iterator[str]:
    """Ask the mail server itself, with the name and password that the worker uses."""
    if not settings.MAIL_WORKS:
        return
    delivery = mailers["delivery"]
    try:
        delivery.open()
        delivery.close()
    except (OSError, SMTPException) as error:
        yield f"The mail server does not take our mail ({discreet(str(error))}). Start it, or correct EMAIL_URL."


def send_test_mail(address: str) -> str:
    text = f"This is a test of the mail of {settings.SITE_URL}. Whoever asked for it can see that it arrived."
    message = EmailMessage("A test of the mail", text, settings.DEFAULT_FROM_EMAIL, [address])
    try:
        mailers["delivery"].send_messages([message])
    except (OSError, SMTPException, RecipientRefused, RecipientDeferred) as error:
        raise CommandError(f"The e-mail was not taken: {type(error).__name__}: {discreet(str(error))}") from None
    if not settings.MAIL_WORKS:
        return (
            f"There is no mail server: the e-mail was written to a file in {settings.VAR_DIR / 'mail'}. Set EMAIL_URL."
        )
    return (
        f"The mail server took an e-mail for {address}. If it does not arrive, look into its log and the spam folder."
    )
