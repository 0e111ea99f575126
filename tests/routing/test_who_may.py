"""Which role does what to which task, and the traces that a move leaves."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.permissions import PermissionRefused
from accounts.roles import Role
from audit.models import AuditEvent
from charts.values import ItemKind, ItemStatus, Severity
from routing.models import NOT_CHOSEN, Outcome
from routing.operations import OutcomeNeeded, TaskNotFound
from routing.states import MoveNotAllowed
from tests.people import admit
from tests.reports import BIOPSY, bring, graded, report
from tests.routing.doing import do, fresh

pytestmark = pytest.mark.django_db

CRITICAL, ABNORMAL, UNKNOWN, NORMAL = Severity
MINUTE = timedelta(minutes=1)


def _kinds(now):
    return {
        "critical": bring(graded(CRITICAL, key="c"), now=now),
        "abnormal": bring(graded(ABNORMAL, key="a"), now=now),
        "unflagged": bring(graded(UNKNOWN, key="u"), now=now),
        "normal, kept": bring(graded(NORMAL, key="k", code=BIOPSY), now=now),
        "normal, delegated": bring(graded(NORMAL, key="n"), now=now),
        "referral": bring(report(ItemKind.REFERRAL, ItemStatus.ACTIVE), now=now),
    }


CLINICIANS = {Role.PHYSICIAN, Role.NURSE}
STAFF = CLINICIANS | {
    Role.MEDICAL_ASSISTANT,
    Role.CARE_COORDINATOR,
    Role.SUPERVISOR,
    Role.PRACTICE_MANAGER,
}
MAY_CLOSE = {
    "critical": CLINICIANS,
    "abnormal": CLINICIANS,
    "unflagged": CLINICIANS,
    "normal, kept": CLINICIANS,
    "normal, delegated": STAFF,
    "referral": STAFF,
}


def test_a_partial_result_waits_for_the_final_one(elm, now):
    nurse = admit("Some nurse", Role.NURSE, now=now, place="roles.example")
    task = bring(report(ItemKind.RESULT, ItemStatus.PRELIMINARY), now=now)
    with pytest.raises(OutcomeNeeded, match="partial"):
        do("complete", task, nurse, now, outcome="discussed")
    assert fresh(task).is_open


@pytest.mark.parametrize("role", Role)
def test_each_role_closes_what_the_table_says_and_nothing_else(elm, now, role):
    member = admit(f"Some {role.value}", role, now=now, place="roles.example")
    for kind, task in _kinds(now).items():
        said = {"outcome": "discussed", "told": "Patient", "told_at": now}
        if role in MAY_CLOSE[kind]:
            assert do("complete", task, member, now, **said).status == "completed", kind
            continue
        with pytest.raises(PermissionRefused):
            do("complete", task, member, now, **said)
        assert fresh(task).is_open, kind


MOVES = [
    ("claim", {}),
    ("release", {}),
    ("acknowledge", {}),
    ("resume", {}),
    ("complete", {}),
    ("cancel", {"reason": "x"}),
    ("hold", {"reason": "x", "recheck_date": datetime(2030, 1, 1, tzinfo=UTC).date()}),
    ("reopen", {"reason": "x"}),
    ("undo", {}),
]


@pytest.mark.parametrize(("move", "more"), MOVES)
def test_a_privacy_officer_works_no_tasks(elm, task, now, move, more):
    pia = admit("Pia Shield", Role.PRIVACY_OFFICER, now=now)
    with pytest.raises(PermissionRefused, match="can work tasks"):
        do(move, task, pia, now, **more)
    assert fresh(task).version == 1


def test_it_assigns_nobodys_work(elm, task, now):
    with pytest.raises(PermissionRefused, match="can assign work"):
        do("assign", task, elm.ira, now, to=elm.nora)


@pytest.mark.parametrize(
    ("move", "more"), [m for m in MOVES if m[0] not in ("resume", "reopen", "undo")]
)
def test_another_practices_task_is_no_task(elm, oak_street, task, now, move, more):
    with oak_street.scoped(), pytest.raises(TaskNotFound):
        do(move, task, oak_street.olu, now, **more)
    assert fresh(task).version == 1


def test_each_move_leaves_one_transition_and_one_audit_row_with_its_actor(elm, task, now):
    steps = [
        ("claim", elm.diaz, {}), ("release", elm.diaz, {}), ("acknowledge", elm.diaz, {}),
        ("hold", elm.diaz, {"reason": "x", "recheck_date": now.date()}), ("resume", elm.diaz, {}),
        ("copy", elm.diaz, {"to": elm.cora}), ("assign", elm.diaz, {"to": elm.nora}),
        ("complete", elm.nora, {"outcome": "discussed"}), ("reopen", elm.cora, {"reason": "x"}),
        ("cancel", elm.nora, {"reason": "x"}),
    ]  # fmt: skip
    for number, (move, member, more) in enumerate(steps, start=2):
        moved = do(move, task, member, now + number * MINUTE, **more)
        assert moved.version == number
        step = moved.transitions.get(version=number)
        assert (step.move, step.member, step.actor_name, step.at) == (
            move,
            member,
            member.name,
            now + number * MINUTE,
        )
        assert (step.after, step.owner) == (moved.status, moved.owner)
        row = AuditEvent.objects.get(entity_id=task.pk, action=f"task.{move}")
        assert (row.user_id, row.membership_id, row.patient_id) == (
            member.user_id,
            member.pk,
            task.patient_id,
        )
        assert row.detail["version"] == number


def test_a_refused_move_leaves_no_trace(elm, task, now):
    before = AuditEvent.objects.count()
    for move, member, more in (
        ("complete", elm.max, {}),
        ("hold", elm.diaz, {"reason": "", "recheck_date": now.date()}),
        ("resume", elm.diaz, {}),
    ):
        with pytest.raises((PermissionRefused, OutcomeNeeded, MoveNotAllowed)):
            do(move, task, member, now, **more)
    assert task.transitions.count() == 1
    assert AuditEvent.objects.count() == before


def test_every_outcome_that_people_choose_closes_a_task(elm, now):
    for number, outcome in enumerate(o for o in Outcome if o not in NOT_CHOSEN):
        task = bring(graded(NORMAL, key=f"o{number}"), now=now)
        assert do("complete", task, elm.nora, now, outcome=outcome).outcome == outcome
