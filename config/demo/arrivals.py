"""Messages of the play on their way in: through a door, or as a door had stored them long ago."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from charts.operations import Filing
from integrations.events import ItemReported
from integrations.fhir import body as fhir_body
from integrations.fhir import reading as fhir_reading
from integrations.models import Feed, InboundMessage, MessageState
from integrations.reading import Reading, read_body
from integrations.receiver import COLUMNS, Arrival, arrival_of_fhir, arrival_of_hl7
from integrations.simulator.clinic import Door, Sending
from tenants import bulk, scope
from tenants.bulk import Row
from tenants.ids import uuid7


def arrival(sending: Sending, feed: Feed, instant: datetime) -> Arrival:
    """As the feed's door would have taken it at that instant."""
    practice_id = scope.current()
    if sending.door == Door.FHIR_HTTP:
        parsed = fhir_body.parse(sending.body, max_bytes=settings.MAX_MESSAGE_BYTES)
        made = arrival_of_fhir(
            sending.body, practice_id=practice_id, feed_id=feed.pk, control_id=sending.id,
            resource_type=parsed.type, cause="",
            order_key=fhir_reading.order_key(parsed, zone=feed.time_zone, source=feed.slug),
        )  # fmt: skip
    else:
        made = arrival_of_hl7(sending.body, practice_id=practice_id, feed_id=feed.pk)
    made.arrived = int(instant.timestamp() * 1_000_000_000)
    return made


def keep(come: Iterable[tuple[Sending, Feed]], *, now: datetime) -> list[Filing]:
    """Store messages that were processed when they came; what they report, in their order."""
    rows, filings = list[Row](), list[Filing]()
    for sending, feed in come:
        taken = arrival(sending, feed, now)
        said = read_body(sending.body, taken.standard, time_zone=feed.time_zone, source=feed.slug)
        row = _processed(taken, said, now)
        rows.append(row)
        filings += [
            Filing(event.patient, event.item, feed.slug, row["id"])
            for event in said.events
            if isinstance(event, ItemReported) and event.patient is not None
        ]
    bulk.insert(InboundMessage, rows)
    return filings


def _processed(taken: Arrival, said: Reading, instant: datetime) -> Row:
    held = {name: getattr(taken, name) for name, _ in COLUMNS if name != "id"}
    return held | {
        "id": uuid7(), "raw": f"\\x{taken.raw.hex()}", "state": MessageState.PROCESSED,
        "klass": said.type, "faults": [], "attempts": 1, "reused_control_id": False,
        "received_at": instant, "next_at": instant, "processed_at": instant,
    }  # fmt: skip
