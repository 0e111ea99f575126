"""What the charts hold for a packet: found, offered, and put into the words of the pages. Reads
only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models.functions import Coalesce

from charts.links import is_live
from charts.models import Attachment, ChartItem, Patient, PatientCode, PatientIdentifier
from charts.values import ItemKind
from outbox.phones import shown
from referrals.models import Carrier, Part, Referral, Specialist
from referrals.packet.contents import AnswerBy, Contents, Entry, Party, Subject, Value
from referrals.people import name_of
from referrals.specialties import Specialty
from referrals.wire.documents import Kind, kind_of
from tenants import scope
from tenants.models import Practice

RECENT = timedelta(days=365)
MOST_RESULTS, MOST_NOTES, MOST_DOCUMENTS = 30, 10, 3
LARGEST_DOCUMENT = 5 * 1024 * 1024

CODES = {
    PatientCode.List.PROBLEM: Part.PROBLEM,
    PatientCode.List.MEDICATION: Part.MEDICATION,
}


@dataclass(frozen=True, slots=True)
class Offer:
    """What of the chart may go along, the newest first."""

    results: Sequence[ChartItem]
    notes: Sequence[ChartItem]
    is_chosen: bool
    """Whether all of it goes unless somebody says otherwise; of a restricted chart nothing does."""


def offered(referral: Referral, *, now: datetime) -> Offer:
    """The recent results and notes of the patient that were not taken back."""
    rows = ChartItem.objects.filter(
        patient_id=referral.patient_id, kind__in=[ItemKind.RESULT, ItemKind.DOCUMENT]
    ).annotate(at=Coalesce("effective_at", "issued_at", "received_at"))
    rows = rows.filter(at__gt=now - RECENT).order_by("-at", "pk")
    live = [item for item in rows[: 4 * (MOST_RESULTS + MOST_NOTES)] if is_live(item)]
    results = [item for item in live if item.kind == ItemKind.RESULT and item.observations]
    notes = [item for item in live if item.kind == ItemKind.DOCUMENT]
    restricted = Patient.objects.filter(pk=referral.patient_id, is_restricted=True).exists()
    return Offer(results[:MOST_RESULTS], notes[:MOST_NOTES], is_chosen=not restricted)


def chosen(offer: Offer, items: Collection[UUID] | None) -> list[ChartItem]:
    """What goes along: these, or all that goes by itself."""
    every = [*offer.results, *offer.notes]
    if items is None:
        return every if offer.is_chosen else []
    return [item for item in every if item.pk in items]


def documents(items: Sequence[ChartItem]) -> list[Attachment]:
    """Documents of these items that a system can read by itself (C-CDA, FHIR), the newest first."""
    rows = Attachment.objects.filter(item__in=items).exclude(data=b"")
    order = {item.pk: at for at, item in enumerate(items)}
    readable = [
        one
        for one in sorted(rows, key=lambda one: order[one.item_id])
        if len(one.data) <= LARGEST_DOCUMENT and kind_of(bytes(one.data)) in (Kind.CCDA, Kind.FHIR)
    ]
    return readable[:MOST_DOCUMENTS]


def contents(
    referral: Referral,
    specialist: Specialist,
    items: Sequence[ChartItem],
    *,
    answer_by: AnswerBy | None = None,
    now: datetime,
) -> Contents:
    """The packet in words; `answer_by`: what its cover says of answering."""
    zone = zone_of(referral)
    codes = PatientCode.objects.filter(patient_id=referral.patient_id).order_by("display", "code")
    said = {
        part: [one.display or one.code for one in codes if one.list == list_]
        for list_, part in CODES.items()
    }
    specialty = Specialty(referral.specialty).value.replace("-", " ") if referral.specialty else ""
    return Contents(
        sender=_sender(referral), recipient=_recipient(specialist), subject=_subject(referral),
        number=number_of(referral), at=now.astimezone(zone), reason=referral.reason,
        question=referral.question, urgency=referral.urgency, specialty=specialty,
        insurance=insurance_of(referral), problems=said[Part.PROBLEM],
        medications=said[Part.MEDICATION],
        results=[_result(one, zone) for one in items if one.kind == ItemKind.RESULT],
        notes=[_note(one, zone) for one in items if one.kind == ItemKind.DOCUMENT],
        answer_by=answer_by,
    )  # fmt: skip


def number_of(referral: Referral) -> str:
    """By which both sides name the referral: the order's own number, else the one it was given."""
    item = referral.item
    return (item.placer if item else "") or referral.loop_key.partition("/")[2]


def insurance_of(referral: Referral) -> str:
    """As somebody here wrote it down, else as the order says: `Aetna, PPO, member W1, group 7`."""
    said = referral.item.details if referral.item else {}
    named = {"payer": "", "plan": "", "member_number": "member ", "group_number": "group "}
    told = (f"{word}{said[name]}" for name, word in named.items() if said.get(name))
    return referral.insurance or ", ".join(told)


def zone_of(referral: Referral) -> ZoneInfo:
    """The clock on the wall of its location, else of the practice."""
    place = referral.location or _practice()
    return ZoneInfo(place.time_zone)


def _practice() -> Practice:
    return Practice.objects.get(pk=scope.current())


def _sender(referral: Referral) -> Party:
    open_ones = Carrier.objects.filter(closed_at__isnull=True)
    ours = {one.way.value: one.address for one in open_ones}
    who = referral.referrer.name if referral.referrer else referral.referrer_name
    practice = _practice()
    return Party(who or practice.name, practice.name if who else "",
                 fax=shown(ours.get("fax", "")), direct=ours.get("direct", ""))  # fmt: skip


def _recipient(specialist: Specialist) -> Party:
    name = specialist.person or specialist.organization
    return Party(
        name, specialist.organization if specialist.person else "", phone=shown(specialist.phone),
        fax=shown(specialist.fax), direct=specialist.direct_address,
    )  # fmt: skip


def _subject(referral: Referral) -> Subject:
    patient = referral.patient
    numbers = PatientIdentifier.objects.filter(patient=patient).order_by("assigner", "value")
    known = [f"{one.value} ({one.assigner})" if one.assigner else one.value for one in numbers]
    return Subject(f"{patient.family}, {patient.given}".strip(", "), patient.birth_date,
                   patient.sex, patient.phone, known, patient.language)  # fmt: skip


def _at(item: ChartItem, zone: ZoneInfo) -> datetime:
    return (item.effective_at or item.issued_at or item.received_at).astimezone(zone)


def _result(item: ChartItem, zone: ZoneInfo) -> Entry:
    values = [
        Value(row["display"] or row["code"], "\n".join(filter(None, (row["value"], row["note"]))),
              row["units"], row["range"], ", ".join(row["flags"]))
        for row in item.observations
        if not row["withdrawn"]
    ]  # fmt: skip
    return Entry(item.title, _at(item, zone), name_of(item.people.get("orderer")), item.status,
                 item.text, values)  # fmt: skip


def _note(item: ChartItem, zone: ZoneInfo) -> Entry:
    return Entry(
        item.title, _at(item, zone), name_of(item.people.get("author")), item.status, item.text
    )


def assigner_of(referral: Referral) -> str:
    """Who gave out its number: the source of its order, else the practice itself."""
    said = referral.item.details.get("assigner", "") if referral.item else ""
    return said.partition(" ")[0] or _practice().slug
