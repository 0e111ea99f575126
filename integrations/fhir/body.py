"""A body as it came to what it holds: total, any bytes in, a resource or a list of issues out."""

from dataclasses import dataclass, field
from typing import Any

from integrations.fhir import structure, validation
from integrations.fhir.issues import Issue, http_status, outcome
from integrations.fhir.vocabulary import READ

__all__ = ["Issue", "Parsed", "http_status", "outcome", "parse", "reread", "warm_up"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a body holds. `resource` is None where it is not even JSON."""

    resource: dict[str, Any] | None = field(repr=False)
    issues: tuple[Issue, ...] = ()

    @property
    def is_valid(self) -> bool:
        return self.resource is not None and not any(issue.is_error for issue in self.issues)

    @property
    def type(self) -> str:
        """The resource type, or empty."""
        name = (self.resource or {}).get("resourceType")
        return name if isinstance(name, str) else ""


def parse(raw: bytes, *, max_bytes: int = structure.MAX_BYTES) -> Parsed:
    """Read and validate a body. Never raises."""
    try:
        value = structure.read(raw, max_bytes=max_bytes)
    except structure.Unreadable as error:
        return Parsed(None, (error.issue,))
    issues = tuple(validation.problems(value))
    return Parsed(value if isinstance(value, dict) else None, issues)


def reread(raw: bytes) -> Parsed:
    """Read a body that `parse` found valid before it was stored. Never raises.

    Validating is most of the work, and stored bytes do not change.
    """
    try:
        value = structure.read(raw, max_bytes=len(raw))
    except structure.Unreadable as error:
        return Parsed(None, (error.issue,))
    return Parsed(value) if isinstance(value, dict) else parse(raw)


def warm_up() -> None:
    """Build the classes of every type that is read: the first use of one takes up to 30 ms."""
    for name in sorted(READ):
        validation.problems({"resourceType": name})
    validation.problems({"resourceType": "Bundle", "type": "batch"})
