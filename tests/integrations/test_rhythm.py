"""A feed's rhythm: clocks that change, new feeds, a simulated month, and the task for IT."""

import hashlib
import math
import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations import rhythm, silence
from integrations.models import Feed, FeedHour, FeedRhythm, InboundMessage
from integrations.rhythm import ENOUGH, HOUR, NEW, Rhythm
from routing import operations as routing
from routing.models import Task
from tenants import scope
from tests.reports import FEED

NEW_YORK = ZoneInfo("America/New_York")
ZONES = ["America/New_York", "America/Los_Angeles", "Asia/Kolkata", "America/St_Johns", "UTC"]
MONDAY = datetime(2026, 9, 28, 4, tzinfo=UTC)
"""Midnight in New York; five weeks on, the clocks go back."""


def office(at: datetime, zone: ZoneInfo = NEW_YORK) -> float:
    """A laboratory's messages an hour: working days, and a Saturday morning."""
    local = at.astimezone(zone)
    if local.weekday() == 5:
        return 5.0 if 9 <= local.hour < 12 else 0.0
    if local.weekday() == 6:
        return 0.0
    return {7: 4.0, 8: 9.0, 12: 6.0, 17: 5.0, 18: 2.0}.get(local.hour, 14.0) * (
        7 <= local.hour <= 18
    )


def poisson(chance: random.Random, mean: float) -> int:
    if mean <= 0:
        return 0
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def messages(begin, days, *, chance, rate=office, zone=NEW_YORK) -> list[datetime]:
    """Instants as chance has them come."""
    return sorted(
        at + timedelta(seconds=chance.random() * 3600)
        for at in (begin + HOUR * n for n in range(24 * days))
        for _ in range(poisson(chance, rate(at, zone)))
    )


def counted(instants, zone=NEW_YORK):
    counts: dict = {}
    for at in instants:
        key = rhythm.local_hour(at, zone)
        counts[key] = counts.get(key, 0) + 1
    return counts


def learned(instants, until, zone=NEW_YORK) -> Rhythm:
    return rhythm.learn(counted(instants, zone), zone=zone, first=instants[0], until=until)


# ---- the profile


def test_a_new_feed_has_a_working_day_of_silence_and_no_alarm_at_night():
    friday = datetime(2026, 11, 13, 21, 0, tzinfo=UTC)  # 16:00 in New York
    found = rhythm.limit(NEW, last=friday, zone=NEW_YORK)
    assert found == datetime(2026, 11, 16, 21, 0, tzinfo=UTC)  # Monday 16:00
    assert rhythm.learn({}, zone=NEW_YORK, first=None, until=friday) == NEW
    assert rhythm.learn({}, zone=NEW_YORK, first=friday - timedelta(days=4), until=friday) == NEW


def test_after_some_days_the_working_days_share_a_rate_and_later_each_has_its_own():
    def mondays_only(at, zone):
        return 10.0 if at.astimezone(zone).weekday() == 0 and office(at, zone) else 0.0

    came = messages(MONDAY, 28, chance=random.Random(1), rate=mondays_only)
    soon = learned(came, MONDAY + timedelta(days=14))
    late = learned(came, MONDAY + timedelta(days=28))
    assert soon.rates[10] == soon.rates[24 + 10] > 0
    assert late.rates[10] > 8
    assert late.rates[24 + 10] == 0


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("month", [3, 11])
def test_the_profile_is_right_across_a_change_of_clocks(zone, month):
    place = ZoneInfo(zone)
    until = datetime(2026, month, 30, tzinfo=place)
    begin = until.astimezone(UTC) - timedelta(weeks=6)
    came = [begin + HOUR * n + HOUR / 4 * k for n in range(24 * 42) for k in range(4)]
    even = rhythm.learn(counted(came, place), zone=place, first=begin, until=until)
    assert all(abs(rate - 4) < 0.35 for rate in even.rates)
    steady = [at for at in came if at.astimezone(place).hour == 9]
    morning = rhythm.learn(counted(steady, place), zone=place, first=begin, until=until)
    assert {slot % 24 for slot, rate in enumerate(morning.rates) if rate} == {9}


def test_the_repeated_hour_counts_two_hours_and_the_missing_one_none():
    autumn = list(
        rhythm.whole_hours(
            datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, 5, tzinfo=UTC), NEW_YORK
        )
    )
    slots = [rhythm.local_hour(at, NEW_YORK) for at in autumn]
    assert len(slots) == 25
    assert slots.count((date(2026, 11, 1), 1)) == 2
    spring = rhythm._exposure(
        datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 3, 9, 4, tzinfo=UTC), NEW_YORK
    )
    assert sum(spring.values()) == 23
    assert (date(2026, 3, 8), 2) not in spring


@settings(max_examples=60, deadline=None)
@given(
    last=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)),
    zone=st.sampled_from(ZONES),
    rates=st.lists(st.floats(0, 40), min_size=24, max_size=24),
    spread=st.floats(1, 30),
)
def test_the_limit_is_the_first_whole_hour_at_which_enough_was_missed(last, zone, rates, spread):
    place, last = ZoneInfo(zone), last.replace(tzinfo=UTC)
    usual = Rhythm(tuple(rates * 7), spread)
    found = rhythm.limit(usual, last=last, zone=place)

    def missed(until):
        hours = rhythm.whole_hours(last, until, place)
        return sum(usual.rate(at, place) for at in hours) / spread

    if found is None:
        assert missed(last + rhythm.FURTHEST) < ENOUGH
        return
    assert found > last
    assert missed(found) >= ENOUGH
    assert missed(found - HOUR) < ENOUGH
    assert usual.rate(found - HOUR, place) > 0, "no alarm at an hour at which nothing ever comes"


def test_a_feed_that_never_sends_at_night_is_not_missed_at_night_or_on_sunday():
    usual = learned(messages(MONDAY, 42, chance=random.Random(2)), MONDAY + timedelta(days=42))
    saturday = datetime(2026, 11, 14, 16, 50, tzinfo=UTC)  # ten to noon
    assert rhythm.limit(usual, last=saturday, zone=NEW_YORK) == datetime(
        2026, 11, 16, 14, tzinfo=UTC
    )


def test_a_batch_each_morning_is_missed_the_next_morning_and_not_in_its_own_hour():
    def nightly(at, zone):
        return 200.0 if at.astimezone(zone).hour == 6 else 0.0

    came = messages(MONDAY, 42, chance=random.Random(3), rate=nightly)
    usual = learned(came, MONDAY + timedelta(days=42))
    last = datetime(2026, 11, 12, 11, 12, tzinfo=UTC)  # 06:12
    assert rhythm.limit(usual, last=last, zone=NEW_YORK) == datetime(2026, 11, 13, 12, tzinfo=UTC)


def test_counts_that_swing_are_given_more_time():
    chance = random.Random(4)
    calm = messages(MONDAY, 42, chance=chance)
    wild = [at for at in calm if (at.day * 7 + at.hour) % 5 < 2 for _ in range(3)]
    last = datetime(2026, 11, 10, 15, 5, tzinfo=UTC)
    until = MONDAY + timedelta(days=42)
    steady = rhythm.limit(learned(calm, until), last=last, zone=NEW_YORK)
    jumpy = rhythm.limit(learned(wild, until), last=last, zone=NEW_YORK)
    assert steady == datetime(2026, 11, 10, 17, tzinfo=UTC)
    assert jumpy > steady


def test_an_hour_far_below_usual_is_low_and_a_thin_one_is_not():
    usual = learned(messages(MONDAY, 42, chance=random.Random(5)), MONDAY + timedelta(days=42))
    ten = datetime(2026, 11, 10, 15, tzinfo=UTC)
    assert rhythm.is_low(usual, 1, at=ten, zone=NEW_YORK)
    assert not rhythm.is_low(usual, 9, at=ten, zone=NEW_YORK)
    assert not rhythm.is_low(usual, 0, at=datetime(2026, 11, 10, 6, tzinfo=UTC), zone=NEW_YORK)
    assert not rhythm.is_low(NEW, 0, at=ten, zone=NEW_YORK)


# ---- a simulated month


def alarms(came: list[datetime], begin: datetime, days: int) -> list[datetime]:
    """When each silence of the month is found beyond usual, learning every day as the sweep
    does."""
    counts, found = counted(came), []
    for number, last in enumerate(came[:-1]):
        if last < begin or last > begin + timedelta(days=days):
            continue
        midnight = last.astimezone(NEW_YORK).replace(hour=0, minute=0, second=0, microsecond=0)
        usual = _month_of(midnight, counts, came[0])
        late = rhythm.limit(usual, last=last, zone=NEW_YORK)
        if late is not None and late <= came[number + 1]:
            found.append(late)
    return found


_held: dict = {}


def _month_of(midnight, counts, first) -> Rhythm:
    key = (midnight, id(counts))
    if key not in _held:
        _held[key] = rhythm.learn(counts, zone=NEW_YORK, first=first, until=midnight)
    return _held[key]


@pytest.mark.parametrize("seed", range(3))
def test_a_month_has_no_false_alarm_and_an_outage_is_found_within_two_hours(seed):
    _held.clear()
    came = messages(MONDAY, 70, chance=random.Random(seed))
    begin = MONDAY + timedelta(days=42)
    assert alarms(came, begin, 27) == []
    away = datetime(2026, 11, 17, 15, 20, tzinfo=UTC)  # Tuesday 10:20
    back = away + timedelta(hours=8)
    _held.clear()
    cut = [at for at in came if not away <= at < back]
    (found,) = alarms(cut, begin, 27)
    assert away < found <= away + timedelta(hours=2)


def test_an_outage_that_begins_at_closing_time_is_found_the_next_morning():
    _held.clear()
    came = messages(MONDAY, 70, chance=random.Random(9))
    friday = datetime(2026, 11, 13, 23, 10, tzinfo=UTC)  # 18:10
    cut = [at for at in came if not friday <= at < friday + timedelta(days=4)]
    (found,) = alarms(cut, MONDAY + timedelta(days=42), 27)
    assert found.astimezone(NEW_YORK).strftime("%a %H") == "Sat 11"


# ---- the sweep


def store(feed: Feed, instants) -> None:
    """Messages that came then."""
    with scope.scoped(feed.practice_id), transaction.atomic():
        InboundMessage.objects.bulk_create(
            InboundMessage(
                feed=feed, standard="hl7v2", arrived=silence.nanoseconds(at), received_at=at,
                control_id=str(number), digest=hashlib.sha256(str(at).encode()).hexdigest(),
                raw=b"MSH", state="processed", next_at=at,
            )
            for number, at in enumerate(instants)
        )  # fmt: skip


@pytest.fixture
def weeks(elm_street):
    """Six weeks of the laboratory's feed, till Tuesday 10:05 in New York."""
    last = datetime(2026, 11, 17, 15, 5, tzinfo=UTC)
    came = messages(MONDAY, 51, chance=random.Random(11))
    store(elm_street.lab, [*(at for at in came if at < last), last])
    return last


def listen(elm, now) -> int:
    return silence.sweep(now=now)


def tasks(elm) -> list[tuple[str, str, str]]:
    with elm.scoped(), transaction.atomic():
        made = Task.objects.filter(category="silent-feed").order_by("authored_at")
        return [(one.title, one.status, one.status_reason) for one in made]


def test_a_silence_becomes_one_task_of_it_and_ends_when_messages_come_again(elm_street, weeks):
    assert listen(elm_street, weeks + timedelta(minutes=30)) == 0
    assert tasks(elm_street) == []
    late = datetime(2026, 11, 17, 17, 0, tzinfo=UTC)
    assert listen(elm_street, late) == 1
    assert listen(elm_street, late + HOUR) == 0
    ((title, status, reason),) = tasks(elm_street)
    assert (title, status) == ("Quest lab is silent", "ready")
    assert reason.startswith("Nothing since Nov 17, 10:05: silent beyond usual.")
    with elm_street.scoped(), transaction.atomic():
        task = Task.objects.get(category="silent-feed")
        assert (task.queue.role, task.patient, task.priority) == ("it", None, "urgent")
        assert FeedRhythm.objects.get(feed=elm_street.lab).silent_since == weeks
    store(elm_street.lab, [late + HOUR])
    assert listen(elm_street, late + HOUR + timedelta(minutes=2)) == 1
    ((_, status, reason),) = tasks(elm_street)
    assert (status, reason) == ("completed", "messages come again")


def test_a_silence_that_it_has_closed_stays_closed_and_the_next_one_is_new(elm_street, weeks):
    late = datetime(2026, 11, 17, 17, 0, tzinfo=UTC)
    listen(elm_street, late)
    with elm_street.scoped(), transaction.atomic():
        task = Task.objects.get(category="silent-feed")
        routing.complete(task_id=task.pk, member=elm_street.ira, actor=FEED, now=late)
    assert listen(elm_street, late + HOUR) == 0
    store(elm_street.lab, [late + HOUR])
    listen(elm_street, late + HOUR + timedelta(minutes=1))
    listen(elm_street, late + HOUR * 4)
    assert [status for _, status, _ in tasks(elm_street)] == ["completed", "ready"]


def test_a_feed_that_is_switched_off_is_not_missed(elm_street, weeks):
    late = datetime(2026, 11, 17, 17, 0, tzinfo=UTC)
    listen(elm_street, late)
    with elm_street.scoped(), transaction.atomic():
        Feed.objects.filter(pk=elm_street.lab.pk).update(is_active=False)
    listen(elm_street, late + HOUR)
    ((_, status, reason),) = tasks(elm_street)
    assert (status, reason) == ("cancelled", "the feed was switched off")


def test_a_feed_that_has_never_sent_is_not_missed(elm_street, now):
    assert listen(elm_street, now) == 0
    assert tasks(elm_street) == []


def test_counting_twice_and_in_pieces_gives_what_counting_once_gives(elm_street, weeks):
    begin = MONDAY + timedelta(days=30)
    for hours in (0, 3, 3, 4, 11, 50, 90, 91, 150, 300):  # over the night the clocks go back
        listen(elm_street, begin + HOUR * hours)
    with elm_street.scoped(), transaction.atomic():
        held = {(row.day, row.hour): row.messages for row in FeedHour.objects.all()}
        came = InboundMessage.objects.filter(received_at__lt=begin + HOUR * 300)
        instants = list(came.values_list("received_at", flat=True))
    assert held == counted(instants)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_make_one_task(elm_street):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    last = datetime(2026, 11, 17, 15, 5, tzinfo=UTC)
    came = messages(MONDAY, 51, chance=random.Random(11))
    store(elm_street.lab, [*(at for at in came if at < last), last])

    def one(_):
        try:
            return silence.sweep(now=datetime(2026, 11, 17, 17, 0, tzinfo=UTC))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, range(4))) == 1
    assert len(tasks(elm_street)) == 1
