"""Referrals in numbers: what came back, how long it took, and where they stop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from dashboards import cohort_drawing, words
from dashboards import referral_report_words as said
from dashboards.cohort_drawing import Column, Drawing
from dashboards.queries import referral_cohorts as cohorts_of
from dashboards.queries import referral_scores
from dashboards.queries.desk import Desk
from dashboards.queries.referral_files import EVIDENCE, LOOPS, MEASURE
from dashboards.queries.referral_measure import measure_part
from dashboards.referral_lists import ReferralList
from dashboards.rows import Empty
from dashboards.rows.board import Option
from dashboards.rows.referral_report import CohortRow, ReportPage, StepRow
from metrics.loops import figures, reading
from metrics.loops.cases import Case
from metrics.loops.chasing import chase
from metrics.loops.figures import SENT, Cohort, Fate
from metrics.loops.periods import Length, Period
from metrics.models import ReferralTarget

TARGET = 75
"""Percent, where the practice has set none: what trackers of referrals came to in studies."""
FEW = 20
FATES = tuple((fate.value.replace("-", "_"), fate) for fate in Fate)
DRAWN = (Fate.BACK, Fate.LATE, Fate.ENDED, Fate.OVERDUE, Fate.NOT_DUE)


@dataclass(frozen=True, slots=True)
class Baseline:
    """How the practice began here: its first quarter."""

    cohort: Cohort

    @property
    def share(self) -> float | None:
        return self.cohort.back


@dataclass(frozen=True, slots=True)
class Reading:
    """What every part of the page is made from."""

    zone: ZoneInfo
    now: datetime
    length: Length
    all: list[Case]
    """Of whole years, as CMS50 asks."""
    cases: list[Case]
    """Of the periods shown."""
    cohorts: list[Cohort]
    chosen: Cohort
    target: int
    baseline: Baseline | None

    @property
    def mine(self) -> list[Case]:
        """Of the chosen period."""
        return figures.of_period(self.cases, self.chosen.period, self.zone)


def page(desk: Desk, query: Mapping[str, str]) -> ReportPage:
    """The page of one period, among those shown."""
    read = _read(desk, query)
    leak, rows = referral_scores.leaks(read.mine, read.chosen.period, read.zone, now=desk.now)
    scores, more = referral_scores.scores(read.cases)
    measure = measure_part(read.chosen.period.first.year, read.zone, read.all)
    told = chase(read.chosen.period.begins(read.zone), read.chosen.period.ends(read.zone))
    chased, notes = referral_scores.chased(told)
    return ReportPage(
        at=f"{desk.now.astimezone(read.zone):%H:%M}", exactly=words.exactly(desk.now, read.zone),
        lead=lead(read.chosen), compared=compared(read), tabs=_tabs(read.length),
        cohorts=tuple(_row(one, read) for one in reversed(read.cohorts)), drawing=_drawing(read),
        deadline=_deadline(read.chosen.period), chosen=said.period(read.chosen.period),
        steps=_steps(read.mine), stops=tuple(map(str, said.STOPS.values())), leaks=rows,
        leak=leak, scores=scores, more_scores=more, window=_window(read.cohorts),
        chase=chased, chase_notes=notes,
        measure=measure,
        files=_files(read.chosen.period, has_measure=not measure.missing),
        empty=None if read.cases else _empty(),
    )  # fmt: skip


def _read(desk: Desk, query: Mapping[str, str]) -> Reading:
    zone = ZoneInfo(desk.member.practice.time_zone)
    length = Length.MONTH if query.get("by") == "month" else Length.QUARTER
    shown = cohorts_of.shown(length, zone, now=desk.now)
    cases = cohorts_of.known(shown[0], zone, now=desk.now)
    cohorts = [figures.cohort(cases, one, zone, now=desk.now) for one in shown]
    asked = Period.read(query.get("period", ""))
    chosen = next((one for one in cohorts if one.period == asked), _telling(cohorts))
    begins = shown[0].begins(zone)
    return Reading(
        zone, desk.now, length, cases, [one for one in cases if one.begun_at >= begins], cohorts,
        chosen, target(), _baseline(zone, now=desk.now),
    )  # fmt: skip


def _telling(cohorts: Sequence[Cohort]) -> Cohort:
    """The newest that is over and of which something was sent; else the newest one sent."""
    newest = [one for one in reversed(cohorts) if one.sent]
    over = [one for one in newest if one.is_over]
    return next(iter(over or newest), cohorts[-1])


def target() -> int:
    """Percent."""
    return ReferralTarget.objects.values_list("percent", flat=True).first() or TARGET


def _baseline(zone: ZoneInfo, *, now: datetime) -> Baseline | None:
    """Once that quarter is over."""
    began = reading.first_told()
    if began is None:
        return None
    first = Period.of(began.astimezone(zone).date(), Length.QUARTER)
    if now < first.deadline(zone):
        return None
    cases = reading.cases(first.begins(zone), first.ends(zone))
    found = figures.cohort(cases, first, zone, now=now)
    return Baseline(found) if found.sent else None


def lead(cohort: Cohort) -> str:
    """`41 % of the 212 referrals sent in Q3 2026 came back with a report; 30 are overdue.`"""
    told = {
        "share": said.percent(cohort.back), "period": said.period(cohort.period),
        "late": f"{cohort.of(Fate.LATE):,}", "ended": f"{cohort.of(Fate.ENDED):,}",
        "overdue": f"{cohort.of(Fate.OVERDUE):,}", "not_due": f"{cohort.of(Fate.NOT_DUE):,}",
        "due": words.long_date(cohort.period.moved(2).first),
    }  # fmt: skip
    if not cohort.sent:
        sentence = _("No referral was sent in %(period)s.") % told
    elif cohort.is_over:
        sentence = words.plural(
            "%(share)s of the %(count)s referral sent in %(period)s came back with a report in "
            "time; %(late)s later, %(ended)s ended without one, %(overdue)s overdue.",
            "%(share)s of the %(count)s referrals sent in %(period)s came back with a report in "
            "time; %(late)s later, %(ended)s ended without one, %(overdue)s overdue.",
            cohort.sent, **told,
        )  # fmt: skip
    else:
        sentence = words.plural(
            "%(share)s of the %(count)s referral sent in %(period)s came back with a report so "
            "far; not due before %(due)s: %(not_due)s.",
            "%(share)s of the %(count)s referrals sent in %(period)s came back with a report so "
            "far; not due before %(due)s: %(not_due)s.",
            cohort.sent, **told,
        )  # fmt: skip
    left = cohort.of(Fate.NOT_SENT)
    never = words.plural("%(count)s more was ordered and never sent.",
                         "%(count)s more were ordered and never sent.", left)  # fmt: skip
    return f"{sentence} {never}" if left else sentence


def compared(read: Reading) -> str:
    """With the practice's own beginning, and with what it aims at; neither is a promise."""
    sentences = [_("The target is %(target)s %%.") % {"target": read.target}]
    began = read.baseline
    if began and began.share is not None:
        told = {"period": said.period(began.cohort.period), "sent": f"{began.cohort.sent:,}",
                "share": said.percent(began.share)}  # fmt: skip
        sentences.append(
            _("It was %(share)s of %(sent)s in %(period)s, the first quarter here.") % told
        )
        if began.cohort.sent < FEW:
            sentences.append(_("That was few, so it says little."))
    else:
        sentences.append(
            _("The first quarter here is not over yet, so nothing is compared with it.")
        )
    return " ".join(sentences)


def _row(one: Cohort, read: Reading) -> CohortRow:
    share = said.percent(one.back)
    if share and not one.is_over:
        share = _("%(share)s so far") % {"share": share}
    return CohortRow(
        label=said.period(one.period), url=_address(read.length, one.period),
        is_chosen=one is read.chosen, is_over=one.is_over, sent=_number(one, *SENT), share=share,
        closed=said.percent(one.closed), **{name: _number(one, fate) for name, fate in FATES},
    )  # fmt: skip


def _number(one: Cohort, *fates: Fate) -> Option:
    """How many, with the list of just these; of none there is no list."""
    many = one.of(*fates)
    at = ReferralList(sent=one.period.name, fate=fates[0] if len(fates) == 1 else "")
    return Option(at.url() if many else "", f"{many:,}")


def _drawing(read: Reading) -> Drawing | None:
    if not any(one.sent for one in read.cohorts):
        return None
    columns = [
        Column(said.period(one.period), f"{one.sent:,}", said.percent(one.back),
               [(fate.value, one.of(fate)) for fate in DRAWN])
        for one in read.cohorts
    ]  # fmt: skip
    levels = [("target", read.target / 100, _("Target %(share)s %%") % {"share": read.target})]
    if read.baseline and (share := read.baseline.share) is not None:
        levels.append(("began", share, _("At first %(share)s") % {"share": said.percent(share)}))
    return cohort_drawing.drawing(columns, levels)


def _steps(cases: Sequence[Case]) -> tuple[StepRow, ...]:
    return tuple(
        StepRow(str(said.STEPS[name]), said.days(span) or _("not known"), f"{span.many:,}")
        for name, span in figures.steps(cases).items()
    )


def _tabs(length: Length) -> tuple[Option, ...]:
    return tuple(
        Option(_address(one), label, one is length)
        for one, label in ((Length.QUARTER, _("By quarter")), (Length.MONTH, _("By month")))
    )


def _address(length: Length, period: Period | None = None) -> str:
    query = {"by": "month"} if length is Length.MONTH else {}
    query |= {"period": period.name} if period else {}
    return reverse("dashboards:referral_report") + (f"?{urlencode(query)}" if query else "")


def _deadline(period: Period) -> str:
    last: date = period.moved(2).first
    return _("In time is before %(day)s.") % {"day": words.long_date(last)}


def _window(cohorts: Sequence[Cohort]) -> str:
    told = {"first": said.period(cohorts[0].period), "last": said.period(cohorts[-1].period)}
    return _("%(first)s to %(last)s") % told


def _files(period: Period, *, has_measure: bool) -> tuple[tuple[str, str, str], ...]:
    year = period.first.year
    files = (
        (EVIDENCE, _("Evidence log (CSV)"), _("Every referral and every test of %(year)s: "
         "when it was ordered, and when its report or result was here.")),
        (LOOPS, _("Closed referrals (FHIR)"), _("Of each closed referral of %(year)s the "
         "ServiceRequest and, with a report, its completed Task.")),
        (MEASURE, _("CMS50 (MeasureReport)"), _("The counts of %(year)s as FHIR.")),
    )  # fmt: skip
    return tuple(
        (reverse("dashboards:referral_file", args=[name]) + f"?year={year}", label,
         what % {"year": year})
        for name, label, what in files
        if has_measure or name != MEASURE
    )  # fmt: skip


def _empty() -> Empty:
    return Empty(
        _("No referral is known yet"),
        _("Its numbers are here as soon as an order comes, or somebody opens one by hand."),
    )  # fmt: skip
