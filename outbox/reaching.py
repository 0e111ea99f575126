"""By which ways a patient can be written to now, and why not by the others. Reads only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from charts.models import Patient, PatientIdentifier
from outbox.consent import (
    BROKEN,
    BY_A_PERSON,
    BY_MACHINE,
    Basis,
    PatientWay,
    WhyNot,
    objection,
)
from outbox.daytime import zones_of
from outbox.failures import Broken
from outbox.models import Channel, Consent, Contact, Letterhead
from outbox.phones import NotAPhone, e164
from outbox.places import ContactRefused, address_of
from tenants import scope
from tenants.models import Practice

CHANNELS: Mapping[PatientWay, Channel] = {
    PatientWay.SMS: Channel.SMS, PatientWay.PORTAL: Channel.PORTAL,
    PatientWay.EMAIL: Channel.EMAIL,
}  # fmt: skip
WAYS: Mapping[str, PatientWay] = {channel.value: way for way, channel in CHANNELS.items()}

BY_STAFF, BY_CHART = 0, 1
"""The position of a contact: what a person wrote down goes before what the chart says."""

SPANISH = ("es", "spa", "spanish", "español")

Row = TypeVar("Row", Consent, Contact, PatientIdentifier)

Said = Mapping[tuple[PatientWay, Basis], Consent]
"""The last word of a patient, by way and basis."""


@dataclass(frozen=True, slots=True)
class Road:
    """One way to one patient."""

    way: PatientWay
    address: str = ""
    contact: Contact | None = None
    why_not: WhyNot | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A patient as they are written to, as it was when it was read."""

    patient: Patient
    ids: list[UUID]
    """Theirs, and of all who were merged into them."""
    head: Letterhead | None
    time_zone: str
    """Of the practice."""
    portal_name: str
    roads: Mapping[PatientWay, Road]


def letterhead() -> Letterhead | None:
    """Of the practice in scope; None where it has none yet."""
    found: Letterhead | None = Letterhead.objects.first()
    return found


def survivor(patient_id: UUID) -> Patient:
    """The patient, or whom they were merged into.

    Raises:
        Patient.DoesNotExist: the practice has none of that id.
    """
    found: Patient = Patient.objects.get(pk=patient_id)
    kept: Patient | None = found.merged_into
    return kept or found


def same_person(patient_id: UUID) -> list[UUID]:
    """The patient, and all who were merged into them: what they said stays where it is."""
    gone = Patient.objects.filter(merged_into=patient_id).values_list("pk", flat=True)
    return [patient_id, *gone]


def said_by(patient_id: UUID) -> Said:
    """What they said last of each way; of two of one instant the one told last."""
    return _last(_consents(same_person(patient_id)))


def _consents(ids: Collection[UUID]) -> Iterable[Consent]:
    return Consent.objects.filter(patient__in=ids).order_by("told_at", "pk")


def _last(rows: Iterable[Consent]) -> Said:
    return {(PatientWay(row.way), Basis(row.basis)): row for row in rows}


def _contacts(ids: Collection[UUID]) -> Iterable[Contact]:
    return Contact.objects.filter(patient__in=ids, removed_at=None).order_by("position", "-pk")


def objects(way: PatientWay, said: Said) -> WhyNot | None:
    """Why what they said forbids the way; None where it does not."""
    return objection(way, {basis: row.given for (of, basis), row in said.items() if of is way})


def known_of(patient: Patient) -> Known:
    """Whom the practice knows as this patient, and how they can be written to."""
    return known_all({patient.pk: patient})[patient.pk]


def known_all(patients: Mapping[UUID, Patient]) -> dict[UUID, Known]:
    """The same of many, in a fixed number of statements.

    Args:
        patients: by the ids that they are asked for under; none is merged into another.
    """
    head, time_zone = letterhead(), Practice.objects.get(pk=scope.current()).time_zone
    kept = {patient.pk: patient.pk for patient in patients.values()}
    gone = Patient.objects.filter(merged_into__in=list(kept))
    whose = kept | {row.pk: row.merged_into_id for row in gone.only("pk", "merged_into")}
    named = head is not None and head.portal_address
    numbers = _grouped(_numbers(whose), whose) if named else {}
    consents, contacts = _grouped(_consents(whose), whose), _grouped(_contacts(whose), whose)
    found = {}
    for asked, patient in patients.items():
        ids = [pk for pk, of_whom in whose.items() if of_whom == patient.pk]
        portal = _portal_name(numbers.get(patient.pk, ()))
        known = Known(patient, ids, head, time_zone, portal, {})
        said, held = _last(consents.get(patient.pk, ())), contacts.get(patient.pk, [])
        found[asked] = replace(known, roads=_roads(known, said, held))
    return found


def roads(known: Known) -> dict[PatientWay, Road]:
    """Each way to a patient as it is now, in the practice's order: open, or why not."""
    return _roads(known, _last(_consents(known.ids)), list(_contacts(known.ids)))


def _roads(known: Known, said: Said, contacts: list[Contact]) -> dict[PatientWay, Road]:
    order = [PatientWay(way) for way in known.head.order] if known.head else list(PatientWay)
    ways = dict.fromkeys((*order, *BY_A_PERSON))
    return {way: _road(way, known, said, contacts) for way in ways}


def _grouped(rows: Iterable[Row], whose: Mapping[UUID, UUID | None]) -> dict[UUID, list[Row]]:
    """By whom they are of, in the order in which they come."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        of_whom = whose[row.patient_id] if row.patient_id else None
        if of_whom is not None:
            found[of_whom].append(row)
    return found


def _road(way: PatientWay, known: Known, said: Said, contacts: list[Contact]) -> Road:
    if known.patient.is_deceased:
        return Road(way, why_not=WhyNot.DECEASED)
    if way not in BY_MACHINE:
        return Road(way)
    if known.head is None:
        return Road(way, why_not=WhyNot.NO_LETTERHEAD)
    address, contact = _address(way, known, contacts)
    return Road(way, address, contact, objects(way, said) or _lack(address, contact))


def _lack(address: str, contact: Contact | None) -> WhyNot | None:
    if not address:
        return WhyNot.NO_ADDRESS
    if contact is not None and contact.broken_at is not None:
        return BROKEN.get(Broken(contact.broken_reason), WhyNot.UNREACHABLE)
    return None


def _address(way: PatientWay, known: Known, contacts: list[Contact]) -> tuple[str, Contact | None]:
    """What a person wrote down, else what the chart says by now; with what is known of it."""
    own = [one for one in contacts if one.channel == CHANNELS[way]]
    written = next((one for one in own if one.position == BY_STAFF), None)
    if written is not None and way is not PatientWay.PORTAL:
        return written.address, written
    address = _in_chart(way, known)
    return address, next((one for one in own if one.address == address), None)


def _in_chart(way: PatientWay, known: Known) -> str:
    patient = known.patient
    try:
        if way is PatientWay.SMS:
            return e164(patient.phone)
        if way is PatientWay.EMAIL:
            return address_of(Channel.EMAIL, patient.email) if patient.email else ""
    except (NotAPhone, ContactRefused):
        return ""
    return known.portal_name


def _numbers(ids: Collection[UUID]) -> Iterable[PatientIdentifier]:
    return PatientIdentifier.objects.filter(patient__in=ids)


def _portal_name(rows: Iterable[PatientIdentifier]) -> str:
    """By which the portal knows them: `assigner|number`, a record number first."""
    first = min(rows, key=lambda row: (row.type != "MR", row.pk), default=None)
    return f"{first.assigner}|{first.value}" if first else ""


def zones(patient: Patient, number: str = "", *, time_zone: str = "") -> tuple[str, ...]:
    """Where they may be: by their address, else by their phone, else where the practice is."""
    time_zone = time_zone or Practice.objects.get(pk=scope.current()).time_zone
    try:
        number = number or e164(patient.phone)
    except NotAPhone:
        number = ""
    return zones_of(patient.state, number, time_zone)


def language(patient: Patient) -> str:
    """Which of our languages they are written to in."""
    word = patient.language.strip().lower()
    return "es" if word in SPANISH or word.startswith(("es-", "es_")) else "en"


def patients_at(number: str) -> list[Patient]:
    """Whose number it is: by what was written down, else by the charts, in any spelling."""
    held = Contact.objects.filter(
        address=number, channel=Channel.SMS, patient__isnull=False, removed_at=None
    ).select_related("patient__merged_into")  # fmt: skip
    found = [contact.patient.merged_into or contact.patient for contact in held if contact.patient]
    last = number[-LAST:]
    likely = Patient.objects.filter(merged_into=None, phone__contains=last) if last else []
    found += [patient for patient in likely if _is_at(patient, number)]
    return list({patient.pk: patient for patient in found}.values())


LAST = 4


def _is_at(patient: Patient, number: str) -> bool:
    try:
        return e164(patient.phone) == number
    except NotAPhone:
        return False
