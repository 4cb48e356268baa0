"""The desk's first page, for a moderator, where a thousand comments wait and where a million do."""

from contextlib import ExitStack

from tests.bench import databases
from tests.bench.comparisons import Ground
from tests.bench.load import reading
from tests.bench.sites import asia_unbound
from tests.bench.table import Goal, Row, compared

FEW, MANY = 1_000, 1_000_000
DESK = "/admin/comments/comment/"
SAME = Goal(
    "CPU with the database's, many / few",
    lambda many, few: (many.cpu_ms + many.database_ms) / (few.cpu_ms + few.database_ms),
    at_most=1.3,
)
SIGN_IN = """
import django
django.setup()
from django.contrib.auth.models import User
from django.test import Client
client = Client()
client.force_login(User.objects.get(username="moderator"))
print(client.cookies["sessionid"].value)
"""


def queue(ground: Ground) -> Row:
    with ExitStack() as stack:
        sides = {}
        for waiting in (MANY, FEW):
            folder = ground.folder / f"queue-{waiting}"
            folder.mkdir()
            site = asia_unbound(folder, stack.enter_context(databases.empty(ground.kind, folder)))
            site.run("manage.py", "migrate", "--verbosity", "0")
            site.run("tests/bench/fill.py", "--posts", "100", "--comments", "1000", "--pending", str(waiting))
            cookie = {"Cookie": f"sessionid={site.run('-c', SIGN_IN).strip()}"}
            server = stack.enter_context(site.served())
            assert b"Approve" in server.get(DESK, cookie).body
            sides[f"{waiting:,} waiting"] = (server, reading(server, DESK, cookie, readers=1))
        found = ground.plan.in_turn(sides)
    return compared("The queue's page at the desk", SAME, *found.items())
