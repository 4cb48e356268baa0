"""Compare the publication with what it should be as good as, and say whether it is: `make bench`.

    python tests/bench/run.py --rounds 5 --seconds 3 --only stored post

On SQLite, or on the PostgreSQL that DATABASE_URL names; with --both on each in turn. Server and database are kept on
one core and the load on another; rounds are taken in turn, and each ratio is of rounds that followed each other, so
the figures of one run may be compared with each other, and with those of another run or machine only as ratios.
"""

import argparse
import dataclasses
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.bench import choices, comparisons, databases, desk, in_front, memory, servers, sites
from tests.bench.comparisons import Ground
from tests.bench.databases import POSTGRESQL, SQLITE
from tests.bench.rounds import Plan
from tests.bench.table import Row, table
from tests.faults.installation import ROOT
from tests.in_front import NGINX

type Comparisons = dict[str, Callable[[Ground], Row]]

COMPARISONS: Comparisons = {
    "stored": comparisons.stored,
    "nginx": in_front.nginx,
    "post": comparisons.post,
    "post-anew": comparisons.post_anew,
    "home": comparisons.home,
    "home-anew": comparisons.home_anew,
    "comments": comparisons.comments,
    "memory": memory.memory,
    "queue": desk.queue,
}
# What is compared where the question is which server to choose.
CHOICES: Comparisons = {"stored": choices.stored, "post": choices.post, "comments": choices.comments}


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the publication with what it should be as good as.")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side has its turn")
    parser.add_argument("--seconds", type=int, default=3, help="how long one turn is")
    parser.add_argument("--only", nargs="+", metavar="NAME", help=f"which of these: {', '.join(COMPARISONS)}")
    parser.add_argument("--queue", action="store_true", help="also the queue with a million waiting, which takes long")
    parser.add_argument("--servers", action="store_true", help="servers and their settings instead")
    parser.add_argument("--both", action="store_true", help="on SQLite and on the PostgreSQL of DATABASE_URL")
    asked = parser.parse_args()
    known = CHOICES if asked.servers else COMPARISONS
    left_out = {} if asked.queue else {"queue": "takes long; make bench QUEUE=1 has it"}
    if not NGINX:
        left_out["nginx"] = "needs nginx; on Debian or Ubuntu: sudo apt-get install nginx"
    names = asked.only or [name for name in known if name not in left_out]
    is_postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    if unknown := set(names) - set(known):
        parser.error(f"There is no {', '.join(unknown)}; there are {', '.join(known)}.")
    if asked.both and not is_postgres:
        parser.error("--both needs a DATABASE_URL that names a PostgreSQL; tests/postgres.py lends one.")
    if not shutil.which("wrk"):
        parser.error("wrk is needed, which sends the requests. On Debian or Ubuntu: sudo apt-get install wrk")
    kinds = [SQLITE, POSTGRESQL] if asked.both else [POSTGRESQL if is_postgres else SQLITE]
    # What stops the benchmark ends what it has started.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    servers.pin(0, servers.LOAD_CORE)
    with tqdm(total=len(kinds) * len(names), unit=" comparisons", leave=False) as bar:
        columns = {kind: measured(kind, {name: known[name] for name in names}, asked, bar) for kind in kinds}
    found = {kind: [dataclasses.asdict(row) for row in rows] for kind, rows in columns.items()}
    (ROOT / "var" / "bench.json").write_text(json.dumps(found, indent=2) + "\n")
    print(table(columns))
    for name in left_out.keys() & (known.keys() - set(names)):
        print(f"\nLeft out: {name}, which {left_out[name]}.")
    if servers.SERVER_CORE == servers.LOAD_CORE:
        print("\nThere is but one core, which servers and load have shared: requests a second say little.")


def measured(kind: str, chosen: Comparisons, asked: argparse.Namespace, bar: "tqdm[None]") -> list[Row]:
    rows = []
    sites.VAR.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        enter = stack.enter_context
        # Not where temporary files lie, which may be memory: what is written is to reach a disk.
        folder = Path(enter(tempfile.TemporaryDirectory(dir=sites.VAR, ignore_cleanup_errors=True)))
        postgres = enter(databases.pinned_postgres(kind))
        bar.set_description(f"{kind}: both blogs are filled")
        ours = sites.asia_unbound(folder / "ours", enter(databases.empty(kind, folder / "ours")))
        plain = sites.plain_django(folder / "plain", enter(databases.empty(kind, folder / "plain")))
        for site in (ours, plain):
            site.prepare()
        plan = Plan(asked.rounds, asked.seconds, bar.set_postfix_str, postgres)
        ground = Ground(kind, folder, ours, plain, plan)
        for name, compare in chosen.items():
            bar.set_description(f"{kind}: {name}")
            rows.append(compare(ground))
            bar.update()
    return rows


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped; nothing was left running.")
    except RuntimeError as failure:
        sys.exit(str(failure))
