"""Store a message; only then may it be acknowledged.

The same statement serves one message by HTTP and a group of them by MLLP. What it stores is raw
and whole;
nothing but the header and the order key has been read.
"""

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from integrations.hl7.ack import AckPlan, at_once, decide
from integrations.hl7.faults import Fault
from integrations.hl7.header import Header, glance
from integrations.hl7.ordering import order_key
from integrations.models import InboundMessage, MessageState
from tenants import scope
from tenants.ids import uuid7

_LONGEST_ID = 190


@dataclass(slots=True)
class Arrival:
    """A message on its way in."""

    practice_id: UUID
    feed_id: UUID
    standard: str
    raw: bytes
    arrived: int
    digest: str
    sender: str = ""
    control_id: str = ""
    type: str = ""
    order_key: str = ""
    is_test: bool = False
    state: str = MessageState.RECEIVED
    cause: str = ""
    ack: str = ""
    header: Header | None = None
    plan: AckPlan | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """Where it went. `fresh` is false for a resend: the same key and the same body were here
    before."""

    message_id: UUID
    fresh: bool


MessageKey = tuple[UUID, str, str, str]

_last = 0


def tick() -> int:
    """Nanoseconds since 1970, strictly rising in this process."""
    global _last
    _last = max(time.time_ns(), _last + 1)
    return _last


def arrival_of_hl7(raw: bytes, *, practice_id: UUID, feed_id: UUID) -> Arrival:
    """What is read of an HL7 v2 message before it is stored: the header and the order key."""
    header = glance(raw)
    plan = decide(header)
    refused = plan.refused
    return Arrival(
        practice_id=practice_id,
        feed_id=feed_id,
        standard=InboundMessage.Standard.HL7,
        raw=raw,
        arrived=tick(),
        digest=hashlib.sha256(raw).hexdigest(),
        sender=storable(f"{header.application}|{header.facility}")[:200],
        control_id=_bounded(header.control_id),
        type=storable(header.type)[:40],
        order_key="" if refused else _keyed(feed_id, order_key(raw, header)),
        is_test=header.processing_id in ("T", "D"),
        state=MessageState.REJECTED if refused else MessageState.RECEIVED,
        cause=plan.faults[0].text[:80] if refused else "",
        ack=at_once(header, plan) or "",
        header=header,
        plan=plan,
    )


def arrival_of_fhir(
    raw: bytes,
    *,
    practice_id: UUID,
    feed_id: UUID,
    control_id: str,
    resource_type: str,
    order_key: str,
    cause: str,
    standard: str = InboundMessage.Standard.FHIR,
    sender: str = "",
) -> Arrival:
    """A body that the door has parsed: a FHIR one, or one of another `standard` than HL7 v2.

    `cause` says why it is refused, or is empty.
    """
    return Arrival(
        practice_id=practice_id,
        feed_id=feed_id,
        standard=standard,
        raw=raw,
        arrived=tick(),
        digest=hashlib.sha256(raw).hexdigest(),
        sender=storable(sender)[:200],
        control_id=_bounded(control_id),
        type=storable(resource_type)[:40],
        order_key=_keyed(feed_id, order_key),
        state=MessageState.REJECTED if cause else MessageState.RECEIVED,
        cause=storable(cause)[:80],
    )


def too_long(arrival: Arrival, fault: Fault) -> Arrival:
    """The beginning of a frame over the limit: kept, refused, and nothing of it processed."""
    if arrival.plan is not None:
        plan = arrival.plan
        accept, application = plan.accept and "CR", plan.application and "AR"
        arrival.plan = AckPlan(plan.mode, accept, application, (fault,))
        arrival.ack = accept or application or ""
    arrival.state, arrival.cause, arrival.order_key = MessageState.REJECTED, "message too long", ""
    return arrival


def storable(text: str) -> str:
    """Text as PostgreSQL takes it: no NUL, no lone surrogate."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _bounded(control_id: str) -> str:
    text = storable(control_id)
    if len(text) <= _LONGEST_ID:
        return text
    return text[:120] + "#" + hashlib.sha256(text.encode()).hexdigest()


def _keyed(feed_id: UUID, key: str) -> str:
    """Order keys are a source's own; the feed's tail keeps two sources apart."""
    return f"{feed_id.hex[-12:]} {storable(key)}"[:250] if key else ""


COLUMNS: tuple[tuple[str, str], ...] = (
    ("id", "uuid"),
    ("feed_id", "uuid"),
    ("standard", "text"),
    ("arrived", "bigint"),
    ("sender", "text"),
    ("control_id", "text"),
    ("digest", "text"),
    ("type", "text"),
    ("order_key", "text"),
    ("is_test", "bool"),
    ("raw", "bytea"),
    ("state", "text"),
    ("cause", "text"),
    ("ack", "text"),
)

_NAMES = ", ".join(name for name, _ in COLUMNS)

# The practice is named in the statement itself, so that one round trip and one commit store a
# message: `s` is read before a row is checked against row security, and the setting ends with
# the transaction. Nothing but constants is built into the text.
_HEAD = f"""
WITH s AS MATERIALIZED (SELECT set_config('{scope.SETTING}', %s, true) AS practice)
INSERT INTO integrations_inboundmessage
       (practice_id, {_NAMES}, received_at, next_at, klass, faults, attempts, reused_control_id)
SELECT s.practice::uuid, a.*, %s::timestamptz, %s::timestamptz, '', '[]'::jsonb, 0, false
FROM s, """  # noqa: S608
_TAIL = f""" AS a ({_NAMES})
ON CONFLICT (practice_id, feed_id, control_id, sender, digest) DO NOTHING
RETURNING id
"""
STORE_ONE = f"{_HEAD}(VALUES ({', '.join(f'%s::{kind}' for _, kind in COLUMNS)})){_TAIL}"
STORE_MANY = f"{_HEAD}unnest({', '.join(f'%s::{kind}[]' for _, kind in COLUMNS)}){_TAIL}"

FIND = """
SELECT m.feed_id, m.control_id, m.sender, m.digest, m.id
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[])
  AS a (feed_id, control_id, sender, digest)
JOIN integrations_inboundmessage m ON m.practice_id = %s::uuid AND m.feed_id = a.feed_id
 AND m.control_id = a.control_id AND m.sender = a.sender AND m.digest = a.digest
"""


def statement(
    arrivals: Sequence[Arrival], ids: Sequence[UUID], *, now: datetime
) -> tuple[str, list[Any]]:
    """The SQL that stores these messages of one practice, and its parameters. It returns the new
    ids."""
    head: list[Any] = [str(arrivals[0].practice_id), now, now]
    names = [name for name, _ in COLUMNS[1:]]
    if len(arrivals) == 1:
        return STORE_ONE, [*head, ids[0], *(getattr(arrivals[0], name) for name in names)]
    return STORE_MANY, [
        *head,
        list(ids),
        *([getattr(one, name) for one in arrivals] for name in names),
    ]


def key_of(arrival: Arrival) -> MessageKey:
    """What makes a message the same one: feed, control id, sender and body."""
    return (arrival.feed_id, arrival.control_id, arrival.sender, arrival.digest)


def find_parameters(arrivals: Sequence[Arrival]) -> list[Any]:
    """For FIND."""
    columns = zip(*(key_of(one) for one in arrivals), strict=True)
    return [*(list(column) for column in columns), arrivals[0].practice_id]


def found(rows: Iterable[tuple[Any, ...]]) -> dict[MessageKey, Stored]:
    """The rows of FIND, by key."""
    return {(row[0], row[1], row[2], row[3]): Stored(row[4], fresh=False) for row in rows}


@transaction.atomic
def store(arrivals: Sequence[Arrival], *, now: datetime) -> list[Stored]:
    """Store messages of the practice in scope, in one statement; a resend finds the row it made
    before."""
    assert all(one.practice_id == scope.current() for one in arrivals)
    ids = [uuid7() for _ in arrivals]
    with connection.cursor() as cursor:
        cursor.execute(*statement(arrivals, ids, now=now))
        made = {row[0] for row in cursor.fetchall()}
        held: dict[MessageKey, Stored] = {}
        if len(made) < len(arrivals):
            cursor.execute(FIND, find_parameters(arrivals))
            held = found(cursor.fetchall())
    return [
        Stored(message_id, fresh=True) if message_id in made else held[key_of(one)]
        for message_id, one in zip(ids, arrivals, strict=True)
    ]
