"""Where referrals stop, who deals with them how, and how much work it was."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards import referral_report_words as said
from dashboards import words
from dashboards.rows.referral_report import LeakRow, ScoreRow
from metrics.loops import figures
from metrics.loops.cases import Case, Stop
from metrics.loops.chasing import Chase
from metrics.loops.figures import Leak
from metrics.loops.periods import Period
from metrics.loops.scorecards import Scorecard, scorecards

MOST = 25
"""Specialists on the page."""


def leaks(
    cases: Iterable[Case], period: Period, zone: ZoneInfo, *, now: datetime
) -> tuple[str, tuple[LeakRow, ...]]:
    """In a sentence, and by specialty."""
    found = figures.leaks(cases, period, zone, now=now)
    return _leak(found), tuple(_leak_row(one) for one in found)


def _leak(found: Sequence[Leak]) -> str:
    stops: Counter[Stop] = Counter()
    for one in found:
        stops += one.stops
    lost, due = stops.total(), sum(one.due for one in found)
    if not due:
        return _("None of them is due yet.")
    if not lost:
        return _("None of the %(due)s that were due was lost.") % {"due": f"{due:,}"}
    told = {"lost": f"{lost:,}", "due": f"{due:,}"}
    sentence = _("%(lost)s of the %(due)s that were due have no report.") % told
    (worst, many), *others = stops.most_common(2)
    if others and others[0][1] == many:
        return sentence
    most = {"many": f"{many:,}", "where": said.STOPS[worst]}
    return f"{sentence} " + _("Most often they stopped at: %(where)s (%(many)s).") % most


def _leak_row(one: Leak) -> LeakRow:
    return LeakRow(
        said.specialty(one.specialty), _list_of(one.specialty), f"{one.due:,}",
        tuple((str(said.STOPS[stop]), f"{one.stops[stop]:,}") for stop in said.STOPS),
        f"{one.lost:,}",
    )  # fmt: skip


def _list_of(specialty: str) -> str:
    """Those of the specialty that are underway."""
    address = reverse("dashboards:referrals")
    return f"{address}?{urlencode({'specialty': specialty})}" if specialty else ""


def scores(cases: Iterable[Case]) -> tuple[tuple[ScoreRow, ...], str]:
    """Whoever gets most first; and how many are not shown."""
    found = scorecards(cases)
    left = len(found) - MOST
    more = words.plural(
        "And %(count)s specialist to whom less was sent.",
        "And %(count)s specialists to whom less was sent.", left,
    ) if left > 0 else ""  # fmt: skip
    return tuple(_score(one) for one in found[:MOST]), more


def _score(one: Scorecard) -> ScoreRow:
    reasons = ", ".join(f"{said.declining(reason)} {many:,}" for reason, many in one.reasons)
    few = _("few cases, so they say little") if one.is_few else ""
    return ScoreRow(
        one.specialist, f"{one.sent:,}", few, _spanned(one.accept), _spanned(one.visit),
        _spanned(one.report), _part(one.reported, one.sent), f"{one.declined:,}", reasons,
        f"{one.missed:,}", _part(one.answered, one.asked),
    )  # fmt: skip


def _spanned(span: figures.Span) -> str:
    """`3.5 d of 12`."""
    if span.days is None:
        return _("not known")
    return _("%(span)s of %(many)s") % {"span": said.days(span), "many": f"{span.many:,}"}


def _part(part: int, of: int) -> str:
    return _("%(part)s of %(of)s") % {"part": f"{part:,}", "of": f"{of:,}"} if of else ""


def chased(told: Chase) -> tuple[str, tuple[str, ...]]:
    """How much work people had, and what the number is not."""
    tasks = ngettext(
        "People closed %(tasks)s task that went after a referral",
        "People closed %(tasks)s tasks that went after referrals", told.tasks,
    ) % {"tasks": f"{told.tasks:,}"}  # fmt: skip
    closed = ngettext(
        "%(closed)s referral came to its end", "%(closed)s referrals came to their end",
        told.closed,
    ) % {"closed": f"{told.closed:,}"}  # fmt: skip
    both = _("%(tasks)s, and %(closed)s in that time.") % {"tasks": tasks, "closed": closed}
    if told.each and told.tasks:
        both += " " + _("That is %(each)s tasks a closed referral.") % {"each": f"{told.each:.1f}"}
    taken = (_taken(told),) if told.tasks else ()
    return both, (*taken, _("Calls and work that nobody wrote down as a task are not in it."))


def _taken(told: Chase) -> str:
    if told.minutes is None:
        return _("How long they took is not known: no task was taken before it was closed.")
    counted = {"span": words.span(told.minutes * words.MINUTE), "taken": f"{told.taken:,}",
               "tasks": f"{told.tasks:,}"}  # fmt: skip
    return _("From taking to closing it was %(span)s in the middle (known of %(taken)s of "
             "%(tasks)s): time that passed, not time at work.") % counted  # fmt: skip
