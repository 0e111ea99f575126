"""Which tasks a number of the backlog counts: what stands in its address, and nothing else. Pure.

A number and the list behind it are one slice: the first is counted in cells, the second in tasks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from uuid import UUID

from django.utils.http import urlencode

from dashboards.words import later
from routing.categories import Category

NOBODY, YES, NONE = "nobody", "yes", "none"
STAFF, CLINICIAN = "staff", "clinician"


@dataclass(frozen=True, slots=True)
class Age:
    """A span of days since a task came: `1-2` counts the days before today."""

    code: str
    label: str
    newest: int | None
    oldest: int | None

    def days(self, today: date) -> tuple[date, date]:
        """The first and the last day of it; open ends reach as far as days do."""
        first = date.min if self.oldest is None else today - timedelta(days=self.oldest)
        last = date.max if self.newest is None else today - timedelta(days=self.newest)
        return first, last


AGES = (
    Age("today", later("Today"), None, 0),
    Age("1-2", later("1 to 2 d"), 1, 2),
    Age("3-7", later("3 to 7 d"), 3, 7),
    Age("8-14", later("8 to 14 d"), 8, 14),
    Age("15", later("15 d or more"), 15, None),
)
BY_AGE = {age.code: age for age in AGES}


def age_of(day: date, today: date) -> Age:
    """The span that a day lies in."""
    return next(age for age in AGES if age.days(today)[0] <= day <= age.days(today)[1])


STAGES = {
    "unclaimed": later("Unclaimed"),
    "owned": later("With a person"),
    "waiting": later("Waiting, on hold"),
    "escalated": later("Escalated"),
}
SEVERITIES = {
    "critical": later("Critical"),
    "abnormal": later("Abnormal"),
    "unknown": later("Unflagged"),
    "normal": later("Normal"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Open tasks that meet all of it; with `came` or `closed`, the tasks of that day."""

    location: str = ""
    owner: str = ""
    """A member's id, or `nobody`."""
    queue: str = ""
    category: str = ""
    severity: str = ""
    """`none`: of work that has none."""
    stage: str = ""
    age: str = ""
    late: str = ""
    closer: str = ""
    """`staff`: an MA or a coordinator may close it; `clinician`: only a clinician may."""
    came: str = ""
    closed: str = ""

    @classmethod
    def read(cls, said: Mapping[str, str]) -> "Slice":
        """What an address says; what was not written by us is left out."""
        kept = {name: said.get(name, "") for name, fits in FITS.items() if fits(said.get(name, ""))}
        return cls(**kept)

    @property
    def query(self) -> str:
        """As it stands in an address."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return urlencode({name: value for name, value in named.items() if value})

    @property
    def is_open(self) -> bool:
        return not (self.came or self.closed)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


FITS = {
    "location": _is_id,
    "owner": lambda text: text == NOBODY or _is_id(text),
    "queue": _is_id,
    "category": lambda text: text in {one.value for one in Category},
    "severity": lambda text: text == NONE or text in SEVERITIES,
    "stage": lambda text: text in STAGES,
    "age": lambda text: text in BY_AGE,
    "late": lambda text: text == YES,
    "closer": lambda text: text in {STAFF, CLINICIAN},
    "came": _is_day,
    "closed": _is_day,
}

CLOSERS = {
    STAFF: later("An MA or coordinator may close"),
    CLINICIAN: later("Only a clinician may close"),
}
