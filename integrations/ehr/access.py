"""How a connection is used: its settings and opened secrets, carried out of the transaction."""

from dataclasses import dataclass, field
from uuid import UUID

from integrations.models import ClientKey, Connection
from tenants import scope, sealing


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, opened."""

    kid: str
    algorithm: str
    pem: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Access:
    """All that a request needs, so that none is sent from inside a transaction."""

    connection_id: UUID
    practice_id: UUID
    feed_id: UUID
    source: str
    """The feed's slug: who gives out the resource ids."""
    zone: str
    vendor: str
    base: str
    """Without a slash at its end."""
    method: str
    client_id: str
    secret: str = field(repr=False)
    token_url: str
    scopes: str
    keys: tuple[SigningKey, ...] = field(repr=False)
    """The newest first."""


def access_of(connection: Connection) -> Access:
    """Everything about a connection of the practice in scope.

    Raises:
        SealBroken: a secret cannot be opened.
    """
    smart = connection.method == Connection.Method.SMART
    keys = ClientKey.objects.filter(retired_at__isnull=True).order_by("-created_at", "-pk")
    return Access(
        connection_id=connection.pk,
        practice_id=scope.current(),
        feed_id=connection.feed_id,
        source=connection.feed.slug,
        zone=connection.feed.time_zone,
        vendor=connection.feed.vendor,
        base=connection.base_url.rstrip("/"),
        method=connection.method,
        client_id=connection.client_id,
        secret=sealing.unseal(connection.secret) if connection.secret else "",
        token_url=connection.token_url,
        scopes=connection.scopes,
        keys=tuple(_opened(key) for key in keys) if smart else (),
    )


def _opened(key: ClientKey) -> SigningKey:
    return SigningKey(key.public["kid"], key.algorithm, sealing.unseal(key.private))
