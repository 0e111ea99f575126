"""Who may close what, on the screens: said, read back, made, and told to whoever may not."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from routing.models import Delegation, Task
from tests.people import admit

pytestmark = pytest.mark.django_db

PAGE = "/staff/closing/result-review-abnormal/"


@pytest.fixture
def paula(elm_street, right_now):
    with elm_street.scoped():
        return admit("Paula Reyes", Role.PRACTICE_MANAGER, now=right_now)


def said(elm, right_now, *roles, days=0, **more):
    day = (right_now + timedelta(days=days)).date().isoformat()
    return {
        "roles": list(roles), "begins_on": day, "until": "", "protocol": "Results, version 3",
        "delegated_by": str(elm.diaz.pk),
    } | more  # fmt: skip


def made(elm) -> int:
    with elm.scoped():
        return Delegation.objects.count()


def test_it_is_read_back_in_words_before_it_is_made(elm_street, right_now, signed_in, paula):
    client = signed_in(paula)
    change = said(elm_street, right_now, "physician", "medical-assistant", days=3)
    text = client.post(PAGE, change).text
    assert "a medical assistant or physician may close abnormal results" in text
    assert "They may then: Max Bell." in text
    assert "They may no longer: Nora Quinn." in text
    assert made(elm_street) == 0
    answer = client.post(PAGE, change | {"confirmed": "yes"}, follow=True)
    assert "It holds from the day you chose." in answer.text
    assert "Physician, Medical assistant" in answer.text
    assert made(elm_street) == 1


def test_what_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(
    elm_street, right_now, signed_in, paula
):
    change = said(elm_street, right_now, "medical-assistant", protocol="", confirmed="yes")
    answer = signed_in(paula).post(PAGE, change)
    assert answer.status_code == 422
    assert "Name the protocol" in answer.text
    assert 'value="medical-assistant" checked' in answer.text
    past = said(elm_street, right_now, "physician", days=-3, confirmed="yes")
    assert "Choose today or a later day." in signed_in(paula).post(PAGE, past).text
    assert made(elm_street) == 0


@pytest.mark.parametrize("name", ["nora", "max", "sam", "ira"])
def test_who_has_no_say_reads_why_and_changes_nothing(elm_street, right_now, signed_in, name):
    client = signed_in(getattr(elm_street, name))
    change = said(elm_street, right_now, "physician", confirmed="yes")
    for answer in (client.get(PAGE), client.post(PAGE, change)):
        assert answer.status_code == 403
        assert "Only a physician or practice manager can say who may close what." in answer.text
    table = client.get("/staff/closing/").text
    assert "say who may close what" in table
    assert PAGE not in table
    assert made(elm_street) == 0


def test_a_control_that_is_off_says_by_whose_word_it_comes_and_when(
    elm_street, morning, right_now, signed_in
):
    ahead = said(elm_street, right_now, "physician", "nurse", "medical-assistant", days=3,
                 confirmed="yes")  # fmt: skip
    assert signed_in(elm_street.diaz).post(PAGE, ahead).status_code == 302
    with elm_street.scoped():
        task = Task.objects.open().filter(severity="abnormal").first()
    text = signed_in(elm_street.max).get(f"/tasks/{task.pk}/").text
    assert "Only a nurse or physician can close abnormal results." in text
    assert "Dr Ana Diaz delegates these to you from " in text
    answer = signed_in(elm_street.max).post(
        f"/tasks/{task.pk}/complete/", {"outcome": "discussed", "version": task.version}
    )
    assert answer.status_code == 403
    assert "delegates these to you from " in answer.text


def test_work_that_is_not_there_is_not_found(elm_street, signed_in):
    for work in ("result-review-critical", "quarantined-message", "x"):
        assert signed_in(elm_street.diaz).get(f"/staff/closing/{work}/").status_code == 404
