"""Emergency access: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.words import Moment


@dataclass(frozen=True, slots=True)
class EmergencyBanner:
    """While it lasts, on every page."""

    until: str
    chart_url: str
    end_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyLine:
    who: str
    role: str
    patient: str
    reason: str
    when: Moment
    lasted: str
    looks: str
    state: str
    """How it was judged, and by whom; empty: nobody has yet."""
    note: str = ""
    review_url: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyPage:
    waiting: tuple[EmergencyLine, ...]
    judged: tuple[EmergencyLine, ...]
    patients: tuple[str, ...]
    """Whose names are on it: for the audit record."""
