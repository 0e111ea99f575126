"""The counts, as the lead sentence asks for them."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from dashboards import bottleneck
from dashboards.bottleneck import Pile, Standing
from dashboards.queries import board_counts
from dashboards.queries.board_counts import Place
from dashboards.queries.board_reading import Reading, tasks_url
from dashboards.rows.board import LeadPart
from dashboards.slices import NONE, SEVERITIES, YES
from routing.categories import Category

WEEK = timedelta(days=7)
SEVERAL = _("Tasks of several kinds")

Kind = tuple[str, str, Place]
"""Category, severity, place."""

PLURAL = {
    Category.RESULT_REVIEW: _("results"), Category.CONSULT_REPORT: _("consult reports"),
    Category.REFERRAL: _("referrals"), Category.REFILL: _("refills"),
    Category.UNSIGNED_ORDER: _("unsigned orders"), Category.INCOMPLETE_NOTE: _("incomplete notes"),
    Category.MEDICATION_CHANGE: _("medication changes"),
    Category.APPOINTMENT_FOLLOW_UP: _("appointment follow-ups"),
    Category.ADMINISTRATIVE_MESSAGE: _("administrative messages"),
    Category.PRIOR_AUTHORIZATION: _("prior authorizations"),
    Category.MISFILED_DOCUMENT: _("misfiled documents"),
    Category.QUARANTINED_MESSAGE: _("quarantined messages"),
    Category.OVERDUE_RESULT: _("results that did not come"),
    Category.MISSING_NOTE: _("missing notes"), Category.MISSING_REPORT: _("missing reports"),
    Category.SILENT_FEED: _("silent feeds"),
}  # fmt: skip


def parts(reading: Reading, *, silent: str) -> tuple[LeadPart, ...]:
    """The sentence with its links."""
    phrases = bottleneck.lead(standing(reading, silent=silent))
    return tuple(
        LeadPart(one.words, tasks_url(one.slice) if one.slice is not None else "")
        for one in phrases
    )


def standing(reading: Reading, *, silent: str) -> Standing:
    """What is open and late, what came and was closed, and where the late work is piled up."""
    counts, since = reading.counts, reading.practice.today - WEEK
    late = _late(reading)
    piles, places = _largest_of_a_kind(reading, late), _largest_of_several(reading, late)
    now = Standing(
        open=counts.open, late=counts.late,
        came=sum(n for day, n in counts.came.items() if day > since),
        closed=sum(n for day, n in counts.closed.items() if day > since),
        piles=list(piles), places=list(places), silent=silent, base=reading.base,
    )  # fmt: skip
    stuck = bottleneck.stuck_in(now)
    return replace(now, waits=_waits(reading, (piles | places)[stuck])) if stuck else now


def _late(reading: Reading) -> Counter[Kind]:
    late: Counter[Kind] = Counter()
    for (category, severity, place, is_late), n in reading.counts.what.items():
        if is_late:
            late[category, severity, place] += n
    return late


def _largest_of_a_kind(reading: Reading, late: Counter[Kind]) -> dict[Pile, Place]:
    """Of one kind in one place; only of the largest are the words worth finding."""
    most, piles = max(late.values(), default=0), {}
    for (category, severity, place), n in late.items():
        if n == most:
            where, by = reading.place(place)
            exactly = reading.slice(category=category, severity=severity or NONE, late=YES, **by)
            piles[Pile(n, _kind(category, severity), where, exactly)] = place
    return piles


def _largest_of_several(reading: Reading, late: Counter[Kind]) -> dict[Pile, Place]:
    """Of several kinds in one place."""
    kinds, held = Counter(place for _category, _severity, place in late), Counter[Place]()
    for (_category, _severity, place), n in late.items():
        held[place] += n
    several = {place: n for place, n in held.items() if kinds[place] > 1}
    most, piles = max(several.values(), default=0), {}
    for place, n in several.items():
        if n == most:
            where, by = reading.place(place)
            exactly = reading.slice(late=YES, **by)
            piles[Pile(n, str(SEVERAL), where, exactly)] = place
    return piles


def _kind(category: str, severity: str) -> str:
    """`Abnormal results`, `Referrals`."""
    plural = str(PLURAL[Category(category)])
    said = f"{SEVERITIES[severity]} {plural}" if severity else plural
    return said[:1].upper() + said[1:]


def _waits(reading: Reading, place: Place) -> tuple[int | None, int | None]:
    """Median days of what is late: in one place, and in the practice."""
    today = reading.practice.today
    here = board_counts.late_days(reading.base, place)
    everywhere = reading.counts.late_days()
    return bottleneck.median_days(here, today), bottleneck.median_days(everywhere, today)
