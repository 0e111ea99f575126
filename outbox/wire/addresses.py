"""Where a request may go: a public address over TLS, looked up once and then held to.

An address is typed by a person, and an EHR's pages name further ones, so none is trusted. The name
is resolved once, every address it stands for must be public, and the connection is made to the
very address that was checked: a name that changes its mind between two look-ups gains nothing.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from outbox.wire.faults import AddressRefused, NotConnected
from outbox.wire.faults import gettext_noop as _

LONGEST = 2000
PLAIN = re.compile(r"[!-~]+")
"""No space, no control character, nothing outside ASCII."""
PORTS = {"https": 443, "http": 80}

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[..., Sequence[tuple[Any, ...]]]

NOT_PUBLIC = (
    ipaddress.ip_network("100.64.0.0/10"),  # carriers' own
    ipaddress.ip_network("192.0.0.0/24"),  # of protocols; Python 3.11 takes it for public
)
NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """A request's destination: the name for the certificate, the address for the connection."""

    scheme: str
    host: str
    port: int
    address: str
    path: str
    """With its query."""

    @property
    def authority(self) -> str:
        """For the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def resolve(
    url: str, *, allow_loopback: bool = False, lookup: Lookup = socket.getaddrinfo
) -> Target:
    """The destination of a URL, checked.

    Args:
        url: absolute.
        allow_loopback: this machine itself may be asked, and by plain http; for tests and demos.
        lookup: `socket.getaddrinfo`, or one like it.

    Raises:
        AddressRefused: not https, or not public.
        NotConnected: the name is unknown.
    """
    target, addresses = _looked_up(url, lookup)
    loops = allow_loopback and all(one.is_loopback for one in addresses)
    if not loops and not all(is_public(one) for one in addresses):
        raise AddressRefused(_("The server's address is not a public one."))
    if target.scheme != "https" and not loops:
        raise AddressRefused(_("The address must begin with https://."))
    return target


def of_settings(url: str, *, lookup: Lookup = socket.getaddrinfo) -> Target:
    """The destination of a URL that whoever runs the product set: it may be private, and http.

    Raises:
        AddressRefused: it cannot be read.
        NotConnected: the name is unknown.
    """
    return _looked_up(url, lookup)[0]


def _looked_up(url: str, lookup: Lookup) -> tuple[Target, list[IPAddress]]:
    parts, port = _read(url)
    host = parts.hostname or ""
    addresses = _addresses(host, port, lookup)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, str(addresses[0]), path), addresses


def is_public(address: IPAddress) -> bool:
    """Whether it is an address of the public internet, whatever form it comes in."""
    inner = _carried(address)
    if inner is not None:
        return is_public(inner)
    if any(address in network for network in NOT_PUBLIC):
        return False
    if isinstance(address, ipaddress.IPv6Address) and (address.scope_id or address.is_site_local):
        return False
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
    )


def _carried(address: IPAddress) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside an IPv6 one: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _read(url: str) -> tuple[SplitResult, int]:
    if len(url) > LONGEST or not PLAIN.fullmatch(url) or "\\" in url:
        raise AddressRefused(_("The address holds characters that no address has."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused(_("The address cannot be read.")) from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise AddressRefused(_("The address must begin with https://."))
    if "@" in parts.netloc or parts.fragment:
        raise AddressRefused(_("The address must hold no user name, password or fragment."))
    return parts, PORTS[parts.scheme] if port is None else port


def _addresses(host: str, port: int, lookup: Lookup) -> list[IPAddress]:
    try:
        rows = lookup(host, port, type=socket.SOCK_STREAM)
        found = [ipaddress.ip_address(row[4][0]) for row in rows]
    except (OSError, UnicodeError, ValueError):
        raise NotConnected(_("The server's name is not known.")) from None
    if not found:
        raise NotConnected(_("The server's name is not known."))
    return found
