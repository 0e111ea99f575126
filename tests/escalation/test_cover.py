"""Work follows its owner's absence: to whoever covers, and back as they chose."""

from datetime import date, timedelta

import pgtrigger
import pytest

from accounts import operations as accounts
from accounts.models import Membership
from accounts.permissions import PermissionRefused
from accounts.roles import Role
from audit.models import AuditEvent
from charts.values import Severity
from escalation import engine, operations
from escalation.models import Absence, Clock, ClockKind, CoveredTask, LadderStep
from escalation.operations import AbsenceNotFound, DutyRefused, StillHolds, covering
from outbox.models import Channel, Intent
from routing import operations as routing
from routing.models import Queue, Task
from routing.states import TaskStatus
from tenants import wake
from tenants.models import Topic
from tests.escalation.conftest import MONDAY_TEN as NOW
from tests.escalation.conftest import person
from tests.escalation.test_duty import DAY, HOUR, MINUTE, by, rota
from tests.people import SETUP, admit
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db

CRITICAL, ABNORMAL, _, NORMAL = Severity


@pytest.fixture
def sweep():
    """Every sweep of the engine at an instant, until nothing is left to do."""

    def run(now) -> None:
        while (
            engine.sweep_staff(now=now) + engine.sweep_tasks(now=now) + engine.sweep_clocks(now=now)
        ):
            pass

    return run


def result(severity=ABNORMAL, *, key="L-1", now=NOW) -> Task:
    return bring(graded(severity, key=key, at=15), now=now)


def away(elm, *, who=None, cover="nora", begins=NOW + HOUR, ends=NOW + DAY, **more) -> Absence:
    member = who or elm.diaz
    said = {"begins_at": begins, "ends_at": ends, **by(member), **more}
    cover_id = getattr(elm, cover).pk if cover else None
    return operations.record_absence(member_id=member.pk, cover_id=cover_id, **said)


def owner(task) -> str:
    held = Task.objects.get(pk=task.pk).owner
    return held.name if held else "the queue"


def reasons(task) -> list[str]:
    rows = task.transitions.filter(move="assign").order_by("version")
    return list(rows.values_list("reason", flat=True))


# ---- while away


def test_open_work_moves_when_the_absence_begins_and_not_before(elm, sweep):
    task = result()
    away(elm)
    sweep(NOW + HOUR - MINUTE)
    assert owner(task) == "Dr Ana Diaz"
    sweep(NOW + HOUR)
    assert owner(task) == "Nora Quinn"
    assert reasons(task) == ["Dr Ana Diaz is away: Nora Quinn covers"]


def test_each_move_is_audited_with_the_absence_that_caused_it(elm, sweep):
    task = result()
    absence = away(elm)
    sweep(NOW + HOUR)
    event = AuditEvent.objects.get(action="task.covered")
    assert (event.entity_id, event.patient_id) == (task.pk, task.patient_id)
    assert event.detail == {"absence": str(absence.pk), "to": str(elm.nora.pk)}
    assert event.actor_name == "escalation.engine"


def test_new_work_goes_to_the_cover_with_the_next_pass(elm, sweep):
    away(elm)
    sweep(NOW + HOUR)
    task = result(now=NOW + 2 * HOUR)
    assert owner(task) == "Dr Ana Diaz"
    sweep(NOW + 2 * HOUR)
    assert owner(task) == "Nora Quinn"


def test_a_critical_result_pages_the_cover_and_never_whoever_is_away(elm, sweep):
    away(elm)
    task = result(CRITICAL, now=NOW + 2 * HOUR)
    sweep(NOW + 2 * HOUR)
    paged = Intent.objects.filter(task=task, channel=Channel.SMS)
    assert elm.diaz.pk not in paged.values_list("member", flat=True)
    assert owner(task) == "Nora Quinn"


def test_only_new_work_moves_where_the_person_chose_so(elm, sweep):
    before = result(key="L-1")
    away(elm, moves_open_work=False)
    sweep(NOW + HOUR)
    after = result(key="L-2", now=NOW + 2 * HOUR)
    routing.assign(task_id=before.pk, to=elm.sam, now=NOW + HOUR, **person(elm.nora))
    other = result(key="L-3", now=NOW)
    sweep(NOW + 2 * HOUR)
    assert (owner(before), owner(after)) == ("Sam Ortiz", "Nora Quinn")
    assert owner(other) == "Dr Ana Diaz"


def test_without_a_cover_work_goes_back_to_its_queue(elm, sweep):
    task = result()
    away(elm, cover=None)
    sweep(NOW + HOUR)
    assert owner(task) == "the queue"
    assert reasons(task) == ["Dr Ana Diaz is away: back to its queue"]


def test_what_waits_goes_on_waiting_with_the_cover(elm, sweep):
    task = result()
    routing.hold(task_id=task.pk, reason="waits for the fax", recheck_date=date(2026, 11, 20),
                 now=NOW, **person(elm.diaz))  # fmt: skip
    away(elm)
    sweep(NOW + HOUR)
    task.refresh_from_db()
    assert (task.status, task.status_reason) == (TaskStatus.ON_HOLD, "waits for the fax")
    assert task.recheck_date == date(2026, 11, 20)
    assert owner(task) == "Nora Quinn"


def test_a_stand_in_is_asked_for_a_critical_task_that_waited_and_may_go_on_with_it(elm, sweep):
    task = result(CRITICAL)
    routing.acknowledge(task_id=task.pk, now=NOW, **person(elm.diaz))
    routing.hold(task_id=task.pk, reason="waits for a call", recheck_date=date(2026, 11, 20),
                 now=NOW, **person(elm.diaz))  # fmt: skip
    away(elm)
    begun = NOW + HOUR
    sweep(begun)
    asked = Clock.objects.filter(task=task, kind=ClockKind.ACKNOWLEDGE).latest("since_version")
    assert (asked.ended_at, asked.begun_at) == (None, begun)
    sweep(begun + 2 * MINUTE)
    paged = Intent.objects.filter(task=task, channel=Channel.SMS).values_list("member", flat=True)
    assert elm.nora.pk in paged
    routing.resume(task_id=task.pk, now=begun + 2 * MINUTE, **person(elm.nora))
    sweep(begun + 2 * MINUTE)
    asked.refresh_from_db()
    assert asked.ended_at == begun + 2 * MINUTE


def test_leases_of_others_do_not_keep_the_rest_from_moving(elm, sweep, monkeypatch):
    monkeypatch.setattr(covering, "AT_ONCE", 2)
    tasks = [result(key=f"L-{number}") for number in range(5)]
    for task in sorted(tasks, key=lambda one: one.pk)[:3]:
        routing.claim(task_id=task.pk, now=NOW, **person(elm.sam))
    away(elm, begins=NOW)
    sweep(NOW)
    assert sorted(map(owner, tasks)) == ["Dr Ana Diaz"] * 3 + ["Nora Quinn"] * 2
    sweep(NOW + 11 * MINUTE)
    assert {owner(task) for task in tasks} == {"Nora Quinn"}


def test_who_is_away_and_takes_a_task_all_the_same_keeps_it(elm, sweep):
    task = result(CRITICAL)
    away(elm, begins=NOW)
    sweep(NOW)
    routing.acknowledge(task_id=task.pk, now=NOW + MINUTE, **person(elm.diaz))
    sweep(NOW + 2 * MINUTE)
    assert owner(task) == "Dr Ana Diaz"
    routing.assign(task_id=task.pk, to=elm.diaz, now=NOW + HOUR, **person(elm.sam))
    sweep(NOW + HOUR)
    assert owner(task) == "Nora Quinn"


def test_nobodys_work_is_taken_out_of_their_hands(elm, sweep):
    task = result()
    away(elm, begins=NOW)
    routing.claim(task_id=task.pk, now=NOW, **person(elm.sam))
    sweep(NOW)
    assert owner(task) == "Dr Ana Diaz"
    sweep(NOW + routing.LEASE)
    assert owner(task) == "Nora Quinn"


def test_cover_that_goes_away_is_covered_in_turn(elm, sweep):
    eve = admit("Dr Eve Roth", Role.PHYSICIAN, now=NOW)
    task = result()
    away(elm, begins=NOW, ends=NOW + 3 * DAY)
    sweep(NOW)
    operations.record_absence(member_id=elm.nora.pk, cover_id=eve.pk, begins_at=NOW + HOUR,
                              ends_at=NOW + DAY, **by(elm.nora))  # fmt: skip
    sweep(NOW + HOUR)
    assert owner(task) == "Dr Eve Roth"
    later = result(key="L-2", now=NOW + 2 * HOUR)
    sweep(NOW + 2 * HOUR)
    assert owner(later) == "Dr Eve Roth"


def test_more_than_one_pass_of_open_work_moves_whole(elm, sweep, monkeypatch):
    monkeypatch.setattr("escalation.operations.covering.AT_ONCE", 2)
    tasks = [result(key=f"L-{number}") for number in range(5)]
    away(elm, begins=NOW)
    sweep(NOW)
    assert {owner(task) for task in tasks} == {"Nora Quinn"}
    assert CoveredTask.objects.count() == 5


def test_a_cover_whose_role_changed_since_gets_nothing_they_may_not_close(elm, sweep):
    task = result()
    away(elm, begins=NOW)
    Membership.objects.filter(pk=elm.nora.pk).update(roles=[Role.SUPERVISOR])
    sweep(NOW)
    assert owner(task) == "the queue"


# ---- back again


def test_what_the_cover_has_not_begun_goes_back(elm, sweep):
    untouched, begun = result(key="L-1"), result(key="L-2")
    away(elm, begins=NOW)
    sweep(NOW)
    routing.acknowledge(task_id=begun.pk, now=NOW + HOUR, **person(elm.nora))
    sweep(NOW + DAY)
    assert (owner(untouched), owner(begun)) == ("Dr Ana Diaz", "Nora Quinn")
    assert reasons(untouched)[-1] == "Dr Ana Diaz is back"
    assert Absence.objects.get().settled_at == NOW + DAY


def test_it_stays_with_the_cover_where_the_person_chose_so(elm, sweep):
    task = result()
    away(elm, begins=NOW, goes_back=False)
    sweep(NOW)
    sweep(NOW + DAY)
    assert owner(task) == "Nora Quinn"


def test_coming_back_early_ends_the_cover_at_once(elm, sweep):
    task = result()
    absence = away(elm, begins=NOW, ends=NOW + 5 * DAY)
    sweep(NOW)
    back = NOW + 2 * HOUR
    operations.end_absence(absence_id=absence.pk, **by(elm.diaz) | {"now": back})
    sweep(back)
    assert owner(task) == "Dr Ana Diaz"
    fresh = result(key="L-2", now=back)
    sweep(back)
    assert owner(fresh) == "Dr Ana Diaz"
    with pytest.raises(AbsenceNotFound):
        operations.end_absence(absence_id=absence.pk, **by(elm.diaz) | {"now": back})


def test_an_absence_called_off_moves_nothing(elm, sweep):
    task = result()
    absence = away(elm)
    operations.end_absence(absence_id=absence.pk, **by(elm.diaz))
    sweep(NOW + 2 * HOUR)
    assert owner(task) == "Dr Ana Diaz"
    assert not Absence.objects.exists()
    assert AuditEvent.objects.filter(action="absence.ended").exists()


def test_what_came_over_a_second_cover_goes_back_too(elm, sweep):
    eve = admit("Dr Eve Roth", Role.PHYSICIAN, now=NOW)
    task = result()
    away(elm, begins=NOW, ends=NOW + DAY)
    sweep(NOW)
    operations.record_absence(member_id=elm.nora.pk, cover_id=eve.pk, begins_at=NOW + HOUR,
                              ends_at=NOW + 2 * DAY, **by(elm.nora))  # fmt: skip
    sweep(NOW + HOUR)
    sweep(NOW + DAY)
    assert owner(task) == "Dr Ana Diaz"
    sweep(NOW + 2 * DAY)
    assert owner(task) == "Dr Ana Diaz"


def test_the_same_pass_again_changes_nothing(elm, sweep):
    task = result()
    away(elm, begins=NOW)
    sweep(NOW)
    before = Task.objects.get(pk=task.pk).version
    operations.settle([elm.diaz.pk], actor=SETUP, now=NOW)
    operations.divert([task.pk], actor=SETUP, now=NOW)
    assert Task.objects.get(pk=task.pk).version == before


# ---- refused


@pytest.mark.parametrize(
    ("begins", "ends", "said"),
    [
        (NOW + DAY, NOW + DAY, "end after the beginning"),
        (NOW - HOUR, NOW + DAY, "not past"),
        (NOW + DAY, NOW + HOUR, "end after the beginning"),
    ],
    ids=["no length", "past", "backwards"],
)
def test_a_time_that_makes_no_sense_is_refused(elm, begins, ends, said):
    with pytest.raises(DutyRefused, match=said):
        away(elm, begins=begins, ends=ends)
    assert not Absence.objects.exists()


def test_two_covers_at_once_are_refused(elm):
    away(elm)
    with pytest.raises(DutyRefused, match="is away from Mon 11:00 to Tue 10:00 already") as refused:
        away(elm, cover=None, begins=NOW + 2 * HOUR, ends=NOW + 2 * DAY)
    assert refused.value.field == "begins_at"
    away(elm, begins=NOW + DAY, ends=NOW + 2 * DAY)
    assert Absence.objects.count() == 2


def test_cover_in_a_circle_is_refused_however_long_it_is(elm):
    eve = admit("Dr Eve Roth", Role.PHYSICIAN, now=NOW)
    away(elm, who=elm.diaz, cover="nora")
    with pytest.raises(DutyRefused, match="round in a circle") as refused:
        away(elm, who=elm.nora, cover="diaz")
    assert refused.value.field == "cover"
    operations.record_absence(member_id=elm.nora.pk, cover_id=eve.pk, begins_at=NOW + HOUR,
                              ends_at=NOW + DAY, **by(elm.nora))  # fmt: skip
    with pytest.raises(DutyRefused, match="round in a circle"):
        away(elm, who=eve, cover="diaz")
    away(elm, who=eve, cover="diaz", begins=NOW + DAY, ends=NOW + 2 * DAY)


def test_cover_by_somebody_who_is_away_or_gone_or_oneself_is_refused(elm):
    eve = admit("Dr Eve Roth", Role.PHYSICIAN, now=NOW)
    operations.record_absence(member_id=eve.pk, cover_id=None, begins_at=NOW + 2 * HOUR,
                              ends_at=NOW + 3 * HOUR, **by(eve))  # fmt: skip
    said = {"member_id": elm.diaz.pk, "begins_at": NOW, "ends_at": NOW + DAY, **by(elm.diaz)}
    with pytest.raises(DutyRefused, match="Dr Eve Roth is away from Mon 12:00 to Mon 13:00"):
        operations.record_absence(cover_id=eve.pk, **said)
    accounts.deactivate(membership=eve, actor=SETUP, now=NOW)
    with pytest.raises(DutyRefused, match="no longer works here"):
        operations.record_absence(cover_id=eve.pk, **said)
    with pytest.raises(DutyRefused, match="nobody covers themselves"):
        operations.record_absence(cover_id=elm.diaz.pk, **said)


def test_cover_by_somebody_who_may_not_do_the_work_is_refused_with_who_may(elm):
    with pytest.raises(DutyRefused, match="Max Bell cannot stand in for Dr Ana Diaz") as refused:
        away(elm, cover="max")
    assert "Only a nurse or physician can close a result" in str(refused.value)
    away(elm, who=elm.max, cover="diaz")


def test_a_colleagues_absence_is_for_those_who_plan_duty(elm):
    said = {"member_id": elm.diaz.pk, "cover_id": elm.nora.pk, "begins_at": NOW,
            "ends_at": NOW + DAY}  # fmt: skip
    with pytest.raises(PermissionRefused, match="plan duty and cover"):
        operations.record_absence(**said, **by(elm.max))
    absence = operations.record_absence(**said, **by(elm.sam))
    with pytest.raises(PermissionRefused):
        operations.end_absence(absence_id=absence.pk, **by(elm.max))
    with pytest.raises(PermissionRefused):
        operations.change_cover(absence_id=absence.pk, cover_id=None, **by(elm.max))


def test_another_cover_takes_what_comes_from_then_on(elm, sweep):
    eve = admit("Dr Eve Roth", Role.PHYSICIAN, now=NOW)
    first = result()
    absence = away(elm, begins=NOW)
    sweep(NOW)
    operations.change_cover(absence_id=absence.pk, cover_id=eve.pk, **by(elm.diaz))
    second = result(key="L-2", now=NOW + HOUR)
    sweep(NOW + HOUR)
    assert (owner(first), owner(second)) == ("Nora Quinn", "Dr Eve Roth")


# ---- leaving


def manager(elm) -> Membership:
    return admit("Pat Moss", Role.PRACTICE_MANAGER, now=NOW)


def test_leaving_does_not_finish_while_anything_is_theirs(elm, sweep):
    pat, task = manager(elm), result()
    operations.start_rotation(rota=rota(elm.diaz, elm.nora), begins_on=NOW.date(), **by(pat))
    Queue.objects.filter(role=Role.PHYSICIAN).update(supervisor=elm.diaz)
    held = operations.holds(elm.diaz.pk, now=NOW)
    queues = Queue.objects.filter(supervisor=elm.diaz).count()
    assert (held.tasks, held.turns, held.queues) == (1, 1, queues)
    with pytest.raises(StillHolds, match="cannot leave yet"):
        operations.finish_leaving(member_id=elm.diaz.pk, **by(pat))
    assert Membership.objects.get(pk=elm.diaz.pk).is_active
    away(elm, begins=NOW, ends=None)
    sweep(NOW)
    assert owner(task) == "Nora Quinn"


def test_leaving_finishes_once_nothing_is_left(elm, sweep):
    pat, task = manager(elm), result()
    away(elm, begins=NOW, ends=None)
    sweep(NOW)
    operations.finish_leaving(member_id=elm.diaz.pk, **by(pat))
    assert not Membership.objects.get(pk=elm.diaz.pk).is_active
    assert owner(task) == "Nora Quinn"
    later = result(key="L-2", now=NOW + HOUR)
    sweep(NOW + HOUR)
    assert owner(later) != "Dr Ana Diaz"
    with pytest.raises(PermissionRefused):
        operations.finish_leaving(member_id=elm.max.pk, **by(elm.sam))


def test_a_member_who_was_deactivated_leaves_their_work_to_the_queue_by_rule(elm, sweep):
    task = result()
    accounts.deactivate(membership=elm.diaz, actor=SETUP, now=NOW)
    sweep(NOW)
    assert owner(task) == "the queue"
    assert reasons(task) == ["Dr Ana Diaz no longer works here: back to its queue"]
    absence = Absence.objects.get(member=elm.diaz)
    assert (absence.cover_id, absence.ends_at) == (None, None)


def test_the_cover_of_a_member_who_was_deactivated_while_away_goes_on(elm, sweep):
    away(elm, begins=NOW + HOUR)
    task = result(now=NOW)
    accounts.deactivate(membership=elm.diaz, actor=SETUP, now=NOW + HOUR)
    sweep(NOW + HOUR)
    assert owner(task) == "Nora Quinn"
    sweep(NOW + 3 * DAY)
    assert owner(task) == "Nora Quinn"
    assert Absence.objects.get().ends_at is None


def test_a_task_given_to_somebody_who_left_comes_back_to_the_queue(elm, sweep):
    accounts.deactivate(membership=elm.nora, actor=SETUP, now=NOW)
    sweep(NOW)
    task = result()
    Task.objects.filter(pk=task.pk).update(owner=elm.nora)
    wake.call(Topic.TASK, [(task.pk, NOW)])
    sweep(NOW)
    assert owner(task) == "the queue"


def test_without_a_policy_work_follows_its_owner_all_the_same(elm_street, now):
    with elm_street.scoped():
        task = bring(graded(ABNORMAL, at=15), now=now)
        operations.record_absence(
            member_id=elm_street.diaz.pk, cover_id=elm_street.nora.pk, begins_at=now,
            ends_at=now + timedelta(days=1), **by(elm_street.diaz) | {"now": now},
        )  # fmt: skip
        engine.sweep_tasks(now=now)
        assert owner(task) == "Nora Quinn"


def test_nobody_leaves_whom_a_ladder_names(elm):
    step = LadderStep.objects.filter(receiver="leads").first()
    with pgtrigger.ignore():
        LadderStep.objects.filter(pk=step.pk).update(receiver="member", member=elm.nora)
    assert operations.holds(elm.nora.pk, now=NOW).rungs == 1
    boss = admit("Some manager", Role.PRACTICE_MANAGER, now=NOW)
    with pytest.raises(StillHolds):
        operations.finish_leaving(member_id=elm.nora.pk, **by(boss))
