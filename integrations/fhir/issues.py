"""What is wrong with a body, as OperationOutcome says it: what to do, never the value sent."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class IssueCode(StrEnum):
    """The part of FHIR issue-type used here."""

    STRUCTURE = "structure"
    INVALID = "invalid"
    REQUIRED = "required"
    VALUE = "value"
    TOO_COSTLY = "too-costly"
    NOT_SUPPORTED = "not-supported"
    NOT_FOUND = "not-found"
    INCOMPLETE = "incomplete"
    INFORMATIONAL = "informational"


class Level(StrEnum):
    """FHIR issue-severity."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong; `location` is where, such as `Bundle.entry[1].resource.status`."""

    code: IssueCode
    text: str
    location: str = ""
    level: Level = Level.ERROR

    @property
    def is_error(self) -> bool:
        return self.level in (Level.FATAL, Level.ERROR)


ACCEPTED = Issue(IssueCode.INFORMATIONAL, "Stored.", level=Level.INFORMATION)
"""OperationOutcome must hold at least one issue; this one says that there is none."""


def outcome(issues: Iterable[Issue]) -> bytes:
    """An OperationOutcome as JSON."""
    listed = tuple(issues) or (ACCEPTED,)
    body = {"resourceType": "OperationOutcome", "issue": [_issue(issue) for issue in listed]}
    return json.dumps(body, separators=(",", ":")).encode()


def http_status(issues: Iterable[Issue]) -> int:
    """200 without an error; 413 too big, 400 not FHIR JSON, 422 FHIR JSON that breaks a rule."""
    wrong = {issue.code for issue in issues if issue.is_error}
    if not wrong:
        return 200
    if IssueCode.TOO_COSTLY in wrong:
        return 413
    return 400 if IssueCode.STRUCTURE in wrong else 422


def _issue(issue: Issue) -> dict[str, object]:
    written: dict[str, object] = {
        "severity": issue.level.value,
        "code": issue.code.value,
        "diagnostics": issue.text,
    }
    if issue.location:
        written["expression"] = [issue.location]
    return written
