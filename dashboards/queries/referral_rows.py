"""Referrals as rows of a table or cards of a board."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Operation, may
from charts.values import Priority
from dashboards import referral_words as said
from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.queries.listing import patient_line
from dashboards.rows.referral import Part, ReferralRow
from dashboards.words import Tone
from referrals.folding import COLUMNS, stands
from referrals.models import Fact, Referral
from referrals.standing import PARTS, Standing, deciding
from referrals.states import Step, Turn


def rows_of(desk: Desk, referrals: Sequence[Referral], *, back: str) -> tuple[ReferralRow, ...]:
    """In the order given; their facts are asked for once."""
    told = facts_of([one.pk for one in referrals])
    may_tell = bool(may(desk.member.roles, Operation.WORK_REFERRALS))
    return tuple(_row(desk, one, told[one.pk], back, may_tell=may_tell) for one in referrals)


def facts_of(ids: Sequence[UUID]) -> Mapping[UUID, list[Fact]]:
    """All that was told of each."""
    told: dict[UUID, list[Fact]] = defaultdict(list)
    columns = ("referral", "axis", "value", "at", "told_at", "appointment_at", "item", "undoes")
    for fact in Fact.objects.filter(referral__in=ids).only(*columns):
        told[fact.referral_id].append(fact)
    return told


def _row(
    desk: Desk, referral: Referral, facts: Sequence[Fact], back: str, *, may_tell: bool
) -> ReferralRow:
    shut = referral.patient.is_restricted and not desk.opens(referral.patient)
    urgency = "" if referral.urgency == Priority.ROUTINE else said.URGENCIES[referral.urgency]
    late = days_late(referral, desk.today)
    return ReferralRow(
        id=str(referral.pk),
        url=reverse("dashboards:referral", args=[referral.pk]) + f"?back={back}",
        tell_url=tell_url(referral, back) if may_tell and not shut else "",
        patient=patient_line(referral.patient, desk),
        title=_("Referral") if shut else said.specialty(referral.specialty),
        specialist="" if shut else referral.specialist_name,
        reason="" if shut else referral.reason,
        urgency=urgency, is_grave=referral.urgency == Priority.STAT,
        ordered=_day(desk, referral.ordered_at),
        expected=words.month_day(referral.expected_on) if referral.expected_on else "",
        late=_("%(days)s d late") % {"days": late} if late else "",
        step=said.STEPS[step_of(referral)],
        parts=parts_of(columns_of(referral), desk),
        turn=said.TURNS[referral.turn], turn_code=referral.turn,
        since=since(desk, referral, facts),
        closed=said.CLOSURES.get(referral.closed_because, ""),
    )  # fmt: skip


def tell_url(referral: Referral, back: str) -> str:
    """Of the menu that says what became of it."""
    return reverse("dashboards:referral_tell", args=[referral.pk]) + f"?back={back}"


def step_of(referral: Referral) -> Step:
    """As the screens say it: what came is answered, until somebody has read it."""
    if referral.closed_at is not None and referral.turn == Turn.US:
        return Step.ANSWERED
    return Step(referral.step)


def days_late(referral: Referral, today: date) -> int:
    """How many days its report is past the day on which it was expected; 0 where nobody waits."""
    if referral.expected_on is None or referral.closed_at is not None:
        return 0
    return max(0, (today - referral.expected_on).days)


def columns_of(referral: Referral) -> Standing:
    """What stands on each axis, as the row says it."""
    on = {axis: getattr(referral, column) for axis, column in COLUMNS.items()}
    return Standing(on=on, appointment_at=referral.appointment_at)


def parts_of(stands: Standing, desk: Desk) -> tuple[Part, ...]:
    """`accepted`, `booked Dec 7`: true, not yet, or what came in its place."""
    return tuple(_part(name, stands, desk) for name in PARTS)


def _day(desk: Desk, at: datetime) -> words.Moment:
    """Its date, for the hour of an order tells nobody anything."""
    exact = words.moment(at, zone=desk.zone, now=desk.now)
    local = at.astimezone(desk.zone).date()
    short = words.month_day(local) if local.year == desk.today.year else words.long_date(local)
    return words.Moment(short, exact.exact, exact.iso)


def _part(name: str, stands: Standing, desk: Desk) -> Part:
    axis, good = PARTS[name]
    value = stands.on[axis]
    against = said.AGAINST.get((axis, value))
    if against is not None:
        return Part(str(against), "against")
    is_true, word = value in good, str(said.PARTS[name])
    if name == "booked" and is_true and stands.appointment_at:
        word = f"{word} {words.month_day(stands.appointment_at.astimezone(desk.zone).date())}"
    return Part(word, "is" if is_true else "not")


def since(desk: Desk, referral: Referral, facts: Sequence[Fact]) -> words.Moment:
    """Since when it is the turn of whoever has it."""
    return words.waited(turn_began(referral, facts), zone=desk.zone, now=desk.now, tone=Tone.PLAIN)


def turn_began(referral: Referral, facts: Sequence[Fact]) -> datetime:
    """When what decides whose turn it is became true; else when it was closed, or ordered."""
    if referral.closed_at is not None:
        return referral.closed_at
    folded = stands(facts)
    axis = deciding(folded)
    return folded.since.get(axis, referral.ordered_at) if axis else referral.ordered_at
