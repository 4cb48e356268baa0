import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from blog.demo import load as blog_demo
from blog.demo.outline import POSTS
from blog.models import Post
from comments.demo import load as comments_demo


class Command(BaseCommand):
    help = "Load the demo publication into a database that has no posts, and say how to sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="Do nothing where there are posts already.")

    def handle(self, *args: Any, **options: Any) -> None:
        if Post.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("This database has posts already. The demo is only for an empty one.")
        now = timezone.now()
        bar = tqdm(total=len(POSTS), desc="Making the demo publication", unit=" posts", leave=False)
        with bar, transaction.atomic():
            passwords = blog_demo.load(now, os.environ.get("DEMO_PASSWORD"), lambda title: bar.update())
            comments_demo.load(now)
            # Before the commit, so that there is never an account whose password nobody can read.
            accounts = keep(passwords)
        if not options["if_empty"]:
            self.stdout.write(accounts)


def keep(passwords: dict[str, str]) -> str:
    """Write the demo accounts where only who runs the site reads them, and return what was written."""
    lines = [f"The demo accounts sign in at {settings.SITE_URL}admin/"]
    lines += [f"  {name:<10} {password}" for name, password in passwords.items()]
    text = "\n".join(lines) + "\n"
    path = Path(settings.VAR_DIR) / "demo-accounts.txt"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(text)
    return text
