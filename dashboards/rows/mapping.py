"""What feeds left unmapped: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.rows.queue import PatientLine
from dashboards.rows.task import Choice
from dashboards.words import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmappedRow:
    """One value that nothing here answers to."""

    url: str
    value: str
    """The local value; of patients, words that name nobody."""
    display: str
    feed: str
    seen: str
    last: Moment
    waiting: str
    """`3 open tasks`, or empty."""
    suggestion: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmappedGroup:
    """All of one kind."""

    label: str
    hint: str
    rows: tuple[UnmappedRow, ...]
    has_answers: bool = True
    """Whether tasks wait for an answer and one may be sure; of patients neither."""
    more: str = ""
    why_not: str = ""
    """Why the rows cannot be opened by whoever reads."""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class UnmappedPage:
    sentence: str
    groups: tuple[UnmappedGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientChoice:
    """Somebody it may be."""

    id: str
    line: PatientLine
    numbers: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPage:
    """One value and the one form that answers it."""

    row: UnmappedRow
    kind: str
    title: str
    question: str
    message_url: str = ""
    subject: PatientLine | None = None
    choices: tuple[Choice, ...] = ()
    patients: tuple[PatientChoice, ...] = ()
    answer: str = ""
    display: str = ""
    number: str = ""
    patient: str = ""
    """What was chosen of `patients`, or `number`, or `new`."""
    every_feed: bool = False
    one_person: str = ""
    may_be_every_feed: bool = False
    may_be_set_aside: bool = True
    errors: tuple[str, ...] = ()
    preview: tuple[str, ...] = ()
