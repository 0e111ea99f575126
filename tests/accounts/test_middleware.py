"""The session chooses the practice, among those with a door for the person; nothing else does."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accounts import operations as accounts
from accounts.middleware import PracticeMiddleware, practices_of
from accounts.models import User
from accounts.roles import Role
from accounts.sessions import PRACTICE
from tenants import scope
from tenants.models import Door, DoorKind, Practice
from tests.people import SETUP

pytestmark = pytest.mark.django_db


class Seen:
    """What a view would find."""

    def __init__(self) -> None:
        self.practice = self.member = self.actor = None

    def __call__(self, request) -> HttpResponse:
        self.practice = scope.current_or_none()
        self.member = request.member
        self.actor = getattr(request, "actor", None)
        self.request_id = request.request_id
        return HttpResponse()


def visit(user, *, session=None, path="/queue/", **headers) -> Seen:
    seen = Seen()
    request = RequestFactory().get(path, headers=headers)
    request.user, request.session = user, session or {}
    PracticeMiddleware(seen)(request)
    assert scope.current_or_none() is None
    return seen


@pytest.fixture
def both(elm_street, oak_street, now):
    """Nora, who works at Elm Street first and helps out at Oak Street."""
    with oak_street.scoped():
        accounts.admit(
            user=elm_street.nora.user, roles=[Role.MEDICAL_ASSISTANT], name="Nora at Oak",
            actor=SETUP, now=now,
        )  # fmt: skip
    return elm_street.nora.user


def test_a_member_works_in_their_practice(elm_street, oak_street):
    seen = visit(elm_street.nora.user)
    assert seen.practice == elm_street.practice.pk
    assert seen.member == elm_street.nora
    assert (seen.actor.name, seen.actor.membership_id) == ("Nora Quinn", elm_street.nora.pk)


def test_who_works_in_two_practices_begins_in_the_first_and_may_choose(
    both, elm_street, oak_street
):
    assert practices_of(both.pk) == [elm_street.practice.pk, oak_street.practice.pk]
    assert visit(both).practice == elm_street.practice.pk
    seen = visit(both, session={PRACTICE: str(oak_street.practice.pk)})
    assert seen.practice == oak_street.practice.pk
    assert seen.actor.name == "Nora at Oak"
    assert seen.member.roles == ["medical-assistant"]


@pytest.mark.parametrize("chosen", ["not an id", "", "01900000-0000-7000-8000-000000000000", None])
def test_a_session_that_names_no_practice_of_theirs_changes_nothing(elm_street, oak_street, chosen):
    assert (
        visit(elm_street.nora.user, session={PRACTICE: chosen}).practice == elm_street.practice.pk
    )


def test_a_session_that_names_another_practice_opens_no_door(elm_street, oak_street):
    seen = visit(elm_street.nora.user, session={PRACTICE: str(oak_street.practice.pk)})
    assert seen.practice == elm_street.practice.pk


@pytest.mark.parametrize("name", ["X-Practice", "X-Practice-Id", "Practice", "X-Tenant"])
def test_no_header_and_no_query_chooses(both, elm_street, oak_street, name):
    wanted = str(oak_street.practice.pk)
    path = f"/queue/?practice={wanted}&practice_id={wanted}"
    assert visit(both, path=path, **{name: wanted}).practice == elm_street.practice.pk


def test_who_is_a_member_of_nothing_sees_nothing(elm_street):
    stranger = User.objects.create_user(email="stray@elsewhere.example", password="long enough 1")
    seen = visit(stranger)
    assert (seen.practice, seen.member, seen.actor) == (None, None, None)


def test_a_door_without_a_membership_behind_it_leads_nowhere(elm_street, oak_street):
    user = oak_street.olu.user
    Door.objects.filter(kind=DoorKind.MEMBER, key=str(user.pk)).delete()
    Door.objects.create(kind=DoorKind.MEMBER, key=str(user.pk), practice=elm_street.practice)
    seen = visit(user)
    assert (seen.practice, seen.member) == (None, None)


def test_a_long_or_missing_request_id_is_ours(elm_street):
    assert len(visit(elm_street.nora.user).request_id) == 32
    assert visit(elm_street.nora.user, **{"X-Request-ID": "trace-7"}).request_id == "trace-7"
    assert len(visit(elm_street.nora.user, **{"X-Request-ID": "x" * 500}).request_id) <= 40


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_who_is_deactivated_is_out_at_the_next_request(elm_street, now):
    client = signed_in(elm_street.nora.user)
    assert client.get("/queue/").status_code == 200
    with elm_street.scoped():
        accounts.deactivate(membership=elm_street.nora, actor=SETUP, now=now)
    assert client.get("/queue/").url == "/accounts/login/?next=/queue/"
    answer = signed_in(User.objects.get(pk=elm_street.nora.user_id)).get("/queue/")
    assert answer.status_code == 403
    assert "not a member of any practice" in answer.text
    assert practices_of(elm_street.nora.user_id) == []


def test_who_is_deactivated_in_one_practice_stays_in_the_other(both, elm_street, oak_street, now):
    client = signed_in(both)
    assert elm_street.practice.name in client.get("/queue/").text
    with elm_street.scoped():
        accounts.deactivate(membership=elm_street.nora, actor=SETUP, now=now)
    assert client.get("/queue/").status_code == 302
    page = signed_in(User.objects.get(pk=both.pk)).get("/queue/").text
    assert oak_street.practice.name in page
    assert elm_street.practice.name not in page


def test_an_inactive_membership_is_nothing_even_where_its_door_was_left_open(elm_street):
    with elm_street.scoped():
        elm_street.nora.is_active = False
        elm_street.nora.save(update_fields=["is_active"])
    assert visit(elm_street.nora.user).member is None


def test_the_members_of_a_practice_that_ended_are_out(elm_street):
    Practice.objects.filter(pk=elm_street.practice.pk).update(is_active=False)
    assert visit(elm_street.nora.user).member is None


def test_a_person_who_is_switched_off_is_signed_out(elm_street):
    client = signed_in(elm_street.nora.user)
    assert client.get("/queue/").status_code == 200
    User.objects.filter(pk=elm_street.nora.user_id).update(is_active=False)
    assert client.get("/queue/").status_code == 302


def test_the_scope_ends_although_the_view_fails(elm_street):
    def view(_):
        raise RuntimeError

    request = RequestFactory().get("/queue/")
    request.user, request.session = elm_street.nora.user, {}
    with pytest.raises(RuntimeError):
        PracticeMiddleware(view)(request)
    assert scope.current_or_none() is None


def test_a_practice_is_changed_by_a_form_and_only_to_ones_own(both, elm_street, oak_street):
    client = signed_in(both)
    client.post("/practice/", {"practice": str(oak_street.practice.pk)})
    assert oak_street.practice.name in client.get("/queue/").text
    assert client.get("/practice/").status_code == 405
    olu = signed_in(oak_street.olu.user)
    olu.post("/practice/", {"practice": str(elm_street.practice.pk)})
    assert elm_street.practice.name not in olu.get("/queue/").text
