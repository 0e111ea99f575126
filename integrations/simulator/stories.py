"""Messages that a visitor of the demo is led to; the numbers of their items are known. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from integrations.simulator.catalogue import (
    PANELS,
    POTASSIUM,
    PROTOCOL_DRUGS,
    SPECIALTIES,
    TSH,
    Analyte,
    Grade,
)
from integrations.simulator.clinic import Clinic, Clock, Desk, Sending, Visit, wall_clock
from integrations.simulator.correspondence import Referral, refer, refill
from integrations.simulator.laboratory import Report, Value, normal, result
from integrations.simulator.visits import book

SEED = 7_000_000
"""Of no day, for numbers of their own."""


class Number(StrEnum):
    """By which the item of each is found again."""

    POTASSIUM = "STORY-1"
    REFERRAL = "STORY-2"
    AMENDED = "STORY-3"
    PARTIAL = "STORY-4"
    REFILL = "STORY-5"
    BEFORE = "STORY-6"


NOON = 12 * 60.0
REFERRED_AGO = timedelta(days=34)
ISSUED, CORRECTED, STARTED, ASKED, NEWEST = 300.0, 55.0, 120.0, 95.0, 0.5
"""Minutes before now: a result and its correction, a partial result, a refill; and what nobody has
seen yet."""


def today(clinic: Clinic, day: date, *, clock: Clock, minute: float) -> Iterator[Sending]:
    """What has come by this minute of the day."""
    desk = Desk(clinic, day, SEED, clock)
    first, last = (_visits(desk, at) for at in (0, -1))
    yield from _amended(desk, last[0], minute)
    half = _report(first[1], "51990-0", Number.PARTIAL)
    yield result(desk, half, minute - STARTED, "P", _values(desk, half)[:4])
    asking = last[1]
    yield refill(desk, minute - ASKED, asking.patient, asking.provider, PROTOCOL_DRUGS[0],
                 number=Number.REFILL)  # fmt: skip
    critical = _report(first[0], "51990-0", Number.POTASSIUM)
    values = _values(desk, critical, POTASSIUM, "6.8", "HH")
    yield result(desk, critical, minute - NEWEST, "F", values)


RISING = ((52, "4.3"), (31, "4.6"), (17, "4.7"), (8, "5.0"))
"""Days ago, and the potassium of that day: what stands before the critical one."""


def before(clinic: Clinic, day: date) -> Iterator[tuple[float, Clock, Sending]]:
    """Earlier results of the patient with the critical one: minute, clock and message of each."""
    critical = _visits(Desk(clinic, day, SEED, wall_clock(day, clinic.zone)), 0)[0]
    for ago, text in RISING:
        then = working_day(day - timedelta(days=ago))
        clock = wall_clock(then, clinic.zone)
        desk = Desk(clinic, then, SEED, clock)
        visit = replace(critical, number=desk.number("V"))
        report = _report(visit, "51990-0", Number.BEFORE)
        report = replace(report, filler=f"{Number.BEFORE}-{ago}", placer=f"P-{Number.BEFORE}-{ago}")
        values = _values(desk, report, POTASSIUM, text, "N")
        yield NOON, clock, result(desk, report, NOON, "F", values)


def working_day(day: date) -> date:
    """The day, or the Friday before it."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def long_ago(clinic: Clinic, day: date) -> tuple[float, Clock, Sending]:
    """The referral of that day that nobody ever answered: its minute, its clock, its message."""
    clock = wall_clock(day, clinic.zone)
    desk = Desk(clinic, day, SEED, clock)
    referral = Referral(_visits(desk, 0)[0], Number.REFERRAL, SPECIALTIES[0], "Palpitations",
                        by_fhir=False)  # fmt: skip
    return referral.minute, clock, refer(desk, referral)


def _amended(desk: Desk, visit: Visit, minute: float) -> Iterator[Sending]:
    """Normal at first; hours later the laboratory says that it was not."""
    report = _report(visit, "3016-3", Number.AMENDED)
    yield result(desk, report, minute - ISSUED, "F", _values(desk, report))
    corrected = _values(desk, report, TSH, "9.84", "H")
    yield result(desk, report, minute - CORRECTED, "C", corrected)


def _visits(desk: Desk, at: int) -> list[Visit]:
    """Of one of the clinicians, by their place in the list; of patients without other risks."""
    provider = desk.clinic.providers[at]
    return [
        visit for visit in book(desk).of(provider)
        if not visit.patient.problems and not visit.patient.medications
        and desk.day.year - visit.patient.birth_date.year in range(20, 64)
    ]  # fmt: skip


def _report(visit: Visit, code: str, number: Number) -> Report:
    panel = next(one for one in PANELS if one.code == code)
    return Report(visit, panel, Grade.NORMAL, f"P-{number}", number)


def _values(
    desk: Desk, report: Report, strange: Analyte | None = None, text: str = "", flag: str = ""
) -> list[Value]:
    """Normal ones, but for the one that is told."""
    rng = desk.dice(report.filler)
    return [
        Value(one, text, flag) if one is strange else normal(rng, report.visit.patient, one)
        for one in report.panel.tests
    ]
