"""How much memory the web server and the worker take together, with the demo publication on SQLite.

Counted is the proportional set size: what processes share is counted once. The design allows 300 MB.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ALLOWED_MB = 300
ROUNDS = 20
PATHS = ("/", "/2026/11/10/a-delta-learns-to-live-with-salt/", "/regions/asia/", "/feed/", "/2024/", "/admin/login/")
POST = "/2026/11/10/a-delta-learns-to-live-with-salt/comments/"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="asiaunbound-bench-") as folder, served(Path(folder)) as (pid, address):
        at_rest = memory(pid)
        for number in range(ROUNDS):
            for path in PATHS:
                urllib.request.urlopen(f"{address}{path}", timeout=10).read()
            say_something(address, number)
        at_work = memory(pid)
    print(f"{'web server and worker':30} {'MB':>6} {'of allowed':>12}")
    for name, used in (("at rest", at_rest), ("after 140 requests", at_work)):
        print(f"{name:30} {used:6.0f} {used / ALLOWED_MB:12.2f}")


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "VAR_DIR": str(folder), "SITE_URL": address}
    for command in (["migrate", "--verbosity", "0"], ["collectstatic", "--no-input", "--verbosity", "0"], ["demo"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(address)
        yield server.pid, address
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=5)
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("The server did not start within half a minute.")


def say_something(address: str, number: int) -> None:
    words = f"name=Reader&email=reader{number}@example.org&body=Remark+number+{number}".encode()
    try:
        urllib.request.urlopen(f"{address}{POST}", words, timeout=10).read()
    except urllib.error.HTTPError as refused:
        if refused.code != 429:
            raise


def memory(pid: int) -> float:
    """The megabytes of a process and all below it."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    assert found
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(found[1]) / 1024 + sum(memory(int(child)) for child in children)


if __name__ == "__main__":
    main()
