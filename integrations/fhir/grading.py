"""How bad a value is by its own interpretation, and by its reference range where there is none."""

from charts.values import Severity, worst
from integrations.fhir.element import Node, child, children, number, text

CRITICAL = frozenset({"HH", "LL", "AA"})
ABNORMAL = frozenset({
    "A", "H", "L", "HU", "LU", "HX", "LX", "<", ">", "U", "D",
    "R", "I", "NS", "SDD", "SYN-R", "POS", "DET", "RR", "WR", "IND", "E",
})  # fmt: skip
NORMAL = frozenset({"N", "NEG", "ND", "NR", "S", "VS"})
SEVERITIES = (
    dict.fromkeys(CRITICAL, Severity.CRITICAL)
    | dict.fromkeys(ABNORMAL, Severity.ABNORMAL)
    | dict.fromkeys(NORMAL, Severity.NORMAL)
)

Limits = tuple[float | None, float | None]


def flags(node: Node) -> tuple[str, ...]:
    """The interpretation codes, each once."""
    said = [
        text(coding, "code").upper()
        for concept in children(node, "interpretation")
        for coding in children(concept, "coding")
    ]
    return tuple(dict.fromkeys(code for code in said if code))


def severity(node: Node) -> Severity:
    """The gravest interpretation that says something; else abnormal outside the range."""
    graded = worst([SEVERITIES.get(flag, Severity.UNKNOWN) for flag in flags(node)])
    if graded not in (None, Severity.UNKNOWN):
        return graded
    is_outside = _is_outside(child(node, "valueQuantity"), limits(node))
    return Severity.ABNORMAL if is_outside else Severity.UNKNOWN


def limits(node: Node) -> Limits:
    """The one normal range; none where several might hold, or where its ends are swapped."""
    ranges = [one for one in children(node, "referenceRange") if _is_normal_range(one)]
    if len(ranges) != 1:
        return None, None
    low, high = (number(child(ranges[0], end).get("value")) for end in ("low", "high"))
    if low is not None and high is not None and low > high:
        return None, None
    return low, high


def _is_normal_range(node: Node) -> bool:
    """Therapeutic, recommended and other ranges say nothing about what is normal."""
    kinds = {text(coding, "code") for coding in children(child(node, "type"), "coding")} - {""}
    return not kinds or "normal" in kinds


def _is_outside(quantity: Node, within: Limits) -> bool:
    value, (low, high) = number(quantity.get("value")), within
    if value is None:
        return False
    comparator = text(quantity, "comparator")
    below = low is not None and (value < low or (value == low and comparator == "<"))
    above = high is not None and (value > high or (value == high and comparator == ">"))
    if comparator in ("<", "<="):
        return below
    return above if comparator in (">", ">=") else below or above
