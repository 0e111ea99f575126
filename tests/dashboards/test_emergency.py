"""A chart opened in an emergency: for a reason, for a time, in sight of whoever guards privacy."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from charts.models import EmergencyAccess, Patient
from escalation import operations
from escalation.operations import EmergencyRefused
from outbox.models import Intent
from routing.models import Task
from tests.people import admit

pytestmark = pytest.mark.django_db

WHY = "Called by the emergency room about this patient"


@pytest.fixture
def task(elm_street, morning) -> Task:
    return morning["Potassium"]


@pytest.fixture
def pia(elm_street, right_now):
    with elm_street.scoped():
        return admit("Pia Shield", Role.PRIVACY_OFFICER, now=right_now)


def restrict(elm, task) -> None:
    with elm.scoped():
        Patient.objects.filter(pk=task.patient_id).update(is_restricted=True)


def break_in(client, task, **said):
    form = {"reason": WHY, "minutes": "60"} | said
    return client.post(f"/emergency/{task.patient_id}/", form)


def rows(elm) -> list[EmergencyAccess]:
    with elm.scoped():
        return list(EmergencyAccess.objects.order_by("begun_at"))


def events(elm, action) -> list[AuditEvent]:
    with elm.scoped():
        return list(AuditEvent.objects.filter(action=action))


def test_it_opens_one_chart_with_a_banner_on_every_page_and_each_look_is_recorded(
    elm_street, task, pia, signed_in
):
    client = signed_in(elm_street.ira)
    page = f"/patients/{task.patient_id}/"
    shut = client.get(page)
    assert shut.status_code == 403
    assert f"/emergency/{task.patient_id}/" in shut.text
    assert break_in(client, task).url == page
    assert "OKAFOR" in client.get(page).text
    assert client.get(f"/tasks/{task.pk}/").status_code == 200
    banner = client.get("/feeds/").text
    assert "You opened a chart by emergency access until" in banner
    assert "OKAFOR" not in banner
    looked = events(elm_street, "emergency.looked")
    assert [one.patient_id for one in looked] == [task.patient_id] * 2
    with elm_street.scoped():
        other = Task.objects.exclude(patient=task.patient_id).exclude(patient=None).first()
    assert client.get(f"/tasks/{other.pk}/").status_code == 403


@pytest.mark.parametrize("said", [{"reason": ""}, {"reason": "urgent"}, {"minutes": "600"}])
def test_without_a_reason_and_a_short_time_it_stays_shut(elm_street, task, signed_in, said):
    client = signed_in(elm_street.ira)
    assert break_in(client, task, **said).status_code == 422
    assert rows(elm_street) == []
    assert client.get(f"/patients/{task.patient_id}/").status_code == 403


def test_it_ends_by_hand_by_itself_and_with_the_session(elm_street, task, right_now, signed_in):
    page, client = f"/patients/{task.patient_id}/", signed_in(elm_street.ira)
    break_in(client, task)
    assert signed_in(elm_street.ira).get(page).status_code == 403, "another session"
    (access,) = rows(elm_street)
    assert signed_in(elm_street.nora).post(f"/emergency/{access.pk}/end/").status_code == 404
    assert client.post(f"/emergency/{access.pk}/end/").status_code == 302
    assert client.get(page).status_code == 403
    assert "You opened a chart" not in client.get("/feeds/").text
    break_in(client, task)
    with elm_street.scoped():
        past = {"begun_at": right_now - timedelta(hours=2), "until": right_now - timedelta(hours=1)}
        EmergencyAccess.objects.filter(ended_at=None).update(**past)
    assert client.get(page).status_code == 403


def test_the_privacy_officer_is_told_at_once_and_no_word_of_the_patient_leaves(
    elm_street, task, pia, signed_in
):
    break_in(signed_in(elm_street.ira), task)
    with elm_street.scoped():
        told = list(Intent.objects.filter(template="emergency"))
    assert {one.member_id for one in told} == {pia.pk}
    said = " ".join(f"{one.subject} {one.body} {one.key}" for one in told)
    for word in ("OKAFOR", "Grace", "Ira", "emergency room", str(task.patient_id)):
        assert word not in said


def test_somebody_else_reviews_it_once(elm_street, task, pia, right_now, signed_in):
    with elm_street.scoped():
        both = admit("Quentin Vale", Role.PRACTICE_MANAGER, now=right_now)
    break_in(signed_in(both), task)
    (access,) = rows(elm_street)
    page = f"/emergency/{access.pk}/review/"
    own = signed_in(both).post(page, {"finding": "justified"})
    assert own.status_code == 422
    assert "Somebody else reviews your own access." in own.text
    client = signed_in(pia)
    assert "needed where it was not right" in client.get("/emergency/").text
    assert "Say what follows" in client.post(page, {"finding": "not-justified"}).text
    said = {"finding": "not-justified", "note": "Talked to"}
    assert "is written down" in client.post(page, said, follow=True).text
    again = client.post(page, {"finding": "justified"})
    assert (again.status_code, rows(elm_street)[0].finding) == (422, "not-justified")
    assert "Somebody has reviewed it already." in again.text
    assert len(events(elm_street, "emergency.reviewed")) == 1


def test_the_database_lets_nobody_review_their_own(elm_street, task, right_now):
    with elm_street.scoped():
        said = {"actor": Actor.person(elm_street.ira), "now": right_now}
        access = operations.open_in_emergency(
            patient_id=task.patient_id, member=elm_street.ira, reason=WHY, minutes=15, **said
        )
        with pytest.raises(EmergencyRefused), transaction.atomic():
            operations.open_in_emergency(
                patient_id=task.patient_id, member=elm_street.ira, reason="x", minutes=15, **said
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            EmergencyAccess.objects.filter(pk=access.pk).update(reviewed_by=elm_street.ira)


def test_a_restricted_chart_is_its_care_teams_and_masked_to_all_others(elm_street, task, signed_in):
    restrict(elm_street, task)
    page = f"/tasks/{task.pk}/"
    assert "OKAFOR" in signed_in(elm_street.diaz).get(page).text, "who ordered it"
    client = signed_in(elm_street.nora)
    shut = client.get(page)
    assert shut.status_code == 403
    assert "restricted to the people who care for this patient" in shut.text
    team = client.get("/team/?view=assigned").text + client.get("/team/").text
    assert "OKAFOR" not in team
    break_in(client, task)
    assert "OKAFOR" in client.get(page).text


@pytest.mark.parametrize("name", ["diaz", "nora", "max", "sam", "ira"])
def test_reviews_are_for_whoever_guards_privacy(elm_street, signed_in, name):
    answer = signed_in(getattr(elm_street, name)).get("/emergency/")
    assert answer.status_code == 403
    assert "can review emergency access" in answer.text
