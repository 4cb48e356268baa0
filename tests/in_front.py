"""The distribution's nginx in front of an installation of its own, as this user, with the configuration as printed."""

import getpass
import grp
import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.faults.installation import COUNTED, Installation, free_port

# A user's PATH often lacks the place where Debian puts it.
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/sbin") or ""
SECONDS_TO_START = 20

# What Debian has around it, and all that nginx writes in a folder of its own.
AROUND = """
daemon off;
worker_processes 2;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    sendfile on;
    tcp_nopush on;
    # As another publication may want it: ours must not depend on it.
    underscores_in_headers on;
    include {types};
    default_type application/octet-stream;
    access_log off;
    gzip on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/asiaunbound.conf;
}}
"""


class Nginx:
    """`changed` is what of the printed configuration is another here: ports, certificates."""

    def __init__(self, folder: Path, printed: str, changed: dict[str, str]) -> None:
        self.folder = folder
        folder.mkdir()
        for old, new in changed.items():
            assert old in printed
            printed = printed.replace(old, new)
        (folder / "asiaunbound.conf").write_text(printed)
        # Who starts it as root would have workers that may not read this folder.
        user = f"user root {grp.getgrgid(0).gr_name};" if getpass.getuser() == "root" else ""
        around = AROUND.format(folder=folder, user=user, types="/etc/nginx/mime.types")
        (folder / "nginx.conf").write_text(around)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def command(self) -> list[str]:
        return [NGINX, "-e", str(self.folder / "error.log"), "-p", str(self.folder), "-c", "nginx.conf"]

    def judge(self) -> str:
        """What it says of its configuration; nothing but praise if all is well."""
        done = subprocess.run([*self.command, "-t"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def start(self, port: int) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            with socket.socket() as connection:
                if connection.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError(self.errors())

    def errors(self) -> str:
        return (self.folder / "error.log").read_text()

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
            self.process = None


class BehindNginx(Installation):
    """Asked at the port of nginx."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self.port = free_port()
        self.nginx: Nginx | None = None

    @property
    def environment(self) -> dict[str, str]:
        own = {"SITE_URL": f"http://127.0.0.1:{self.port}", "TRUSTED_PROXIES": "127.0.0.1", "FRONT_SERVER": "nginx"}
        return {**super().environment, **own}

    def start(self, application: str = COUNTED) -> None:
        super().start(application)
        if self.nginx is None:
            printed = self.run("manage.py", "nginx", "--port", str(self.own_port)).stdout
            self.nginx = Nginx(self.folder / "nginx", printed, {})
            self.nginx.start(self.port)

    def remove(self) -> None:
        if self.nginx is not None:
            self.nginx.stop()
        super().remove()


class Answer:
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self.body = answer.read()

    @property
    def is_from_a_file(self) -> bool:
        return is_of_a_file(self.headers.get("etag", ""))


def is_of_a_file(etag: str) -> bool:
    """Time and length are in the ETags that nginx makes; the program's are longer."""
    return re.fullmatch(r'"[0-9a-f]{1,8}-[0-9a-f]{1,8}"', etag) is not None


def ask(
    port: int,
    path: str,
    method: str = "GET",
    body: bytes | None = None,
    *,
    is_tls: bool = True,
    headers: dict[str, str] | None = None,
) -> Answer:
    """Ask at a port of this machine, with the address exactly as it is written."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    if is_tls:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=context)
    said = {"Host": "example.org", "Accept-Encoding": "identity"}
    said |= {name.replace("_", "-"): text for name, text in (headers or {}).items()}
    try:
        connection.request(method, path, body, said)
        return Answer(connection.getresponse())
    finally:
        connection.close()
