"""A late task, who may act on it and how: words ready to be read, no model, no query."""

from dataclasses import dataclass

from dashboards.rows.due import Due
from dashboards.rows.ladder import CallLine, ClockLadder
from dashboards.rows.queue import Empty, QueueRow
from dashboards.rows.task import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRow:
    """One escalated task."""

    task: QueueRow
    owner: str
    clocks: tuple[ClockLadder, ...]
    """The one that climbs first."""
    others: tuple[Due, ...] = ()
    """Clocks that are not late yet."""
    calls: tuple[CallLine, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def refusals(self) -> tuple[Action, ...]:
        """Actions that are off, each with its reason."""
        return tuple(action for action in self.actions if action.why_not)


@dataclass(frozen=True, slots=True, kw_only=True)
class HereNow:
    """A colleague who is in, and how to reach them."""

    name: str
    role: str
    phone: str = ""
    duty: str = ""
    """`On call`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChoice:
    """A colleague to choose in a form."""

    value: str
    name: str
    role: str
    note: str = ""
    """`away, Nora Quinn covers`."""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPage:
    rows: tuple[EscalationRow, ...]
    sentence: str
    here: tuple[HereNow, ...]
    empty: Empty
    ids: str
    """Which tasks are shown in which order, to notice a change."""
    next_url: str = ""
    first_url: str = ""
    live_url: str = ""
