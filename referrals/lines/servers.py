"""Where mail servers of a HISP are: checked as every address that a person typed, and held to."""

import imaplib
import smtplib
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from outbox.wire import addresses
from outbox.wire.faults import AddressRefused
from outbox.wire.faults import gettext_noop as _

SMTP_PORTS = {"smtps": 465, "smtp": 587}
IMAP_PORTS = {"imaps": 993, "imap": 143}

CONNECT_S = 10.0


@dataclass(frozen=True, slots=True)
class Server:
    """One mail server: the name for its certificate, the address for the connection."""

    scheme: str
    host: str
    port: int
    address: str
    is_here: bool
    """On this machine, for tests and demos: no certificate is asked for."""


def server(url: str, ports: dict[str, int]) -> Server:
    """Where `smtps://mail.hisp.example` is.

    Raises:
        AddressRefused: another scheme, or not a public address.
        NotConnected: the name is unknown.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or ports[parts.scheme]
    except (KeyError, ValueError):
        raise AddressRefused(
            _("The address of a mail server begins with smtps:// or imaps://.")
        ) from None
    if parts.path.strip("/") or parts.query or not parts.hostname:
        raise AddressRefused(_("The address of a mail server holds a name and a port, no more."))
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    target = addresses.resolve(f"https://{host}:{port}/", allow_loopback=settings.EHR_LOOPBACK)
    is_here = target.address in ("127.0.0.1", "::1")
    return Server(parts.scheme, target.host, target.port, target.address, is_here)


def context() -> ssl.SSLContext:
    """What certificates must be."""
    made = ssl.create_default_context()
    if settings.EHR_CA_FILE:
        made.load_verify_locations(settings.EHR_CA_FILE)
    return made


def smtp(at: Server) -> smtplib.SMTP:
    """Connected, and over TLS unless it is this machine.

    Raises:
        OSError, SMTPException: it is not there, or shows no valid certificate.
    """
    client = _SmtpOverTls(at) if at.scheme == "smtps" else _Smtp(at)
    client.connect(at.host, at.port)
    if at.scheme == "smtp" and not at.is_here:
        client.starttls(context=context())
    return client


def imap(at: Server) -> imaplib.IMAP4:
    """Connected, and over TLS unless it is this machine.

    Raises:
        OSError, IMAP4.error: it is not there, shows no valid certificate, or would be plain.
    """
    if at.scheme == "imaps":
        return _ImapOverTls(at)
    if not at.is_here:
        raise imaplib.IMAP4.error("plain")
    return _Imap(at)


class _Smtp(smtplib.SMTP):
    """To the address that was checked; the certificate must be the name's."""

    def __init__(self, at: Server) -> None:
        super().__init__(local_hostname="clearchart.invalid", timeout=CONNECT_S)
        self._host, self._at = at.host, at

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002
        return socket.create_connection((self._at.address, port), timeout)


class _SmtpOverTls(_Smtp):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        return context().wrap_socket(plain, server_hostname=self._at.host)


class _Imap(imaplib.IMAP4):
    """As `_Smtp`."""

    def __init__(self, at: Server) -> None:
        self._at = at
        super().__init__(at.host, at.port, timeout=CONNECT_S)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return socket.create_connection((self._at.address, self.port), timeout)


class _ImapOverTls(_Imap):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = super()._create_socket(timeout)
        return context().wrap_socket(plain, server_hostname=self._at.host)
