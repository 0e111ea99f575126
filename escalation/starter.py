"""A policy to begin with: hours, targets and ladders that a practice then makes its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from audit.actors import Actor
from charts.values import Priority
from escalation.ladder import Anchor, Measure
from escalation.models import Action, Calendar, Ladder, LadderStep, Policy, Receiver, Target
from escalation.publishing import publish
from routing.categories import Category
from tenants.models import Location

WEEK = [[[480, 720], [780, 1020]]] * 5 + [[], []]
"""Monday to Friday, 8:00 to 12:00 and 13:00 to 17:00."""

Rung = dict[str, Any]


def _rung(action: Action, receiver: Receiver, after: int | Anchor, **more: Any) -> Rung:
    """One step; `after`: minutes from the due instant, or a moment of the day."""
    day_and_night = more.get("day_and_night", False)
    timing: Rung = {"anchor": after.value} if isinstance(after, Anchor) else {
        "after_amount": after,
        "after_measure": (Measure.CLOCK if day_and_night else Measure.BUSINESS).value,
    }  # fmt: skip
    return {"action": action, "receiver": receiver, "clock": "", **timing, **more}


def _page(receiver: Receiver, after: int, **more: Any) -> Rung:
    return _rung(Action.PAGE, receiver, after, day_and_night=True, **more)


CRITICAL, CLINICAL, ROUTINE = "Critical results", "Results to act on", "Routine work"
REFERRALS = "Referrals to chase"
"""After 1, 7, 7, 14, 30 and 60 calendar days, each time in open hours."""

DAY = 24 * 60

LADDERS: dict[str, Sequence[Rung]] = {
    CRITICAL: (
        _page(Receiver.OWNER, -14, clock="acknowledge"),
        _page(Receiver.ORDERER, -9, clock="acknowledge"),
        _page(Receiver.ON_CALL, -4, clock="acknowledge"),
        _page(Receiver.SUPERVISOR, 0, repeat=3, every_minutes=5),
        _page(Receiver.LEADS, 20, every_minutes=10, until_done=True),
    ),
    CLINICAL: (
        _rung(Action.REMIND, Receiver.OWNER, -10),
        _rung(Action.TELL, Receiver.SUPERVISOR, 0),
        _rung(Action.REASSIGN, Receiver.ON_CALL, 30),
        _rung(Action.REASSIGN, Receiver.ORDERER, Anchor.END_OF_DAY, clock="close"),
        _rung(Action.FORCE_CLOSE, Receiver.ORDERER, Anchor.ZERO_TASK_HOUR, clock="close"),
        _rung(Action.TELL, Receiver.LEADS, 240, repeat=4, every_minutes=480),
    ),
    ROUTINE: (
        _rung(Action.REMIND, Receiver.OWNER, -60),
        _rung(Action.TELL, Receiver.SUPERVISOR, 0),
        _rung(Action.TELL, Receiver.LEADS, 480, repeat=4, every_minutes=960),
    ),
    REFERRALS: (
        _rung(Action.REMIND, Receiver.OWNER, 0),
        *(_rung(Action.REMIND, Receiver.OWNER, days * DAY, after_measure=Measure.CLOCK.value)
          for days in (7, 14, 28, 58)),
        _rung(Action.TELL, Receiver.SUPERVISOR, 118 * DAY, after_measure=Measure.CLOCK.value),
        _rung(Action.TELL, Receiver.LEADS, 119 * DAY, after_measure=Measure.CLOCK.value, repeat=4,
              every_minutes=20 * 480),
    ),
}  # fmt: skip
"""The last step of each goes to whoever leads, and where nobody does, to everybody."""

LAPSE = 60
"""Minutes after which a critical result that somebody acknowledged, and nobody closed, is asked
for anew."""

Amount = tuple[int, Measure] | None
RESULT = Category.RESULT_REVIEW.value

TARGETS: Sequence[tuple[str, Priority | None, Amount, Amount, str]] = (
    # category, priority, acknowledge by, close by, ladder
    ("", Priority.STAT, (15, Measure.CLOCK), (60, Measure.CLOCK), CRITICAL),
    (RESULT, Priority.STAT, (15, Measure.CLOCK), (60, Measure.CLOCK), CRITICAL),
    (RESULT, Priority.URGENT, (30, Measure.BUSINESS), (120, Measure.BUSINESS), CLINICAL),
    (RESULT, None, None, (240, Measure.BUSINESS), ROUTINE),
    (Category.REFILL.value, None, None, (1, Measure.BUSINESS_DAYS), ROUTINE),
    (Category.UNSIGNED_ORDER.value, None, None, (1, Measure.BUSINESS_DAYS), ROUTINE),
    (Category.INCOMPLETE_NOTE.value, None, None, (1, Measure.END_OF_BUSINESS_DAY), ROUTINE),
    (Category.REFERRAL.value, None, None, (DAY, Measure.CLOCK), REFERRALS),
    (Category.QUARANTINED_MESSAGE.value, None, (60, Measure.BUSINESS),
     (240, Measure.BUSINESS), ROUTINE),
    ("", Priority.URGENT, (60, Measure.BUSINESS), (240, Measure.BUSINESS), CLINICAL),
    ("", None, None, (2, Measure.BUSINESS_DAYS), ROUTINE),
)  # fmt: skip


@transaction.atomic
def install(*, clinical_approver: str, actor: Actor, now: datetime) -> Policy:
    """Hours for the practice and each location, and the policy as its next version."""
    _calendars()
    latest = Policy.objects.aggregate(latest=Max("version"))["latest"] or 0
    policy = Policy.objects.create(version=latest + 1, author="ClearChart starter pack")
    ladders = {name: Ladder.objects.create(policy=policy, name=name) for name in LADDERS}
    LadderStep.objects.bulk_create(
        LadderStep(ladder=ladders[name], position=position, **rung)
        for name, rungs in LADDERS.items()
        for position, rung in enumerate(rungs)
    )
    Target.objects.bulk_create(_target(policy, ladders, *row) for row in TARGETS)
    return publish(
        policy_id=policy.pk,
        clinical_approver=clinical_approver,
        effective_at=now,
        begins=True,
        actor=actor,
        now=now,
    )


def _target(
    policy: Policy, ladders: dict[str, Ladder], category: str, priority: Priority | None,
    acknowledge: Amount, close: Amount, ladder: str,
) -> Target:  # fmt: skip
    return Target(
        policy=policy, category=category, priority=priority.value if priority else "",
        acknowledge_amount=acknowledge[0] if acknowledge else None,
        acknowledge_measure=acknowledge[1].value if acknowledge else "",
        close_amount=close[0] if close else None, close_measure=close[1].value if close else "",
        pauses=priority != Priority.STAT,
        lapse_minutes=LAPSE if priority == Priority.STAT else None,
        ladder=ladders[ladder],
    )  # fmt: skip


def _calendars() -> None:
    held = set(Calendar.objects.values_list("location_id", flat=True))
    sites = [None, *Location.objects.order_by("name")]
    Calendar.objects.bulk_create(
        Calendar(location=site, week=WEEK, country="US")
        for site in sites
        if (site.pk if site else None) not in held
    )
