"""The roles of people, on the screens of a practice manager."""

import pytest

from accounts import operations as accounts
from accounts.models import Membership
from accounts.roles import Role
from tests.people import SETUP, admit

pytestmark = pytest.mark.django_db


@pytest.fixture
def paula(elm_street, right_now):
    with elm_street.scoped():
        return admit("Paula Reyes", Role.PRACTICE_MANAGER, now=right_now)


def member(elm, name) -> Membership:
    with elm.scoped():
        return Membership.objects.get(pk=getattr(elm, name).pk)


def test_roles_are_read_back_before_they_change(elm_street, signed_in, paula):
    client, page = signed_in(paula), f"/staff/{elm_street.max.pk}/roles/"
    said = {"roles": ["medical-assistant", "it"], "main": "it"}
    text = client.post(page, said).text
    assert "Max Bell will be: Medical assistant, IT." in text
    assert "They may then: " in text
    assert "replay a message" in text
    assert member(elm_street, "max").roles == ["medical-assistant"]
    answer = client.post(page, said | {"confirmed": "yes"}, follow=True)
    assert "They sign in again with the new roles." in answer.text
    assert member(elm_street, "max").roles == ["it", "medical-assistant"]


def test_work_that_nobody_could_close_any_more_is_said_before(
    elm_street, right_now, signed_in, paula
):
    with elm_street.scoped():
        accounts.deactivate(membership=elm_street.nora, actor=SETUP, now=right_now)
    said = {"roles": ["it"], "main": "it"}
    text = signed_in(paula).post(f"/staff/{elm_street.diaz.pk}/roles/", said).text
    assert "Nobody who works here could then close abnormal results." in text


def test_what_makes_no_sense_is_refused_and_kept_as_typed(elm_street, signed_in, paula):
    client, page = signed_in(paula), f"/staff/{elm_street.max.pk}/roles/"
    for said, words in (
        ({"roles": [], "main": "it"}, "Choose at least one role."),
        ({"roles": ["nurse"], "main": "it"}, "Choose one of the roles that are ticked."),
    ):
        answer = client.post(page, said | {"confirmed": "yes"})
        assert answer.status_code == 422
        assert words in answer.text
    assert member(elm_street, "max").roles == ["medical-assistant"]


def test_ones_own_roles_are_anothers_to_change(elm_street, signed_in, paula):
    client = signed_in(paula)
    assert "Another practice manager changes your roles." in client.get("/staff/people/").text
    said = {"roles": ["practice-manager", "physician"], "main": "physician", "confirmed": "yes"}
    assert client.post(f"/staff/{paula.pk}/roles/", said).status_code == 404


@pytest.mark.parametrize("name", ["diaz", "nora", "max", "sam", "cora", "ira"])
def test_nobody_else_sees_or_changes_roles(elm_street, signed_in, name):
    client, page = signed_in(getattr(elm_street, name)), f"/staff/{elm_street.max.pk}/roles/"
    said = {"roles": ["physician"], "main": "physician", "confirmed": "yes"}
    for answer in (client.get("/staff/people/"), client.get(page), client.post(page, said),
                   client.post(f"/staff/{elm_street.max.pk}/back/")):  # fmt: skip
        assert answer.status_code == 403
        assert "Only a practice manager can manage people." in answer.text
    assert member(elm_street, "max").roles == ["medical-assistant"]


def test_who_left_is_brought_back(elm_street, right_now, signed_in, paula):
    with elm_street.scoped():
        accounts.deactivate(membership=elm_street.nora, actor=SETUP, now=right_now)
    client = signed_in(paula)
    assert "Bring back" in client.get("/staff/people/").text
    answer = client.post(f"/staff/{elm_street.nora.pk}/back/", follow=True)
    assert "They are back, and may sign in." in answer.text
    assert member(elm_street, "nora").is_active
    assert client.post(f"/staff/{elm_street.nora.pk}/back/").status_code == 404
    assert client.get(f"/staff/{elm_street.nora.pk}/roles/").status_code == 200
