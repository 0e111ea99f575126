"""SLA and hours: read by all, changed by those who lead; bad input at its field, nothing lost."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from accounts.roles import Role
from escalation import starter
from escalation.models import (
    Calendar,
    Holiday,
    Ladder,
    LadderStep,
    Policy,
    Rotation,
    Shift,
    Target,
)
from tests.escalation.conftest import phone
from tests.people import SETUP, admit

pytestmark = pytest.mark.django_db

WEEK = {
    "time_zone": "America/New_York", "monday": "8:00-12:00, 13:00-17:00",
    "tuesday": "8-12, 1pm-5pm",
    "wednesday": "8:00-17:00", "thursday": "8:00-17:00", "friday": "8:00-16:00", "saturday": "",
    "sunday": "closed", "end_of_day": "17:00", "zero_task_hour": "18:00", "after_hours": "20:00",
    "country": "US", "subdivision": "NY",
}  # fmt: skip


@pytest.fixture
def elm(elm_street, right_now):
    """With the starter policy, a rota of Dr Diaz alone, and phones that ring."""
    with elm_street.scoped(), transaction.atomic():
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=right_now)
        for member in (elm_street.diaz, elm_street.sam):
            phone(member, now=right_now)
        rota = Rotation.objects.create(
            name="Physicians", time_zone="America/New_York",
            begins_on=right_now.date() - timedelta(days=9),
        )  # fmt: skip
        Shift.objects.create(rotation=rota, position=0, member=elm_street.diaz)
        yield elm_street


@pytest.fixture
def sam(elm, signed_in):
    return signed_in(elm.sam)


def at(elm) -> str:
    return f"/hours/at/{elm.main.pk}/"


def kept(model, **which):
    return model.objects.get(**which)


@pytest.fixture
def draft(sam, elm) -> Policy:
    assert sam.post("/hours/draft/begin/").url == "/hours/draft/"
    return kept(Policy, status="draft")


PARTS = ("/hours/", "/hours/policy/", "/hours/when/", "/hours/versions/")


@pytest.mark.parametrize("name", ["diaz", "nora", "max", "cora", "ira"])
def test_everybody_reads_and_only_who_leads_changes(elm, signed_in, name):
    client = signed_in(getattr(elm, name))
    for address in PARTS:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "Change hours" not in answer.text
        assert "Draft the next version" not in answer.text
    assert "Only a practice manager or supervisor can change hours" in client.get("/hours/").text
    for address in (at(elm), "/hours/practice/", "/hours/holidays/", "/hours/draft/begin/",
                    "/hours/draft/publish/", "/hours/draft/targets/"):  # fmt: skip
        assert client.post(address, WEEK).status_code == 403


def test_the_practice_manager_may_change_it_too(elm, signed_in, right_now):
    paula = admit("Paula Reed", Role.PRACTICE_MANAGER, now=right_now)
    assert signed_in(paula).get(at(elm)).status_code == 200


def test_the_week_is_drawn_and_said(elm, sam):
    page = sam.get("/hours/").text
    assert '<rect class="open" x="480" width="240" height="20"/>' in page
    assert "08:00 to 12:00, 13:00 to 17:00" in page
    assert "Closed" in page
    assert "Zero-task hour</dt><dd>18:00" in page


def test_hours_are_read_as_people_write_them(elm, sam):
    answer = sam.post(at(elm), WEEK, follow=True)
    assert "Running clocks are aimed anew" in answer.text
    week = kept(Calendar, location=elm.main).week
    assert week[0] == week[1] == [[480, 720], [780, 1020]]
    assert week[5] == week[6] == []
    form = sam.get(at(elm)).text
    assert 'value="08:00-12:00, 13:00-17:00"' in form


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"tuesday": "lunchtime"}, "tuesday", "Write hours like 8:00-12:00"),
        ({"tuesday": "8:00-12:00, 11:00-17:00"}, "tuesday", "overlaps with the hours before it"),
        ({"tuesday": "17:00-8:00"}, "tuesday", "ends before it begins"),
        ({"tuesday": "13pm-5pm"}, "tuesday", "between 1 and 12"),
        ({"tuesday": "8:00-25:00"}, "tuesday", "between 0:00 and 24:00"),
        (dict.fromkeys(list(WEEK)[1:8], ""), "monday", "No hour of the week is open"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "There is no time zone"),
        ({"time_zone": ""}, "time_zone", "Write a time zone"),
        ({"zero_task_hour": "late"}, "zero_task_hour", "Write a time like 18:00"),
        ({"after_hours": "24:00"}, "after_hours", "Give a time of the day"),
        ({"country": "QQ"}, "country", "knows no country"),
        ({"subdivision": "ZZ"}, "subdivision", "knows no state or province"),
    ],
)
def test_hours_that_cannot_be_used_are_refused_at_their_field_with_what_was_typed(
    elm, sam, change, field, says
):
    before = kept(Calendar, location=elm.main).week
    answer = sam.post(at(elm), WEEK | change)
    assert answer.status_code == 422
    assert says in re.search(rf'id="e-{field}">([^<]*)', answer.text).group(1)
    assert f'href="#id_{field}"' in answer.text
    assert kept(Calendar, location=elm.main).week == before
    if change.get("tuesday"):
        assert f'value="{change["tuesday"]}"' in answer.text


@pytest.fixture
def proposal(elm, sam):
    """The first holiday that the list proposes for Main Street, as its form says it."""
    sam.post(at(elm), WEEK)
    held = kept(Calendar, location=elm.main)
    page = sam.get("/hours/").text
    found = re.search(
        rf'name="calendar" value="{held.pk}"><input type="hidden" name="day" value="([\d-]+)">'
        r'<input type="hidden" name="name" value="([^"]+)">', page,
    )  # fmt: skip
    return {"calendar": str(held.pk), "day": found.group(1), "name": found.group(2)}


def test_a_proposed_holiday_counts_only_once_it_is_approved(elm, sam, proposal):
    assert not Holiday.objects.exists()
    answer = sam.post("/hours/holidays/", proposal | {"do": "close"}, follow=True)
    assert "closed, approved by Sam Ortiz" in answer.text
    assert kept(Holiday).approved_by == elm.sam


def test_a_holiday_may_have_hours_of_its_own_or_none_of_it(elm, sam, proposal):
    sam.post("/hours/holidays/", proposal | {"do": "hours", "hours": "8:00-12:00"})
    assert kept(Holiday).hours == [[480, 720]]
    page = sam.post("/hours/holidays/", proposal | {"do": "open"}, follow=True).text
    assert "open as usual" in page
    assert kept(Holiday).approved_by is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"do": "hours", "hours": "noonish"}, "Write hours like"),
        ({"do": "hours", "hours": ""}, "Write the hours of that day"),
        ({"do": "hours", "hours": "12:00-8:00"}, "ends before it begins"),
        ({"do": "close", "day": "31.12."}, "Choose the day"),
        ({"do": "close", "name": ""}, "Say what the day is called"),
    ],
)
def test_a_holiday_that_cannot_be_kept_is_refused_beside_its_location(sam, proposal, change, says):
    answer = sam.post("/hours/holidays/", proposal | change)
    assert answer.status_code == 422
    assert says in answer.text
    assert not Holiday.objects.exists()


def test_a_calendar_of_another_practice_is_nobodys(elm, sam, oak_street, proposal, right_now):
    with oak_street.scoped():
        starter.install(clinical_approver="Olu Bright", actor=SETUP, now=right_now)
        theirs = kept(Calendar, location=oak_street.main)
    answer = sam.post("/hours/holidays/", proposal | {"calendar": str(theirs.pk), "do": "close"})
    assert answer.status_code == 404
    assert sam.get(f"/hours/at/{oak_street.main.pk}/").status_code == 404


def test_targets_and_ladders_read_as_sentences(elm, sam):
    page = sam.get("/hours/policy/").text
    assert "Acknowledge within 30 min, close within 2 h, business hours" in page
    assert "Acknowledge within 15 min, close within 1 h, day and night" in page
    assert "4 min before acknowledge-by: page whoever is on call, day and night." in page
    assert "approved by Dr Ana Diaz" in page


TARGET = {
    "category": "misfiled-document", "priority": "", "queue": "", "acknowledge_amount": "1",
    "acknowledge_unit": "business-hours", "close_amount": "3", "close_unit": "business-days",
    "pauses": "on", "lapse_minutes": "", "do": "save",
}  # fmt: skip


def ladder_of(draft, name="Routine work") -> Ladder:
    return kept(Ladder, policy=draft, name=name)


def test_a_target_is_drafted_published_and_then_in_force(elm, sam, draft):
    said = TARGET | {"ladder": str(ladder_of(draft).pk)}
    page = sam.post("/hours/draft/targets/", said, follow=True).text
    assert "Acknowledge within 1 h of business hours, close within 3 business days" in page
    assert "Nothing stands in the way" in page
    answer = sam.post("/hours/draft/publish/", {"clinical_approver": "Dr Ana Diaz"}, follow=True)
    assert "Published for new work" in answer.text
    draft.refresh_from_db()
    assert (draft.status, draft.clinical_approver) == ("published", "Dr Ana Diaz")
    versions = sam.get("/hours/versions/").text
    assert versions.index("In force") < versions.index("Replaced")


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"close_amount": ""}, "close_amount", "never late"),
        ({"close_amount": "soon"}, "close_amount", "Write a whole number"),
        ({"close_amount": "9999999"}, "close_amount", "Give a number from 1 to 250"),
        ({"close_amount": "-3"}, "close_amount", "Write a whole number"),
        ({"category": "refill"}, "category", "has a target already"),
        ({"category": "horoscope"}, "category", "Choose one of the list"),
        ({"priority": "stat"}, "close_amount", "day and night"),
        ({"ladder": ""}, "ladder", "Choose one"),
    ],
)
def test_a_target_that_cannot_be_kept_is_refused_at_its_field(sam, draft, change, field, says):
    before = Target.objects.count()
    said = TARGET | {"ladder": str(ladder_of(draft).pk)} | change
    answer = sam.post("/hours/draft/targets/", said)
    assert answer.status_code == 422
    assert says in re.search(rf'id="e-{field}">([^<]*)', answer.text).group(1)
    assert Target.objects.count() == before


RUNG = {"when": "after", "amount": "45", "clock": "close", "action": "tell",
        "receiver": "supervisor", "do": "save"}  # fmt: skip


def test_a_rung_is_added_moved_changed_and_removed(sam, draft):
    held = ladder_of(draft)
    page = sam.post(f"/hours/draft/ladders/{held.pk}/rungs/", RUNG, follow=True).text
    assert "45 min of business hours after close-by: tell the queue&#x27;s supervisor." in page
    made = LadderStep.objects.filter(ladder=held).last()
    here = f"/hours/draft/ladders/{held.pk}/rungs/{made.pk}/"
    sam.post(here, {"do": "up"})
    assert LadderStep.objects.filter(ladder=held).last().pk != made.pk
    sam.post(here, RUNG | {"when": "after-hours", "amount": ""})
    assert kept(LadderStep, pk=made.pk).anchor == "after-hours"
    assert 'value="after-hours" selected' in sam.get(here).text
    sam.post(here, {"do": "remove"})
    assert not LadderStep.objects.filter(pk=made.pk).exists()


def test_saving_a_rung_as_it_stands_changes_nothing(sam, draft):
    """Days of a cadence stay days, and business hours stay business hours."""
    for step in LadderStep.objects.filter(ladder__policy=draft).select_related("ladder"):
        here = f"/hours/draft/ladders/{step.ladder_id}/rungs/{step.pk}/"
        page = sam.get(here).text
        said = dict(
            re.findall(r'<input id="id_(\w+)" type="text" name="\w+" value="([^"]*)"', page)
        )
        chosen = re.findall(r'name="(\w+)"(?:(?!</select>).)*?value="([^"]*)" selected', page)
        ticked = re.findall(r'type="checkbox" name="(\w+)" value="on" checked', page)
        sent = said | dict(chosen) | dict.fromkeys(ticked, "on") | {"do": "save"}
        assert sam.post(here, sent).status_code == 302, page
        again = LadderStep.objects.filter(pk=step.pk).values().get()
        before = {name: getattr(step, name) for name in again}
        assert again == before


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"amount": ""}, "amount", "Say how long"),
        ({"amount": "9999999"}, "amount", "too far from the due time"),
        ({"receiver": "member"}, "member", "Choose somebody who works here"),
        ({"receiver": "role"}, "role", "Choose a role"),
        ({"repeat": "3"}, "every", "after how many minutes"),
        ({"action": "shout"}, "action", "Choose one of the list"),
    ],
)
def test_a_rung_that_cannot_be_kept_is_refused_at_its_field(sam, draft, change, field, says):
    before = LadderStep.objects.count()
    held = ladder_of(draft)
    answer = sam.post(f"/hours/draft/ladders/{held.pk}/rungs/", RUNG | change)
    assert answer.status_code == 422
    assert says in re.search(rf'id="e-{field}">([^<]*)', answer.text).group(1)
    assert LadderStep.objects.count() == before


def test_publishing_lists_what_is_refused_and_where(elm, sam, draft):
    LadderStep.objects.filter(ladder=ladder_of(draft)).delete()
    Shift.objects.all().delete()
    page = sam.get("/hours/draft/").text
    assert "The ladder “Routine work” has no rung." in page
    assert "whoever is on call" in page
    answer = sam.post("/hours/draft/publish/", {"clinical_approver": "Dr Ana Diaz"})
    assert answer.status_code == 422
    assert "The ladder “Routine work” has no rung." in answer.text
    assert 'value="Dr Ana Diaz"' in answer.text
    assert kept(Policy, pk=draft.pk).status == "draft"
    assert sam.post("/hours/draft/publish/", {"clinical_approver": " "}).status_code == 422


def test_a_draft_that_was_published_meanwhile_takes_no_change(sam, draft, elm):
    held = ladder_of(draft)
    sam.post("/hours/draft/publish/", {"clinical_approver": "Dr Ana Diaz"})
    assert sam.post(f"/hours/draft/ladders/{held.pk}/rungs/", RUNG).status_code == 404
    assert sam.get("/hours/draft/").url == "/hours/policy/"


def test_ladders_are_added_named_and_removed(sam, draft):
    sam.post("/hours/draft/ladders/", {"name": "Imaging"})
    held = ladder_of(draft, "Imaging")
    answer = sam.post("/hours/draft/ladders/", {"name": "Imaging"})
    assert answer.status_code == 422
    assert "Another ladder has that name" in answer.text
    sam.post(f"/hours/draft/ladders/{held.pk}/", {"name": "Scans"})
    assert ladder_of(draft, "Scans").pk == held.pk
    sam.post(f"/hours/draft/ladders/{held.pk}/", {"do": "remove"})
    assert not Ladder.objects.filter(pk=held.pk).exists()
    used = sam.post(f"/hours/draft/ladders/{ladder_of(draft).pk}/", {"do": "remove"})
    assert "Targets use this ladder" in used.text


def test_a_draft_is_given_up(sam, draft):
    page = sam.post("/hours/draft/discard/", follow=True).text
    assert "The draft is given up" in page
    assert not Policy.objects.filter(status="draft").exists()


def asked(elm, **change) -> dict:
    from routing.models import Queue

    queue = Queue.objects.get(role=Role.PHYSICIAN)
    return {"queue": str(queue.pk), "category": "result-review", "priority": "urgent",
            "location": str(elm.main.pk), "issued": "2026-11-20T16:50"} | change  # fmt: skip


def test_the_tester_says_when_and_every_step_of_why(elm, sam):
    sam.post(at(elm), WEEK | {"friday": "8:00-17:00"})
    page = sam.get("/hours/when/", asked(elm)).text
    assert "Mon Nov 23, 08:20 EST" in page
    assert "Issued Fri Nov 20, 16:50, in open hours." in page
    assert "Fri Nov 20, 16:50 to 17:00: 10 min counted, 20 min left." in page
    assert "Closed from 17:00: counting rests until Mon Nov 23, 08:00." in page
    assert "Mon Nov 23, 08:00 to 08:20: 20 min counted." in page
    assert "Urgent result review: acknowledge within 30 min" in page
    assert "A target for the priority comes before one that holds for any." in page
    assert "Dr Ana Diaz" in page


def test_the_tester_tells_of_holidays_and_of_changed_clocks(elm, sam):
    sam.post(at(elm), WEEK)
    held = kept(Calendar, location=elm.main)
    sam.post("/hours/holidays/", {"calendar": str(held.pk), "day": "2026-11-26",
             "name": "Thanksgiving Day", "do": "close"})  # fmt: skip
    page = sam.get("/hours/when/", asked(elm, issued="2026-11-25T16:50")).text
    assert "Thu Nov 26 is a holiday: Thanksgiving Day." in page
    page = sam.get("/hours/when/", asked(elm, priority="stat", issued="2026-10-31T16:00")).text
    assert "clocks go back" not in page
    page = sam.get("/hours/when/", asked(elm, priority="stat", issued="2026-11-01T01:30")).text
    assert "On Sun Nov 1 clocks go back by 1 h" in page


def test_the_tester_names_a_rung_that_nobody_would_answer(elm, sam):
    Shift.objects.all().delete()
    page = sam.get("/hours/when/", asked(elm, priority="stat")).text
    assert "Passed over: nobody is on call." in page


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"issued": "tomorrow"}, "issued", "Say when it was issued"),
        ({"issued": "9999-12-31T23:59"}, "issued", "between 2000 and 2100"),
        ({"queue": "nothing"}, "queue", "Choose one of the list"),
        ({"priority": "someday"}, "priority", "Choose one of the list"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_at_its_field(elm, sam, change, field, says):
    answer = sam.get("/hours/when/", asked(elm, **change))
    assert answer.status_code == 422
    assert says in re.search(rf'id="e-{field}">([^<]*)', answer.text).group(1)


def test_the_tester_may_ask_the_draft(elm, sam, draft):
    Target.objects.filter(policy=draft, category="result-review", priority="urgent").update(
        close_amount=30
    )
    page = sam.get("/hours/when/", asked(elm, by="draft", issued="2026-11-20T10:00")).text
    assert f"By the draft, version {draft.version}." in page
    assert "Fri Nov 20, 10:30 EST" in page


def test_a_practice_without_a_policy_is_told_what_to_do(elm_street, signed_in, right_now):
    sam = signed_in(elm_street.sam)
    assert "No policy is in force yet" in sam.get("/hours/policy/").text
    assert "No hours are set" in sam.get("/hours/").text
    assert sam.get("/hours/versions/").status_code == 200
    assert sam.post("/hours/draft/begin/").url == "/hours/policy/"
    with elm_street.scoped():
        page = sam.get("/hours/when/", asked(elm_street)).text
    assert "No policy is in force yet." in page
    assert right_now.astimezone(ZoneInfo("America/New_York"))
