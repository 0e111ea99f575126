"""My coverage, and the screens of those who plan: every form as a browser would send it."""

from datetime import timedelta

import pytest

from accounts.models import Membership
from accounts.roles import Role
from audit.models import AuditEvent
from escalation import engine, operations
from escalation.duty import begins
from escalation.models import Absence, DutyFeed, Override, Rotation, Swap
from escalation.operations import Rota
from routing.models import Queue, Task
from tests.dashboards.duty_scene import DAY, by, open_week, rotation
from tests.people import admit

pytestmark = pytest.mark.django_db

NOBODYS = "019aa000-0000-7000-8000-000000000000"


@pytest.fixture
def pat(elm_street, right_now):
    """The practice manager."""
    with elm_street.scoped():
        return admit("Pat Moss", Role.PRACTICE_MANAGER, now=right_now)


@pytest.fixture
def weekly(elm_street, right_now):
    with elm_street.scoped():
        return rotation(elm_street, right_now)


def one(elm, model):
    with elm.scoped():
        return model.objects.get()


def many(elm, model) -> int:
    with elm.scoped():
        return model.objects.count()


# ---- my coverage


def test_out_today_names_those_who_may_do_the_work_and_takes_one_press(
    elm_street, morning, signed_in
):
    client = signed_in(elm_street.diaz)
    page = client.get("/coverage/out/").text
    assert "Nora Quinn" in page
    for name in ("Max Bell", "Sam Ortiz", "Ira Voss"):
        assert name not in page
    answer = client.post("/coverage/out/", {"cover": str(elm_street.nora.pk)})
    assert answer.url == "/coverage/?said=out-today"
    absence = one(elm_street, Absence)
    assert (absence.member_id, absence.cover_id) == (elm_street.diaz.pk, elm_street.nora.pk)
    assert absence.goes_back
    text = client.get(answer.url).text
    assert "Nora Quinn covers you" in text
    assert "I\u2019m back" in text
    assert "Covers Dr Ana Diaz" in signed_in(elm_street.sam).get("/staff/").text


def test_the_work_moves_and_coming_back_takes_one_press(elm_street, morning, signed_in, right_now):
    client, potassium = signed_in(elm_street.diaz), morning["Potassium"]
    client.post("/coverage/out/", {"cover": str(elm_street.nora.pk)})
    later = right_now + timedelta(seconds=90)
    engine.sweep_staff(now=later)
    with elm_street.scoped():
        assert Task.objects.get(pk=potassium.pk).owner_id == elm_street.nora.pk
        absence = Absence.objects.get()
    answer = client.post(f"/absences/{absence.pk}/end/")
    assert answer.url == "/coverage/?said=absence-ended"
    engine.sweep_staff(now=later + timedelta(minutes=5))
    with elm_street.scoped():
        assert Task.objects.get(pk=potassium.pk).owner_id == elm_street.diaz.pk
    assert "You are in" in client.get(answer.url).text


@pytest.mark.parametrize("cover", ["", "x", NOBODYS])
def test_out_today_without_a_cover_of_ours_says_so_and_keeps_nothing(elm_street, signed_in, cover):
    answer = signed_in(elm_street.diaz).post("/coverage/out/", {"cover": cover})
    assert answer.status_code == 422
    assert "who" in answer.text
    assert many(elm_street, Absence) == 0


def test_out_twice_is_refused_with_when_and_who_covers(elm_street, signed_in):
    client = signed_in(elm_street.diaz)
    client.post("/coverage/out/", {"cover": "queue"})
    answer = client.post("/coverage/out/", {"cover": str(elm_street.nora.pk)})
    assert answer.status_code == 422
    assert "already and nobody covers" in answer.text


def test_an_absence_is_planned_by_days_of_the_place(elm_street, signed_in, right_now):
    client = signed_in(elm_street.diaz)
    first, last = (right_now + 10 * DAY).date(), (right_now + 12 * DAY).date()
    said = {"begins_on": first, "ends_on": last, "cover": str(elm_street.nora.pk), "moves": "new",
            "back": "stay", "reason": "course"}  # fmt: skip
    assert client.post("/absences/", said).url == "/coverage/?said=absence-planned"
    absence = one(elm_street, Absence)
    assert not absence.moves_open_work
    assert not absence.goes_back
    assert timedelta(days=3) - timedelta(hours=2) < absence.ends_at - absence.begins_at
    assert absence.begins_at.minute == 0
    assert "Call it off" in client.get("/coverage/").text


def test_a_wrong_absence_says_why_at_its_field_and_loses_nothing(elm_street, signed_in, right_now):
    client, today = signed_in(elm_street.diaz), right_now.date()
    said = {"begins_on": today + 5 * DAY, "ends_on": today + 2 * DAY, "cover": "queue",
            "moves": "all", "back": "back", "reason": "course"}  # fmt: skip
    answer = client.post("/absences/", said)
    assert answer.status_code == 422
    assert "Choose an end after the beginning." in answer.text
    assert '<a href="#id_ends_on">' in answer.text
    assert 'value="course"' in answer.text
    assert "<title>Error: " in answer.text
    past = client.post("/absences/", said | {"begins_on": "2001-01-01"})
    assert "Choose a beginning that is not past." in past.text
    max_covers = client.post(
        "/absences/", said | {"ends_on": today + 6 * DAY, "cover": str(elm_street.max.pk)}
    )
    assert "Only a nurse or physician" in max_covers.text
    for day in ("9999-12-31", "x", ""):
        assert client.post("/absences/", said | {"ends_on": day}).status_code == 422
    assert many(elm_street, Absence) == 0


def test_a_colleagues_absence_is_refused_to_those_who_plan_no_duty(elm_street, signed_in):
    address = f"/absences/?member={elm_street.diaz.pk}"
    answer = signed_in(elm_street.max).get(address)
    assert answer.status_code == 403
    assert "can plan duty and cover" in answer.text
    assert "Absence of Dr Ana Diaz" in signed_in(elm_street.sam).get(address).text


def test_a_swap_from_asking_to_both_turns_changed(elm_street, weekly, signed_in):
    diaz, nora = signed_in(elm_street.diaz), signed_in(elm_street.nora)
    offered, wanted = begins(weekly, 2), begins(weekly, 3)
    form = {
        "offered": f"{weekly.pk}|{offered:%Y-%m-%dT%H:%MZ}",
        "wanted": f"{weekly.pk}|{wanted:%Y-%m-%dT%H:%MZ}",
    }
    assert form["offered"] in diaz.get("/coverage/").text
    assert diaz.post("/coverage/swap/", form).url == "/coverage/?said=swap-asked"
    again = diaz.post("/coverage/swap/", form)
    assert again.status_code == 422
    assert "offered this turn already" in again.text
    swap = one(elm_street, Swap)
    assert "Dr Ana Diaz asks" in nora.get("/coverage/").text
    assert diaz.post(f"/coverage/swap/{swap.pk}/agree/").status_code == 404
    assert nora.post(f"/coverage/swap/{swap.pk}/agree/").url == "/coverage/?said=swapped"
    assert many(elm_street, Override) == 2
    assert nora.post(f"/coverage/swap/{swap.pk}/agree/").status_code == 404
    for wrong in ({}, {"offered": "x|y", "wanted": "z"}, form | {"wanted": f"{NOBODYS}|{'x'}"}):
        assert diaz.post("/coverage/swap/", wrong).status_code == 422


def test_the_calendars_address_is_shown_once_and_can_be_ended(elm_street, weekly, signed_in):
    client = signed_in(elm_street.nora)
    made = client.post("/coverage/calendar/").text
    address = made.split('id="address">')[1].split("<")[0]
    path = "/" + address.split("/", 3)[3]
    assert signed_in(elm_street.max).get(path).content.startswith(b"BEGIN:VCALENDAR")
    page = client.get("/coverage/").text
    assert path not in page
    assert "Make a new address" in page
    client.post("/coverage/calendar/close/")
    assert client.get(path).status_code == 404
    assert one(elm_street, DutyFeed).revoked_at is not None


# ---- staff and cover


def test_the_week_says_who_is_away_who_covers_and_who_is_on_call(elm_street, right_now, signed_in):
    with elm_street.scoped():
        open_week(elm_street, right_now)
    text = signed_in(elm_street.sam).get("/staff/").text
    for said in ("Dr Ana Diaz", "On call", "Nobody covers", "Clinicians on call", "Duty of the day",
                 "Dr Eve Roth is on call", "no verified contact that can ring",
                 "Max Bell is away from now"):  # fmt: skip
        assert said in text
    tomorrow = (right_now + DAY).date()
    week = signed_in(elm_street.sam).get(f"/staff/?week={tomorrow}").text
    assert "Covers Dr Ana Diaz" in week
    assert "Nora Quinn covers" in week


@pytest.mark.parametrize("week", ["", "x", "2026-13-01", "0001-01-01", "9999-12-31", "2027-03-14"])
def test_any_week_may_be_asked_for(elm_street, weekly, signed_in, week):
    assert signed_in(elm_street.max).get(f"/staff/?week={week}").status_code == 200


def test_who_plans_no_duty_sees_the_week_and_no_form(elm_street, right_now, signed_in):
    with elm_street.scoped():
        open_week(elm_street, right_now)
    text = signed_in(elm_street.max).get("/staff/").text
    assert "Nora Quinn" in text
    for said in ("Change cover", "New rotation", "Leaving", "let somebody stand in"):
        assert said not in text


def test_a_rotation_is_set_up_changed_stood_in_for_and_retired(elm_street, signed_in, right_now):
    client, today = signed_in(elm_street.sam), right_now.date()
    form = {
        "name": "Nights", "location": "", "time_zone": "America/New_York", "begins_on": today,
        "handover": "18:30", "turn_days": "1", f"place_{elm_street.nora.pk}": "1",
        f"place_{elm_street.diaz.pk}": "2",
    }  # fmt: skip
    assert client.post("/staff/rotations/", form).status_code == 302
    made = one(elm_street, Rotation)
    assert (made.handover_minute, made.turn_days) == (18 * 60 + 30, 1)
    with elm_street.scoped():
        assert [shift.member_id for shift in made.shifts.all()] == [
            elm_street.nora.pk, elm_street.diaz.pk,
        ]  # fmt: skip
    address = f"/staff/rotations/{made.pk}/"
    assert "A day each, handed over at 18:30" in client.get(address).text
    bad = client.post(address, form | {"turn_days": "0", "name": "Nights"})
    assert bad.status_code == 422
    assert "A turn has at least 1 day" in bad.text
    assert client.post(address, form | {"turn_days": "7"}).status_code == 302
    span = {"begins_at": f"{today + 3 * DAY}T08:00", "ends_at": f"{today + 4 * DAY}T08:00"}
    stand_in = {"member": str(elm_street.nora.pk), **span}
    assert client.post(f"{address}override/", stand_in).status_code == 302
    wrong = client.post(f"{address}override/", stand_in | {"ends_at": span["begins_at"]})
    assert wrong.status_code == 422
    assert "Choose an end after the beginning." in wrong.text
    made_override = one(elm_street, Override)
    assert client.post(f"/staff/overrides/{made_override.pk}/end/").status_code == 302
    assert many(elm_street, Override) == 0
    assert client.post(f"{address}retire/").url == "/staff/?said=rotation-retired"
    assert client.get(address).status_code == 404


def test_nobody_in_the_round_is_said(elm_street, signed_in, right_now):
    answer = signed_in(elm_street.sam).post(
        "/staff/rotations/",
        {"name": "Nights", "time_zone": "America/New_York", "begins_on": right_now.date(),
         "handover": "18:30", "turn_days": "1"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Choose at least one person." in answer.text
    assert many(elm_street, Rotation) == 0


def test_rotations_are_for_those_who_plan_duty(elm_street, weekly, signed_in):
    for address in ("/staff/rotations/", f"/staff/rotations/{weekly.pk}/"):
        for name in ("nora", "max", "ira"):
            assert signed_in(getattr(elm_street, name)).get(address).status_code == 403


def test_cover_is_changed_from_the_list(elm_street, right_now, signed_in):
    with elm_street.scoped():
        open_week(elm_street, right_now)
        absence = Absence.objects.get(member=elm_street.max)
    client = signed_in(elm_street.sam)
    address = f"/absences/{absence.pk}/cover/"
    assert client.post(address, {"cover": str(elm_street.cora.pk)}).status_code == 302
    with elm_street.scoped():
        assert Absence.objects.get(pk=absence.pk).cover_id == elm_street.cora.pk
    assert client.post(address, {"cover": str(elm_street.ira.pk)}).status_code == 422
    assert client.post(address, {}).status_code == 422
    refused = signed_in(elm_street.nora).post(address, {"cover": str(elm_street.nora.pk)})
    assert refused.status_code == 403


# ---- who may close what


def test_the_matrix_says_who_may_and_why_i_cannot(elm_street, signed_in):
    text = signed_in(elm_street.max).get("/staff/closing/").text
    assert "Only a nurse or physician can close a critical result." in text
    assert "Lipid panel" in text
    assert "Only a" not in signed_in(elm_street.diaz).get("/staff/closing/").text


# ---- leaving


def test_the_leaving_list_does_not_finish_before_nothing_is_left(
    elm_street, morning, pat, weekly, signed_in, right_now
):
    client, address = signed_in(pat), f"/staff/{elm_street.diaz.pk}/leaving/"
    with elm_street.scoped():
        Queue.objects.filter(role=Role.PHYSICIAN).update(supervisor=elm_street.diaz)
    page = client.get(address).text
    assert "open tasks left" in page
    assert "1 rotation left" in page
    early = client.post(address, {"do": "finish"})
    assert early.status_code == 422
    assert "cannot leave yet" in early.text
    client.post(address, {"do": "hand-over", "cover": str(elm_street.nora.pk)})
    engine.sweep_staff(now=right_now + timedelta(minutes=1))
    client.post(address, {"do": "queues", "to": str(elm_street.sam.pk)})
    with elm_street.scoped():
        go_on_alone(weekly, elm_street, right_now)
    assert "Nora Quinn takes what was theirs" in client.get(address).text
    assert client.post(address, {"do": "finish"}).url == "/staff/?said=left"
    with elm_street.scoped():
        assert not Membership.objects.get(pk=elm_street.diaz.pk).is_active
        assert AuditEvent.objects.filter(action="leaving.finished").count() == 1
    assert signed_in(elm_street.diaz).get("/queue/").url.startswith("/accounts/login/")
    assert client.get(address).status_code == 404


def go_on_alone(weekly, elm, now) -> None:
    """Nora has every turn."""
    rota = Rota(name=weekly.name, members=[elm.nora.pk], time_zone=weekly.time_zone)
    operations.change_rotation(rotation_id=weekly.pk, rota=rota, **by(elm.sam, now))


def test_only_who_manages_people_ends_memberships_and_never_their_own(elm_street, pat, signed_in):
    address = f"/staff/{elm_street.diaz.pk}/leaving/"
    assert signed_in(elm_street.sam).get(address).status_code == 403
    assert signed_in(pat).get(f"/staff/{pat.pk}/leaving/").status_code == 404
    assert signed_in(pat).post(address, {"do": "explode"}).status_code == 422
