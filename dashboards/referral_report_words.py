"""The words of referrals in numbers."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from dashboards import words
from dashboards.referral_words import DECLINING, SPECIALTIES
from dashboards.words import later
from metrics.loops.cases import Stop
from metrics.loops.figures import Fate, Span
from metrics.loops.periods import Length, Period
from metrics.measuring import Why

FATES: Mapping[Fate, str] = {
    Fate.BACK: later("Back in time"), Fate.LATE: later("Back late"),
    Fate.ENDED: later("Ended without a report"), Fate.OVERDUE: later("Overdue"),
    Fate.NOT_DUE: later("Not due yet"), Fate.NOT_SENT: later("Never sent"),
    Fate.TAKEN_BACK: later("Taken back"),
}  # fmt: skip

STEPS: Mapping[str, str] = {
    "sent": later("Ordered to sent"), "accepted": later("Sent to accepted"),
    "booked": later("Accepted to booked"), "seen": later("Booked to seen"),
    "reported": later("Seen to reported"), "told": later("Reported to patient told"),
    "whole": later("The whole way: ordered to reported"),
}  # fmt: skip

STOPS: Mapping[Stop, str] = {
    Stop.NEVER_SENT: later("Never sent"), Stop.DECLINED: later("Declined"),
    Stop.NEVER_BOOKED: later("Never booked"), Stop.BOOKED: later("Booked, then silence"),
    Stop.NO_SHOW: later("No-show"), Stop.NO_REPORT: later("Seen, no report"),
}  # fmt: skip

WHY: Mapping[Why, str] = {
    Why.REPORTED: later("count, and their report came in the year"),
    Why.OPEN: later("count as not closed: no report has come"),
    Why.ENDED: later("count as not closed: they were closed here for another reason"),
    Why.AFTERWARDS: later("count as not closed: the report came outside of the year"),
    Why.NOT_FIRST: later("do not count: not the patient's first of the year, or not signed"),
    Why.TOO_LATE_IN_YEAR: later("do not count: written after October 31"),
    Why.NOT_SEEN: later("do not count: the patient had no visit of a kind that counts"),
}


def period(one: Period) -> str:
    """`Q3 2026`, `Aug 2026`, `2026`."""
    told = {"n": one.number, "year": one.first.year, "month": words.month(one.first)}
    if one.length is Length.QUARTER:
        return _("Q%(n)s %(year)s") % told
    return str(one.first.year) if one.length is Length.YEAR else _("%(month)s %(year)s") % told


def percent(share: float | None) -> str:
    """`41 %`; nothing where nothing was there."""
    return "" if share is None else f"{round(100 * share)} %"


def days(span: Span) -> str:
    """`3.5 d`, `12 d`, `5 h`."""
    if span.days is None:
        return ""
    if span.days < 1:
        return words.span(span.days * words.DAY)
    return f"{span.days:.0f} d" if span.days >= 10 else f"{span.days:.1f} d"


def specialty(code: str) -> str:
    """As people read it."""
    return str(SPECIALTIES.get(code) or _("No specialty named"))


def declining(code: str) -> str:
    """Why they said no, as people read it; what no code says as it was told."""
    return str(DECLINING.get(code, code))
