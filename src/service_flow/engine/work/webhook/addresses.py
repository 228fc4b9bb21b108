"""Which addresses a webhook may be sent to: looked up once, and the one that was looked at is connected to."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from service_flow.errors import EffectFailed

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""Addresses behind which a translator reaches IPv4 ones. Source: RFC 6052."""


def addresses_of(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of a host that may be connected to, in the order of the system. Raises EffectFailed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise EffectFailed(f"the address of {host} cannot be found") from None
    addresses = list(dict.fromkeys(str(place[4][0]) for place in found))
    allowed = [address for address in addresses if allow_private or is_public(address)]
    if not allowed:
        raise EffectFailed(f"{host} leads to no public address; allow_private=True allows others", retry=False)
    return allowed


def is_public(address: str) -> bool:
    """Whether an address can be reached from anywhere: not private, loopback, link-local, multicast or reserved; nor
    one that stands for such an address of IPv4."""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        inside = _inside(found)
        if inside is not None:
            return is_public(str(inside))
    return found.is_global and not found.is_multicast and not found.is_reserved


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The address of IPv4 that one of IPv6 leads to, if it does."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour is not None:
        return address.sixtofour
    return address.teredo[1] if address.teredo is not None else None
