"""Fill an empty database with a publication of any size, in minutes.

    python tests/bench/fill.py --posts 100000 --comments 1000000 --pending 1000

DATABASE_URL and VAR_DIR say where, as everywhere. `--comments` were decided already, `--pending` wait, besides them.
The rows are written past the models, but are what the house itself would have written: what waits can be decided at
the desk. The post `a-thousand-comments` has 1,000 approved ones (or half of all), `twenty-comments` has twenty.
All is one transaction: interrupted, it leaves the database as it was.
"""

import argparse
import os
import secrets
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asiaunbound.settings")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--comments", type=int, default=1_000_000)
    parser.add_argument("--pending", type=int, default=1_000)
    wanted = parser.parse_args()
    if wanted.posts < 100 or wanted.comments < 0 or wanted.pending < 0:
        sys.exit("At least 100 posts are needed, and no number of comments can be negative.")
    django.setup()
    fill(wanted.posts, wanted.comments, wanted.pending)


def fill(posts: int, comments: int, pending: int) -> None:
    from django.contrib.auth.models import User
    from django.db import connection, transaction
    from django.utils import timezone

    from blog import pages
    from blog.models import Post
    from tests.bench import many_comments, many_posts, rows

    if Post.objects.exists() or User.objects.exists():
        sys.exit("This database has posts or accounts already. Only a new one is filled.")
    now, password = timezone.now(), os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9)
    try:
        with transaction.atomic():
            people, told = many_posts.make(posts, password, now)
            with rows.words_afterwards():
                many_comments.make(told, people, comments, pending, now)
            rows.count_on()
            pages.changed(pages.EVERYTHING)
    except KeyboardInterrupt:
        sys.exit("\nInterrupted: the database is as it was.")
    if connection.vendor == "postgresql":
        # The server does this by itself after a while.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    print(f"Filled. editor, author and moderator sign in with the password {password}")


if __name__ == "__main__":
    main()
