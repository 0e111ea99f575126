"""Expected versus received: what should have come by now and has not.

An order awaits its result, a referral its report, a finished visit its signed note. Filing marks
what must be looked at (`ChartItem.look_at`, `Encounter.note_awaited_since`) in the row that it
writes anyway; the rest happens here, off the path of messages. Only the awaited thing itself or a
withdrawal ends a wait: an order that its laboratory calls completed has still not come back.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import QuerySet

from audit import log
from audit.actors import Actor
from charts.encounters import HISTORY
from charts.models import ChartItem, Encounter, Wait, WaitLength
from charts.values import AWAITING, ItemKind, ItemStatus, Priority
from charts.versions import only_answers
from tenants import scope

DAYS: Mapping[str, int] = {
    Wait.LABORATORY: 14, Wait.IMAGING: 30, Wait.URGENT_ORDER: 2, Wait.NOTE: 2, Wait.REFERRAL: 30,
    Wait.URGENT_REFERRAL: 7,
}  # fmt: skip
"""Where the practice has said nothing else. Days are of 24 hours."""

URGENT = frozenset({Priority.URGENT, Priority.ASAP, Priority.STAT})
DRUGS = frozenset({"rxnorm", "ndc", "cvx"})
REFERRALS = frozenset({"3457005", "103696004", "306206005"})
"""SNOMED CT. Once signed, the order of a referral is done: its referral waits for the report."""
AWAITS = frozenset({ItemStatus.ACTIVE, ItemStatus.REGISTERED, ItemStatus.COMPLETED})
"""Not of a draft, which is yet to be signed, nor of what is on hold."""

IMAGING = re.compile(
    r"x-?rays?\b|\bct (scan|abdomen|chest|head|brain|pelvis|neck|spine|sinus|angio)|\bmr[ia]\b"
    r"|ultrasound|sonogra|mammogra|\bd[e]?xa\b|bone density|radiograph|fluoroscop|\bpet.ct\b"
    r"|echocardiogra",
    re.IGNORECASE,
)
RADIOLOGY = range(70000, 80000)
"""CPT."""


class Answer(StrEnum):
    """How a wait ended."""

    CAME = "came"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Overdue:
    """Something that has not come by its date."""

    wait: Wait
    about_id: UUID
    patient_id: UUID
    what: str
    since: datetime
    location_code: str
    people: Mapping[str, Any] = field(default_factory=dict)


def overdue(*, now: datetime, limit: int) -> tuple[int, list[Overdue]]:
    """Look at what is due to be looked at; how many rows that were, and which of them are late.

    The rows stay locked until the transaction ends, so two sweeps never look at the same.
    """
    lengths = _lengths()
    seen, late = _look_at_items(lengths, now=now, limit=limit)
    visits, unwritten = _look_at_visits(lengths[Wait.NOTE], now=now, limit=limit)
    return seen + visits, late + unwritten


def _look_at_items(
    lengths: Mapping[str, int], *, now: datetime, limit: int
) -> tuple[int, list[Overdue]]:
    rows = ChartItem.objects.filter(look_at__lte=now).order_by("look_at")[:limit]
    items = list(
        rows.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("practice").defer("observations", "older", "text")
    )  # fmt: skip
    due = {item.pk: _due(item, lengths) for item in items}
    later = {pk: at for pk, at in due.items() if at is not None and at > now}
    past = [item for item in items if due[item.pk] is not None and item.pk not in later]
    came = _came(CAME_FOR_ITEM, [item.pk for item in past])
    for item in items:
        item.look_at = later.get(item.pk)
    ChartItem.objects.bulk_update(items, ["look_at"])
    return len(items), [_late_item(item) for item in past if item.pk not in came]


def _look_at_visits(days: int, *, now: datetime, limit: int) -> tuple[int, list[Overdue]]:
    rows = Encounter.objects.filter(note_awaited_since__lte=now - timedelta(days=days))
    visits = list(
        rows.order_by("note_awaited_since")[:limit]
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
    )  # fmt: skip
    came = _came(CAME_FOR_VISIT, [visit.pk for visit in visits])
    late = [_late_visit(visit) for visit in visits if visit.pk not in came]
    Encounter.objects.filter(pk__in=[visit.pk for visit in visits]).update(note_awaited_since=None)
    return len(visits), late


def wait_of(item: ChartItem) -> Wait | None:
    """What an order or a referral waits for; None where nothing is to come."""
    if item.kind not in AWAITING or item.status not in AWAITS:
        return None
    urgent = item.priority in URGENT
    if item.kind == ItemKind.REFERRAL:
        if only_answers(item.revision):
            return None  # an answer to a referral nobody here has sent
        return Wait.URGENT_REFERRAL if urgent else Wait.REFERRAL
    if item.details.get("drug") or item.code_system in DRUGS or item.code in REFERRALS:
        return None
    if urgent:
        return Wait.URGENT_ORDER
    return Wait.IMAGING if _is_imaging(item) else Wait.LABORATORY


def _is_imaging(item: ChartItem) -> bool:
    by_code = item.code_system == "cpt" and item.code.isascii() and item.code.isdigit()
    return (by_code and int(item.code) in RADIOLOGY) or bool(IMAGING.search(item.title))


def awaited(items: QuerySet[ChartItem]) -> dict[ChartItem, datetime]:
    """Of these orders and referrals, which still wait, and when somebody will be asked after each.

    One past its date is none of them: it has become work (`overdue`).
    """
    lengths = _lengths()
    waiting = [item for item in items.filter(look_at__isnull=False) if wait_of(item)]
    came = _came(CAME_FOR_ITEM, [item.pk for item in waiting])
    due = {item: _due(item, lengths) for item in waiting if item.pk not in came}
    return {item: at for item, at in due.items() if at is not None}


def _lengths() -> dict[str, int]:
    return {**DAYS, **dict(WaitLength.objects.values_list("wait", "days"))}


def _due(item: ChartItem, lengths: Mapping[str, int]) -> datetime | None:
    """The end of the day that the order itself names, else so many days after it was to start."""
    wait = wait_of(item)
    if wait is None:
        return None
    if item.due_date is not None:
        zone = ZoneInfo(item.practice.time_zone)
        due = datetime.combine(item.due_date, time.min, tzinfo=zone) + timedelta(days=1)
    else:
        due = _since(item) + timedelta(days=lengths[wait])
    return due if due > item.received_at - HISTORY else None


def _since(item: ChartItem) -> datetime:
    """When it was ordered, or is to begin: a test for next spring is not late this winter."""
    stated = [at for at in (item.issued_at, item.effective_at) if at is not None]
    return max(stated, default=item.received_at)


def _late_item(item: ChartItem) -> Overdue:
    wait = wait_of(item)
    assert wait is not None
    return Overdue(wait, item.pk, item.patient_id, item.title, _since(item), item.location_code,
                   item.people)  # fmt: skip


def _late_visit(visit: Encounter) -> Overdue:
    since = visit.note_awaited_since
    assert since is not None
    people = {"author": visit.attending} if visit.attending else {}
    return Overdue(Wait.NOTE, visit.pk, visit.patient_id, "", since, visit.location_code, people)


CAME_FOR_ITEM = """
SELECT a.id FROM charts_chartitem a
WHERE a.practice_id = %s AND a.id = ANY(%s) AND (a.details ->> 'matched_report' <> '' OR EXISTS (
  SELECT 1 FROM charts_chartitem c
  WHERE c.practice_id = a.practice_id AND c.patient_id = a.patient_id
    AND (c.kind = 'result' AND c.status IN ('final', 'amended', 'corrected')
         OR c.kind = 'document' AND c.status IN ('final', 'amended', 'corrected', 'unknown'))
    AND (c.placer <> '' AND c.placer IN (a.placer, a.key)
         OR c.filler <> '' AND c.filler = a.filler)
    AND c.key <> coalesce(a.details ->> 'refused_report', '')))
"""
"""The numbers of an order mean the same at each feed of one patient: EHR and laboratory differ.
What somebody said of a report (`charts.links`) goes before its numbers."""

CAME_FOR_VISIT = """
SELECT e.id FROM charts_encounter e
WHERE e.practice_id = %s AND e.id = ANY(%s) AND EXISTS (
  SELECT 1 FROM charts_chartitem c
  WHERE c.practice_id = e.practice_id AND c.patient_id = e.patient_id
    AND c.encounter_number = e.number AND c.kind = 'document'
    AND c.status IN ('final', 'amended', 'corrected', 'unknown')
    AND coalesce(c.details ->> 'document_type', '') NOT IN
        ('imaging-report', 'laboratory-report', 'pathology-report', 'cardiology-report'))
"""
"""A document whose feed never tells of signing counts, as everywhere in the house."""


def _came(question: str, ids: Sequence[UUID]) -> set[UUID]:
    if not ids:
        return set()
    scope.require_open()
    with connection.cursor() as cursor:
        cursor.execute(question, [scope.current(), list(ids)])
        return {row[0] for row in cursor.fetchall()}


def answered_visits(ids: Sequence[UUID]) -> set[UUID]:
    """Those of these visits that have a signed note."""
    return _came(CAME_FOR_VISIT, ids)


def answers(about: Collection[UUID]) -> dict[UUID, Answer]:
    """Of these orders, referrals and visits: which are answered, and which were withdrawn."""
    ids = list(about)
    came = _came(CAME_FOR_ITEM, ids) | _came(CAME_FOR_VISIT, ids)
    items = ChartItem.objects.filter(pk__in=ids, status=ItemStatus.WITHDRAWN)
    visits = Encounter.objects.filter(pk__in=ids, status="cancelled")
    gone = {*items.values_list("pk", flat=True), *visits.values_list("pk", flat=True)}
    return dict.fromkeys(gone, Answer.WITHDRAWN) | dict.fromkeys(came, Answer.CAME)


@transaction.atomic
def wait_for(*, wait: Wait, days: int, actor: Actor, now: datetime) -> None:
    """The practice's own length of a wait; what waits already is looked at anew."""
    length, _ = WaitLength.objects.update_or_create(wait=wait, defaults={"days": days})
    ChartItem.objects.filter(look_at__isnull=False).update(look_at=now)
    log.record("wait-length.set", entity=length, detail={"wait": str(wait), "days": days},
               actor=actor, now=now)  # fmt: skip
