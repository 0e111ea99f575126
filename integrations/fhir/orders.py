"""ServiceRequest: orders waiting for a signature, orders sent, and referrals."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from charts.values import Code, ItemKind, ItemReport, ItemStatus, Priority, ProviderRef
from integrations.events import Event, ItemReported
from integrations.fhir.bundle import Body
from integrations.fhir.element import (
    Node,
    child,
    children,
    code_values,
    codes,
    day,
    identifiers,
    moment,
    named,
    text,
    wording,
)
from integrations.fhir.naming import numbers, order_number, visit_number
from integrations.fhir.people import patient_at, provider_at
from integrations.hl7.orders import is_referral as reads_as_referral

S = ItemStatus

STATUSES = {
    "draft": S.DRAFT, "active": S.ACTIVE, "on-hold": S.ON_HOLD, "completed": S.COMPLETED,
    "revoked": S.WITHDRAWN, "entered-in-error": S.WITHDRAWN,
}  # fmt: skip
UNSTATED = S.ACTIVE

PRIORITIES = {priority.value: priority for priority in Priority}

NO_ORDER = frozenset({"proposal", "plan", "directive", "option"})
"""Intents that ask nobody to do anything yet."""

REFERRAL_CODES = frozenset({
    "3457005",    # patient referral
    "103696004",  # patient referral to specialist
    "306206005",  # referral to service
    "57133-1",    # referral note
})  # fmt: skip
REFERRAL_CATEGORIES = REFERRAL_CODES | {
    "referral", "consult", "consultation",
    "sdoh", "410606002",  # social service: US Core, SDOH Clinical Care
}  # fmt: skip


def read(body: Body) -> Iterator[Event]:
    for request in body.of_type("ServiceRequest"):
        if text(request, "intent") not in NO_ORDER:
            yield from _reported(request, body)


def is_referral(request: Node) -> bool:
    concept = child(request, "code")
    if code_values(concept) & REFERRAL_CODES:
        return True
    if any(
        code_values(category) & REFERRAL_CATEGORIES for category in children(request, "category")
    ):
        return True
    return reads_as_referral(*codes(concept))


def _reported(request: Node, body: Body) -> Iterator[Event]:
    """A draft is an order to sign; once signed, that is done, and a referral begins."""
    patient = patient_at(child(request, "subject"), request, body)
    status = STATUSES.get(text(request, "status"), UNSTATED)
    if not is_referral(request):
        yield ItemReported(patient=patient, item=_item(request, ItemKind.ORDER, status, body))
        return
    if status != S.DRAFT:
        yield ItemReported(patient=patient, item=_item(request, ItemKind.REFERRAL, status, body))
    signing = status if status in (S.DRAFT, S.WITHDRAWN) else S.COMPLETED
    yield ItemReported(patient=patient, item=_item(request, ItemKind.ORDER, signing, body))


def _item(request: Node, kind: ItemKind, status: ItemStatus, body: Body) -> ItemReport:
    return replace(
        requested(request, kind, status, named(child(request, "code")), body),
        recipient=_recipient(request, body),
        effective_at=_starts_at(request, body),
        due_date=_due_date(request),
        text=" ".join(text(note, "text") for note in children(request, "note")),
        details=_details(request) | (_known_by(request) if kind is ItemKind.REFERRAL else {}),
    )


def requested(
    request: Node, kind: ItemKind, status: ItemStatus, coded: tuple[Code, Code | None], body: Body
) -> ItemReport:
    """What every kind of request says: its numbers, who asked, how urgent it is, and since when."""
    code, alternate = coded
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
    )


def _known_by(request: Node) -> dict[str, str]:
    """The number by which orders and REF tell of the same referral, and who gave it out."""
    stated = identifiers(request)
    placed = [one for one in stated if one.type == "PLAC"]
    one = next(iter(placed or [one for one in stated if not one.type]), None)
    known = {"referral_number": one.value, "assigner": one.assigner} if one else {}
    return {name: value for name, value in known.items() if value}


def issued_at(resource: Node, body: Body) -> datetime | None:
    """When this version was written: authoredOn stays through every change of status."""
    said = child(resource, "meta").get("lastUpdated") or resource.get("lastModified")
    return moment(said or resource.get("authoredOn"), body.zone)


def _recipient(request: Node, body: Body) -> ProviderRef | None:
    named_ones = (provider_at(one, request, body) for one in children(request, "performer"))
    return next((one for one in named_ones if one is not None), None)


def _starts_at(request: Node, body: Body) -> datetime | None:
    period = child(request, "occurrencePeriod")
    return moment(request.get("occurrenceDateTime") or period.get("start"), body.zone)


def _due_date(request: Node) -> date | None:
    return day(request.get("occurrenceDateTime") or child(request, "occurrencePeriod").get("end"))


def _details(request: Node) -> dict[str, str]:
    reasons = [wording(reason) for reason in children(request, "reasonCode")]
    wanted = child(request, "performerType")
    details = {
        "reason": "; ".join(reason for reason in reasons if reason),
        "specialty": wording(wanted),
    }
    return {name: value for name, value in details.items() if value}
