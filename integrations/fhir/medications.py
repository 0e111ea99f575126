"""MedicationRequest: refills asked for and answered, prescriptions."""

from collections.abc import Iterator

from charts.values import Code, ItemKind, ItemReport, ItemStatus
from integrations.events import Event, ItemReported
from integrations.fhir.bundle import Body, literal
from integrations.fhir.element import Node, child, children, identifier, named, text, wording
from integrations.fhir.issues import Issue
from integrations.fhir.naming import numbers, order_number, unnamed, visit_number
from integrations.fhir.orders import PRIORITIES, issued_at
from integrations.fhir.people import patient_at, provider_at

S = ItemStatus

STATUSES = {
    "draft": S.DRAFT, "active": S.ACTIVE, "on-hold": S.ON_HOLD, "completed": S.COMPLETED,
    "cancelled": S.WITHDRAWN, "stopped": S.WITHDRAWN, "entered-in-error": S.WITHDRAWN,
}  # fmt: skip
UNSTATED = S.ACTIVE

ASKED_FOR = frozenset({"proposal", "plan"})
"""Intents of a prescription that nobody has written yet."""

REFILL_ANSWERS = {S.ACTIVE: S.COMPLETED, S.COMPLETED: S.COMPLETED, S.ON_HOLD: S.ON_HOLD}
"""A refill that became a prescription is answered."""


def read(body: Body) -> Iterator[Event | Issue]:
    for request in body.of_type("MedicationRequest"):
        report = _report(request, body)
        if report is not None and not report.key:
            yield unnamed(request)
        elif report is not None:
            patient = patient_at(child(request, "subject"), request, body)
            yield ItemReported(patient=patient, item=report)


def _report(request: Node, body: Body) -> ItemReport | None:
    """A refill where it follows an earlier prescription; nothing for a drug only reported."""
    status = STATUSES.get(text(request, "status"), UNSTATED)
    is_asked_for = status == S.DRAFT or text(request, "intent") in ASKED_FOR
    if child(request, "priorPrescription"):
        refill = (
            status
            if status == S.WITHDRAWN
            else S.ACTIVE
            if is_asked_for
            else REFILL_ANSWERS[status]
        )
        return _item(request, ItemKind.REFILL, refill, body)
    if is_asked_for and status != S.DRAFT:
        return None
    if request.get("reportedBoolean") is True or child(request, "reportedReference"):
        return None
    return _item(request, ItemKind.MEDICATION, status, body)


def _item(request: Node, kind: ItemKind, status: ItemStatus, body: Body) -> ItemReport:
    code, alternate = _drug(request, body)
    known = numbers(request)
    requester = provider_at(child(request, "requester"), request, body)
    return ItemReport(
        kind=kind,
        key=order_number(request, body),
        status=status,
        code=code,
        alternate=alternate,
        placer=known.placer,
        filler=known.filler,
        orderer=requester,
        signer=requester if status == S.DRAFT else None,
        encounter=visit_number(child(request, "encounter"), request, body),
        priority=PRIORITIES.get(text(request, "priority")),
        issued_at=issued_at(request, body),
        text="; ".join(
            text(one, "text") for one in children(request, "dosageInstruction") if text(one, "text")
        ),
        details=_details(request, code, body),
    )


def _drug(request: Node, body: Body) -> tuple[Code, Code | None]:
    concept = child(request, "medicationCodeableConcept")
    if concept:
        return named(concept)
    reference = child(request, "medicationReference")
    found = body.find(reference, request)
    if found is not None:
        return named(child(found, "code"))
    return Code(identifier(child(reference, "identifier")).value, text(reference, "display")), None


def _details(request: Node, drug: Code, body: Body) -> dict[str, str]:
    reasons = (wording(reason) for reason in children(request, "reasonCode"))
    prior = child(request, "priorPrescription")
    found = body.find(prior, request)
    details = {
        "drug": drug.display or drug.code,
        "reason": "; ".join(reason for reason in reasons if reason),
        "prior": order_number(found, body) if found is not None else literal(prior),
    }
    return {name: value for name, value in details.items() if value}
