"""Where a comment came from: found behind trusted proxies only, cut before anything is stored."""

import datetime
import ipaddress
from collections.abc import Sequence

from django.utils.crypto import salted_hmac

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_ip(remote_addr: str, forwarded_for: str, trusted: Sequence[Network]) -> Address | None:
    """The rightmost address that is not one of our proxies; what stands left of it anybody can have written.

    `forwarded_for` is the X-Forwarded-For header, empty if there was none. Returns None where nothing can be read.
    """
    hops = [part.strip() for part in forwarded_for.split(",") if part.strip()] if forwarded_for else []
    for hop in [remote_addr, *reversed(hops)]:
        address = _parsed(hop)
        if address is None:
            return None
        if not any(address in network for network in trusted if network.version == address.version):
            return address
    return address


def _parsed(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def cut(address: Address | None) -> str | None:
    """The address as it is stored: its /24, or its /48."""
    if address is None:
        return None
    prefix = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network((address, prefix), strict=False).network_address)


def key(address: Address | None, day: datetime.date) -> str:
    """A digest that tells one connection from another (/32 or /64) for the flood limit, for one day.

    The day is part of the key, so that yesterday's and today's digests of one address cannot be joined.
    """
    if address is None:
        return ""
    prefix = 32 if address.version == 4 else 64
    network = ipaddress.ip_network((address, prefix), strict=False)
    return salted_hmac("comments.network", f"{day.isoformat()} {network}", algorithm="sha256").hexdigest()
