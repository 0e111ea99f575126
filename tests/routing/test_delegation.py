"""What a practice delegates holds from its day on, everywhere, and never for a critical result."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.permissions import PermissionRefused
from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from charts.values import ItemKind, ItemStatus, Severity
from routing import authority, operations
from routing.friction import BY_SLUG, CELLS, Cell, cell_of
from routing.models import Delegation
from routing.operations import DelegationRefused, Destination, planned
from tests.people import admit
from tests.reports import BIOPSY, bring, graded, report
from tests.routing.doing import do, fresh

pytestmark = pytest.mark.django_db

CRITICAL, ABNORMAL, UNKNOWN, NORMAL = Severity
DAY = timedelta(days=1)
NORMALS = Cell("result-review", "normal")
ABNORMALS = Cell("result-review", "abnormal")
REFILLS = Cell("refill")
ALL_CLINICAL = [Role.PHYSICIAN, Role.NURSE, Role.MEDICAL_ASSISTANT]


def delegate(elm, cell, roles, *, at, now=None, by=None, **more):
    by = by or elm.diaz
    said = {"delegated_by": elm.diaz.pk, "protocol": "Normal results, version 2"} | more
    return operations.delegate(
        cell=cell, roles=roles, valid_from=at, by=by, actor=Actor.person(by), now=now or at, **said
    )


def kept(now):
    """A normal result that the rules keep for a clinician."""
    return bring(graded(NORMAL, code=BIOPSY), now=now)


def test_from_its_day_on_and_not_before(elm, now):
    task = kept(now)
    delegate(elm, NORMALS, ALL_CLINICAL, at=now + DAY, now=now)
    with pytest.raises(PermissionRefused, match="Dr Ana Diaz delegates these to you from Tuesday"):
        do("complete", task, elm.max, now, outcome="discussed")
    assert fresh(task).is_open
    assert do("complete", task, elm.max, now + DAY, outcome="discussed").status == "completed"


def test_after_its_last_day_it_is_as_it_was(elm, now):
    delegate(elm, NORMALS, ALL_CLINICAL, at=now, valid_until=now + DAY)
    assert not authority.load(now=now + DAY).may_close_task(elm.max.roles, kept(now))
    assert authority.load(now=now).may_close_task(elm.max.roles, kept(now))


def test_the_version_made_last_holds_of_those_whose_time_it_is(elm, now):
    delegate(elm, NORMALS, ALL_CLINICAL, at=now)
    delegate(elm, NORMALS, [Role.PHYSICIAN], at=now + DAY, now=now + DAY, valid_until=now + 2 * DAY)
    held = [authority.load(now=now + days * DAY).closers(NORMALS) for days in (0, 1, 2)]
    assert held == [set(ALL_CLINICAL), {Role.PHYSICIAN}, set(ALL_CLINICAL)]


def test_who_may_no_longer_reads_when_they_may_again(elm, now):
    delegate(elm, ABNORMALS, [Role.PHYSICIAN], at=now, valid_until=now + DAY)
    task = bring(graded(ABNORMAL), now=now)
    for move, more in (
        ("acknowledge", {}),
        ("complete", {"outcome": "discussed"}),
        ("cancel", {"reason": "x"}),
        ("take_charge", {}),
    ):
        with pytest.raises(PermissionRefused) as refused:
            do(move, task, elm.nora, now, **more)
        assert str(refused.value) == (
            "Only a physician can close abnormal results. You can again from Tuesday."
        )
    assert fresh(task).version == 1


def test_bulk_moves_and_rules_obey_it_too(elm, now):
    delegate(elm, REFILLS, [Role.PHYSICIAN], at=now)
    task = bring(report(ItemKind.REFILL, ItemStatus.ACTIVE), now=now)
    (moved,) = planned([task], Destination(owner=elm.nora), now=now)
    assert moved.why_not == "Nora Quinn may not close this."


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.slug)
def test_every_kind_of_work_can_be_delegated_and_no_other(elm, now, cell):
    assert BY_SLUG[cell.slug] == cell
    assert cell_of(cell.category, cell.severity, Role.NURSE) == cell
    delegate(elm, cell, [Role.PHYSICIAN], at=now)
    held = authority.load(now=now)
    assert held.closers(cell) == {Role.PHYSICIAN}
    assert all(held.closers(other) == authority.product(other) for other in CELLS if other != cell)
    grave = held.may_close(
        [Role.NURSE], category=cell.category, severity=CRITICAL, queue_role=Role.NURSE
    )
    assert grave, "a critical one is judged by the product's own table"


@pytest.mark.parametrize("queue_role", Role)
def test_critical_work_and_messages_are_never_delegated(elm, now, queue_role):
    assert cell_of("result-review", CRITICAL, queue_role) is None
    assert cell_of("quarantined-message", "", queue_role) is None
    with pytest.raises(DelegationRefused, match="not delegated"):
        delegate(elm, Cell("result-review", "critical"), [Role.PHYSICIAN], at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.create(
            category="result-review", severity="critical", roles=["nurse"], valid_from=now,
            delegated_by=elm.diaz, made_at=now,
        )  # fmt: skip


REFUSED = {
    "roles that nobody holds": ({"roles": [Role.PRACTICE_MANAGER]}, "Nobody who works here"),
    "no role": ({"roles": []}, "at least one role"),
    "IT": ({"roles": [Role.IT, Role.NURSE]}, "at least one role"),
    "a nurse as the physician": ({"delegated_by": "nora"}, "Choose the physician"),
    "no protocol": ({"protocol": " "}, "Name the protocol"),
    "a time that is over": ({"valid_until": -DAY}, "not before the first"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_lose_work_or_judgement_is_refused(elm, now, name):
    said, words = REFUSED[name]
    said = {"roles": ALL_CLINICAL} | said
    if "delegated_by" in said:
        said["delegated_by"] = elm.nora.pk
    if "valid_until" in said:
        said["valid_until"] = now + said["valid_until"]
    with pytest.raises(DelegationRefused, match=words):
        delegate(elm, NORMALS, at=now, **said)
    assert not Delegation.objects.exists()


@pytest.mark.parametrize("role", Role)
def test_a_physician_or_a_manager_says_it_and_nobody_else(elm, now, role):
    member = admit(f"Some {role.value}", role, now=now, place="roles.example")
    word = member.pk if role == Role.PHYSICIAN else elm.diaz.pk
    if role in (Role.PHYSICIAN, Role.PRACTICE_MANAGER):
        assert delegate(elm, REFILLS, [Role.NURSE], at=now, by=member, delegated_by=word)
        return
    with pytest.raises(PermissionRefused, match="say who may close what"):
        delegate(elm, REFILLS, [Role.NURSE], at=now, by=member)


def test_a_physician_gives_nobody_elses_word(elm, now):
    other = admit("Dr Bo Lind", Role.PHYSICIAN, now=now)
    with pytest.raises(DelegationRefused, match="in their own name"):
        delegate(elm, REFILLS, [Role.NURSE], at=now, by=other)


def test_each_version_is_audited_and_none_is_changed(elm, now):
    made = delegate(elm, NORMALS, ALL_CLINICAL, at=now)
    row = AuditEvent.objects.get(action="closing.delegated")
    assert (row.entity_id, row.actor_name) == (made.pk, "Dr Ana Diaz")
    assert row.detail["roles"] == ["physician", "nurse", "medical-assistant"]
    made.roles = ["nurse"]
    with pytest.raises(DatabaseError), transaction.atomic():
        made.save(update_fields=["roles"])
