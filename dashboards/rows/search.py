"""What was found: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.rows.queue import Empty, PatientLine, QueueRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFound:
    """One patient, and their open tasks, most dangerous first."""

    patient: PatientLine
    url: str
    """Of their chart."""
    open_words: str = ""
    tasks: tuple[QueueRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFound:
    """One chart item by the number of its order, and the task that it became."""

    numbers: str
    title: str
    patient: PatientLine
    task: QueueRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    query: str = ""
    sentence: str = ""
    patients: tuple[PatientFound, ...] = ()
    tasks: tuple[QueueRow, ...] = ()
    orders: tuple[OrderFound, ...] = ()
    empty: Empty | None = None
