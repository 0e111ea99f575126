"""One message through the whole path at once, for the command line: stored, processed, and what
it came to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import operations as accounts
from audit.actors import Actor
from integrations import intake, operations, receiver
from integrations.fhir import body as fhir_body
from integrations.hl7 import batch
from integrations.models import Feed, InboundMessage, MessageState
from integrations.reading import Reading, read
from integrations.receiver import Arrival
from routing import starter
from routing.models import Task
from tenants import scope
from tenants.ids import uuid7

HL7, FHIR = InboundMessage.Standard.HL7, InboundMessage.Standard.FHIR


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
    """The messages in a file and their standard: JSON is FHIR, all else HL7 v2, a batch gives
    each of its own."""
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield raw, FHIR
        return
    for body in batch.split(raw).messages:
        yield body, HL7


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
    parsed = fhir_body.parse(body)
    cause = (
        ""
        if parsed.is_valid
        else "; ".join(sorted({i.code.value for i in parsed.issues if i.is_error}))
    )
    return receiver.arrival_of_fhir(
        body,
        practice_id=scope.current(),
        feed_id=feed.pk,
        control_id="",
        resource_type=parsed.type,
        order_key="",
        cause=cause,
    )


def _processed(message: InboundMessage, *, now: datetime) -> tuple[Reading, list[dict[str, str]]]:
    if message.state != MessageState.RECEIVED:
        return read(message, message.feed), []
    outcome = intake.process_alone(message, now=now)
    if outcome is None:
        held = Task.objects.select_related("queue").filter(message_id=message.pk)
        return read(message, message.feed), [
            {
                "category": task.category,
                "queue_role": task.queue.role,
                "priority": task.priority,
                "action": "create",
            }
            for task in held
        ]
    return outcome.reading, [
        {
            "category": placed.task.category,
            "queue_role": placed.role,
            "priority": placed.task.priority,
            "action": placed.action.value,
        }
        for placed in outcome.placed
    ]


def _conclusion(
    arrival: Arrival, message: InboundMessage, reading: Reading, tasks: list[dict[str, str]]
) -> Conclusion:
    plan = arrival.plan
    refused = message.state == MessageState.REJECTED
    faults = list(reading.faults)
    if refused and plan is not None:
        faults = [
            {"code": str(f.code), "location": f.location, "text": f.text} for f in plan.faults
        ]
    return Conclusion(
        type=message.type,
        ack={"mode": plan.mode.value, "accept": plan.accept, "application": plan.application}
        if plan else {"mode": None, "accept": None, "application": None},
        klass="malformed" if refused else reading.type,
        severity=reading.severity.value if reading.severity and not refused else None,
        tasks=tasks,
        faults=faults,
    )  # fmt: skip
