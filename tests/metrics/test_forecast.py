"""Will today's queue clear? Properties of the answer."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.forecast import NEEDED, NEVER, Forecast, Past, TooFew, forecast

MONDAY = date(2026, 11, 16)
BEGIN, END = 40, 68
"""Ten o'clock until five."""

flows = st.dictionaries(
    st.integers(0, 95), st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40
)
days = st.lists(flows, min_size=NEEDED, max_size=40).map(
    lambda found: [Past(MONDAY - timedelta(days=at + 1), one) for at, one in enumerate(found)]
)


def ask(open_now: int, past: list[Past], *, begin: int = BEGIN, end: int = END) -> Forecast:
    found = forecast(open_now, past, weekday=MONDAY.weekday(), begin=begin, end=end)
    assert isinstance(found, Forecast)
    return found


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(open_now=st.integers(0, 80), more=st.integers(0, 80), past=days)
def test_more_open_work_never_clears_earlier(open_now, more, past):
    fewer, many = ask(open_now, past), ask(open_now + more, past)
    assert (fewer.best, fewer.middle, fewer.worst) <= (many.best, many.middle, many.worst)
    assert fewer.middle.left <= many.middle.left
    assert fewer.middle.clear_at <= many.middle.clear_at


@given(open_now=st.integers(1, 80), past=days)
def test_where_nothing_is_closed_nothing_clears(open_now, past):
    idle = [Past(one.day, {at: (came, 0) for at, (came, _) in one.quarters.items()})
            for one in past]  # fmt: skip
    found = ask(open_now, idle)
    assert found.best.clear_at == found.worst.clear_at == NEVER
    assert found.best.left >= open_now


@given(open_now=st.integers(0, 80), past=days)
def test_the_band_holds_the_forecast_and_clear_means_that_nothing_is_left(open_now, past):
    found = ask(open_now, past)
    assert found.best <= found.middle <= found.worst
    for end in (found.best, found.middle, found.worst):
        assert (end.left == 0) == (end.clear_at < NEVER)


def steady(came: int, closed: int, count: int, *, step: int = 1) -> list[Past]:
    flow = dict.fromkeys(range(32, 68), (came, closed))
    return [Past(MONDAY - timedelta(days=step * ago), flow) for ago in range(1, count + 1)]


def test_a_steady_pace_is_foretold_to_the_quarter():
    found = ask(12, steady(1, 3, 10))
    assert found.middle.clear_at == (BEGIN + 6) * 15
    assert (found.came, found.closed, found.days) == (28, 84, 10)
    assert ask(70, steady(1, 3, 10)).middle.left == 70 - 56


def test_too_few_days_foretell_nothing():
    found = forecast(5, steady(1, 3, 3), weekday=0, begin=BEGIN, end=END)
    assert found == TooFew(days=3)


def test_days_of_the_same_weekday_are_asked_once_there_are_enough():
    mondays = steady(0, 1, 6, step=7)
    others = [Past(one.day + timedelta(days=1), {}) for one in mondays]
    assert ask(5, others + mondays).weekday_only
    assert ask(5, others + mondays).middle.left == 0
    assert not ask(5, others * 2 + mondays[:4]).weekday_only
