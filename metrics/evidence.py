"""What was ordered and what came of it, row by row: referrals and tests. Writes nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from charts.expecting import wait_of
from charts.models import ChartItem, PatientIdentifier
from charts.values import ItemKind, ItemStatus
from metrics.loops.cases import Case
from referrals.models import Referral
from referrals.people import name_of
from tenants import scope

RECEIVED = """
SELECT a.id, min(v.received_at) FROM charts_chartitem a
JOIN charts_chartitem c ON c.practice_id = a.practice_id AND c.patient_id = a.patient_id
  AND c.kind IN ('result', 'document')
  AND (c.placer <> '' AND c.placer IN (a.placer, a.key) OR c.filler <> '' AND c.filler = a.filler
       OR c.key = a.details ->> 'matched_report')
  AND c.key <> coalesce(a.details ->> 'refused_report', '') AND c.id <> a.id
JOIN charts_itemversion v ON v.practice_id = c.practice_id AND v.item_id = c.id
  AND v.status IN ('final', 'amended', 'corrected', 'unknown')
WHERE a.practice_id = %s AND a.id = ANY(%s) AND c.status <> 'withdrawn'
GROUP BY a.id
"""
"""Of each order, when its result was here first; what answers one is as in `charts.expecting`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One order and its receipt; of a patient the numbers only."""

    is_referral: bool
    number: str
    patient: str
    what: str
    ordered_by: str
    sent_to: str = ""
    ordered_at: datetime
    sent_at: datetime | None = None
    received_at: datetime | None
    closed_because: str = ""
    answered: str = ""
    told_at: datetime | None = None
    is_taken_back: bool = False


def referrals(ids: Collection[UUID], cases: Mapping[UUID, Case]) -> Iterator[Evidence]:
    """These, as their cases tell them."""
    rows = list(Referral.objects.filter(pk__in=ids).order_by("ordered_at", "pk"))
    numbers = _numbers({one.patient_id for one in rows})
    for one in rows:
        case = cases[one.pk]
        yield Evidence(
            is_referral=True, number=one.loop_key.partition("/")[2],
            patient=numbers.get(one.patient_id, ""), what=one.specialty,
            ordered_by=one.referrer_name, sent_to=one.specialist_name, ordered_at=one.ordered_at,
            sent_at=case.sent_at, received_at=case.reported_at,
            closed_because=one.closed_because, answered=one.question_answered,
            told_at=one.patient_told_at, is_taken_back=case.is_taken_back,
        )  # fmt: skip


def test_ids(since: datetime, until: datetime) -> list[UUID]:
    """Orders of these instants that were signed."""
    rows = ChartItem.objects.filter(
        kind=ItemKind.ORDER, issued_at__gte=since, issued_at__lt=until
    ).exclude(status__in=[ItemStatus.DRAFT, ItemStatus.ON_HOLD])
    return list(rows.order_by("issued_at", "pk").values_list("pk", flat=True))


def tests(ids: Collection[UUID]) -> Iterator[Evidence]:
    """Those of these orders that something is to come of, or was taken back."""
    columns = ("observations", "older", "text", "answers")
    rows = ChartItem.objects.filter(pk__in=ids).defer(*columns).order_by("issued_at", "pk")
    meant = [one for one in rows if wait_of(one) or one.status == ItemStatus.WITHDRAWN]
    numbers, came = _numbers({one.patient_id for one in meant}), _received(ids)
    for one in meant:
        assert one.issued_at is not None
        yield Evidence(
            is_referral=False, number=one.placer or one.key,
            patient=numbers.get(one.patient_id, ""), what=one.title,
            ordered_by=name_of(one.people.get("orderer")), ordered_at=one.issued_at,
            received_at=came.get(one.pk), is_taken_back=one.status == ItemStatus.WITHDRAWN,
        )  # fmt: skip


def _numbers(patients: Collection[UUID]) -> dict[UUID, str]:
    """The first number of each, with whose it is."""
    rows = PatientIdentifier.objects.filter(patient__in=patients).order_by("-pk")
    return {
        patient: f"{value} ({assigner})" if assigner else value
        for patient, value, assigner in rows.values_list("patient_id", "value", "assigner")
    }


def numbers_of(referral_ids: Collection[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    """Of the patients of these referrals, every number with its assigner."""
    theirs = Referral.objects.filter(pk__in=referral_ids).values("patient")
    found: defaultdict[UUID, list[tuple[str, str]]] = defaultdict(list)
    rows = PatientIdentifier.objects.filter(patient__in=theirs).order_by("pk")
    for patient, value, assigner in rows.values_list("patient_id", "value", "assigner"):
        found[patient].append((value, assigner))
    return found


def _received(ids: Collection[UUID]) -> dict[UUID, datetime]:
    scope.require_open()
    with connection.cursor() as cursor:
        cursor.execute(RECEIVED, [scope.current(), list(ids)])
        return dict(cursor.fetchall())
