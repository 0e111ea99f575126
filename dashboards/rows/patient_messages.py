"""What was said with a patient, and by which ways they may be written to: words, no model."""

from dataclasses import dataclass

from dashboards.rows.queue import PatientLine
from dashboards.rows.task import Choice
from dashboards.words import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class WayLine:
    """One way: whether it is open, where it leads, and what the patient said of it."""

    way: str
    label: str
    address: str
    state: str
    tone: str
    note: str = ""
    consents: tuple[str, ...] = ()
    """`Care: given Nov 16 on a form, asked in Spanish, written down by Cora Lund`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """Another way to say what did not arrive, by one key."""

    way: str
    label: str
    key: str
    """Pressed twice, it is written once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """One message of the thread."""

    id: str
    is_ours: bool
    who: str
    way: str
    when: Moment
    subject: str
    text: str
    state: str = ""
    tone: str = ""
    taken_for: str = ""
    """What an answer was understood as."""
    failed: bool = False
    """A person must say it instead."""
    instead: tuple[Instead, ...] = ()
    template: str = ""
    about: str = ""
    letter_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateChoice:
    value: str
    label: str
    preview: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientMessagesPage:
    """Screen 14."""

    id: str
    patient: PatientLine
    flags: tuple[str, ...]
    chart_url: str
    lead: str
    """The one sentence that answers whether they may be texted."""
    is_open: bool
    languages: tuple[tuple[str, str], ...]
    """In which consent may be asked for."""
    ways: tuple[WayLine, ...]
    language: str
    hours: str
    messages: tuple[MessageLine, ...]
    older: bool
    templates: tuple[TemplateChoice, ...]
    open_ways: tuple[Choice, ...]
    key: str
    """Of the message that is written next: sent twice, it is written once."""
    may_write: bool
    why_not: str = ""
    letterhead_url: str = ""
    """Where the practice says its name and phone; where it has not, and they may."""
    lacks_letterhead: bool = False
