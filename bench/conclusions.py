"""What the words of the index ask of FHIR, C-CDA and webhook rows, and what CMS50 cases ask of
ingest. By their words, never by a file's name."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from integrations.cda import reading as cda
from integrations.signing import SignatureRefused
from integrations.webhooks import twilio

GRADES = {
    "task=physician, critical": "critical",
    "task=physician, abnormal": "abnormal",
    "task=clinician review": "unknown",
    "task=MA, normal": "normal",
}
NEUTRAL = ("quarantine", "medication")
"""Tasks the index does not speak of: a person must look at a message; a drug was stopped."""


def made(lines) -> list[str]:
    """Categories of the tasks that were opened."""
    return [
        task["category"]
        for line in lines
        for task in line.tasks
        if task["action"] in ("create", "reopen")
        and not any(word in task["category"] for word in NEUTRAL)
    ]


def closed(lines) -> list[str]:
    return [task["category"] for line in lines for task in line.tasks if task["action"] == "close"]


def kinds(lines) -> set[str]:
    return {line.kind for line in lines}


# --- each yields what is wrong


def stored(lines) -> Iterator[str]:
    if "malformed" in kinds(lines):
        yield "refused, but should be stored"


def no_task(row, lines, _folder) -> Iterator[str]:
    yield from stored(lines)
    if made(lines):
        yield f"tasks {made(lines)}, but there should be none"


def graded(row, lines, _folder) -> Iterator[str]:
    expected = next(grade for words, grade in GRADES.items() if words in row.conclusion)
    if {line.severity for line in lines} != {expected}:
        yield f"severity {[line.severity for line in lines]}, not {expected}"
    if "result-review" not in made(lines):
        yield "no review task"


def narrative(row, lines, _folder) -> Iterator[str]:
    if kinds(lines) != {"result"} or "result-review" not in made(lines):
        yield f"class {kinds(lines)}, tasks {made(lines)}: a report is a result to review"


def not_signed(row, lines, _folder) -> Iterator[str]:
    if kinds(lines) != {"document"}:
        yield f"class {kinds(lines)}, not document"
    if closed(lines):
        yield "taken as signed"


def of_class(*wanted: str, task: str = "", none_of: tuple[str, ...] = ()) -> Callable:
    def check(row, lines, _folder) -> Iterator[str]:
        if not kinds(lines) & set(wanted):
            yield f"class {kinds(lines)}, not {wanted}"
        if task and task not in made(lines):
            yield f"no {task} task, but {made(lines)}"
        if wrong := set(none_of) & set(made(lines)):
            yield f"tasks {wrong}, but there should be none"

    return check


def referral_state(row, lines, _folder) -> Iterator[str]:
    """What the other side says of a referral opens none and closes none."""
    yield from no_task(row, lines, _folder)
    if closed(lines):
        yield "an answer closed a task"
    is_about_one = "code=fulfill" in row.traits and "focus" in row.traits
    if is_about_one and "referral-response" not in kinds(lines):
        yield f"class {kinds(lines)}, not referral-response"


def notified(row, lines, folder) -> Iterator[str]:
    """Stored, no task; the Bundle tells as many events as the index counts."""
    yield from no_task(row, lines, folder)
    counted = re.search(r"(\d+) event\(s\)", row.conclusion)
    if counted and _events(folder / row.file) != int(counted[1]):
        yield f"{_events(folder / row.file)} events, not {counted[1]}"


def _events(file: Path) -> int:
    bundle = json.loads(file.read_bytes())
    status = (bundle.get("entry") or [{}])[0].get("resource", {})
    said = [one for one in status.get("parameter", []) if one.get("name") == "notification-event"]
    return len(said) or len(status.get("notificationEvent", []))


def refused(row, lines, _folder) -> Iterator[str]:
    if kinds(lines) != {"malformed"} or made(lines):
        yield f"class {kinds(lines)}, but should be refused"


def closing(row, lines, folder) -> Iterator[str]:
    if "consult-report" not in made(lines):
        yield f"no consult report to read, but {made(lines)}"
    said = cda.interpret((folder / row.file).read_bytes(), zone="UTC")
    numbers = [event.item.placer for event in said.events]
    if not all(numbers):
        yield "the order that it answers was not read"


def to_file(row, lines, _folder) -> Iterator[str]:
    if kinds(lines) != {"document"} or not made(lines):
        yield f"class {kinds(lines)}, tasks {made(lines)}: a document to file and review"


def fax_to_triage(row, lines, _folder) -> Iterator[str]:
    if kinds(lines) != {"fax"} or made(lines) != ["misfiled-document"]:
        yield f"class {kinds(lines)}, tasks {made(lines)}: a fax to triage"


def vectors(row, _lines, folder) -> Iterator[str]:
    """Each published vector verifies, or not, as it says."""
    for one in json.loads((folder / row.file).read_bytes())["vectors"]:
        try:
            twilio.verify(
                one["request_url"], map(tuple, one.get("form_params") or []),
                one["x_twilio_signature"], token=one["auth_token"],
                body=one.get("raw_body", "").encode(),
            )  # fmt: skip
            fits = True
        except SignatureRefused:
            fits = False
        if fits != one["valid"]:
            yield f"{one['name']}: {fits}, not {one['valid']}"


RULES: list[tuple[str, str, Callable]] = [
    ("webhook signature", "", vectors),
    ("fax", "task=triage", fax_to_triage),
    ("fax", "2xx", of_class("fax", none_of=("misfiled-document",))),
    ("C-CDA", "consult report", closing),
    ("C-CDA", "clinical document", to_file),
    ("C-CDA", "referral note", of_class("referral", task="referral")),
    ("FHIR", "task=", graded),
    ("FHIR", "grade from its result", narrative),
    ("FHIR", "docStatus absent", not_signed),
    ("FHIR", "finished", of_class("adt", none_of=("incomplete-note",))),
    ("FHIR", "active order: open a tracked referral", of_class("referral", task="referral")),
    ("FHIR", "active order, not a referral",
     of_class("order", none_of=("referral", "unsigned-order"))),
    ("FHIR", "medication order", of_class("pharmacy-order", none_of=("refill",))),
    ("FHIR", "map Task.status", referral_state),
    ("FHIR", "2xx", notified),
    ("FHIR", "400/422 reject", refused),
    ("FHIR", "non-conformant", lambda row, lines, folder: iter(made(lines))),
    ("FHIR", "poll result", lambda row, lines, folder: stored(lines)),
    ("FHIR", "process entries", lambda row, lines, folder: stored(lines)),
    ("FHIR", "", no_task),
]  # fmt: skip
"""By the first words of the kind and of the conclusion; the first that fits."""


def measured(row, lines) -> Iterator[str]:
    """A CMS50 case speaks of a measure; of ingest it says which referrals and answers there are."""
    if "malformed" in kinds(lines):
        yield "a resource was refused"
    if "IP=1" in row.conclusion and not kinds(lines) & {"referral", "referral-response"}:
        yield "no referral was read"
    if "NUMER=1" in row.conclusion and "referral-response" not in kinds(lines):
        yield "no answer to a referral was read"


def disagreements(row, folder: Path) -> list[str]:
    """Each way in which what was said of a row differs from what should have been."""
    if row.kind.startswith("CMS50"):
        return list(measured(row, row.lines))
    for kind, words, check in RULES:
        if row.kind.startswith(kind) and words in row.conclusion:
            return list(check(row, row.lines, folder))
    return [f"nothing here understands: {row.conclusion}"]
