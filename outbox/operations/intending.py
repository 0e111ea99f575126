"""What is to be said is written down in the transaction that decides it, and sent after."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from outbox.models import Channel, Intent, Urgency
from outbox.states import IntentState
from tenants import bulk, wake
from tenants.ids import uuid7
from tenants.models import Topic

ALPHABET = "23456789ACDEFGHJKMNPQRTUVWXY"
"""Without the letters and digits that look alike."""
DIGITS = "23456789"


TOPICS = (Topic.PAGE, Topic.INTENT)


def topic_of(urgency: str) -> Topic:
    """Under which topic an intent is woken: what rings does not wait behind what does not."""
    return Topic.PAGE if urgency == Urgency.PAGE else Topic.INTENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One thing to say to one person over one channel."""

    key: str
    member_id: UUID | None
    task_id: UUID | None
    channel: Channel
    contact_id: UUID | None
    urgency: str
    until: str = ""
    template: str
    subject: str = ""
    body: str
    reference: str = ""
    rank: int = 0
    origin_id: UUID | None = None
    at: datetime


@transaction.atomic
def intend(sayings: Iterable[Saying], *, actor: Actor, now: datetime) -> Sequence[Intent]:
    """Write intents, each once by its key; the same occasion again is left as it is."""
    return [Intent(**row) for row in say(sayings, actor=actor, now=now)]


@transaction.atomic
def say(sayings: Iterable[Saying], *, actor: Actor, now: datetime) -> Sequence[Mapping[str, Any]]:
    """What `intend` does, for many: the rows as they were written, and no objects."""
    rows = _insert([_row(one, now=now) for one in sayings])
    waiting = [row for row in rows if row["state"] == IntentState.PENDING]
    for topic in TOPICS:
        dues = ((row["id"], row["next_at"]) for row in waiting if topic_of(row["urgency"]) == topic)
        wake.call(topic, dues)
    log.record_all(
        log.entry_of(
            "intent.written", "intent", row["id"],
            detail={"channel": row["channel"], "urgency": row["urgency"]}, actor=actor, now=now,
        )
        for row in rows
    )  # fmt: skip
    return rows


def _insert(rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Insert them; returns those whose key was not taken."""
    if bulk.insert_new(Intent, rows) == len(rows):
        return rows
    ids = Intent.objects.filter(pk__in=[row["id"] for row in rows]).values_list("pk", flat=True)
    new = set(ids)
    return [row for row in rows if row["id"] in new]


@cache
def _blank() -> Mapping[str, Any]:
    """Every column but the practice's with its default, for a row carries all of them."""
    return {
        field.attname: field.get_default()
        for field in Intent._meta.concrete_fields
        if field.attname not in ("id", "practice_id")
    }


def _row(one: Saying, *, now: datetime) -> dict[str, Any]:
    """What is said inside the product is said by writing it."""
    is_shown = one.channel == Channel.IN_APP and one.at <= now
    shown_at = now if is_shown else None
    return {
        **_blank(), "id": uuid7(),
        "key": one.key, "member_id": one.member_id, "task_id": one.task_id,
        "channel": str(one.channel), "contact_id": one.contact_id, "urgency": one.urgency,
        "until": one.until, "template": one.template, "subject": one.subject, "body": one.body,
        "reference": one.reference, "rank": one.rank, "origin_id": one.origin_id,
        "next_at": one.at, "created_at": now, "sent_at": shown_at, "delivered_at": shown_at,
        "state": IntentState.DELIVERED.value if is_shown else IntentState.PENDING.value,
    }  # fmt: skip


def call_off(task_ids: Iterable[UUID], *, until: Sequence[str]) -> int:
    """Nobody needs to hear of these tasks any more; what is being sent is asked again before.

    Locked in the order of ids, as whoever settles does.
    """
    waiting = Intent.objects.filter(
        task__in=list(task_ids), until__in=until, state=IntentState.PENDING
    )
    held = list(waiting.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    return waiting.filter(pk__in=held).update(state=IntentState.CANCELLED)


def reference() -> str:
    """A short word for a reply, not to be guessed among those of one practice.

    It begins with a digit, so that it never reads as the name of a test.
    """
    return secrets.choice(DIGITS) + "".join(secrets.choice(ALPHABET) for _ in range(3))
