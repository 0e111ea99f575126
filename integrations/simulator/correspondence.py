"""What goes out to colleagues and pharmacies, and what comes back from them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from integrations.simulator import fhir, hl7
from integrations.simulator.catalogue import (
    ADMINISTRATION,
    AUTHORIZATIONS,
    CHANGES,
    OTHER_DRUGS,
    PROTOCOL_DRUGS,
    REASONS,
    SPECIALTIES,
    Term,
)
from integrations.simulator.clinic import Desk, Door, Provider, Sending, Visit, spread
from integrations.simulator.patients import Patient
from integrations.simulator.visits import Waiting, book

REFERRALS, REPORTS, REFILLS, CHANGED = 3, 2, 3, 2
"""Of each clinician: referrals out, reports on yesterday's, refill requests, medication changes."""

OFFICE_HOURS = (8 * 60 + 15, 17 * 60 + 30)


@dataclass(frozen=True, slots=True)
class Referral:
    visit: Visit
    number: str
    specialty: Term
    reason: str
    by_fhir: bool

    @property
    def minute(self) -> float:
        return self.visit.ends + 4


def referrals(desk: Desk, waiting: Waiting) -> Iterator[Sending]:
    """The first of each clinician goes by FHIR, the others by REF^I12."""
    for referral in _referrals(desk, waiting):
        yield _by_fhir(desk, referral) if referral.by_fhir else refer(desk, referral)


def _referrals(desk: Desk, waiting: Waiting) -> list[Referral]:
    rng = desk.dice("referrals")
    return [
        Referral(
            visit=visit,
            number=desk.number("R"),
            specialty=rng.choice(SPECIALTIES),
            reason=rng.choice(REASONS),
            by_fhir=index == 0,
        )
        for provider in desk.clinic.providers
        for index, visit in enumerate(rng.sample(waiting.of(provider), REFERRALS))
    ]  # fmt: skip


def refer(desk: Desk, referral: Referral) -> Sending:
    """One by REF^I12."""
    visit, at = referral.visit, referral.minute
    referrer = hl7.xcn(visit.provider).split("^")
    segments = [
        hl7.segment("RF1", {1: "P^Pending^HL70283", 2: "R^Routine^HL70280", 6: referral.number,
                            7: desk.stamp(at), 9: desk.stamp(at), 10: f"^{referral.reason}"}),
        hl7.segment("PRD", {1: "RP^Referring provider^HL70286", 7: f"{visit.provider.id}^NPI",
                            2: f"{referrer[1]}^{referrer[2]}"}),
        hl7.segment("PRD", {1: "RT^Referred to provider^HL70286",
                            2: "^".join(hl7.specialist(referral.specialty).split("^")[1:3])}),
        hl7.pid(visit.patient, desk.clinic),
        *hl7.dg1(visit.patient),
        hl7.segment("OBR", {1: "1", 2: referral.number, 16: hl7.xcn(visit.provider),
                            4: f"REF^Referral to {referral.specialty.text}^L"}),
        hl7.pv1(visit, desk),
    ]  # fmt: skip
    return hl7.message(desk, Door.EHR_HTTP, "REF^I12", at, segments)


def _by_fhir(desk: Desk, referral: Referral) -> Sending:
    visit = referral.visit
    code = fhir.concept(Term("103696004", f"Referral to {referral.specialty.text}", "SCT"))
    request = fhir.service_request(
        desk, referral.minute, visit.patient, visit.provider,
        id=referral.number, status="active", code=code, written=referral.minute, priority="routine",
        reasonCode=[{"text": referral.reason}], performerType={"text": referral.specialty.text},
    )  # fmt: skip
    return fhir.sending(desk, referral.minute, fhir.with_patient(desk, visit.patient, request))


def reports(desk: Desk) -> Iterator[Sending]:
    """Consult notes on some of the referrals of the day before."""
    before = Desk(desk.clinic, desk.day - timedelta(days=1), desk.seed, desk.clock)
    sent = _referrals(before, book(before))
    rng = desk.dice("reports")
    answered = [one for index, one in enumerate(sent) if index % REFERRALS < REPORTS]
    for referral, minute in zip(answered, spread(rng, len(answered), *OFFICE_HOURS), strict=True):
        yield _report(desk, referral, minute)


def _report(desk: Desk, referral: Referral, minute: float) -> Sending:
    visit, author = referral.visit, hl7.specialist(referral.specialty)
    orderer = hl7.xcn(visit.provider)
    code = f"11488-4^{referral.specialty.text} consult note^LN"
    segments = [
        hl7.segment("EVN", {1: "T02", 2: desk.stamp(minute)}),
        hl7.pid(visit.patient, desk.clinic),
        hl7.segment("PV1", {1: "1", 2: "O", 3: hl7.place(visit.provider, desk.clinic), 8: orderer}),
        hl7.segment("ORC", {1: "RE", 2: referral.number, 12: orderer}),
        hl7.segment("OBR", {1: "1", 2: referral.number, 4: code, 16: orderer}),
        hl7.segment("TXA", {1: "1", 2: "CN", 3: "TX", 4: desk.stamp(minute - 30),
                            6: desk.stamp(minute), 9: author, 12: desk.number("C"),
                            14: referral.number, 17: "LA", 19: "AV", 23: orderer}),
        hl7.segment("OBX", {1: "1", 2: "TX", 3: code, 4: "1", 11: "F",
                            5: f"Thank you for this referral: {referral.reason.lower()}."}),
        hl7.segment("OBX", {1: "2", 2: "TX", 3: code, 4: "1", 11: "F",
                            5: "Findings and plan below. Please see the patient in four weeks."}),
    ]  # fmt: skip
    return hl7.message(desk, Door.EHR_HTTP, "MDM^T02", minute, segments)


def refills(desk: Desk, waiting: Waiting) -> Iterator[Sending]:
    """Pharmacies ask; the last of each clinician's is for a drug that no protocol covers."""
    rng = desk.dice("refills")
    people = iter(rng.sample(waiting.absent, len(waiting.absent)))
    for provider in desk.clinic.providers:
        for index, minute in enumerate(spread(rng, REFILLS, *OFFICE_HOURS)):
            drug = rng.choice(PROTOCOL_DRUGS if index < REFILLS - 1 else OTHER_DRUGS)
            yield refill(desk, minute, next(people), provider, drug, number=desk.number("F"))


def refill(
    desk: Desk, minute: float, patient: Patient, provider: Provider, drug: Term, *, number: str
) -> Sending:
    """A pharmacy asks."""
    segments = [
        hl7.pid(patient, desk.clinic),
        hl7.segment("ORC", {1: "RF", 2: number, 9: desk.stamp(minute),
                            12: hl7.xcn(provider), 13: hl7.place(provider, desk.clinic)}),
        hl7.segment("RXE", {1: "^^^^^R", 2: hl7.coded(drug), 3: "1", 5: "TAB", 10: "90"}),
        hl7.segment("RXR", {1: "PO^Oral^HL70162"}),
    ]  # fmt: skip
    return hl7.message(desk, Door.EHR_HTTP, "RDE^O25", minute, segments)


def inbox(desk: Desk, waiting: Waiting) -> Iterator[Sending]:
    """Work that the EHR asks for by FHIR Task; one document a day lies in the wrong chart."""
    rng = desk.dice("inbox")
    for provider in desk.clinic.providers:
        for visit in rng.sample(waiting.of(provider), CHANGED):
            said = f"Document: {rng.choice(CHANGES)}"
            yield _task(desk, visit.ends + 6, visit.patient, provider, "medication-change", said)
        first, second = spread(rng, 2, *OFFICE_HOURS)
        authorization = f"Prior authorization: {rng.choice(AUTHORIZATIONS)}"
        yield _task(
            desk, first, rng.choice(waiting.absent), provider, "prior-authorization", authorization
        )
        yield _task(desk, second, rng.choice(waiting.absent), provider, "administrative-message",
                    rng.choice(ADMINISTRATION))  # fmt: skip
    provider, patient = rng.choice(desk.clinic.providers), rng.choice(waiting.absent)
    yield _task(desk, rng.uniform(*OFFICE_HOURS), patient, provider, "misfiled-document",
                "Scan belongs to another chart")  # fmt: skip


def _task(
    desk: Desk, minute: float, patient: Patient, provider: Provider, code: str, said: str
) -> Sending:
    request = fhir.task(
        desk, minute, patient, provider, id=desk.number("K"), code=code, description=said,
        priority="urgent" if code == "prior-authorization" else "routine",
    )  # fmt: skip
    return fhir.sending(desk, minute, fhir.with_patient(desk, patient, request))
