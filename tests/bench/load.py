"""What readers do, as fast as the server lets them: read one page (wrk), or send comments (eight at once)."""

import html
import http.client
import itertools
import re
import subprocess
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlencode

from tests.bench import servers
from tests.bench.servers import Server

READERS, COMMENTERS = 16, 8
# For pages that take long: what is under way when a turn ends has cost something and is not counted.
FEW_READERS = 4
# As browsers send it.
BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en-US,en;q=0.5",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
}

# Sends requests for so many seconds, and says how many were answered.
type Load = Callable[[float], int]

# Each number is another person, at another address, with other words.
numbers = itertools.count()


def reading(server: Server, path: str, headers: Mapping[str, str] | None = None, readers: int = READERS) -> Load:
    """wrk reading one page; an answer other than 200 ends the benchmark."""
    told = [f"{name}: {value}" for name, value in {**BROWSER, **(headers or {})}.items()]
    options = [part for header in told for part in ("--header", header)]

    def load(seconds: float) -> int:
        command = ["wrk", "--threads", "1", "--connections", str(readers), "--duration", f"{seconds:.0f}s"]
        done = subprocess.run(
            [*command, "--timeout", "30s", *options, f"http://127.0.0.1:{server.port}{path}"],
            capture_output=True, text=True, check=True, preexec_fn=partial(servers.pin, 0, servers.LOAD_CORE),
        )  # fmt: skip
        return requests_in(done.stdout)

    return load


def requests_in(printed: str) -> int:
    """The requests that wrk counted."""
    found = re.search(r"(\d+) requests in ", printed)
    if not found or "Non-2xx" in printed or "Socket errors" in printed:
        raise RuntimeError(f"Not every request was answered:\n{printed}")
    return int(found[1])


class Commenting:
    """Eight who send comments, each of them another person from another address, none waiting for the others."""

    def __init__(self, server: Server, name: str, status: int, posts: list[tuple[str, dict[str, str]]]) -> None:
        """`posts` says where comments are sent and what their form hides; `status` is the answer to one taken."""
        self.server, self.name, self.status = server, name, status
        self.posts = itertools.cycle(posts)
        self.taken = 0

    def __call__(self, seconds: float) -> int:
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(COMMENTERS) as pool:
            taken = sum(pool.map(self._send_until, [until] * COMMENTERS))
        self.taken += taken
        return taken

    def _send_until(self, until: float) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        taken = 0
        while time.monotonic() < until:
            self._send(connection)
            taken += 1
        connection.close()
        return taken

    def _send(self, connection: http.client.HTTPConnection) -> None:
        number, (path, hidden) = next(numbers), next(self.posts)
        cookie = {"Cookie": f"csrftoken={hidden['csrfmiddlewaretoken']}"} if "csrfmiddlewaretoken" in hidden else {}
        text = f"{self.name} {number}. " + "The tide turns twice a day, and the pilots know the hour. " * 4
        fields = {
            **hidden,
            "name": f"Reader {number}",
            "email": f"reader{number}@example.org",
            # What they are called here and there.
            "body": text,
            "comment": text,
        }
        headers = {
            **BROWSER,
            **cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
            "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        }
        connection.request("POST", path, urlencode(fields), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != self.status:
            raise RuntimeError(f"A comment was not taken: {answer.status} {answer.reason}.")


def form_of(server: Server, page: str) -> tuple[str, dict[str, str]]:
    """Where the form of a page is sent, and what it hides."""
    drawn = server.get(page).body.decode()
    forms = re.findall(r"<form.*?</form>", drawn, re.DOTALL)
    form = next(form for form in forms if "<textarea" in form)
    action = re.search(r'action="([^"]+)"', form)
    assert action
    hidden = {}
    for field in re.findall(r'<input[^>]*type="hidden"[^>]*>', form):
        told = dict(re.findall(r'(name|value)="([^"]*)"', field))
        hidden[told["name"]] = html.unescape(told.get("value", ""))
    return action[1], hidden
