"""Late tasks with their ladders: who sees them, what the rungs say, what may be done."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actors import Actor
from audit.models import AuditEvent
from dashboards.queries import escalations as queries
from dashboards.queries.desk import Desk
from dashboards.queries.timeline import timeline
from escalation import engine, starter
from escalation.models import Call, Clock, Extension, StepFired
from escalation.operations import log_call
from outbox.models import Contact, Intent
from outbox.states import IntentState
from routing.models import Task
from tests.dashboards.clinic import Report, arrive
from tests.escalation.conftest import phone
from tests.people import SETUP

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
POTASSIUM = Report(0, "Potassium", "2823-3", 20, [("2823-3", 6.8, "HH")])
INR = Report(9, "INR", "6301-6", 3, [("6301-6", 5.4, "HH")])


def sweep(now):
    while engine.sweep_tasks(now=now) + engine.sweep_clocks(now=now):
        pass


@pytest.fixture
def elm(elm_street, right_now):
    """With the starter policy, and phones that can ring for three of them."""
    with elm_street.scoped():
        starter.install(
            clinical_approver="Dr Ana Diaz", actor=SETUP, now=right_now - timedelta(days=500)
        )
        for member in (elm_street.diaz, elm_street.nora, elm_street.sam):
            phone(member, now=right_now)
        yield elm_street


@pytest.fixture
def late(elm, right_now):
    """A critical result, issued 20 minutes ago, that nobody acknowledged; the ladder climbed."""
    task = arrive(POTASSIUM, 1, now=right_now)
    for ago in (19, 13, 8, 4, 0):
        sweep(right_now - ago * MINUTE)
    return task


def found(member, now, **more):
    return queries.find(Desk(member, now), **more)


def of(elm, pk) -> Task:
    with elm.scoped():
        return Task.objects.get(pk=pk)


def act(task, code) -> str:
    return f"/escalations/{task.pk}/{code}/"


# ---- what is shown, to whom, in which order


def test_a_ladder_says_who_was_told_how_and_that_nobody_answered(elm, late, right_now):
    (row,) = found(elm.sam, right_now).rows
    ladder = row.clocks[0]
    assert ladder.due.by.startswith("Acknowledge by")
    assert ladder.late
    first = ladder.rungs[0]
    assert (first.what, first.who, first.state) == ("Page the owner", "Dr Ana Diaz", "told")
    assert first.words == "Not answered"
    assert {way.channel for way in first.ways} == {"in ClearChart", "by text message"}
    assert first.phone


def test_a_rung_that_reached_nobody_says_why(elm, late, right_now):
    (row,) = found(elm.sam, right_now).rows
    on_call = row.clocks[0].rungs[2]
    assert on_call.state == "skipped"
    assert on_call.words == "Skipped: nobody is on call"


def test_each_rung_and_each_call_stands_in_the_history_of_the_task(elm, late, right_now):
    log_call(
        task_id=late.pk, caller=elm.sam, called=elm.nora, whom="", outcome="no-answer",
        note="Rang twice", actor=Actor.person(elm.sam), now=right_now,
    )  # fmt: skip
    told = [(one.what, one.who, one.detail) for one in timeline(late, Desk(elm.sam, right_now))]
    assert ("Page the owner", "the clock", "Dr Ana Diaz") in told
    assert ("Page whoever is on call", "the clock", "Nobody: nobody is on call") in told
    assert told[0] == ("Called Nora Quinn", "you", "No answer")


def test_the_next_rung_is_told_in_words_with_the_person_it_would_reach(elm, late, right_now):
    (row,) = found(elm.sam, right_now).rows
    said = row.clocks[0].next_words
    assert said.startswith("Rung ")
    assert " in " in said
    assert "Sam Ortiz" in said


def test_a_rung_to_come_says_who_it_would_reach_or_that_nobody_is_there(elm, right_now):
    arrive(INR, 2, now=right_now)
    sweep(right_now)
    (row,) = found(elm.sam, right_now).rows
    rungs = row.clocks[0].rungs
    assert rungs[0].state == "told"
    assert rungs[1].state == "next"
    assert rungs[2].nobody == "Nobody on rung 3: nobody is on call."
    Contact.objects.filter(member=elm.sam).delete()
    (row,) = found(elm.sam, right_now).rows
    assert row.clocks[0].rungs[3].nobody.endswith("no verified contact that can ring.")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"state": IntentState.DELIVERED}, "delivered"),
        ({"state": IntentState.FAILED, "failure": "number is not in service"},
         "failed: number is not in service"),
        ({"state": IntentState.SENT}, "sent"),
        ({"state": IntentState.CANCELLED}, "called off"),
    ],
)  # fmt: skip
def test_each_way_says_what_became_of_it(elm, late, right_now, change, said):
    Intent.objects.filter(channel="sms", member=elm.diaz).update(sent_at=right_now, **change)
    (row,) = found(elm.sam, right_now).rows
    ways = {way.channel: way.words for way in row.clocks[0].rungs[0].ways}
    assert ways["by text message"].startswith(said)


def test_a_page_that_nobody_reports_as_delivered_says_so(elm, late, right_now):
    texts = Intent.objects.filter(channel="sms", member=elm.diaz)
    texts.update(state=IntentState.SENT, sent_at=right_now, unheard_at=right_now)
    (row,) = found(elm.sam, right_now).rows
    ways = {way.channel: way for way in row.clocks[0].rungs[0].ways}
    said = ways["by text message"]
    assert said.words.endswith("nobody says that it arrived")
    assert said.tone == "bad"


def test_what_was_seen_says_when(elm, late, right_now):
    Intent.objects.filter(channel="in-app", member=elm.diaz).update(seen_at=right_now)
    (row,) = found(elm.sam, right_now).rows
    assert any(way.words.startswith("seen ") for way in row.clocks[0].rungs[0].ways)


def test_the_worst_comes_first_then_the_latest(elm, right_now):
    abnormal = Report(1, "Hemoglobin A1c", "4548-4", 60 * 24 * 9, [("4548-4", 9.4, "H")])
    for number, report in enumerate((abnormal, POTASSIUM, INR), start=1):
        arrive(report, number, now=right_now)
    sweep(right_now)
    titles = [row.task.title for row in found(elm.sam, right_now).rows]
    assert titles == ["Potassium", "INR", "Hemoglobin A1c"]


def test_a_supervisor_sees_all_and_others_what_concerns_them(elm, late, right_now):
    seen = {
        name: len(found(getattr(elm, name), right_now).rows)
        for name in ("sam", "diaz", "nora", "cora", "max", "ira")
    }
    assert seen["sam"] == seen["diaz"] == 1
    assert seen["cora"] == seen["max"] == seen["ira"] == 0


def test_who_was_told_is_concerned_though_it_is_not_theirs(elm, late, right_now):
    assert len(found(elm.nora, right_now).rows) == 0
    Intent.objects.filter(task=late).update(member=elm.nora)
    assert len(found(elm.nora, right_now).rows) == 1


def test_what_is_answered_or_waits_is_no_escalation(elm, late, right_now, signed_in):
    signed_in(elm.diaz).post(act(late, "take"), {})
    sweep(right_now + MINUTE)
    assert found(elm.sam, right_now + MINUTE).rows == ()


def test_a_reminder_alone_is_no_escalation(elm, right_now):
    normal = Report(1, "TSH", "3016-3", 30, [("3016-3", 2.1, "N")])
    arrive(normal, 1, now=right_now)
    sweep(right_now)
    clock = Clock.objects.get()
    before_due = clock.due_at - 30 * MINUTE
    sweep(before_due)
    assert StepFired.objects.get().step.action == "remind"
    assert found(elm.sam, before_due).rows == ()
    assert len(found(elm.sam, clock.due_at).rows) == 1


def test_nothing_is_left_out_in_silence(elm, right_now, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    for number in range(5):
        arrive(POTASSIUM, number, now=right_now - 400 * 24 * 60 * MINUTE)
    sweep(right_now)
    pages = [found(elm.sam, right_now, begin=begin) for begin in (0, 2, 4)]
    assert [len(page.rows) for page in pages] == [2, 2, 1]
    assert {page.total for page in pages} == {5}
    assert len({row.task.id for page in pages for row in page.rows}) == 5


def test_a_page_costs_the_same_however_many_are_late(elm, late, right_now):
    desk = Desk(elm.sam, right_now)
    assert elm.sam.practice.name
    with CaptureQueriesContext(connection) as one:
        queries.find(desk)
    for number in range(2, 8):
        arrive(POTASSIUM, number, now=right_now)
    sweep(right_now)
    with CaptureQueriesContext(connection) as many:
        assert len(queries.find(Desk(elm.sam, right_now)).rows) == 7
    assert len(many) == len(one)


# ---- the screen


def test_the_screen_names_its_patients_in_the_audit_and_in_no_title(
    elm, late, right_now, signed_in
):
    answer = signed_in(elm.sam).get("/escalations/")
    assert answer.status_code == 200
    assert "OKAFOR, Grace" in answer.text
    assert "OKAFOR" not in answer.text.split("</title>")[0]
    event = AuditEvent.objects.filter(action="escalations.viewed").latest("at")
    assert event.detail["patients"] == [str(late.patient_id)]


def test_an_empty_screen_is_calm_and_true(elm, right_now, signed_in):
    page = signed_in(elm.sam).get("/escalations/").text
    assert "Nothing is late" in page
    assert "No task has been closed late yet." in page
    assert "Nothing of yours is late" in signed_in(elm.cora).get("/escalations/").text


def test_a_ladder_stays_in_its_place_and_what_is_new_is_said(elm, late, right_now, signed_in):
    client = signed_in(elm.sam)
    mark = str(late.pk)[-12:]
    same = client.get(f"/escalations/live/?ids={mark}")
    assert f'hx-target="#ladders-{late.pk}"' in same.text
    assert "Refresh" not in same.text
    other = client.get("/escalations/live/?ids=000000000000")
    assert "1 new, 1 no longer here" in other.text
    assert "OKAFOR" not in other.text


def test_ladders_that_are_shown_again_name_their_patients_in_the_audit(
    elm, late, right_now, signed_in
):
    client = signed_in(elm.sam)
    client.get("/escalations/live/?ids=000000000000")
    viewed = AuditEvent.objects.filter(action="escalations.viewed")
    assert not viewed.exists()
    client.get(f"/escalations/live/?ids={str(late.pk)[-12:]}")
    assert viewed.get().detail["patients"] == [str(late.patient_id)]


# ---- what may be done


def test_taking_over_claims_acknowledges_and_stops_the_pages(elm, late, right_now, signed_in):
    answer = signed_in(elm.nora).post(act(late, "take"), {"version": of(elm, late.pk).version})
    assert answer.status_code == 302
    assert answer.url == "/escalations/?said=taken"
    task = of(elm, late.pk)
    assert (task.owner_id, task.claimed_by_id, task.status) == (
        elm.nora.pk, elm.nora.pk, "in-progress",
    )  # fmt: skip


def test_who_may_not_take_it_reads_why_beside_the_control(elm, late, right_now, signed_in):
    client = signed_in(elm.sam)
    page = client.get("/escalations/").text
    assert "<b>Take over is off:</b> Only a nurse or physician can close" in page
    refused = client.post(act(late, "take"), {})
    assert refused.status_code == 403
    assert "Nothing was saved." in refused.text
    assert of(elm, late.pk).acknowledged_at is None


def test_reassigning_asks_for_somebody_and_why(elm, late, right_now, signed_in):
    client = signed_in(elm.sam)
    empty = client.post(act(late, "reassign"), {"to": "", "reason": ""})
    assert empty.status_code == 422
    assert "Choose a person or a queue." in empty.text
    assert "Say why." in empty.text
    said = {"to": f"member:{elm.nora.pk}", "reason": "In the clinic today"}
    assert client.post(act(late, "reassign"), said).url == "/escalations/?said=reassigned"
    task = of(elm, late.pk)
    assert task.owner_id == elm.nora.pk
    assert task.transitions.latest("version").reason == "In the clinic today"


def test_what_moved_on_meanwhile_is_said_and_nothing_is_saved(elm, late, right_now, signed_in):
    old = of(elm, late.pk).version
    signed_in(elm.diaz).post(act(late, "take"), {})
    said = {"to": f"member:{elm.nora.pk}", "reason": "Late", "version": old}
    answer = signed_in(elm.sam).post(act(late, "reassign"), said)
    assert answer.status_code == 409
    assert "was first" in answer.text
    assert of(elm, late.pk).owner_id == elm.diaz.pk


def test_a_logged_call_stands_on_the_card_and_stops_nothing(elm, late, right_now, signed_in):
    client = signed_in(elm.sam)
    nobody = client.post(act(late, "call"), {"outcome": "spoke"})
    assert nobody.status_code == 422
    assert "write who was called" in nobody.text
    said = {"called": str(elm.diaz.pk), "outcome": "no-answer", "note": "Voice mail is full"}
    assert client.post(act(late, "call"), said).status_code == 302
    assert Call.objects.get().took_it is False
    page = client.get("/escalations/").text
    assert "You called Dr Ana Diaz: no answer." in page
    assert "Voice mail is full" in page
    assert Clock.objects.filter(task=late, kind="acknowledge", ended_at=None).exists()


def test_a_caller_who_takes_it_acknowledges_with_the_call(elm, late, right_now, signed_in):
    said = {"whom": "Dialysis unit", "outcome": "spoke", "takes_it": "on"}
    signed_in(elm.nora).post(act(late, "call"), said)
    assert of(elm, late.pk).owner_id == elm.nora.pk
    assert Call.objects.get().took_it


@pytest.fixture
def slow(elm, right_now):
    """An abnormal result of a day that is long over."""
    report = Report(1, "Hemoglobin A1c", "4548-4", 60 * 24 * 9, [("4548-4", 9.4, "H")])
    task = arrive(report, 5, now=right_now)
    sweep(right_now)
    return task


def local(at) -> str:
    return f"{at.astimezone(ZoneInfo('America/New_York')):%Y-%m-%dT%H:%M}"


def test_more_time_is_given_with_a_reason_and_the_card_is_gone(elm, slow, right_now, signed_in):
    client = signed_in(elm.sam)
    clock = Clock.objects.get(task=slow, kind="close", ended_at=None)
    assert "Close by" in client.get(act(slow, "extend")).text
    said = {"clock": str(clock.pk), "until": local(right_now + timedelta(days=5)), "reason": ""}
    assert "Say why." in client.post(act(slow, "extend"), said).text
    said["reason"] = "The lab repeats it"
    assert client.post(act(slow, "extend"), said).url == "/escalations/?said=extended"
    (more,) = Extension.objects.all()
    assert (more.reason, more.member_id) == ("The lab repeats it", elm.sam.pk)
    clock.refresh_from_db()
    assert right_now < clock.due_at <= right_now + timedelta(days=5)
    page = client.get(f"/tasks/{slow.pk}/").text
    assert "The lab repeats it" in page


@pytest.mark.parametrize(
    ("when", "said"),
    [("", "Say until when."), ("2020-01-01T10:00", "still to come"), ("x", "the day and the hour")],
)
def test_more_time_that_cannot_be_says_what_to_do(elm, slow, right_now, signed_in, when, said):
    clock = Clock.objects.get(task=slow, kind="close", ended_at=None)
    data = {"clock": str(clock.pk), "until": when, "reason": "Waiting"}
    answer = signed_in(elm.sam).post(act(slow, "extend"), data)
    assert answer.status_code == 422
    assert said in answer.text
    assert not Extension.objects.exists()


def test_critical_work_gets_no_more_time_and_the_page_says_so(elm, late, right_now, signed_in):
    client = signed_in(elm.sam)
    assert "Critical work gets no more time" in client.get("/escalations/").text
    clock = Clock.objects.get(task=late, kind="close", ended_at=None)
    until = local(right_now + timedelta(days=5))
    said = {"clock": str(clock.pk), "until": until, "reason": "Waiting"}
    assert client.post(act(late, "extend"), said).status_code == 422
    assert not Extension.objects.exists()


def test_an_override_is_a_physicians_with_a_written_reason(elm, late, right_now, signed_in):
    refused = signed_in(elm.sam).post(act(late, "override"), {"reason": "Nobody is here to do it"})
    assert refused.status_code == 403
    assert "Only a physician can close a task by override." in refused.text
    short = signed_in(elm.diaz).post(act(late, "override"), {"reason": "late"})
    assert short.status_code == 422
    assert "Say in a sentence" in short.text
    assert of(elm, late.pk).is_open
    done = signed_in(elm.diaz).post(
        act(late, "override"), {"reason": "The patient is on the ward; they treat it there."}
    )
    assert done.url == "/escalations/?said=overridden"
    assert not of(elm, late.pk).is_open
    sweep(right_now + MINUTE)
    assert found(elm.sam, right_now + MINUTE).rows == ()


@pytest.mark.parametrize("code", ["take", "reassign", "call", "extend", "override"])
def test_another_practices_task_answers_like_one_that_never_was(
    elm, oak_street, late, signed_in, code
):
    stranger = signed_in(oak_street.olu)
    assert stranger.get(act(late, code)).status_code == 404
    assert stranger.post(act(late, code), {}).status_code == 404
    assert of(elm, late.pk).acknowledged_at is None


def test_an_action_that_is_none_is_not_found(elm, late, signed_in):
    assert signed_in(elm.sam).get(act(late, "explode")).status_code == 404
