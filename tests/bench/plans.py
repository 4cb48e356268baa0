"""Ask a filled database how it answers every query of every page: python tests/bench/plans.py

On the database of DATABASE_URL, filled by tests/bench/fill.py. Each page is drawn afresh, each of its queries is
explained and run once more, and what breaks the law that a page costs the same however long the archive is is named:
a big table read from end to end, many rows read or sorted for a page that shows few, a long OFFSET, a count of a whole
table. Nothing is changed: all that acts is rolled back. Exit code 1 if anything breaks the law.
"""

import logging
import os
import sys
from pathlib import Path

import django
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asiaunbound.settings")
django.setup()

# Only now, when Django knows its models.
from django.conf import settings  # noqa: E402

from tests.bench import walk  # noqa: E402
from tests.bench.judge import Judge, big_tables  # noqa: E402


def main() -> int:
    settings.STORED_PAGES = False
    settings.ALLOWED_HOSTS = ["testserver"]
    # What acts is rolled back, and with it would go a session.
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    logging.disable()
    judge = Judge(big_tables())
    costs = [judge.cost(name, act) for name, act in tqdm(walk.everything(), unit=" pages")]
    print(f"{'page':90} {'queries':>7} {'slowest ms':>10}")
    for cost in costs:
        print(f"{cost.name[:90]:90} {cost.queries:7} {cost.slowest:10.1f} {'BREAKS THE LAW' if cost.faults else ''}")
    broken: dict[str, list[str]] = {}
    for cost in costs:
        for fault in cost.faults:
            broken.setdefault(fault, []).append(cost.name)
    for fault, names in broken.items():
        print(f"\n{fault}\n    on {', '.join(names[:5])}{' and others' if len(names) > 5 else ''}")
    print(f"\n{len(costs)} pages and acts, of which {sum(bool(cost.faults) for cost in costs)} break the law.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
