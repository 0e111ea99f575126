"""Open work by kind, by owner, by who may close it, and by where it is stuck and for how long."""

from collections import defaultdict
from collections.abc import Callable, Hashable
from math import ceil
from typing import Any

from django.utils.translation import gettext as _

from dashboards.queries.board_reading import Reading
from dashboards.rows.board import Bar, HeatCell, HeatRow
from dashboards.slices import AGES, CLINICIAN, CLOSERS, STAFF, STAGES, age_of
from routing.categories import Category

STEPS = 5


def categories(reading: Reading) -> tuple[Bar, ...]:
    """The most first."""
    counted = _counted(reading, lambda category, *_: category)
    most = max((every for every, _late in counted.values()), default=0)
    return tuple(
        reading.bar(Category(category).label, counted[category], most,
                    low=category in reading.low, by={"category": category})
        for category in sorted(counted, key=lambda one: (-counted[one][0], one))
    )  # fmt: skip


def owners(reading: Reading) -> tuple[Bar, ...]:
    """People, and queues of which nobody has taken the work; the most first."""
    counted = _counted(
        reading, lambda _category, _severity, place: place if place[0] is None else (place[0], None)
    )
    most = max((every for every, _late in counted.values()), default=0)
    bars = []
    for place in sorted(counted, key=lambda one: (-counted[one][0], str(one))):
        name, by = reading.place(place)
        label = _("Nobody yet: %(queue)s") % {"queue": name} if place[0] is None else name
        bars.append(reading.bar(label, counted[place], most, low=bool(reading.low), by=by))
    return tuple(bars)


def closers(reading: Reading) -> tuple[Bar, ...]:
    """What an MA or a coordinator may close, against what takes a clinician's judgment."""
    counted = {STAFF: (0, 0), CLINICIAN: (0, 0)}
    by_work = _counted(reading, lambda category, severity, place: (category, severity, place[1]))
    for work, (every, late) in by_work.items():
        closer = STAFF if reading.practice.is_delegable(*work) else CLINICIAN
        before = counted[closer]
        counted[closer] = (before[0] + every, before[1] + late)
    return tuple(
        reading.bar(label, counted[closer], reading.counts.open,
                    low=bool(reading.low), by={"closer": closer})
        for closer, label in CLOSERS.items()
    )  # fmt: skip


def _counted(reading: Reading, key: Callable[..., Hashable]) -> dict[Any, tuple[int, int]]:
    """How many, and how many of them late, by what `key` makes of category, severity, place."""
    found: dict[Any, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for (*what, is_late), n in reading.counts.what.items():
        every, late = found[key(*what)]
        found[key(*what)] = (every + n, late + n * is_late)
    return dict(found)


def heat(reading: Reading) -> tuple[HeatRow, ...]:
    """Where open work is stuck, by how long ago it came; the last row holds the sums."""
    counted: dict[tuple[str, str], int] = defaultdict(int)
    today = reading.practice.today
    days = {day for _stage, _late, day in reading.counts.when}
    ages = {day: age_of(day, today).code for day in days}
    for (stage, _late, day), n in reading.counts.when.items():
        counted[stage, ages[day]] += n
    most = max(counted.values(), default=0)
    rows = [_heat_row(reading, stage, label, counted, most) for stage, label in STAGES.items()]
    return (*rows, _sums(reading, counted))


def _heat_row(
    reading: Reading, stage: str, label: str, counted: dict[tuple[str, str], int], most: int
) -> HeatRow:
    numbers = [(age, counted[stage, age.code]) for age in AGES]
    cells = tuple(
        HeatCell(age.label, reading.figure(n, stage=stage, age=age.code), step(n, most))
        for age, n in numbers
    )
    return HeatRow(label, cells, reading.figure(sum(n for _age, n in numbers), stage=stage))


def _sums(reading: Reading, counted: dict[tuple[str, str], int]) -> HeatRow:
    cells = tuple(
        HeatCell(age.label, reading.figure(sum(counted[stage, age.code] for stage in STAGES),
                                           age=age.code), 0)
        for age in AGES
    )  # fmt: skip
    return HeatRow(_("All open"), cells, reading.figure(reading.counts.open))


def step(count: int, most: int) -> int:
    """0 for none, else 1 to 5 by how much of the fullest cell it is."""
    return ceil(STEPS * count / most) if count else 0
