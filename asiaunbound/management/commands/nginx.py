from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from asiaunbound import nginx


class Command(BaseCommand):
    help = "Print a configuration for nginx in front of this installation."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="The address at which the program listens.")
        parser.add_argument("--port", type=int, default=8000, help="The port at which the program listens.")

    def handle(self, *args: Any, **options: Any) -> None:
        program = f"{options['host']}:{options['port']}"
        if program in nginx.listens():
            raise CommandError(
                f"SITE_URL says that nginx listens at {program}, so the program must listen elsewhere: start "
                f'"manage.py serve --port 8001", and say --port 8001 here too.'
            )
        self.stdout.write(nginx.configuration(options["host"], options["port"]), ending="")
