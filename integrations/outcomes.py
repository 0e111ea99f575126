"""What each message of a batch comes to, put into our words before it is filed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from charts.operations import Filed
from integrations import dictionary
from integrations.dictionary import Unknown
from integrations.models import InboundMessage, Unmapped
from integrations.reading import Reading, profile_of
from routing.operations import Placed


@dataclass(slots=True)
class Outcome:
    """What one message came to."""

    message: InboundMessage
    reading: Reading
    placed: list[Placed] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    """What in it nothing here answers to."""


def is_of(names: tuple[str, ...], reading: Reading) -> bool:
    """Whether every patient in it is one of the sender's testers' making."""
    people = [getattr(event, "patient", None) for event in reading.events]
    families = [(one.family or "").casefold() for one in people if one is not None]
    return bool(families) and all(family.startswith(names) for family in families)


def translate(outcomes: Sequence[Outcome]) -> None:
    """Each feed's own codes in our words."""
    if not outcomes:
        return
    book = dictionary.load()
    for outcome in outcomes:
        feed, events = outcome.message.feed, []
        profile = profile_of(feed)
        for event in outcome.reading.events:
            said, unknown = book.translate(event, feed, profile)
            events.append(said)
            outcome.unknown += unknown
        outcome.reading = replace(outcome.reading, events=tuple(events))


def note_strangers(filed: Sequence[Filed], by_message: Mapping[UUID, Outcome]) -> None:
    """Patients without a number, and those of a sender that is no source of patients."""
    for one in filed:
        patient = one.patient
        outcome = by_message.get(one.message_id) if one.message_id and patient.is_news else None
        if outcome is None or patient.merged_into_id is not None:
            continue
        kinds = Unmapped.Kind
        kind = kinds.UNIDENTIFIED if patient.is_unidentified else kinds.NEW_PATIENT
        if patient.is_unidentified or not profile_of(outcome.message.feed).registers_patients:
            outcome.unknown.append(Unknown(kind, str(patient.pk), patient_id=patient.pk))
