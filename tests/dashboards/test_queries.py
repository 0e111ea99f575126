"""Which tasks a list shows, in which order, at what cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actors import Actor
from dashboards.queries import sources, worklist
from dashboards.queries.desk import Desk
from dashboards.queries.sources import Place
from dashboards.words import Level
from routing import operations as routing
from tests.dashboards.clinic import HL7, MORNING, Report, arrive, send

pytestmark = pytest.mark.django_db


def mine(member, now, view="mine", after=None):
    desk = Desk(member, now)
    return worklist.in_order(
        desk, sources.mine(desk, sources.pools(member), view), after=after, back="/queue/"
    )


def test_the_most_dangerous_comes_first_then_the_oldest(elm_street, morning, right_now):
    with elm_street.scoped():
        rows = mine(elm_street.diaz, right_now).rows
    assert [row.title for row in rows[:3]] == ["INR", "Potassium", "Hemoglobin A1c"]
    ranks = [list(Level).index(row.level) for row in rows]
    assert ranks == sorted(ranks)


def test_each_sees_what_is_theirs_and_what_their_pools_hold(elm_street, morning, right_now):
    with elm_street.scoped():
        doctor = {row.title for row in mine(elm_street.diaz, right_now).rows}
        assistant = {row.title for row in mine(elm_street.max, right_now).rows}
        coordinator = {row.title for row in mine(elm_street.cora, right_now).rows}
    assert "Potassium" in doctor
    assert "Potassium" not in assistant | coordinator
    assert "Lisinopril 10 mg" in assistant
    assert "Lisinopril 10 mg" not in doctor
    assert coordinator == {
        "Referral to cardiology",
        "Referral to dermatology",
        "Form: school sports",
    }


def test_what_somebody_else_is_doing_is_not_offered_until_the_lease_ends(
    elm_street, morning, right_now
):
    task, max_, nora = morning["Lisinopril 10 mg"], elm_street.max, elm_street.nora
    with elm_street.scoped():
        routing.claim(task_id=task.pk, member=nora, actor=Actor.person(nora), now=right_now)
        during = {row.id for row in mine(max_, right_now + timedelta(minutes=9)).rows}
        after = {row.id for row in mine(max_, right_now + timedelta(minutes=11)).rows}
    assert str(task.pk) not in during
    assert str(task.pk) in after


def test_pages_follow_each_other_without_gap_or_repeat(elm_street, right_now, monkeypatch):
    monkeypatch.setattr(worklist, "PAGE", 7)
    with elm_street.scoped():
        for number in range(30):
            at = right_now - timedelta(minutes=number % 3)
            arrive(
                Report(0, "TSH", "3016-3", 0, [("3016-3", 2.1, "N")], orderer=None), number, now=at
            )
        seen, after = [], None
        while True:
            found = mine(elm_street.nora, right_now, after=after)
            seen += [row.id for row in found.rows]
            after = found.next_place
            if after is None:
                break
            after = Place.read(str(after))
        desk = Desk(elm_street.nora, right_now)
        parts = sources.mine(desk, sources.pools(desk.member), "mine")
        whole = sources.page(parts, after=None, size=100)
    assert len(seen) == len(set(seen)) == 30
    assert seen == [str(place.pk) for place in whole]


@pytest.mark.parametrize("text", ["", "x", "1_2_3", "0_2026-11-23T15:00:00_not-an-id", "9" * 500])
def test_a_place_that_we_did_not_write_is_the_top_of_the_list(text):
    assert Place.read(text) is None


def test_counting_stops_at_the_cap(elm_street, morning, right_now, monkeypatch):
    with elm_street.scoped():
        desk = Desk(elm_street.max, right_now)
        queues = sources.pools(desk.member)
        whole = worklist.counts(desk, queues)
        monkeypatch.setattr(sources, "CAP", 3)
        capped = worklist.counts(desk, queues)
    assert int(whole["mine"]) > 3
    assert capped["mine"] == "3+"


def test_what_is_on_hold_is_counted_or_left_unsaid(elm_street, morning, right_now, monkeypatch):
    diaz = elm_street.diaz
    with elm_street.scoped():
        routing.hold(
            task_id=morning["INR"].pk, member=diaz, reason="Lab calls back",
            recheck_date=right_now.date() + timedelta(days=2), actor=Actor.person(diaz),
            now=right_now,
        )  # fmt: skip
        desk = Desk(diaz, right_now)
        queues = sources.pools(diaz)
        assert worklist.counts(desk, queues)["hold"] == "1"
        monkeypatch.setattr(sources, "CAP", 3)
        assert worklist.counts(desk, queues)["hold"] == ""


def test_a_list_costs_the_same_however_long_it_is(elm_street, morning, right_now):
    with elm_street.scoped():
        assert elm_street.cora.practice.name
        with CaptureQueriesContext(
            connection,
        ) as short:
            mine(elm_street.cora, right_now)
        with CaptureQueriesContext(connection) as long:
            mine(elm_street.max, right_now)
    assert len(short) == len(long) == 5  # pools, places, rows, reasons, clocks


def test_a_row_says_value_flag_range_and_why(elm_street, morning, right_now):
    with elm_street.scoped():
        rows = {row.title: row for row in mine(elm_street.diaz, right_now).rows}
    potassium = rows["Potassium"]
    assert (potassium.value.value, potassium.value.units, potassium.value.flag) == (
        "6.8",
        "mmol/L",
        "HH",
    )
    assert potassium.value.flag_words == "critically high"
    assert potassium.value.range == "3.5-5.1"
    assert potassium.why == "Critical result"
    assert potassium.friction == "spoken"
    assert rows["Hemoglobin A1c"].friction == "outcome"
    assert rows["Surgical pathology report"].level is Level.UNFLAGGED
    assert rows["Complete blood count"].badge == "Partial"
    assert rows["Basic metabolic panel"].value.name == "Creatinine"
    assert rows["Basic metabolic panel"].more_values == 3


def test_a_panel_in_which_nothing_stands_out_says_so(elm_street, morning, right_now):
    with elm_street.scoped():
        rows = {row.title: row for row in mine(elm_street.max, right_now).rows}
    assert rows["Lipid panel"].summary == "3 values, all normal"
    assert rows["Lipid panel"].value is None
    assert rows["Lipid panel"].friction == "key"


def test_nearly_the_same_name_is_marked(elm_street, right_now):
    with elm_street.scoped():
        for number, who in enumerate((6, 7, 1)):
            arrive(Report(who, "TSH", "3016-3", 1, [("3016-3", 9.1, "H")]), number, now=right_now)
        rows = mine(elm_street.diaz, right_now).rows
    assert {row.patient.name: row.patient.alike for row in rows} == {
        "HUGHES, Owen": True, "HUGHES, Olive": True, "LINDQVIST, Henrik": False,
    }  # fmt: skip


def test_a_role_that_sees_no_patients_gets_none_in_its_lists(elm_street, morning, right_now):
    with elm_street.scoped():
        send(elm_street, HL7.format(control="1").replace("PID|", "ZID|"), now=right_now)
        desk = Desk(elm_street.ira, right_now)
        queues = worklist.all_queues()
        shown = worklist.in_order(
            desk, sources.team(desk, queues, "open", ()), after=None, back=""
        ).rows
    assert [row.patient.name for row in shown] == ["No patient"]


def test_the_team_queue_splits_work_by_who_has_it(elm_street, morning, right_now):
    task, nora = morning["Lisinopril 10 mg"], elm_street.nora
    with elm_street.scoped():
        routing.claim(task_id=task.pk, member=nora, actor=Actor.person(nora), now=right_now)
        desk = Desk(elm_street.sam, right_now)
        queues, members = worklist.all_queues(), worklist.active_members()
        found = {
            view: {row.title for row in worklist.in_order(
                desk, sources.team(desk, queues, view, members), after=None, back="").rows}
            for view in ("open", "now", "owned", "hold")
        }  # fmt: skip
    assert "Lisinopril 10 mg" in found["now"]
    assert "Lisinopril 10 mg" not in found["open"]
    assert "Potassium" in found["owned"]
    assert "Potassium" not in found["open"]
    assert found["hold"] == set()
    assert len(MORNING) >= sum(map(len, found.values()))
