"""IN1: how the patient is insured, as an order or a referral that carries it says."""

from collections.abc import Iterable

from integrations.hl7.segment import Segment
from integrations.hl7.types import codes

_LAST = "9"
"""Sorts behind every rank that is said."""


def insurance_of(lines: Iterable[Segment]) -> dict[str, str]:
    """Of the insurance that pays first (IN1-22, else the order of IN1-1): payer, plan, member
    number and group."""
    first = min((one for one in lines if one.name == "IN1"), key=_rank, default=None)
    if first is None:
        return {}
    plan, _ = codes(first.raw(2), first.grammar)
    said = {
        "payer": first.field(4) or first.field(3),
        "plan": plan.display or first.field(9),
        "member_number": first.field(36) or first.field(49),
        "group_number": first.field(8),
    }
    return {name: value for name, value in said.items() if value}


def _rank(line: Segment) -> tuple[str, str]:
    return line.field(22) or _LAST, line.field(1) or _LAST
