from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from asiaunbound.management.commands.doctor import mail_complaints
from blog import accounts, pages
from blog.models import Publication
from blog.roles import EDITORS, MODERATORS


class Command(BaseCommand):
    help = "Make a real, empty publication and invite its first editor. Asks for what the options leave open."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", help="The name of the publication.")
        parser.add_argument("--address", help="Where readers find it, such as https://example.org/asia/")
        parser.add_argument("--email", help="The e-mail address of the first editor.")

    def handle(self, *args: Any, **options: Any) -> None:
        name = (options["name"] or ask("The name of the publication: ")).strip()
        address = options["address"] or ask(f"Where readers find it [{settings.SITE_URL}]: ") or settings.SITE_URL
        email = (options["email"] or ask("The e-mail address of the first editor: ")).strip()
        check(name, address, email)
        with transaction.atomic():
            Publication.objects.update_or_create(pk=Publication.ONLY, defaults={"name": name})
            editor = accounts.invite(email, [EDITORS, MODERATORS])
            pages.changed("publication")
        self.stdout.write(f"{name} is ready at {settings.SITE_URL} and has no posts yet.")
        self.stdout.write(where_the_invitation_goes(email))
        if not settings.MAIL_WORKS or list(mail_complaints()):
            self.stdout.write(
                f"No mail leaves at present. Here {email} chooses a password, within three days:\n"
                f"{accounts.invitation_link(editor)}"
            )


def ask(question: str) -> str:
    try:
        return input(question)
    except EOFError:
        raise CommandError("Nobody answers here, so give --name, --address and --email.") from None


def check(name: str, address: str, email: str) -> None:
    if not name:
        raise CommandError("The publication needs a name.")
    if address.strip().rstrip("/") != settings.SITE_URL.rstrip("/"):
        raise CommandError(
            f"The address is {settings.SITE_URL} at present. Set SITE_URL={address.strip()} in the environment "
            f"of the web server, the worker and this command, and start again."
        )
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"{email!r} is no e-mail address.") from None


def where_the_invitation_goes(email: str) -> str:
    if settings.MAIL_WORKS:
        return f'An invitation to {email} waits in the queue; "manage.py work" sends it.'
    return (
        f'An invitation to {email} waits in the queue. There is no mail server yet: "manage.py work" will write it '
        f"into a file in {settings.VAR_DIR / 'mail'}. Set EMAIL_URL to have it sent."
    )
