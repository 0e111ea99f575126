"""A clock and the rungs that climb for it: words ready to be read, no model, no query."""

from dataclasses import dataclass

from dashboards.rows.due import Due
from dashboards.words import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One channel over which one person was told, and what became of it."""

    who: str
    channel: str
    words: str
    """`delivered 09:01`, `seen 09:03`, `failed: number is not in service`."""
    tone: str = "plain"
    """`good`, `bad` or `plain`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder: who, how, when, and whether anybody answered."""

    number: int
    state: str
    """`told`, `answered`, `skipped`, `passed`, `next` or `coming`."""
    what: str
    """`Page the clinician on call`."""
    who: str = ""
    """Who that was, or would be now; empty where nobody is."""
    phone: str = ""
    when: Moment | None = None
    words: str = ""
    """`Not answered`, `Skipped: nobody is on call`, `in 4 min`."""
    again: str = ""
    """`3 times so far, again 09:25`."""
    ways: tuple[Way, ...] = ()
    nobody: str = ""
    """Why nobody would be reached if it fired now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLadder:
    """One clock of a task with its rungs."""

    due: Due | None
    """None: it has ended."""
    title: str
    ended: str = ""
    """`In time, 09:12` or `Late by 20 min, 09:35`."""
    late: bool = False
    rungs: tuple[Rung, ...] = ()
    next_words: str = ""
    """`Next rung in 4 min: page whoever is on call (Dr Omar Haddad).`"""
    given: tuple[str, ...] = ()
    """More time that was given, by whom and why."""

    @property
    def has_begun(self) -> bool:
        """Whether any rung was reached."""
        return any(rung.state not in {"next", "coming"} for rung in self.rungs)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """A call that somebody wrote down."""

    when: Moment
    words: str
    """`Nora Quinn called Dr Ana Diaz: no answer.`"""
    note: str = ""
