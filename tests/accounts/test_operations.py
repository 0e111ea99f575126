"""Practices opened, people admitted and let go."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import operations as accounts
from accounts.middleware import practices_of
from accounts.models import Membership, User
from accounts.roles import Role
from audit.models import AuditEvent
from tenants import scope
from tenants.models import Door, Location, Practice
from tests.people import PASSWORD, SETUP

pytestmark = pytest.mark.django_db


def user(email: str = "new@elm.example") -> User:
    return User.objects.create_user(email=email, password=PASSWORD, first_name="New Person")


def admit(now, **more) -> Membership:
    return accounts.admit(actor=SETUP, now=now, **({"roles": [Role.NURSE]} | more))


@pytest.mark.parametrize("zone", ["", "EST5", "Mars/Olympus", "america/new_york"])
def test_a_practice_and_its_places_have_a_time_zone_that_exists(elm_street, now, zone):
    with pytest.raises(ValidationError):
        accounts.open_practice(name="X", slug="x", time_zone=zone, actor=SETUP, now=now)
    with elm_street.scoped(), pytest.raises(ValidationError):
        accounts.add_location(name="X", time_zone=zone, actor=SETUP, now=now)
    assert not Practice.objects.filter(slug="x").exists()


def test_an_address_of_a_practice_is_given_once(elm_street, now):
    with pytest.raises(ValidationError), transaction.atomic():
        accounts.open_practice(name="X", slug="elm-street", time_zone="UTC", actor=SETUP, now=now)


def test_a_new_practice_is_empty(db, now):
    practice = accounts.open_practice(name="X", slug="x", time_zone="UTC", actor=SETUP, now=now)
    with scope.scoped(practice.pk):
        assert not Membership.objects.exists()
        assert not Location.objects.exists()


def test_a_place_is_named_once_in_a_practice_and_again_in_another(elm_street, oak_street, now):
    with oak_street.scoped():
        accounts.add_location(name="Main Street", time_zone="UTC", actor=SETUP, now=now)
    with elm_street.scoped(), pytest.raises(IntegrityError), transaction.atomic():
        accounts.add_location(name="Main Street", time_zone="UTC", actor=SETUP, now=now)


def test_who_is_admitted_has_a_door_a_name_and_the_ids_that_messages_use(elm_street, now):
    person = user()
    with elm_street.scoped():
        member = admit(now, user=person, provider_ids=("77", "88"), location=elm_street.main)
        assert (member.name, member.role, member.is_active) == ("New Person", Role.NURSE, True)
        assert set(member.identifiers.values_list("value", flat=True)) == {"77", "88"}
        assert AuditEvent.objects.get(entity_id=member.pk).detail == {"roles": ["nurse"]}
    assert practices_of(person.pk) == [elm_street.practice.pk]


@pytest.mark.parametrize("roles", [[], ["janitor"], [Role.NURSE, "janitor"]])
def test_a_member_holds_a_role_and_only_roles_there_are(elm_street, now, roles):
    person = user()
    with elm_street.scoped(), pytest.raises(IntegrityError), transaction.atomic():
        admit(now, user=person, roles=roles)
    assert practices_of(person.pk) == []


def test_a_person_is_a_member_once_and_an_id_names_one(elm_street, now):
    with elm_street.scoped():
        for more in ({"user": elm_street.nora.user}, {"user": user(), "provider_ids": ("1001",)}):
            with pytest.raises(IntegrityError), transaction.atomic():
                admit(now, **more)


def test_nobody_is_placed_at_another_practices_site(elm_street, oak_street, now):
    person = user()
    with oak_street.scoped(), pytest.raises(IntegrityError), transaction.atomic():
        admit(now, user=person, location=elm_street.main)


def test_who_is_let_go_loses_the_door_of_this_practice_only(elm_street, oak_street, now):
    with oak_street.scoped():
        admit(now, user=elm_street.nora.user)
    with elm_street.scoped():
        accounts.deactivate(membership=elm_street.nora, actor=SETUP, now=now)
        assert not Membership.objects.get(pk=elm_street.nora.pk).is_active
    assert practices_of(elm_street.nora.user_id) == [oak_street.practice.pk]
    assert Door.objects.filter(kind="member", key=str(elm_street.diaz.user_id)).exists()


def test_a_member_has_what_any_of_their_roles_has(elm_street, now):
    with elm_street.scoped():
        member = admit(now, user=user(), roles=[Role.SUPERVISOR, Role.NURSE])
    assert member.role == Role.SUPERVISOR
    assert member.has(Role.NURSE, Role.PHYSICIAN)
    assert not member.has(Role.PHYSICIAN)


def test_a_person_is_known_by_the_address_until_a_name_is_given(db):
    assert (
        User.objects.create_user(email="a@elm.example", password=PASSWORD).name == "a@elm.example"
    )
    assert user().name == "New Person"


def test_only_a_superuser_opens_the_support_pages(db):
    assert not user().is_staff
    boss = User.objects.create_superuser(email="root@elm.example", password=PASSWORD)
    assert boss.is_staff
    assert boss.is_superuser
