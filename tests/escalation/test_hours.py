"""Hours of locations and their holidays: what is refused at which field, and that clocks follow."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts import operations as accounts
from audit.actors import Actor
from audit.models import AuditEvent
from charts.values import Severity
from escalation import operations, proposals
from escalation.ladder import Anchor
from escalation.models import Calendar, Clock, Holiday, StepFired
from escalation.operations.hours import HoursRefused, NoCalendar, Opening
from tenants.models import Location
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db

_, ABNORMAL, _, NORMAL = Severity
MONDAY = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
"""10:00 in New York."""
THANKSGIVING = date(2026, 11, 26)
OFFICE = ((480, 720), (780, 1020))
OPENING = Opening(
    time_zone="America/New_York", week=((OFFICE,) * 5 + ((), ())),
    anchors={Anchor.ZERO_TASK_HOUR: 18 * 60, Anchor.AFTER_HOURS: 20 * 60}, country="US",
    subdivision="NY",
)  # fmt: skip


@pytest.fixture
def who(elm):
    return {"actor": Actor.person(elm.sam), "now": MONDAY}


def main(elm) -> Calendar:
    return Calendar.objects.select_related("location", "practice").get(location=elm.main)


def due(task) -> datetime:
    return Clock.objects.get(task=task, kind="close", ended_at=None).due_at


def test_hours_are_kept_with_their_breaks_and_named_moments_and_traced(elm, who):
    operations.set_hours(location_id=elm.main.pk, opening=OPENING, **who)
    place = main(elm).place([])
    assert place.hours.of(date(2026, 11, 18)) == OFFICE
    assert place.anchors[Anchor.AFTER_HOURS] == 20 * 60
    event = AuditEvent.objects.get(action="hours.set")
    assert event.actor_name == "Sam Ortiz"
    assert event.detail["location"] == str(elm.main.pk)


def week(**days) -> tuple:
    """The office week, with some days otherwise."""
    named = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return tuple(days.get(name, day) for name, day in zip(named, OPENING.week, strict=True))


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"week": ((),) * 7}, "week", "No hour of the week is open"),
        ({"week": week(tuesday=((480, 720), (700, 1020)))}, "tuesday",
         "Tuesday: 11:40 to 17:00 overlaps with the hours before it"),
        ({"week": week(friday=((1020, 480),))}, "friday",
         "Friday: 17:00 to 08:00 ends before it begins"),
        ({"week": week(friday=((480, 480),))}, "friday", "ends before it begins"),
        ({"week": week(sunday=((480, 1500),))}, "sunday", "lies outside of a day"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "There is no time zone 'Mars/Olympus'"),
        ({"time_zone": "../../etc/passwd"}, "time_zone", "There is no time zone"),
        ({"anchors": {Anchor.AFTER_HOURS: 1440}}, "after-hours", "Give a time of the day"),
        ({"country": "QQ"}, "country", "knows no country 'QQ'"),
        ({"subdivision": "ZZ"}, "subdivision", "no state or province 'ZZ'"),
        ({"country": "", "subdivision": "NY"}, "subdivision", "Choose the country too"),
        ({"week": ((),) * 6 + (((600, 601),),)}, "week", "would take longer than a year"),
    ],
)  # fmt: skip
def test_hours_that_cannot_be_used_are_refused_at_their_field_and_nothing_is_half_saved(
    elm, who, change, field, says
):
    before = list(Calendar.objects.values().order_by("pk")), list(Location.objects.values())
    with pytest.raises(HoursRefused) as refused:
        operations.set_hours(location_id=elm.main.pk, opening=replace(OPENING, **change), **who)
    assert says in refused.value.faults[field]
    assert set(refused.value.faults) == {field}
    after = list(Calendar.objects.values().order_by("pk")), list(Location.objects.values())
    assert after == before
    assert not AuditEvent.objects.filter(action__in=["hours.set", "time_zone.set"]).exists()


def test_every_field_at_fault_is_named_at_once(elm, who):
    bad = replace(
        OPENING,
        week=week(monday=((600, 480),), friday=((1020, 480),)),
        country="QQ",
        subdivision="",
    )
    with pytest.raises(HoursRefused) as refused:
        operations.set_hours(location_id=elm.main.pk, opening=bad, **who)
    assert set(refused.value.faults) == {"monday", "friday", "country"}


def test_a_location_of_nobody_has_no_hours(elm, who, oak_street):
    with pytest.raises(NoCalendar):
        operations.set_hours(location_id=oak_street.main.pk, opening=OPENING, **who)


def test_the_clock_on_the_wall_of_a_location_moves_with_its_hours(elm, who, sweep):
    task = bring(graded(NORMAL, at=15), now=MONDAY)
    task.__class__.objects.filter(pk=task.pk).update(location=elm.main)
    sweep(MONDAY)
    operations.set_hours(
        location_id=elm.main.pk, opening=replace(OPENING, time_zone="America/Los_Angeles"), **who
    )
    sweep(MONDAY)
    # 10:00 in New York is 7:00 in Los Angeles: 4 h from 8:00 there, which is noon, 20:00 UTC.
    assert due(task) == datetime(2026, 11, 16, 20, 0, tzinfo=UTC)


@pytest.fixture
def here(elm, sweep):
    """A normal result of Main Street of Wednesday, 14:00: three hours today, and one to come."""
    issued = datetime(2026, 11, 25, 19, 0, tzinfo=UTC)
    task = bring(graded(NORMAL, at=None), now=issued)
    task.__class__.objects.filter(pk=task.pk).update(location=elm.main, issued_at=issued)
    sweep(issued)
    return task


def test_running_clocks_follow_a_change_of_hours(elm, who, here, sweep):
    assert due(here) == datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
    long = replace(OPENING, week=(((480, 1140),),) * 5 + ((), ()))
    operations.set_hours(location_id=elm.main.pk, opening=long, **who)
    sweep(MONDAY + timedelta(days=10))
    assert due(here) == datetime(2026, 11, 25, 23, 0, tzinfo=UTC)


def test_hours_of_the_practice_are_followed_where_a_location_has_none(elm, who, here, sweep):
    Calendar.objects.filter(location=elm.main).delete()
    longer = replace(OPENING, week=(((480, 1140),),) * 5 + ((), ()))
    operations.set_hours(location_id=None, opening=longer, **who)
    sweep(MONDAY + timedelta(days=10))
    assert due(here) == datetime(2026, 11, 25, 23, 0, tzinfo=UTC)


def test_other_locations_are_left_alone(elm, who, here, sweep):
    other = accounts.add_location(name="Annex", time_zone="America/New_York", **who)
    operations.set_hours(
        location_id=other.pk, opening=replace(OPENING, week=((OFFICE,) * 7)), **who
    )
    before = due(here)
    sweep(MONDAY + timedelta(days=10))
    assert due(here) == before


def test_t6_holidays_are_curated_per_location_and_a_list_only_proposes(elm, who, here, sweep):
    assert proposals.proposed("US", "NY", (2026,))[THANKSGIVING] == "Thanksgiving Day"
    calendar = main(elm)
    Holiday.objects.create(calendar=calendar, day=THANKSGIVING, name="Thanksgiving Day")
    sweep(MONDAY)
    assert due(here) == datetime(2026, 11, 26, 14, 0, tzinfo=UTC), "a proposal counts for nothing"

    holiday = operations.approve_holiday(
        calendar_id=calendar.pk, day=THANKSGIVING, name="Thanksgiving Day", **who
    )
    assert holiday.approved_by == elm.sam
    sweep(MONDAY)
    assert due(here) == datetime(2026, 11, 27, 14, 0, tzinfo=UTC)

    operations.approve_holiday(
        calendar_id=calendar.pk, day=THANKSGIVING, name="Thanksgiving Day", hours=((600, 660),),
        **who,
    )  # fmt: skip
    sweep(MONDAY)
    assert due(here) == datetime(2026, 11, 26, 16, 0, tzinfo=UTC)

    operations.decline_holiday(
        calendar_id=calendar.pk, day=THANKSGIVING, name="Thanksgiving Day", **who
    )
    sweep(MONDAY)
    assert due(here) == datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
    assert Holiday.objects.get(day=THANKSGIVING).declined_at == MONDAY
    actions = AuditEvent.objects.filter(action__startswith="holiday.")
    assert [one.action for one in actions.order_by("pk")] == [
        "holiday.approved", "holiday.approved", "holiday.declined",
    ]  # fmt: skip
    assert StepFired.objects.count() == 0


def test_a_holiday_of_one_location_is_a_working_day_at_another(elm, who):
    other = accounts.add_location(name="Annex", time_zone="America/New_York", **who)
    operations.set_hours(location_id=other.pk, opening=OPENING, **who)
    operations.approve_holiday(
        calendar_id=main(elm).pk, day=THANKSGIVING, name="Thanksgiving Day", **who
    )
    from escalation import policies

    places = policies.places()
    assert places[elm.main.pk].hours.of(THANKSGIVING) == ()
    assert places[other.pk].hours.of(THANKSGIVING) == OFFICE


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"hours": ((720, 600),)}, "hours", "ends before it begins"),
        ({"hours": ((480, 720), (600, 660))}, "hours", "overlaps"),
        ({"name": "  "}, "name", "Say what the day is called"),
    ],
)
def test_a_holiday_with_hours_that_cannot_be_used_is_refused(elm, who, change, field, says):
    wish = {"day": THANKSGIVING, "name": "Thanksgiving Day"} | change
    with pytest.raises(HoursRefused) as refused:
        operations.approve_holiday(calendar_id=main(elm).pk, **wish, **who)
    assert says in refused.value.faults[field]
    assert Holiday.objects.count() == 0


def test_no_machine_approves_a_holiday(elm):
    with pytest.raises(HoursRefused, match="once a person has approved it"):
        operations.approve_holiday(
            calendar_id=main(elm).pk, day=THANKSGIVING, name="Thanksgiving Day",
            actor=Actor.machine("feed"), now=MONDAY,
        )  # fmt: skip


def test_the_list_of_holidays_knows_states_and_offers_nothing_for_no_country():
    new_york, texas = (proposals.proposed("US", one, (2027,)) for one in ("NY", "TX"))
    assert date(2027, 11, 25) in new_york
    assert set(new_york) != set(texas)
    assert proposals.proposed("", "", (2027,)) == {}
    assert proposals.parts("US")["NY"] == "New York"
    assert proposals.countries()["US"] == "United States"
