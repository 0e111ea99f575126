"""Fetch rows: what must be read of the EHR, each reference waiting once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from integrations.models import Feed, Fetch
from tenants import bulk
from tenants.ids import uuid7

CHANGED = re.compile(r"([A-Za-z]+\?_lastUpdated=ge)[0-9TZ:-]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reference to ask for, and what asked for it."""

    reference: str
    event_id: str = ""
    message_id: UUID | None = None
    alone: bool = False
    """Not to be merged with another search for what has changed."""


def ask(feed: Feed, wanted: Iterable[Wanted], *, now: datetime, at: datetime | None = None) -> int:
    """Let the sweep read them, now or `at`; what is waiting already is asked again.

    Returns how many are new.

    A row that is being read right now gets a newer `asked_at`: what comes back may be older than
    this event, so whoever reads it must look again.
    """
    by_reference = _merged(feed, wanted)
    if not by_reference:
        return 0
    due = at or now
    waiting = Fetch.objects.filter(
        feed=feed, state=Fetch.State.WAITING, reference__in=list(by_reference)
    )
    held = {row.reference: row.pk for row in waiting.order_by("pk").select_for_update(of=("self",))}
    Fetch.objects.filter(pk__in=list(held.values())).update(asked_at=now)
    new = [one for reference, one in by_reference.items() if reference not in held]
    bulk.insert_new(
        Fetch,
        [
            Fetch(
                pk=uuid7(), feed=feed, message_id=one.message_id, reference=one.reference,
                event_id=one.event_id[:200], next_at=due, asked_at=now,
            )
            for one in new
        ],
    )  # fmt: skip
    return len(new)


def _merged(feed: Feed, wanted: Iterable[Wanted]) -> dict[str, Wanted]:
    """Each reference once; of searches for what changed since then, the one that reaches back
    furthest, be it waiting already."""
    merged: dict[str, Wanted] = {}
    searches: dict[str, Wanted] = {}
    for one in wanted:
        name = CHANGED.fullmatch(one.reference)
        if name is None or one.alone:
            merged.setdefault(one.reference, one)
        elif name[1] not in searches or one.reference < searches[name[1]].reference:
            searches[name[1]] = one
    waiting = Fetch.objects.filter(feed=feed, state=Fetch.State.WAITING)
    for begin, one in searches.items():
        same = waiting.filter(reference__startswith=begin, reference__lte=one.reference)
        held = same.exclude(reference__contains="&").values_list("reference", flat=True).first()
        merged[held or one.reference] = one
    return merged
