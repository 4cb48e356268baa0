import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

SECONDS_TO_END = 10

type Children = dict[str, subprocess.Popen[bytes]]


class Command(BaseCommand):
    help = "Start the web server and the worker together, and end them together."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="The address to listen at.")
        parser.add_argument("--port", type=int, default=8000, help="The port to listen at.")
        threads = "How many requests are answered at the same time."
        parser.add_argument("--threads", type=int, default=settings.WEB_THREADS, help=threads)

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        children: Children = {}
        # The application asks for it too: not all of them may wait for the database.
        os.environ["GRANIAN_BLOCKING_THREADS"] = str(options["threads"])
        try:
            children["web server"] = start(*web_server(options["host"], options["port"], options["threads"]))
            children["worker"] = start(sys.executable, "manage.py", "work")
            self.stdout.write(f"Asia Unbound is at {settings.SITE_URL} (Ctrl-C ends it).")
            self.stdout.flush()
            raise CommandError(f"The {first_to_end(children)} has ended, so everything was.")
        except KeyboardInterrupt:
            pass
        finally:
            end(children)


def stop(number: int, frame: object) -> None:
    # A second Ctrl-C must not interrupt the ending of the children.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def web_server(host: str, port: int, threads: int) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", str(threads), "--http", "1", "--no-ws"]
    return [*command, "--log-level", "warning", "--workers-kill-timeout", "5", "asiaunbound.wsgi:application"]


def start(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=settings.BASE_DIR)  # noqa: S603  (our own words, and a number)


def first_to_end(children: Children) -> str:
    while True:
        for name, child in children.items():
            if child.poll() is not None:
                return name
        time.sleep(0.2)


def end(children: Children) -> None:
    for child in children.values():
        child.terminate()
    for child in children.values():
        try:
            child.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
