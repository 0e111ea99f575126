"""One message through the whole path at once, for the command line: stored, processed, and what
it came to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts import operations as accounts
from audit.actors import Actor
from integrations import intake, operations, receiver
from integrations.cda import reading as cda_reading
from integrations.fhir import body as fhir_body
from integrations.fhir.issues import Issue
from integrations.hl7 import batch
from integrations.models import Feed, InboundMessage, MessageState
from integrations.reading import Reading, read
from integrations.receiver import Arrival
from integrations.webhooks import reading as fax_reading
from routing import starter
from routing.categories import Category
from routing.models import Task
from tenants import scope
from tenants.ids import uuid7

HL7, FHIR = InboundMessage.Standard.HL7, InboundMessage.Standard.FHIR
CCDA, FAX = InboundMessage.Standard.CCDA, InboundMessage.Standard.FAX

WIDE_XML = (b"\xff\xfe<\x00", b"\xfe\xff\x00<")
"""How UTF-16 begins with a `<`."""


@dataclass(slots=True)
class Conclusion:
    """What one message came to. Holds no patient's data."""

    type: str
    ack: dict[str, str | None]
    klass: str
    severity: str | None
    tasks: list[dict[str, str]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """As the command prints it."""
        return {"type": self.type, "ack": self.ack, "class": self.klass, "severity": self.severity,
                "tasks": self.tasks, "faults": self.faults}  # fmt: skip


def bodies(raw: bytes) -> Iterator[tuple[bytes, str]]:
    """The messages in a file and their standard, told by how it begins.

    XML is a clinical document; JSON is FHIR, one resource a line too, or what a fax service posts;
    all else is HL7 v2, of which a batch gives each message of its own.
    """
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"<", *WIDE_XML)):
        yield raw, CCDA
    elif start.startswith((b"{", b"[")):
        lines = [line for line in start.splitlines() if line.strip()]
        is_listed = len(lines) > 1 and all(_is_whole(line) for line in lines)
        for body in lines if is_listed else [raw]:
            yield body, FAX if _is_fax(body) else FHIR
    else:
        for body in batch.split(raw).messages:
            yield body, HL7


def _is_whole(line: bytes) -> bool:
    line = line.strip()
    return line.startswith(b'{"') and line.endswith(b"}")


def _is_fax(body: bytes) -> bool:
    return b'"resourceType"' not in body and fax_reading.interpret(body).fax is not None


@contextmanager
def feed_for_trial(*, actor: Actor, now: datetime) -> Iterator[Feed]:
    """A feed of a practice that is made for a dry run and gone after it."""
    with transaction.atomic():
        tag = uuid7().hex[-12:]
        practice = accounts.open_practice(
            name=f"Dry run {tag}", slug=f"dry-run-{tag}", time_zone="UTC", actor=actor, now=now
        )
        with scope.scoped(practice.pk):
            starter.install(clinical_approver="dry run", actor=actor, now=now)
            yield operations.open_feed(
                name="Dry run", slug=f"dry-run-{tag}", time_zone="UTC", actor=actor, now=now
            )
        transaction.set_rollback(True)


def ingest(body: bytes, standard: str, feed: Feed, *, dry_run: bool, now: datetime) -> Conclusion:
    """Store and process one message. A dry run leaves nothing behind."""
    with transaction.atomic():
        arrival = _arrival(body, standard, feed)
        [stored] = receiver.store([arrival], now=now)
        message = InboundMessage.objects.select_related("feed").get(pk=stored.message_id)
        reading, tasks = _processed(message, now=now)
        if dry_run:
            transaction.set_rollback(True)
    return _conclusion(arrival, message, reading, tasks)


def _arrival(body: bytes, standard: str, feed: Feed) -> Arrival:
    if standard == HL7:
        return receiver.arrival_of_hl7(body, practice_id=scope.current(), feed_id=feed.pk)
    name, control_id, issues = _told(body, standard)
    return receiver.arrival_of_fhir(
        body,
        practice_id=scope.current(),
        feed_id=feed.pk,
        control_id=control_id,
        resource_type=name,
        order_key="",
        cause="; ".join(sorted({i.code.value for i in issues if i.is_error})),
        standard=standard,
    )


def _told(body: bytes, standard: str) -> tuple[str, str, tuple[Issue, ...]]:
    """The type of a body that is not HL7 v2, the sender's id of it, and what is wrong with it."""
    if standard == FHIR:
        parsed = fhir_body.parse(body)
        return parsed.type, "", parsed.issues
    if standard == CCDA:
        return "ClinicalDocument", "", cda_reading.interpret(body, zone="UTC").refusals
    told = fax_reading.interpret(body)
    return told.type, told.fax.event_id if told.fax else "", told.faults


def _processed(message: InboundMessage, *, now: datetime) -> tuple[Reading, list[dict[str, str]]]:
    if message.state != MessageState.RECEIVED:
        return read(message, message.feed), []
    outcome = intake.process_alone(message, now=now)
    if outcome is None:
        held = Task.objects.filter(message_id=message.pk)
        return read(message, message.feed), _made(held)
    unfiled = Task.objects.filter(message_id=message.pk, category=Category.MISFILED_DOCUMENT)
    return outcome.reading, _made(unfiled.filter(item=None)) + [
        {
            "category": placed.task.category,
            "queue_role": placed.role,
            "priority": placed.task.priority,
            "action": placed.action.value,
        }
        for placed in outcome.placed
    ]


def _made(tasks: QuerySet[Task]) -> list[dict[str, str]]:
    """Tasks that belong to the message itself."""
    return [
        {
            "category": task.category,
            "queue_role": task.queue.role,
            "priority": task.priority,
            "action": "create",
        }
        for task in tasks.select_related("queue")
    ]


def _conclusion(
    arrival: Arrival, message: InboundMessage, reading: Reading, tasks: list[dict[str, str]]
) -> Conclusion:
    plan = arrival.plan
    refused = message.state == MessageState.REJECTED
    faults = list(reading.faults)
    if refused:
        said = plan.faults if plan is not None else _told(message.body, arrival.standard)[2]
        faults = [{"code": str(f.code), "location": f.location, "text": f.text} for f in said]
    return Conclusion(
        type=message.type,
        ack={"mode": plan.mode.value, "accept": plan.accept, "application": plan.application}
        if plan else {"mode": None, "accept": None, "application": None},
        klass="malformed" if refused else reading.type,
        severity=reading.severity.value if reading.severity and not refused else None,
        tasks=tasks,
        faults=faults,
    )  # fmt: skip
