"""The task as colleagues share it: notes, hand-off, and whether the patient knows."""

from datetime import timedelta

import pytest

from audit.actors import Actor
from routing import operations as routing
from routing.models import Communication, Task, TaskNote

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def url(task, code="") -> str:
    return f"/tasks/{task.pk}/" + (f"{code}/" if code else "")


@pytest.fixture
def potassium(morning):
    return morning["Potassium"]


def text_of(client, task) -> str:
    return client.get(url(task)).text


def test_a_note_is_written_in_a_form_and_stands_in_the_timeline(elm_street, potassium, signed_in):
    nora = signed_in(elm_street.nora)
    assert "Note for colleagues" in nora.get(url(potassium, "note")).text
    refused = nora.post(url(potassium, "note"), {"text": " "})
    assert (refused.status_code, "Write the note first" in refused.text) == (422, True)
    answer = nora.post(url(potassium, "note"), {"text": "Daughter <interprets>."}, headers=HTMX)
    assert answer.status_code == 200
    page = text_of(signed_in(elm_street.diaz), potassium)
    assert "Daughter &lt;interprets&gt;." in page
    assert "by Nora Quinn" in page


def test_a_hand_off_note_stands_above_the_task_until_it_is_read(elm_street, potassium, signed_in):
    diaz, nora = signed_in(elm_street.diaz), signed_in(elm_street.nora)
    said = {"to": f"member:{elm_street.nora.pk}", "note": "Called twice, try the daughter."}
    diaz.post(url(potassium, "assign"), said)
    assert "Hand-off note from" not in text_of(diaz, potassium)
    assert "Hand-off note from Dr Ana Diaz" in text_of(nora, potassium)
    nora.post(url(potassium, "read"))
    after = text_of(nora, potassium)
    assert "Hand-off note from" not in after
    assert "Called twice, try the daughter." in after


def test_too_long_a_note_is_refused_and_kept_to_be_shortened(elm_street, potassium, signed_in):
    diaz = signed_in(elm_street.diaz)
    said = {"to": f"member:{elm_street.nora.pk}", "note": "x" * 2001}
    answer = diaz.post(url(potassium, "assign"), said)
    assert (answer.status_code, "x" * 2001 in answer.text) == (422, True)
    with elm_street.scoped():
        assert not TaskNote.objects.exists()


def test_the_task_says_whether_the_patient_knows(elm_street, potassium, signed_in, right_now):
    nora = signed_in(elm_street.nora)
    assert "The patient was not told yet." in text_of(nora, potassium)
    at = f"{right_now - timedelta(days=1):%Y-%m-%dT%H:%M}"
    nora.post(url(potassium, "informed"), {"channel": "phone", "reached": "no", "at": at})
    assert "The patient was not reached, 1 attempt." in text_of(nora, potassium)
    nora.post(url(potassium, "informed"), {"channel": "portal", "reached": "yes", "at": at})
    page = text_of(nora, potassium)
    assert "The patient was told." in page
    assert "Told: Portal" in page
    with elm_street.scoped():
        told = Communication.objects.get(task=potassium, reached=True)
    nora.post(url(potassium, "take-back"), {"communication": str(told.pk)})
    page = text_of(nora, potassium)
    assert "The patient was told." not in page
    assert "Taken back by Nora Quinn" in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("channel", "pigeon", "Choose how"), ("at", "2100-01-01T10:00", "still to come"),
        ("at", "soon", "the day and the hour"), ("reached", "", "whether they were told"),
    ],
)  # fmt: skip
def test_what_is_written_down_of_the_patient_is_whole(
    elm_street, potassium, signed_in, field, value, words
):
    said = {"channel": "phone", "reached": "yes", "at": "2026-01-05T10:00"} | {field: value}
    answer = signed_in(elm_street.nora).post(url(potassium, "informed"), said)
    assert (answer.status_code, words in answer.text) == (422, True)
    with elm_street.scoped():
        assert not Communication.objects.filter(task=potassium).exists()


@pytest.mark.parametrize(
    ("days", "tone", "words"),
    [(6, "plain", "not told yet.<"), (7, "soon", "7 days since"), (14, "late", "14 days since")],
)
def test_the_longer_nobody_told_them_the_louder_it_is_said(
    elm_street, potassium, signed_in, right_now, days, tone, words
):
    with elm_street.scoped():
        since = right_now - timedelta(days=days, minutes=1)
        Task.objects.filter(pk=potassium.pk).update(issued_at=since)
    page = text_of(signed_in(elm_street.nora), potassium)
    assert f'tone-{tone}">The patient was' in page
    assert words in page


def test_what_is_taken_back_is_an_entry_of_this_task(elm_street, potassium, signed_in):
    nora = signed_in(elm_street.nora)
    for said in ("", "not-an-id", str(potassium.pk)):
        assert nora.post(url(potassium, "take-back"), {"communication": said}).status_code == 404


def test_the_cause_of_a_move_is_the_rule_and_the_message_for_those_who_may(
    elm_street, morning, signed_in
):
    page = text_of(signed_in(elm_street.diaz), morning["Potassium"])
    assert "(rules, version 1)" in page
    assert "/messages/" not in page


def test_work_without_a_patient_has_no_such_fact(elm_street, morning, signed_in, right_now):
    with elm_street.scoped():
        task = routing.open_message_task(
            message_id=morning["Potassium"].pk, title="ORU^R01", reason="x",
            actor=Actor.machine("tests"), now=right_now,
        )  # fmt: skip
    page = signed_in(elm_street.ira).get(url(task)).text
    assert "Patient informed" not in page
