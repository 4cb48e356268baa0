"""A WSGI application that does nothing but answer: what the file named by BENCH_ANSWER holds, headers and bytes."""

import os
import pickle
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HEADERS, BODY = pickle.loads(Path(os.environ["BENCH_ANSWER"]).read_bytes())


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", HEADERS)
    return [BODY]
