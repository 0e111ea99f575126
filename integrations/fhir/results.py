"""DiagnosticReport and Observation: results to review."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from charts.values import ItemKind, ItemReport, ItemStatus, Observation, Severity, worst
from integrations.events import Event, ItemReported
from integrations.fhir import grading
from integrations.fhir.bundle import Body
from integrations.fhir.element import (
    Node,
    attachment,
    child,
    children,
    code_values,
    moment,
    named,
    number,
    text,
    wording,
    written,
)
from integrations.fhir.naming import ordered_by, result_key, visit_number
from integrations.fhir.people import patient_at

S = ItemStatus

STATUSES = {
    "registered": S.REGISTERED,
    "partial": S.PRELIMINARY,
    "preliminary": S.PRELIMINARY,
    "final": S.FINAL,
    "amended": S.AMENDED,
    "appended": S.AMENDED,
    "corrected": S.CORRECTED,
    "cancelled": S.WITHDRAWN,
    "entered-in-error": S.WITHDRAWN,
}
UNSTATED = S.FINAL
"""A status that the source does not know is reviewed like a final one: nothing waits unseen."""

WITHOUT_RESULT = frozenset({S.REGISTERED, S.WITHDRAWN})
PLAIN_VALUES = ("valueString", "valueBoolean", "valueInteger", "valueDateTime", "valueTime")


def read(body: Body) -> Iterator[Event]:
    """Each report with its observations, then the laboratory observations that no report holds."""
    held: set[int] = set()
    for report in body.of_type("DiagnosticReport"):
        yield _reported(report, _members(children(report, "result"), report, body, held), body)
    loose = [
        one for one in body.of_type("Observation") if id(one) not in held and is_laboratory(one)
    ]
    for panel in loose:
        if children(panel, "hasMember") and id(panel) not in held:
            held.add(id(panel))
            members = _members(children(panel, "hasMember"), panel, body, held)
            yield _reported(panel, [panel, *(one for one in members if one is not panel)], body)
    for single in loose:
        if id(single) not in held:
            yield _reported(single, [single], body)


def is_laboratory(observation: Node) -> bool:
    """Vital signs and surveys are observations too; only laboratory values are results."""
    return any(
        "laboratory" in code_values(category) for category in children(observation, "category")
    )


def _members(references: list[Node], within: Node, body: Body, held: set[int]) -> list[Node]:
    """The observations that a report names, and those they hold that nothing named before."""
    named_here = {id(one): one for one in body.find_all(references, within) if _is_value(one)}
    members = list(named_here.values())
    held.update(named_here)
    waiting = members[::-1]
    while waiting:
        found = waiting.pop()
        inner = body.find_all(children(found, "hasMember"), found)
        fresh = {id(one): one for one in inner if _is_value(one) and id(one) not in held}
        members += fresh.values()
        held.update(fresh)
        waiting += fresh.values()
    return members


def _is_value(resource: Node) -> bool:
    return bool(resource["resourceType"] == "Observation")


def _reported(resource: Node, values: list[Node], body: Body) -> Event:
    order = ordered_by(resource, body)
    if not order.numbers:
        order = next((one for value in values if (one := ordered_by(value, body)).numbers), order)
    code, alternate = named(child(resource, "code"))
    key = result_key(resource, order.numbers, body)
    observations = _distinct([one for value in values for one in _observations(value, body)])
    status = STATUSES.get(text(resource, "status"), UNSTATED)
    item = ItemReport(
        kind=ItemKind.RESULT,
        key=key,
        status=status,
        code=code,
        alternate=alternate,
        placer=order.numbers.placer or order.key,
        filler=order.numbers.filler,
        severity=_severity(status, observations),
        observations=observations,
        attachments=tuple(attachment(form) for form in children(resource, "presentedForm")),
        orderer=order.orderer,
        encounter=visit_number(child(resource, "encounter"), resource, body),
        issued_at=_issued_at(resource, body),
        effective_at=effective_at(resource, body),
        text=text(resource, "conclusion"),
    )
    return ItemReported(patient=patient_at(child(resource, "subject"), resource, body), item=item)


def _severity(status: ItemStatus, observations: Iterable[Observation]) -> Severity | None:
    """The gravest observation; unknown for words alone; none where there is no result yet."""
    graded = worst([one.severity for one in observations if one.severity is not None])
    if graded is None and status not in WITHOUT_RESULT:
        return Severity.UNKNOWN
    return graded


def _issued_at(resource: Node, body: Body) -> datetime | None:
    said = resource.get("issued") or child(resource, "meta").get("lastUpdated")
    return moment(said, body.zone) or effective_at(resource, body)


def effective_at(resource: Node, body: Body) -> datetime | None:
    """When it was true of the patient: at the end of a period."""
    period = child(resource, "effectivePeriod")
    said = resource.get("effectiveDateTime") or resource.get("effectiveInstant")
    return moment(said or period.get("end") or period.get("start"), body.zone)


def _observations(resource: Node, body: Body) -> Iterator[Observation]:
    """Its own value and those of its components; one that only holds others grades nothing."""
    components = children(resource, "component")
    whole = _observation(resource, resource, body)
    if whole.value or whole.flags:
        yield whole
    elif not components:
        yield replace(whole, severity=None) if children(resource, "hasMember") else whole
    for component in components:
        yield _observation(component, resource, body)


def _observation(node: Node, resource: Node, body: Body) -> Observation:
    code, alternate = named(child(node, "code"))
    status = STATUSES.get(text(resource, "status"), UNSTATED)
    value, quantity = _value(node), child(node, "valueQuantity")
    low, high = grading.limits(node)
    comparator = text(quantity, "comparator")
    return Observation(
        code=code,
        alternate=alternate,
        value=value,
        number=number(node.get("valueInteger", quantity.get("value"))) if not comparator else None,
        units=text(quantity, "unit") or text(quantity, "code"),
        reference_range=_range_text(node),
        low=low,
        high=high,
        flags=grading.flags(node),
        severity=None
        if status in WITHOUT_RESULT or _is_absent(node, value)
        else grading.severity(node),
        status=status,
        observed_at=effective_at(resource, body),
        note=" ".join(text(note, "text") for note in children(resource, "note"))
        if node is resource
        else "",
    )


def _is_absent(node: Node, value: str) -> bool:
    """The laboratory says that there is no value, and why."""
    return not value and bool(child(node, "dataAbsentReason")) and not grading.flags(node)


def _value(node: Node) -> str:
    quantity = child(node, "valueQuantity")
    if quantity:
        return text(quantity, "comparator") + written(quantity.get("value"))
    if concept := child(node, "valueCodeableConcept"):
        return wording(concept)
    for name in PLAIN_VALUES:
        if name in node:
            return written(node[name])
    return _compound_value(node)


def _compound_value(node: Node) -> str:
    ratio, span = child(node, "valueRatio"), child(node, "valueRange")
    period = child(node, "valuePeriod")
    parts, mark = [""], ""
    if ratio:
        parts, mark = (
            [written(child(ratio, part).get("value")) for part in ("numerator", "denominator")],
            ":",
        )
    elif span:
        parts, mark = [written(child(span, part).get("value")) for part in ("low", "high")], " - "
    elif period:
        parts, mark = [text(period, part) for part in ("start", "end")], " - "
    return mark.join(parts) if any(parts) else ""


def _range_text(node: Node) -> str:
    said = []
    for one in children(node, "referenceRange"):
        ends = [written(child(one, end).get("value")) for end in ("low", "high")]
        said.append(text(one, "text") or _span(*ends))
    return "; ".join(part for part in said if part)


def _span(low: str, high: str) -> str:
    if low and high:
        return f"{low} - {high}"
    return f">={low}" if low else f"<={high}" if high else ""


def _distinct(found: list[Observation]) -> tuple[Observation, ...]:
    """Values of one code told apart by number, as OBX-4 does."""
    seen: Counter[str] = Counter()
    numbered = []
    for one in found:
        code = one.code.code
        seen[code] += 1
        numbered.append(replace(one, sub_id=str(seen[code])) if seen[code] > 1 else one)
    return tuple(numbered)
