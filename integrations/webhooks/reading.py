"""What a fax service posted, read like any other message. Total: any bytes in, never an
exception."""

from dataclasses import dataclass

from charts.values import Severity
from integrations.events import Event
from integrations.fhir import structure
from integrations.fhir.issues import Issue, IssueCode
from integrations.webhooks import fax
from integrations.webhooks.fax import FaxEvent

UNKNOWN = "This is not a message of a fax service that is known here. Check where it is sent."


@dataclass(frozen=True, slots=True)
class Reading:
    """What the body says; `unfiled` where a document came of which nobody knows whose it is."""

    type: str
    events: tuple[Event, ...] = ()
    faults: tuple[Issue, ...] = ()
    severity: Severity | None = None
    unfiled: str = ""
    fax: FaxEvent | None = None


def interpret(raw: bytes, *, event: str = "") -> Reading:
    """What a body says happened, with the name of the event where a header has it. Never raises."""
    try:
        value = structure.read(raw)
    except structure.Unreadable as error:
        return Reading("malformed", faults=(error.issue,))
    found = fax.read(value, event=event) if isinstance(value, dict) else None
    if found is None:
        return Reading("malformed", faults=(Issue(IssueCode.NOT_SUPPORTED, UNKNOWN),))
    return Reading("fax", unfiled=_title(found) if found.must_be_filed else "", fax=found)


def _title(found: FaxEvent) -> str:
    if found.pages is None:
        return "A fax to file"
    return f"A fax of {found.pages} page{'' if found.pages == 1 else 's'} to file"
