"""What may be published, what is refused and where, and which of two targets wins."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from charts.values import Priority, Severity
from escalation import operations, policies, publishing
from escalation.faults import faults_of
from escalation.ladder import Aim, Anchor, Measure
from escalation.models import (
    Absence,
    Action,
    Clock,
    Ladder,
    LadderStep,
    Override,
    Policy,
    Receiver,
    Rotation,
    Shift,
    Target,
)
from escalation.operations import ladders, targets
from escalation.operations.drafts import NotADraft
from escalation.operations.ladders import RungRefused
from escalation.operations.targets import TargetRefused
from escalation.publishing import CannotPublish
from outbox.models import Contact
from routing import publishing as routing
from routing.models import Queue, Rule, RuleSet, Task
from tests.people import admit
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
"""10:00 in New York."""
DAY = timedelta(days=1)
FREE = "misfiled-document"
"""A kind of work without a target of its own in the starter policy."""
NOBODYS = UUID("01900000-0000-7000-8000-000000000000")
CLOCK, BUSINESS = Measure.CLOCK, Measure.BUSINESS


@pytest.fixture
def who(elm):
    return {"actor": Actor.person(elm.sam), "now": MONDAY}


@pytest.fixture
def rota(elm):
    """Dr Diaz and Nora take turns of a week, from before the tests on."""
    made = Rotation.objects.create(
        name="Physicians", time_zone="America/New_York", begins_on=MONDAY.date(),
        handover_minute=8 * 60,
    )  # fmt: skip
    for position, member in enumerate((elm.diaz, elm.nora)):
        Shift.objects.create(rotation=made, position=position, member=member)
    return made


@pytest.fixture
def draft(elm, rota, who):
    return operations.begin_draft(author="Sam Ortiz", **who)


@pytest.fixture
def publish(draft, who):
    def run(*, by: str = "Dr Ana Diaz", policy=draft) -> Policy:
        return publishing.publish(
            policy_id=policy.pk, clinical_approver=by, effective_at=MONDAY, **who
        )

    return run


def ladder(draft, name="Critical results") -> Ladder:
    return Ladder.objects.get(policy=draft, name=name)


def steps(held) -> list[LadderStep]:
    return list(LadderStep.objects.filter(ladder=held).order_by("position"))


@pytest.fixture
def refused(publish):
    """The sentences with which publishing is refused."""

    def run() -> list[str]:
        with pytest.raises(CannotPublish) as error, transaction.atomic():
            publish()
        return [fault.sentence for fault in error.value.faults]

    return run


def rung(draft, who, *, name="Routine work", **wish) -> LadderStep:
    said = {"action": Action.TELL, "receiver": Receiver.LEADS, "after_minutes": 600} | wish
    return operations.set_rung(
        policy_id=draft.pk, ladder_id=ladder(draft, name).pk, step_id=None,
        wish=ladders.Wish(**said), **who,
    )  # fmt: skip


def target(draft, who, *, held=None, ladder_name="Routine work", **wish) -> Target:
    said = {"close": Aim(240, BUSINESS), "ladder_id": ladder(draft, ladder_name).pk} | wish
    return operations.set_target(
        policy_id=draft.pk, target_id=held and held.pk, wish=targets.Wish(**said), **who
    )


def test_a_draft_says_what_the_policy_in_force_says_and_is_the_only_one(draft, who):
    source = Policy.objects.get(status="published")
    assert draft.version == source.version + 1

    def said(policy):
        rows = Target.objects.filter(policy=policy).order_by("category", "priority")
        rungs = LadderStep.objects.filter(ladder__policy=policy)
        columns = ("category", "priority", "close_amount", "close_measure", "ladder__name")
        return (
            list(rows.values_list(*columns)),
            sorted(rungs.values_list("ladder__name", "position", "action", "receiver")),
        )

    assert said(draft) == said(source)
    assert operations.begin_draft(author="Somebody else", **who) == draft


def test_what_is_published_is_in_force_and_says_who_approved_it(draft, publish, elm):
    before = Policy.objects.get(status="published")
    publish()
    assert policies.load(now=MONDAY).policy == draft
    before.refresh_from_db()
    draft.refresh_from_db()
    assert (before.status, draft.clinical_approver) == ("retired", "Dr Ana Diaz")
    assert AuditEvent.objects.filter(action="policy.published", entity_id=draft.pk).exists()


def test_a_version_that_begins_later_leaves_the_one_before_in_force_till_then(draft, who):
    before = Policy.objects.get(status="published")
    later = MONDAY + 3 * DAY
    publishing.publish(
        policy_id=draft.pk, clinical_approver="Dr Ana Diaz", effective_at=later, **who
    )
    assert policies.load(now=later - DAY).policy == before
    assert policies.load(now=later).policy == draft


def test_a_published_version_never_changes(draft, publish, who, elm):
    publish()
    held = Target.objects.filter(policy=draft).first()
    step = steps(ladder(draft))[0]
    at = {"policy_id": draft.pk, **who}
    for change in (
        lambda: target(draft, who, held=held),
        lambda: operations.remove_target(target_id=held.pk, **at),
        lambda: rung(draft, who),
        lambda: operations.remove_rung(ladder_id=step.ladder_id, step_id=step.pk, **at),
        lambda: operations.move_rung(ladder_id=step.ladder_id, step_id=step.pk, up=False, **at),
        lambda: operations.name_ladder(ladder_id=step.ladder_id, name="Other", **at),
        lambda: operations.remove_ladder(ladder_id=step.ladder_id, **at),
        lambda: operations.discard_draft(**at),
    ):
        with pytest.raises(NotADraft, match="Begin a new draft"):
            change()
    with pytest.raises(CannotPublish, match="is published"):
        publish()


def test_a_running_clock_keeps_the_version_it_began_with(elm, draft, publish, who, sweep):
    task = bring(graded(Severity.ABNORMAL, at=15), now=MONDAY)
    sweep(MONDAY)
    first = Clock.objects.filter(task=task).first().policy
    publish()
    other = bring(graded(Severity.ABNORMAL, key="L-2", at=15), now=MONDAY)
    sweep(MONDAY + timedelta(minutes=1))
    assert {one.policy_id for one in Clock.objects.filter(task=task)} == {first.pk}
    assert {one.policy_id for one in Clock.objects.filter(task=other)} == {draft.pk}


def test_a_draft_is_given_up_whole(draft, who):
    operations.discard_draft(policy_id=draft.pk, **who)
    assert not Ladder.objects.filter(policy_id=draft.pk).exists()
    assert Policy.objects.filter(status="published").count() == 1


def test_work_that_was_open_before_the_first_policy_gets_its_clocks(elm_street, sweep):
    from escalation import starter
    from tests.people import SETUP

    with elm_street.scoped():
        task = bring(graded(Severity.ABNORMAL, at=15), now=MONDAY)
        sweep(MONDAY)
        assert not Clock.objects.filter(task=task).exists()
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=MONDAY)
        sweep(MONDAY)
        assert Clock.objects.filter(task=task).count() == 2


# What is refused


def test_t18_a_queue_without_a_policy_is_refused(draft, refused, who):
    rest = Target.objects.get(policy=draft, category="", priority="", queue=None)
    operations.remove_target(policy_id=draft.pk, target_id=rest.pk, **who)
    nurses = Queue.objects.get(role=Role.NURSE)
    for queue in Queue.objects.exclude(pk=nurses.pk):
        target(draft, who, queue_id=queue.pk, close=Aim(120, BUSINESS))
    assert f"Nothing says by when the work of {nurses.name} is due." in refused()[0]


def test_t18_a_ladder_without_a_reachable_last_step_is_refused(draft, refused, who):
    held = ladder(draft, "Routine work")
    last = steps(held)[-1]
    operations.remove_rung(policy_id=draft.pk, ladder_id=held.pk, step_id=last.pk, **who)
    assert any("The last rung of “Routine work” may reach nobody" in one for one in refused())
    for step in steps(held):
        operations.remove_rung(policy_id=draft.pk, ladder_id=held.pk, step_id=step.pk, **who)
    assert "The ladder “Routine work” has no rung." in refused()


def test_t18_a_last_step_to_a_role_that_nobody_holds_is_refused(draft, refused, who):
    rung(draft, who, receiver=Receiver.ROLE, role=Role.PRIVACY_OFFICER)
    assert any("The last rung of “Routine work” may reach nobody" in one for one in refused())


def test_t18_a_rule_set_without_a_fallback_is_refused(elm, who):
    rules = RuleSet.objects.create(version=99, author="Sam Ortiz")
    Rule.objects.create(
        rule_set=rules, position=1, name="Results", role=Role.PHYSICIAN,
        conditions={"all": [{"fact": "kind", "is": "result"}]}, assignee="nobody",
        priority="routine",
    )  # fmt: skip
    with pytest.raises(routing.CannotPublish, match="must be the fallback"):
        routing.publish(
            rule_set_id=rules.pk, clinical_approver="Dr Ana Diaz", effective_at=MONDAY, **who
        )


def test_a_policy_that_nobody_approved_is_refused(publish):
    with pytest.raises(CannotPublish, match="Name the clinician"):
        publish(by="  ")


def test_a_ladder_that_goes_round_is_refused(draft, refused, who, elm):
    for minutes, member in ((10, elm.diaz), (20, elm.nora), (30, elm.diaz)):
        rung(draft, who, action=Action.REASSIGN, receiver=Receiver.MEMBER, member_id=member.pk,
             after_minutes=minutes)  # fmt: skip
    rung(draft, who)
    [said] = refused()
    assert said.startswith("The ladder “Routine work” goes round: rung 6 gives the task back to ")
    assert "Dr Ana Diaz, who had it by rung 4." in said


def test_queues_that_hand_late_work_round_are_refused(draft, refused, who, elm):
    nurse, doctor = (Queue.objects.get(role=role) for role in (Role.NURSE, Role.PHYSICIAN))
    for here, there in ((nurse, doctor), (doctor, nurse)):
        held = operations.name_ladder(
            policy_id=draft.pk, ladder_id=None, name=f"Late in {here.name}", **who
        )
        rung(draft, who, name=held.name, action=Action.REASSIGN, receiver=Receiver.SUPERVISOR,
             queue_id=there.pk, after_minutes=10)  # fmt: skip
        rung(draft, who, name=held.name)
        target(draft, who, queue_id=here.pk, category="refill", ladder_name=held.name)
    assert any("Late work would go round for ever: " in one for one in refused())


def test_a_rung_that_nobody_staffs_is_refused_with_its_first_hour(draft, refused, rota, elm, who):
    Absence.objects.create(
        member=elm.nora, begins_at=MONDAY + 8 * DAY, ends_at=MONDAY + 9 * DAY, cover=None
    )
    said = refused()
    assert (
        "Rung 3 of “Critical results”, whoever is on call: nobody from Tue Nov 24, 10:00 on."
        in said
    )
    assert any(one.startswith("Rung 3 of “Results to act on”") for one in said)
    Absence.objects.update(cover=elm.diaz)
    publish_again = refused_or_none(draft, who)
    assert publish_again == []


def refused_or_none(draft, who) -> list[str]:
    return [fault.sentence for fault in faults_of(draft, now=who["now"])]


def test_an_override_covers_what_a_rotation_leaves_open(draft, rota, elm, who):
    Absence.objects.create(
        member=elm.nora, begins_at=MONDAY + 8 * DAY, ends_at=MONDAY + 9 * DAY, cover=None
    )
    Override.objects.create(
        rotation=rota, member=elm.diaz, begins_at=MONDAY + 8 * DAY, ends_at=MONDAY + 9 * DAY,
        made_at=MONDAY,
    )  # fmt: skip
    assert refused_or_none(draft, who) == []


def test_a_rotation_that_begins_too_late_is_refused_from_now_on(draft, refused, rota):
    Rotation.objects.update(begins_on=MONDAY.date() + 2 * DAY)
    assert any("nobody from Mon Nov 16, 10:00 on." in one for one in refused())


def test_no_rotation_at_all_is_refused(draft, refused, rota):
    Shift.objects.all().delete()
    assert any("whoever is on call: nobody from Mon Nov 16" in one for one in refused())


def test_an_unverified_phone_of_whoever_is_paged_is_refused(draft, refused, elm):
    Contact.objects.filter(member=elm.nora).update(verified_at=None)
    [said] = refused()
    assert said == (
        "Rung 3 of “Critical results”, whoever is on call: Nora Quinn has no verified phone or "
        "other contact that can ring, Mon Nov 23, 08:00."
    )


def test_mail_rings_nobody_and_does_not_staff_a_rung(draft, refused, elm):
    Contact.objects.filter(member=elm.nora).update(channel="email", address="nora@elm.example")
    [said] = refused()
    assert "Nora Quinn has no verified phone or other contact that can ring" in said


def test_a_member_who_left_is_nobody(draft, refused, who, elm, now):
    rung(draft, who, receiver=Receiver.MEMBER, member_id=elm.max.pk, after_minutes=500)
    rung(draft, who)
    elm.max.__class__.objects.filter(pk=elm.max.pk).update(is_active=False)
    assert any("Rung 4 of “Routine work”, Max Bell: nobody from" in one for one in refused())


@pytest.mark.parametrize(
    ("wish", "field", "says"),
    [
        ({"category": "refill"}, "category", "“Refill” has a target already"),
        ({"category": FREE, "close": None}, "close_amount", "never late"),
        ({"category": FREE, "close": Aim(0, BUSINESS)}, "close_amount", "from 1 to"),
        ({"category": FREE, "close": Aim(9_999_999, CLOCK)}, "close_amount", "from 1 to"),
        ({"category": FREE, "ladder_id": None}, "ladder", "Choose the ladder"),
        ({"category": FREE, "queue_id": NOBODYS}, "queue", "This queue is gone"),
        ({"category": FREE, "priority": "stat", "pauses": True, "close": Aim(60, CLOCK),
          "acknowledge": Aim(15, CLOCK)}, "pauses", "does not pause"),
        ({"category": FREE, "priority": "stat", "pauses": False, "close": Aim(60, CLOCK),
          "acknowledge": Aim(15, BUSINESS)}, "acknowledge_amount", "day and night"),
    ],
)  # fmt: skip
def test_a_target_that_cannot_be_kept_is_refused_at_its_field(draft, who, wish, field, says):
    before = Target.objects.count()
    with pytest.raises(TargetRefused) as error:
        target(draft, who, **wish)
    assert says in error.value.faults[field]
    assert Target.objects.count() == before


@pytest.mark.parametrize(
    ("wish", "field", "says"),
    [
        ({"after_minutes": None}, "when", "Say when"),
        ({"after_minutes": 5, "anchor": Anchor.END_OF_DAY}, "when", "Say when"),
        ({"after_minutes": 10**8}, "after", "too far from the due time"),
        ({"repeat": 3}, "every", "after how many minutes"),
        ({"repeat": 10_000, "every_minutes": 5}, "repeat", "up to 200"),
        ({"receiver": Receiver.MEMBER}, "member", "Choose somebody who works here"),
        ({"receiver": Receiver.ROLE}, "role", "Choose a role"),
        ({"receiver": Receiver.ON_CALL, "rotation_id": NOBODYS}, "rotation", "is gone"),
        ({"action": Action.REASSIGN, "queue_id": NOBODYS}, "queue", "is gone"),
    ],
)
def test_a_rung_that_cannot_be_kept_is_refused_at_its_field(draft, who, wish, field, says):
    before = LadderStep.objects.count()
    with pytest.raises(RungRefused) as error:
        rung(draft, who, **wish)
    assert says in error.value.faults[field]
    assert LadderStep.objects.count() == before


def test_rungs_change_places_and_stay_at_the_ends(draft, who):
    held = ladder(draft)
    order = [step.pk for step in steps(held)]
    at = {"policy_id": draft.pk, "ladder_id": held.pk, **who}
    operations.move_rung(step_id=order[2], up=True, **at)
    assert [one.pk for one in steps(held)] == [order[0], order[2], order[1], *order[3:]]
    operations.move_rung(step_id=order[0], up=True, **at)
    operations.move_rung(step_id=order[2], up=False, **at)
    assert [one.pk for one in steps(held)] == order


def test_a_ladder_in_use_is_not_removed_and_names_are_given_once(draft, who):
    at = {"policy_id": draft.pk, **who}
    with pytest.raises(RungRefused, match="Targets use this ladder"):
        operations.remove_ladder(ladder_id=ladder(draft).pk, **at)
    for name in ("", "x" * 81, "Routine work"):
        with pytest.raises(RungRefused):
            operations.name_ladder(ladder_id=None, name=name, **at)


# Which target wins


def test_t8_of_two_targets_that_match_the_more_particular_wins_and_the_other_is_shown(
    draft, publish, who, elm
):
    nurses = Queue.objects.get(role=Role.NURSE)
    target(draft, who, queue_id=nurses.pk, close=Aim(90, BUSINESS))
    publish()
    book = policies.load(now=MONDAY)
    task = Task(queue=nurses, category="refill", priority="urgent")
    told = policies.why_wins(book.matching(task, draft.pk))
    assert (
        told.winner == f"All other work in {nurses.name}: close within 1 h 30 min, business hours"
    )
    assert told.beaten == (
        "Refill: close within 1 business day",
        "All other urgent work: acknowledge within 1 h, close within 4 h, business hours",
        "All other work: close within 2 business days",
    )
    assert told.because == "A target for the queue comes before one for the kind of work."


def test_t8_no_target_overrides_the_one_for_critical_work(draft, publish, who):
    doctors = Queue.objects.get(role=Role.PHYSICIAN)
    target(draft, who, queue_id=doctors.pk, category="refill", close=Aim(90, BUSINESS))
    publish()
    task = Task(queue=doctors, category="refill", priority="stat")
    told = policies.why_wins(policies.load(now=MONDAY).matching(task, draft.pk))
    assert told.winner == (
        "All other critical work: acknowledge within 15 min, close within 1 h, day and night"
    )
    assert told.because == "A target for critical work comes before one for the queue."


def test_t8_a_policy_without_a_target_for_critical_work_is_refused(draft, refused, who):
    for held in Target.objects.filter(policy=draft, priority=Priority.STAT):
        operations.remove_target(policy_id=draft.pk, target_id=held.pk, **who)
    said = refused()
    assert any("No target is for critical work in " in one for one in said)
    assert all("Critical work is counted day and night" in one for one in said)


def test_t8_two_targets_can_never_weigh_the_same(draft, who):
    with pytest.raises(TargetRefused):
        target(draft, who, category="refill")


def test_a_critical_ladder_whose_last_rung_waits_for_the_morning_is_refused(draft, refused, who):
    rung(draft, who, name="Critical results")
    assert any("waits for the opening" in one for one in refused())


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"action": Action.TELL, "day_and_night": True}, "does not page until somebody does it"),
        ({"action": Action.PAGE, "day_and_night": True}, "does not page until somebody does it"),
        ({"action": Action.PAGE, "until_done": True, "every_minutes": 5}, "waits for the opening"),
    ],
)
def test_a_critical_ladder_that_ends_in_silence_is_refused(draft, refused, who, wish, says):
    rung(draft, who, name="Critical results", **wish)
    said = refused()
    for point in ("acknowledge-by", "close-by"):
        begins = f"“Critical results”, after {point}: the last rung {says}"
        assert any(one.startswith(begins) for one in said)


def test_each_clock_of_critical_work_has_rungs_that_page(draft, refused, who):
    held = ladder(draft)
    LadderStep.objects.filter(ladder=held).update(clock="acknowledge")
    unheard, unclimbed = refused()
    assert unheard == (
        "“Critical results”, after close-by: no rung follows. Add one that pages. Critical work "
        "climbs that ladder."
    )
    assert unclimbed.startswith("No rung of “Critical results” follows close-by, and “")
    LadderStep.objects.filter(ladder=held, receiver=Receiver.LEADS).update(clock="")
    assert refused_or_none(draft, who) == []
    LadderStep.objects.filter(ladder=held).update(action=Action.TELL)
    assert any("close-by: no rung pages." in one for one in refused())


def test_a_clock_that_no_rung_follows_is_refused(draft, refused):
    held = ladder(draft, "Results to act on")
    LadderStep.objects.filter(ladder=held).update(clock="close")
    [said] = refused()
    assert said.startswith("No rung of “Results to act on” follows acknowledge-by, and “Urgent ")
    assert said.endswith("asks for it: nobody would hear that it is late.")


def test_a_version_that_was_replaced_before_it_began_never_begins(draft, who):
    first = Policy.objects.get(status="published")
    publishing.publish(
        policy_id=draft.pk, clinical_approver="Dr Ana Diaz", effective_at=MONDAY + 7 * DAY, **who
    )
    newer = operations.begin_draft(author="Sam Ortiz", **who)
    publishing.publish(
        policy_id=newer.pk, clinical_approver="Dr Ana Diaz", effective_at=MONDAY + DAY, **who
    )
    assert policies.load(now=MONDAY).policy == first
    assert policies.load(now=MONDAY + 2 * DAY).policy == newer
    assert policies.load(now=MONDAY + 30 * DAY).policy == newer


def test_a_role_that_is_there_for_somebody_new_is_told(draft, who, elm, now):
    admit("Paula Reed", Role.PRACTICE_MANAGER, now=now)
    rung(draft, who, receiver=Receiver.ROLE, role=Role.PRACTICE_MANAGER)
    assert refused_or_none(draft, who) == []


def test_a_rung_that_names_none_of_several_rotations_is_refused(draft, refused, rota):
    Rotation.objects.create(
        name="Second call", time_zone=rota.time_zone, begins_on=rota.begins_on,
        handover_minute=rota.handover_minute, turn_days=rota.turn_days,
    )  # fmt: skip
    assert any("names no rotation, and the practice has several" in said for said in refused())
