import fcntl
import logging
import signal
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone
from post_office.mail import get_queued, send_queued
from post_office.models import STATUS, Log

from blog import accounts, letters, pages, sign_in, tidying
from comments import learning, notifications, privacy

A_DAY = 24 * 60 * 60

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Send the mail that waits, remind moderators, erase what is due. Runs until it is told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due now, and end.")
        parser.add_argument("--every", type=float, default=10, help="Seconds of rest between two rounds.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            work()
            return
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        erase_again()
        while not stopped.is_set():
            work_on_whatever_happens()
            stopped.wait(options["every"])


def work() -> None:
    with alone() as is_alone:
        if not is_alone:
            logger.warning("Another worker is at work on this machine, so this one rests.")
            return
        accounts.answer_password_requests(timezone.now())
        deliver()
        # What this writes goes with the next round, so that a fault in it never keeps letters back.
        notifications.remind(timezone.now())
        privacy.erase_due(timezone.now())
        sign_in.delete_expired(timezone.now())
        learning.catch_up(timezone.now())
        pages.store().front.sweep()
        tidy_daily()


def erase_again() -> None:
    """After a backup was put back, before anything else is done with it."""
    try:
        if count := privacy.erase_again(timezone.now()):
            logger.warning("%s persons or comments that were erased had come back with a backup; they are gone.", count)
    except DatabaseError as error:
        logger.error("What was erased could not be looked for: %s", type(error).__name__)


def deliver() -> None:
    """Send all that is due, and say in one line what was not taken, without whose it was."""
    began = timezone.now()
    while get_queued().exists():
        send_queued(processes=1)
    letters.give_up_refused()
    failed = Log.objects.filter(date__gte=began, status=STATUS.failed).values_list("exception_type", flat=True)
    for kind, count in Counter(failed).items():
        logger.warning("%s e-mails could not be delivered: %s. manage.py doctor says more.", count, kind)


def tidy_daily() -> None:
    """Most of what it looks at has not changed, so not in each round."""
    last = settings.VAR_DIR / "tidied"
    if not last.exists() or time.time() - last.stat().st_mtime > A_DAY:
        tidying.tidy(timezone.now())
        last.touch()


@contextmanager
def alone() -> Iterator[bool]:
    """Two at once would send letters twice. The lock goes with the process that holds it, however that ends.

    When the file was last touched tells `manage.py doctor` that there is a worker.
    """
    path = settings.VAR_DIR / "worker"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
            path.touch()


def work_on_whatever_happens() -> None:
    """A lost database comes back and a mail server recovers: the worker is there when they do."""
    close_old_connections()
    try:
        work()
    except DatabaseError as error:
        logger.error("The database failed: %s: %s", type(error).__name__, error)
        connections.close_all()
    except Exception:
        logger.exception("A round of work failed; the next one follows.")
