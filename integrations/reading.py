"""Read a stored message by its standard: bytes in, events out."""

import json
from dataclasses import dataclass, replace
from typing import Any

from charts.values import Severity
from integrations.events import Event
from integrations.fhir import body as fhir_body
from integrations.fhir import reading as fhir_reading
from integrations.hl7 import message as hl7_message
from integrations.hl7 import reading as hl7_reading
from integrations.models import Feed, InboundMessage
from integrations.vendors import STANDARD, Profile, compiled, mending


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says, in our words."""

    type: str
    events: tuple[Event, ...]
    severity: Severity | None
    faults: tuple[dict[str, Any], ...] = ()
    concern: str = ""
    """The first thing in it that could not be used, in words: a person must look. Or empty."""

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
    )


def profile_of(feed: Feed) -> Profile:
    """The ways of the feed's vendor, with the feed's own."""
    return compiled(feed.vendor, feed.quirks)


def read_body(
    raw: bytes, standard: str, *, time_zone: str, source: str = "", profile: Profile = STANDARD
) -> Reading:
    """The reading of raw bytes. What cannot be read is type `malformed` with faults.

    `time_zone`: of times without an offset. `source`: who gave out resource ids, the feed.
    A FHIR body was found valid when it came.
    """
    if standard == InboundMessage.Standard.FHIR:
        said: Any = fhir_reading.interpret(fhir_body.reread(raw), zone=time_zone, source=source)
        events = tuple(said.events)
    else:
        message = mending.mended(hl7_message.read(raw), profile)
        said = hl7_reading.interpret(message, zone=time_zone)
        events = mending.signed(said.events, message, profile)
    return Reading(
        type=str(said.type),
        events=events,
        severity=said.severity,
        faults=tuple(_fault(fault) for fault in said.faults),
        concern=next((fault.text for fault in said.faults if fault.is_error), ""),
    )


def _fault(fault: Any) -> dict[str, Any]:
    return {"code": str(fault.code), "location": fault.location, "text": fault.text}
