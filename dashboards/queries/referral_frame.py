"""What stands above and round the referrals: tabs with counts, the sentence, filters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from accounts.permissions import Operation, may
from dashboards import referral_words as said
from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.queries.referral_cohorts import shown
from dashboards.queries.referral_order import (
    LAST_CLOSED,
    LAST_ORDERED,
    MOST_URGENT,
    narrowed,
    order_of,
)
from dashboards.referral_lists import BOARD, CLOSED, LATE, ReferralList
from dashboards.referral_report_words import FATES, period
from dashboards.rows import Choice, Empty, FilterField, Tab
from dashboards.rows.referral import ReferralRow, ReferralTable
from dashboards.words import later
from metrics.loops.periods import Length, Period
from referrals.models import Referral
from referrals.states import Step, Turn
from tenants.models import Location


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are of each turn, and how old the oldest of ours is."""

    by_turn: Mapping[str, int]
    late: int
    oldest_of_ours: datetime | None

    @property
    def underway(self) -> int:
        return sum(self.by_turn.values())


def counted(desk: Desk, at: ReferralList) -> Counted:
    """In one statement, narrowed as the list is but for whose turn it is."""
    within = narrowed(desk, at.on())
    late = Count("pk", filter=Q(closed_at__isnull=True, expected_on__lt=desk.today))
    found = within.order_by().values("turn").annotate(
        many=Count("pk"), late=late, oldest=Min("ordered_at")
    )  # fmt: skip
    rows = {row["turn"]: row for row in found}
    ours = rows.get(Turn.US)
    return Counted(
        {turn: row["many"] for turn, row in rows.items()},
        sum(row["late"] for row in rows.values()), ours["oldest"] if ours else None,
    )  # fmt: skip


def framed(
    desk: Desk, at: ReferralList, rows: tuple[ReferralRow, ...], **more: object
) -> ReferralTable:
    """What stands above and round the rows."""
    known, narrowing = counted(desk, at), _filter_words(desk, at)
    other = ReferralList(**at.given, view="" if at.view else BOARD)
    return ReferralTable(
        tabs=_tabs(at, known),
        sentence=_cohort(known) if _is_cohort(at) else _sentence(desk, known),
        filters=", ".join(narrowing),
        order=str(ORDERS[order_of(at)]),
        rows=rows,
        fields=_fields(desk, at),
        hidden=(("view", at.view),) if at.view else (),
        chosen=len(narrowing),
        clear_url=at.whole.url() if at.given else "",
        other_url=other.url(),
        empty=None if rows else _empty(at),
        printed=words.exactly(desk.now, desk.zone),
        may_open=bool(may(desk.member.roles, Operation.WORK_REFERRALS)),
        back_to=at.url(),
        **more,  # type: ignore[arg-type]
    )


def _tabs(at: ReferralList, known: Counted) -> tuple[Tab, ...]:
    chosen = (at.turn, at.late, at.state)
    first = _("All") if _is_cohort(at) else _("Open")
    tabs = [Tab(first, str(known.underway), at.on().url(), here=not any(chosen))]
    tabs += [
        Tab(TAB_WORDS[turn], str(known.by_turn.get(turn, 0)), at.on(turn=turn).url(),
            here=chosen == (turn, "", ""))
        for turn in TAB_WORDS
    ]  # fmt: skip
    tabs.append(Tab(_("Past its date"), str(known.late), at.on(late=LATE).url(),
                    here=chosen == ("", LATE, ""), grave=True))  # fmt: skip
    tabs.append(Tab(_("Closed"), "", at.on(state=CLOSED).url(), here=at.state == CLOSED))
    return tuple(tabs)


def _is_cohort(at: ReferralList) -> bool:
    """Whether what is closed stands beside what is not."""
    return bool(at.sent) and not at.view and at.state != CLOSED


ORDERS = {
    LAST_CLOSED: later("Last closed first."), LAST_ORDERED: later("Last ordered first."),
    MOST_URGENT: later("Most urgent first, then the longest past its date."),
}  # fmt: skip


def _cohort(known: Counted) -> str:
    return words.plural("%(count)s referral", "%(count)s referrals", known.underway)


TAB_WORDS: Mapping[str, str] = {
    Turn.US: later("Our turn"), Turn.SPECIALIST: later("Specialist's"),
    Turn.PATIENT: later("Patient's"), Turn.PAYER: later("Payer's"),
}  # fmt: skip
"""As short as a tab is."""


def _sentence(desk: Desk, known: Counted) -> str:
    """`23 open referrals; 6 wait for us, the oldest ordered 12 d ago.`"""
    many = words.plural("%(count)s open referral", "%(count)s open referrals", known.underway)
    ours = known.by_turn.get(Turn.US, 0)
    if not known.underway or known.oldest_of_ours is None:
        return _("%(many)s; none waits for us.") % {"many": many}
    oldest = words.span((desk.now - known.oldest_of_ours).total_seconds())
    waits = words.plural("%(count)s waits for us", "%(count)s wait for us", ours)
    return _("%(many)s; %(ours)s, the oldest ordered %(oldest)s ago.") % {
        "many": many, "ours": waits, "oldest": oldest,
    }  # fmt: skip


MOST_PAYERS = 200
LABELS = {
    "turn": later("Whose turn"), "step": later("Step"), "specialty": later("Specialty"),
    "urgency": later("Urgency"), "loc": later("Location"), "payer": later("Payer"),
    "sent": later("Sent in"), "fate": later("What became of it"), "late": later("Date"),
    "state": later("State"),
}  # fmt: skip


def _choices(desk: Desk, at: ReferralList) -> dict[str, dict[str, str]]:
    places = Location.objects.order_by("name").values_list("pk", "name")
    return {
        "turn": {turn: said.TURNS[turn] for turn in TAB_WORDS},
        "step": {step: word for step, word in said.STEPS.items() if step != Step.CLOSED},
        "specialty": dict(sorted(said.SPECIALTIES.items(), key=lambda one: str(one[1]))),
        "urgency": dict(said.URGENCIES),
        "loc": {str(pk): name for pk, name in places},
        "payer": _payers(),
        "sent": _periods(desk, at),
        "fate": {fate: str(word) for fate, word in FATES.items()} if at.sent else {},
        "late": {LATE: _("Past its expected date")},
        "state": {CLOSED: _("Closed")},
    }


def _payers() -> dict[str, str]:
    """Each once, however it is written."""
    named = Referral.objects.exclude(payer="").order_by().values_list("payer", flat=True)
    known = {one.casefold(): one for one in named.distinct()[:MOST_PAYERS]}
    return {known[one]: known[one] for one in sorted(known)}


def _periods(desk: Desk, at: ReferralList) -> dict[str, str]:
    """The quarters of the report, and whichever is asked for."""
    zone = ZoneInfo(desk.member.practice.time_zone)
    quarters = reversed(shown(Length.QUARTER, zone, now=desk.now))
    asked = Period.read(at.sent)
    periods = [*quarters, *([asked] if asked else [])]
    return {one.name: period(one) for one in periods}


def _fields(desk: Desk, at: ReferralList) -> tuple[FilterField, ...]:
    return tuple(
        FilterField(name=name, label=LABELS[name], choices=_with_any(choices),
                    chosen=at.given.get(name, ""))
        for name, choices in _choices(desk, at).items()
        if choices
    )  # fmt: skip


def _with_any(choices: Mapping[str, str]) -> tuple[Choice, ...]:
    named = (Choice(value=value, label=label) for value, label in choices.items())
    return (Choice(value="", label=_("Any")), *named)


def _filter_words(desk: Desk, at: ReferralList) -> list[str]:
    """What narrows it but the tab that is open."""
    tabs = {"turn", "late", "state"} & at.given.keys()
    told = tabs if len(tabs) == 1 else set()
    choices = _choices(desk, at)
    return [
        str(choices[name].get(value, value if name == "payer" else _("not here any more")))
        for name, value in at.given.items() if name not in told
    ]  # fmt: skip


def _empty(at: ReferralList) -> Empty:
    """Why nothing is here, and what comes next."""
    if at.given:
        text = _("No referral meets it. The list without it may hold some.")
        return Empty(_("The filter hides everything"), text, _("Clear filter"), at.whole.url())
    return Empty(
        _("No open referrals"),
        _("They come with orders from the EHR, from a list, or are opened by hand."),
    )
