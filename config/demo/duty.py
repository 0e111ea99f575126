"""Who can be paged in the demo, whose turn it is, and a ladder that climbs while one watches."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Membership
from accounts.roles import Role
from audit.actors import Actor
from config.demo.cast import PHONES, PracticePlan
from escalation import publishing, starter
from escalation.models import Action, Ladder, LadderStep, Policy, Receiver, Rotation
from escalation.operations import drafts, ladders, rotations
from escalation.operations.ladders import Wish
from escalation.operations.rotations import Rota
from outbox import operations as outbox
from outbox.models import Channel, Contact

ACTOR = Actor.machine("demo.seed")

MINUTES: Sequence[tuple[Receiver, int]] = (
    (Receiver.ON_CALL, -15),
    (Receiver.OWNER, -14),
    (Receiver.ORDERER, -13),
    (Receiver.SUPERVISOR, -11),
    (Receiver.LEADS, -5),
)
"""Whom a critical result pages, and when: minutes before it should be acknowledged, which is a
quarter of an hour after it was issued. A real ladder takes the whole quarter."""


def open_duty(plan: PracticePlan, *, now: datetime) -> None:
    """Phones, a rota of the physicians, hours and policies: what is missing."""
    members = {one.name: one for one in Membership.objects.filter(is_active=True)}
    for person in plan.people:
        phone = PHONES.get(person.email, "")
        if phone and not Contact.objects.filter(member=members[person.name]).exists():
            outbox.bring_contact(
                member=members[person.name], channel=Channel.SMS, address=phone,
                actor=ACTOR, now=now,
            )  # fmt: skip
    if not Rotation.objects.exists():
        _start_rota(plan, members, now=now)
    if not Policy.objects.filter(status=Policy.Status.PUBLISHED).exists():
        starter.install(clinical_approver=plan.approver, actor=ACTOR, now=now)
        _quicken(plan, now=now)


def _start_rota(plan: PracticePlan, members: dict[str, Membership], *, now: datetime) -> None:
    """Weeks of the physicians, in the order of the plan."""
    turns = [members[one.name].pk for one in plan.people if one.role is Role.PHYSICIAN]
    planner = next(members[one.name] for one in plan.people if one.role is Role.SUPERVISOR)
    today = now.astimezone(ZoneInfo(plan.time_zone)).date()
    rotations.start_rotation(
        rota=Rota(name="Physician on call", members=turns, time_zone=plan.time_zone),
        begins_on=today - timedelta(days=today.weekday() + 7),
        by=planner, actor=ACTOR, now=now,
    )  # fmt: skip


def _quicken(plan: PracticePlan, *, now: datetime) -> None:
    """The second version: critical results climb in minutes."""
    draft = drafts.begin_draft(author="Demo", actor=ACTOR, now=now)
    ladder = Ladder.objects.get(policy=draft, name=starter.CRITICAL)
    steps = LadderStep.objects.filter(ladder=ladder).order_by("position")
    last = len(MINUTES) - 1
    for number, (step, (receiver, after)) in enumerate(zip(steps, MINUTES, strict=True)):
        wish = Wish(
            Action.PAGE, receiver, clock="acknowledge" if number < last else "",
            after_minutes=after, day_and_night=True, until_done=number == last,
            every_minutes=10 if number == last else None,
        )  # fmt: skip
        ladders.set_rung(policy_id=draft.pk, ladder_id=ladder.pk, step_id=step.pk, wish=wish,
                         actor=ACTOR, now=now)  # fmt: skip
    publishing.publish(policy_id=draft.pk, clinical_approver=plan.approver, effective_at=now,
                       actor=ACTOR, now=now)  # fmt: skip
