"""Read a stored message by its standard: bytes in, events out."""

import json
from dataclasses import dataclass, replace
from typing import Any

from charts.values import Severity
from integrations.cda import reading as cda_reading
from integrations.events import Event
from integrations.fhir import body as fhir_body
from integrations.fhir import reading as fhir_reading
from integrations.fhir.subscriptions import Notification
from integrations.hl7 import message as hl7_message
from integrations.hl7 import reading as hl7_reading
from integrations.models import Feed, InboundMessage
from integrations.vendors import STANDARD, Profile, compiled, mending
from integrations.webhooks import reading as fax_reading
from integrations.webhooks.fax import FaxEvent


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says, in our words."""

    type: str
    events: tuple[Event, ...]
    severity: Severity | None
    faults: tuple[dict[str, Any], ...] = ()
    concern: str = ""
    """The first thing in it that could not be used, in words: a person must look. Or empty."""
    unfiled: str = ""
    """What came that names no patient, in words: a person must say whose it is. Or empty."""
    notifications: tuple[Notification, ...] = ()
    """What an EHR tells of its subscriptions."""
    fax: FaxEvent | None = None
    """What a fax service tells of one fax."""

    def as_test(self) -> "Reading":
        """The same of traffic that must not raise live tasks."""
        return replace(self, type="test")

    def faults_json(self) -> str:
        """For the row; faults never hold a patient's data."""
        return json.dumps(list(self.faults))


def read(message: InboundMessage, feed: Feed) -> Reading:
    """The reading of a stored message, in the feed's time zone and by its vendor's ways."""
    profile = profile_of(feed)
    return read_body(
        message.body,
        message.standard,
        time_zone=profile.time_zone or feed.time_zone,
        source=feed.slug,
        profile=profile,
        event=message.type if message.type.startswith("fax.") else "",
    )


def profile_of(feed: Feed) -> Profile:
    """The ways of the feed's vendor, with the feed's own."""
    return compiled(feed.vendor, feed.quirks)


def read_body(
    raw: bytes, standard: str, *, time_zone: str, source: str = "", profile: Profile = STANDARD,
    event: str = "",
) -> Reading:  # fmt: skip
    """The reading of raw bytes. What cannot be read is type `malformed` with faults.

    `time_zone`: of times without an offset. `source`: who gave out resource ids, the feed.
    `event`: its name, where a fax service puts it into a header. A FHIR body was found valid when
    it came.
    """
    if standard == InboundMessage.Standard.HL7:
        message = mending.mended(hl7_message.read(raw), profile)
        said: Any = hl7_reading.interpret(message, zone=time_zone)
        events = mending.signed(said.events, message, profile)
    else:
        said = _said(raw, standard, time_zone=time_zone, source=source, event=event)
        events = tuple(said.events)
    return Reading(
        type=str(said.type),
        events=events,
        severity=said.severity,
        faults=tuple(_fault(fault) for fault in said.faults),
        concern=next((fault.text for fault in said.faults if fault.is_error), ""),
        unfiled=getattr(said, "unfiled", ""),
        notifications=getattr(said, "notifications", ()),
        fax=getattr(said, "fax", None),
    )


def _said(raw: bytes, standard: str, *, time_zone: str, source: str, event: str) -> Any:
    """What the reader of this standard makes of the bytes; the readers' readings look alike."""
    if standard == InboundMessage.Standard.CCDA:
        return cda_reading.interpret(raw, zone=time_zone, max_bytes=len(raw))
    if standard == InboundMessage.Standard.FAX:
        return fax_reading.interpret(raw, event=event)
    return fhir_reading.interpret(fhir_body.reread(raw), zone=time_zone, source=source)


def _fault(fault: Any) -> dict[str, Any]:
    return {"code": str(fault.code), "location": fault.location, "text": fault.text}
