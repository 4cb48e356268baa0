"""Settings come from the environment. What is wrong is refused with a sentence that names the variable."""

import ipaddress
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name).lower()
    if value not in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise ImproperlyConfigured(f"{name} is {value!r}, but it can only be 1 or 0.")
    return default if not value else value in {"1", "true", "yes", "on"}


def number(name: str, default: int, least: int = 0) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < least:
        of_size = f" of at least {least}" if least else ""
        raise ImproperlyConfigured(f"{name} is {value!r}, but it must be a whole number{of_size}, such as {default}.")
    return int(value)


def choice(name: str, *known: str) -> str:
    value = text(name).lower()
    if value and value not in known:
        raise ImproperlyConfigured(f"{name} is {value!r}, but it can only be {' or '.join(known)}, or not set.")
    return value


def words(name: str) -> list[str]:
    return [word.strip() for word in text(name).split(",") if word.strip()]


def networks(name: str) -> list[Network]:
    try:
        return [ipaddress.ip_network(word) for word in words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} must list IP addresses or networks, separated by commas, such as 127.0.0.1,10.0.0.0/8: {error}."
        ) from None


def site_url(name: str, default: str) -> tuple[str, str, str]:
    """Answer origin, host and path of the publication, such as ("https://example.org", "example.org", "asia/")."""
    value = text(name, default)
    shape = f"{name} is {value!r}, but it must look like https://example.org or https://example.org/asia/"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{shape}.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ImproperlyConfigured(f"{shape}.")
    if parts.query or parts.fragment or "//" in parts.path or set(parts.path) & set("<>%()\\ "):
        raise ImproperlyConfigured(f"{shape}, with nothing after the path.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.scheme == "http" and host not in LOOPBACK_NAMES:
        raise ImproperlyConfigured(
            f"{name} is {value!r}, but plain http is only for this machine. Use https:// for any other host."
        )
    path = parts.path.strip("/")
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}", host, f"{path}/" if path else ""


def database(name: str, default: str, root: Path) -> dict[str, Any]:
    """Read sqlite:///path or postgresql://user:password@host:port/name; the host may be the folder of a socket."""
    value = text(name, default)
    scheme, _, rest = value.partition("://")
    if scheme == "sqlite" and len(rest) > 1 and rest.startswith("/"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": root / unquote(rest[1:])}
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    asked = dict(parse_qsl(parts.query))
    unknown = asked.keys() - {"host", "port", "sslmode", "sslrootcert"}
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/") or unknown:
        # The value itself is not repeated, because it may hold a password.
        raise ImproperlyConfigured(
            f"{name} must look like sqlite:///var/asiaunbound.sqlite3 or postgresql://user:password@host:5432/name"
            + (f"; it asks for {', '.join(sorted(unknown))}, which is not known here." if unknown else ".")
        )
    # urlsplit writes hosts in lower case, which a socket's folder does not survive.
    place = parts.netloc.rpartition("@")[2]
    host = unquote(place) if place.lower().startswith("%2f") else parts.hostname or ""
    return {
        "ENGINE": "asiaunbound.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": asked.pop("host", "") or host,
        "PORT": asked.pop("port", "") or str(port or ""),
        "OPTIONS": asked,
    }


def mail_server(name: str) -> dict[str, Any] | None:
    """Read smtp://user:password@host:587, encrypted by STARTTLS, smtps://user:password@host, or smtp+plain://localhost.

    The last is for a mail server on this machine that knows no encryption.
    """
    value = text(name)
    if not value:
        return None
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"smtp", "smtps", "smtp+plain"} or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name} must look like smtp://user:password@mail.example.org:587 or smtps://user:password@mail.example.org"
        )
    is_plain, direct = parts.scheme == "smtp+plain", parts.scheme == "smtps"
    if is_plain and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise ImproperlyConfigured(
            f"{name} is for mail without encryption, which may go to this machine only. Use smtp:// for any other host."
        )
    return {
        "host": parts.hostname,
        "port": port or (25 if is_plain else 465 if direct else 587),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": direct,
        "use_tls": not direct and not is_plain,
        "timeout": 10,
    }


def secret_key(name: str, folder: Path) -> str:
    """Answer the key of the environment, or the one made once in the folder."""
    value = text(name)
    if value:
        if len(value) < 50 or len(set(value)) < 5:
            raise ImproperlyConfigured(f"{name} is too easily guessed: it needs at least 50 random characters.")
        return value
    path = folder / "secret_key"
    try:
        if not path.exists():
            make_secret_key(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name} is not set, and none can be kept in {path}: {error.strerror}. "
            f"Set {name}, or let VAR_DIR name a folder that can be written to."
        ) from None


def make_secret_key(path: Path) -> None:
    """Write a whole key beside its place, then link it there: of several processes that start at once one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix="secret_key.")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
