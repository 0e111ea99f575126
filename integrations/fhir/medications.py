"""MedicationRequest: refills asked for and answered, prescriptions."""

from collections.abc import Iterator
from dataclasses import replace

from charts.values import Code, ItemKind, ItemReport, ItemStatus
from integrations.events import Event, ItemReported
from integrations.fhir.bundle import Body, literal
from integrations.fhir.element import Node, child, children, identifier, named, text, wording
from integrations.fhir.naming import order_number
from integrations.fhir.orders import requested
from integrations.fhir.people import patient_at

S = ItemStatus

STATUSES = {
    "draft": S.DRAFT, "active": S.ACTIVE, "on-hold": S.ON_HOLD, "completed": S.COMPLETED,
    "cancelled": S.WITHDRAWN, "stopped": S.WITHDRAWN, "entered-in-error": S.WITHDRAWN,
}  # fmt: skip
UNSTATED = S.ACTIVE

STOPPED = "stopped"
TAKEN = frozenset({S.ACTIVE, S.ON_HOLD})

ASKED_FOR = frozenset({"proposal", "plan"})
"""Intents of a prescription that nobody has written yet."""

REFILL_ANSWERS = {S.ACTIVE: S.COMPLETED}
"""A refill that became a prescription is answered."""


def read(body: Body) -> Iterator[Event]:
    for request in body.of_type("MedicationRequest"):
        patient = patient_at(child(request, "subject"), request, body)
        for item in _items(request, body):
            if patient is not None and item.kind == ItemKind.ORDER and item.status in TAKEN:
                patient = replace(patient, medications=(item.code,))
            yield ItemReported(patient=patient, item=item)


def _items(request: Node, body: Body) -> Iterator[ItemReport]:
    """A refill where it follows an earlier prescription; nothing for a drug only reported.

    A drug that was stopped is also a change, to be documented.
    """
    status = STATUSES.get(text(request, "status"), UNSTATED)
    is_asked_for = status == S.DRAFT or text(request, "intent") in ASKED_FOR
    is_reported = request.get("reportedBoolean") is True or child(request, "reportedReference")
    if child(request, "priorPrescription"):
        refill = _refill_status(status, is_asked_for=is_asked_for)
        yield _item(request, ItemKind.REFILL, refill, body)
        return
    if status != S.DRAFT and (is_asked_for or is_reported):
        return
    order = _item(request, ItemKind.ORDER, status, body)
    yield order
    if text(request, "status") == STOPPED:
        details = order.details | {"change": "discontinued"}
        key = f"{order.key}|{STOPPED}"[:250]
        yield replace(order, kind=ItemKind.MEDICATION, key=key, status=S.ACTIVE, details=details)


def _refill_status(status: ItemStatus, *, is_asked_for: bool) -> ItemStatus:
    if status != S.WITHDRAWN and is_asked_for:
        return S.ACTIVE
    return REFILL_ANSWERS.get(status, status)


def _item(request: Node, kind: ItemKind, status: ItemStatus, body: Body) -> ItemReport:
    code, alternate = _drug(request, body)
    instructions = (text(one, "text") for one in children(request, "dosageInstruction"))
    return replace(
        requested(request, kind, status, (code, alternate), body),
        text="; ".join(one for one in instructions if one),
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
