"""From rows to what stands, and from what stands to the columns of a referral. Writes nothing."""

from collections.abc import Iterable
from datetime import datetime

from referrals.lacking import View
from referrals.models import Fact, Referral
from referrals.standing import Loop, Standing, Told, loop, standing
from referrals.states import Axis, Closure

COLUMNS = {
    Axis.TRANSMISSION: "transmission", Axis.ACCEPTANCE: "acceptance",
    Axis.APPOINTMENT: "appointment", Axis.ATTENDANCE: "attendance", Axis.REPORT: "report_state",
    Axis.ANSWER: "question_answered", Axis.TOLD: "patient_told",
    Axis.AUTHORIZATION: "authorization",
}  # fmt: skip
"""Where a referral holds what stands on each axis."""

FOLDED = (*COLUMNS.values(), "appointment_at", "report", "patient_told_at", "step", "turn")
"""All that is written from the facts."""


def told_by(fact: Fact) -> Told:
    """The fact as the fold takes it."""
    return Told(
        id=fact.pk, axis=Axis(fact.axis), value=fact.value, at=fact.at, told_at=fact.told_at,
        appointment_at=fact.appointment_at, item=fact.item_id, undoes=fact.undoes_id,
    )  # fmt: skip


def stands(facts: Iterable[Fact]) -> Standing:
    """What stands after these facts of one referral."""
    return standing(told_by(fact) for fact in facts)


def loop_of(referral: Referral, stands: Standing) -> Loop:
    """Its loop, open or closed as the referral is."""
    return loop(stands, Closure(referral.closed_because) if referral.closed_because else None)


def view_of(referral: Referral, facts: Iterable[Fact], *, now: datetime) -> View:
    """How it stands at this moment, for what lacks."""
    closed = Closure(referral.closed_because) if referral.closed_because else None
    return View(stands(facts), referral.ordered_at, closed, now)


def put(referral: Referral, stands: Standing) -> None:
    """Let the referral say what stands."""
    for axis, column in COLUMNS.items():
        setattr(referral, column, stands.on[axis])
    referral.appointment_at = stands.appointment_at
    referral.report_id = stands.report
    referral.patient_told_at = stands.since.get(Axis.TOLD)
    place(referral, stands)


def place(referral: Referral, stands: Standing) -> None:
    """Its step and whose turn it is, after the facts or the closing changed."""
    found = loop_of(referral, stands)
    referral.step, referral.turn = found.step.value, found.turn.value
