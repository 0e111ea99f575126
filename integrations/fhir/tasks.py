"""Task: work that another system asks for, and what became of a referral."""

from collections.abc import Iterator
from datetime import date

from charts.values import Code, ItemKind, ItemReport, ItemStatus
from integrations.events import Event, ItemReported
from integrations.fhir.bundle import Body, literal
from integrations.fhir.element import Node, child, children, code_values, day, named, text, wording
from integrations.fhir.naming import order_number, order_number_at, own_key, visit_number
from integrations.fhir.orders import PRIORITIES, is_referral, issued_at
from integrations.fhir.people import patient_at, provider_at

S = ItemStatus

STATUSES = {
    "draft": S.DRAFT,
    "on-hold": S.ON_HOLD,
    "completed": S.COMPLETED,
    "rejected": S.WITHDRAWN,
    "cancelled": S.WITHDRAWN,
    "failed": S.WITHDRAWN,
    "entered-in-error": S.WITHDRAWN,
}
UNDER_WAY = S.ACTIVE
"""requested, received, accepted, ready and in-progress are all work not yet done."""

REQUESTS = frozenset(
    {
        "prior-authorization",
        "medication-change",
        "administrative-message",
        "misfiled-document",
        "appointment-follow-up",
    }
)
REFILL_CODES = frozenset({"refill", "refill-request"})

ANSWERS = {
    "accepted": "accepted",
    "in-progress": "accepted",
    "rejected": "rejected",
    "failed": "rejected",
    "cancelled": "cancelled",
    "completed": "fulfilled",
}
"""What the recipient says about our referral. Fulfilled is not closed: a report is reviewed."""


def read(body: Body) -> Iterator[Event]:
    for task in body.of_type("Task"):
        if request_of(task):
            yield _requested(task, body)
        elif referral := referral_of(task):
            yield from _answered(task, referral, body)


def request_of(task: Node) -> str:
    """The kind of request by its code; empty for any other Task."""
    said = code_values(child(task, "code"))
    if said & REFILL_CODES:
        return "refill"
    return min(said & REQUESTS, default="")


def referral_of(task: Node) -> Node:
    """The request it is about: `focus` (SDOH Clinical Care) or `basedOn` (CMS50), else empty."""
    for reference in (child(task, "focus"), *children(task, "basedOn")):
        kind = text(reference, "type") or literal(reference).partition("/")[0]
        if kind == "ServiceRequest" or text(reference, "reference").startswith(("urn:", "#")):
            return reference
    return {}


def _requested(task: Node, body: Body) -> Event:
    request = request_of(task)
    code, alternate = named(child(task, "code"))
    requester = provider_at(child(task, "requester"), task, body)
    item = ItemReport(
        kind=ItemKind.REFILL if request == "refill" else ItemKind.REQUEST,
        key=own_key(task, body),
        status=STATUSES.get(text(task, "status"), UNDER_WAY),
        code=code,
        alternate=alternate,
        orderer=requester,
        recipient=provider_at(child(task, "owner"), task, body),
        encounter=visit_number(child(task, "encounter"), task, body),
        priority=PRIORITIES.get(text(task, "priority")),
        issued_at=issued_at(task, body),
        due_date=_due_date(task),
        text=text(task, "description"),
        details={"request": request} | _reason(task) | _drug(task),
    )
    return ItemReported(patient=patient_at(child(task, "for"), task, body), item=item)


def _answered(task: Node, reference: Node, body: Body) -> Iterator[Event]:
    """What became of the referral: it stays active, for an answer closes no loop."""
    answer = ANSWERS.get(text(task, "status"), "")
    found = body.find(reference, task)
    if not answer or (
        found is not None and (found["resourceType"] != "ServiceRequest" or not is_referral(found))
    ):
        return
    key = order_number(found, body) if found is not None else order_number_at(reference, task, body)
    if not key:
        return
    code, alternate = named(child(found, "code")) if found is not None else (Code(""), None)
    patient = patient_at(child(task, "for"), task, body)
    item = ItemReport(
        kind=ItemKind.REFERRAL,
        key=key,
        status=S.ACTIVE,
        code=code,
        alternate=alternate,
        placer=key,
        recipient=provider_at(child(task, "owner"), task, body),
        issued_at=issued_at(task, body),
        details={"answer": answer} | _reason(task) | _report(task),
    )
    yield ItemReported(patient=patient, item=item)


def _report(task: Node) -> dict[str, str]:
    """What the recipient says came of it."""
    made = [literal(child(output, "valueReference")) for output in children(task, "output")]
    made = [address for address in made if address]
    return {"report": ", ".join(made)} if made else {}


def _reason(task: Node) -> dict[str, str]:
    said = wording(child(task, "statusReason")) or wording(child(task, "reasonCode"))
    return {"reason": said} if said else {}


def _drug(task: Node) -> dict[str, str]:
    for part in children(task, "input"):
        if "medication" in code_values(child(part, "type")):
            return {"drug": wording(child(part, "valueCodeableConcept"))}
    return {}


def _due_date(task: Node) -> date | None:
    return day(child(child(task, "restriction"), "period").get("end"))
