"""What a person may do is changed by a practice manager, and holds from that moment."""

import pytest

from accounts import operations as accounts
from accounts.middleware import practices_of
from accounts.models import Membership
from accounts.operations import RolesRefused
from accounts.permissions import PermissionRefused
from accounts.roles import Role
from audit.models import AuditEvent
from tests.people import SETUP, admit

pytestmark = pytest.mark.django_db


@pytest.fixture
def elm(elm_street, now):
    with elm_street.scoped():
        elm_street.paula = admit("Paula Reyes", Role.PRACTICE_MANAGER, now=now)
        yield elm_street


def change(elm, member, *roles, by=None, now):
    return accounts.change_roles(
        member_id=member.pk, roles=roles, by=by or elm.paula, actor=SETUP, now=now
    )


def test_the_new_roles_hold_and_the_sessions_of_before_are_over(elm, now):
    before = elm.max.access_version
    change(elm, elm.max, Role.NURSE, Role.MEDICAL_ASSISTANT, now=now)
    member = Membership.objects.get(pk=elm.max.pk)
    assert (member.roles, member.role) == (["nurse", "medical-assistant"], Role.NURSE)
    assert member.access_version == before + 1
    row = AuditEvent.objects.get(action="member.roles-changed")
    assert row.detail == {"before": ["medical-assistant"], "after": ["nurse", "medical-assistant"]}


def test_the_same_roles_again_change_nothing(elm, now):
    change(elm, elm.max, Role.MEDICAL_ASSISTANT, now=now)
    assert Membership.objects.get(pk=elm.max.pk).access_version == 1
    assert not AuditEvent.objects.filter(action="member.roles-changed").exists()


@pytest.mark.parametrize("name", ["diaz", "sam", "ira", "max"])
def test_nobody_but_a_practice_manager_changes_roles(elm, now, name):
    with pytest.raises(PermissionRefused, match="Only a practice manager can manage people"):
        change(elm, elm.nora, Role.PHYSICIAN, by=getattr(elm, name), now=now)
    assert Membership.objects.get(pk=elm.nora.pk).roles == ["nurse"]


def test_nobody_changes_their_own_roles_and_nobody_is_left_without_one(elm, now):
    with pytest.raises(RolesRefused, match="their own"):
        change(elm, elm.paula, Role.PHYSICIAN, Role.PRACTICE_MANAGER, now=now)
    with pytest.raises(RolesRefused, match="at least one role"):
        change(elm, elm.max, now=now)


def test_a_manager_who_was_just_removed_changes_nobodys_roles(elm, now):
    second = admit("Quentin Vale", Role.PRACTICE_MANAGER, now=now)
    change(elm, second, Role.SUPERVISOR, now=now)
    with pytest.raises(PermissionRefused):
        change(elm, elm.paula, Role.NURSE, by=second, now=now)


def test_the_last_practice_manager_stays_one(elm, now):
    with pytest.raises(RolesRefused, match="last practice manager"):
        accounts.deactivate(membership=elm.paula, actor=SETUP, now=now)
    second = admit("Quentin Vale", Role.PRACTICE_MANAGER, now=now)
    accounts.deactivate(membership=elm.paula, actor=SETUP, now=now)
    assert not Membership.objects.get(pk=elm.paula.pk).is_active
    with pytest.raises(RolesRefused, match="last practice manager"):
        accounts.deactivate(membership=second, actor=SETUP, now=now)


def test_who_left_may_come_back_in_the_roles_they_had(elm, now):
    accounts.deactivate(membership=elm.nora, actor=SETUP, now=now)
    assert practices_of(elm.nora.user_id) == []
    with pytest.raises(PermissionRefused):
        accounts.reactivate(member_id=elm.nora.pk, by=elm.sam, actor=SETUP, now=now)
    back = accounts.reactivate(member_id=elm.nora.pk, by=elm.paula, actor=SETUP, now=now)
    assert (back.is_active, back.roles, back.access_version) == (True, ["nurse"], 3)
    assert practices_of(elm.nora.user_id) == [elm.practice.pk]
