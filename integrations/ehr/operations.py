"""Connections and keys: set, tested, rotated. What only sweeps note stands with the sweeps."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from integrations.models import ClientKey, Connection, Feed, FeedKey, Subscription
from integrations.operations import issue_feed_key
from tenants import sealing
from tenants.ids import uuid7

ACTIVE_KEYS = 2
RSA_BITS = 3072

ALGORITHMS: dict[str, Any] = {
    "RS384": jwt.algorithms.RSAAlgorithm,
    "ES384": jwt.algorithms.ECAlgorithm,
}


class TooManyKeys(Exception):
    """A practice has at most two active keys: retire the old one first."""


class AlreadySubscribed(Exception):
    """A feed has one live subscription for a topic and its criteria."""


class NotActive(Exception):
    """The key was retired before."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person sets of a connection. An empty secret leaves the one that is held."""

    base_url: str
    method: str
    client_id: str = ""
    secret: str = ""
    token_url: str = ""
    scopes: str = "system/*.rs"


@dataclass(frozen=True, slots=True)
class Wish:
    """A topic that we want to be told of."""

    topic: str
    endpoint: str
    """Our own address, to which the EHR sends."""
    criteria: str = ""
    payload: str = "id-only"
    heartbeat_s: int = 3600
    by_athena: bool = False
    """In athenahealth's way: signed, id-only, event numbers that begin anew."""


def pair_of(algorithm: str) -> tuple[dict[str, Any], str]:
    """A fresh public JWK with its id, and the private half as PEM."""
    private = (
        rsa.generate_private_key(65537, RSA_BITS)
        if algorithm == "RS384"
        else ec.generate_private_key(ec.SECP384R1())
    )
    public: dict[str, Any] = json.loads(ALGORITHMS[algorithm].to_jwk(private.public_key()))
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public |= {"kid": uuid7().hex, "alg": algorithm, "use": "sig", "key_ops": ["verify"]}
    return public, pem


@transaction.atomic
def make_key(*, algorithm: str, actor: Actor, now: datetime) -> ClientKey:
    """A further key pair, so that it can be known everywhere before the old one ends.

    Raises:
        TooManyKeys: two are active already.
    """
    active = ClientKey.objects.filter(retired_at__isnull=True)
    if len(active.select_for_update()) >= ACTIVE_KEYS:
        raise TooManyKeys(_("The practice has two active keys. Retire the old one first."))
    public, pem = pair_of(algorithm)
    key = ClientKey.objects.create(
        algorithm=algorithm, public=public, private=sealing.seal(pem), created_at=now
    )
    log.record("ehr.key-made", entity=key, detail={"kid": public["kid"]}, actor=actor, now=now)
    return key


@transaction.atomic
def retire_key(*, key_id: UUID, actor: Actor, now: datetime) -> None:
    """End a key at once: it signs nothing more and is published no more. Its private half goes.

    Raises:
        NotActive: there is no such key any more.
    """
    key = ClientKey.objects.lock([key_id]).first()
    if key is None or key.retired_at is not None:
        raise NotActive(_("This key is not active any more."))
    key.retired_at, key.private = now, ""
    key.save(update_fields=["retired_at", "private"])
    log.record("ehr.key-retired", entity=key, actor=actor, now=now)


@transaction.atomic
def configure(*, feed: Feed, settings: Settings, actor: Actor, now: datetime) -> Connection:
    """Set how a feed's EHR is reached; the first time makes the connection."""
    Feed.objects.lock([feed.pk]).get()
    held = Connection.objects.filter(feed=feed).first()
    connection = held or Connection(feed=feed)
    moved = held is not None and held.base_url != settings.base_url
    connection.base_url, connection.method = settings.base_url, settings.method
    connection.client_id, connection.token_url = settings.client_id, settings.token_url
    connection.scopes = settings.scopes
    if settings.secret:
        connection.secret = sealing.seal(settings.secret)
    elif moved or settings.method != Connection.Method.SECRET:
        # A secret is not carried to another server, nor kept where it is not used.
        connection.secret = ""
    if moved:
        connection.polled_until = None
    connection.last_failure = ""
    _keep(connection, held, ["base_url", "method", "client_id", "token_url", "scopes", "secret",
                             "polled_until", "last_failure"])  # fmt: skip
    detail = {"method": settings.method, "secret": bool(settings.secret)}
    log.record("ehr.connection-set", entity=connection, detail=detail, actor=actor, now=now)
    return connection


def _keep(connection: Connection, held: Connection | None, fields: list[str]) -> None:
    if held is None:
        connection.save(force_insert=True)
    else:
        connection.save(update_fields=fields)


@transaction.atomic
def set_polling(
    *, connection_id: UUID, types: Sequence[str], every_s: int, actor: Actor, now: datetime
) -> None:
    """Which resource types are asked for by their last change, and how often; none: not at all."""
    connection = Connection.objects.lock([connection_id]).get()
    connection.poll_types, connection.poll_every_s = list(types), every_s
    connection.next_poll_at = now if types else None
    connection.save(update_fields=["poll_types", "poll_every_s", "next_poll_at"])
    detail = {"types": list(types), "every_s": every_s}
    log.record("ehr.polling-set", entity=connection, detail=detail, actor=actor, now=now)


@transaction.atomic
def open_subscription(*, feed: Feed, wish: Wish, actor: Actor, now: datetime) -> Subscription:
    """Note what we are about to ask of the EHR: a handshake may come before its answer.

    Raises:
        AlreadySubscribed: the topic is asked for already.
    """
    Feed.objects.lock([feed.pk]).get()
    live = Subscription.objects.filter(feed=feed, topic=wish.topic, criteria=wish.criteria)
    if live.exclude(status=Subscription.Status.OFF).exists():
        raise AlreadySubscribed(_("This topic is subscribed to already."))
    if wish.by_athena and not FeedKey.objects.filter(feed=feed, revoked_at=None).exists():
        issue_feed_key(feed=feed, actor=actor, now=now)
    row = Subscription.objects.create(
        feed=feed, topic=wish.topic, criteria=wish.criteria, endpoint=wish.endpoint,
        payload="id-only" if wish.by_athena else wish.payload,
        heartbeat_s=0 if wish.by_athena else wish.heartbeat_s,
        restarts_counts=wish.by_athena, created_at=now,
    )  # fmt: skip
    log.record("ehr.subscription-asked", entity=row, actor=actor, now=now)
    return row


@transaction.atomic
def reseal(*, actor: Actor, now: datetime) -> int:
    """Seal every secret of the practice anew under the first key; returns how many.

    Raises:
        SealBroken: one cannot be opened; nothing is changed.
    """
    sealed = [
        *((one, "secret") for one in Connection.objects.exclude(secret="").select_for_update()),
        *((one, "private") for one in ClientKey.objects.exclude(private="").select_for_update()),
    ]
    for row, name in sealed:
        setattr(row, name, sealing.reseal(getattr(row, name)))
        row.save(update_fields=[name])
    log.record("ehr.secrets-resealed", detail={"count": len(sealed)}, actor=actor, now=now)
    return len(sealed)
