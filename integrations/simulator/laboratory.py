"""Orders to the laboratory, and what comes back: preliminary, final, at times corrected. Pure."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from integrations.simulator import hl7
from integrations.simulator.catalogue import CRITICAL_PANELS, PANELS, Analyte, Grade, Panel
from integrations.simulator.clinic import Desk, Door, Sending, Visit, deal
from integrations.simulator.patients import Patient
from integrations.simulator.visits import Waiting

ORDERS = 6
"""Of each clinician."""

SHARES = {
    Grade.CRITICAL.value: 0.05, Grade.ABNORMAL.value: 0.15, Grade.UNFLAGGED.value: 0.08,
    Grade.NEAR_LIMIT.value: 0.08,
}  # fmt: skip
CORRECTED_EVERY = 12
TWO_PANELS_EVERY = 3


@dataclass(frozen=True, slots=True)
class Report:
    """One panel of one order: one item to be reviewed."""

    visit: Visit
    panel: Panel
    grade: Grade
    placer: str
    filler: str

    @property
    def ordered(self) -> float:
        return self.visit.begins + 12


@dataclass(frozen=True, slots=True)
class Value:
    """One line of a report."""

    analyte: Analyte
    text: str
    flag: str


def laboratory(desk: Desk, waiting: Waiting) -> Iterator[Sending]:
    """Each order as ORM; each of its panels comes back as ORU."""
    rng = desk.dice("laboratory")
    orders = list(_orders(desk, rng, waiting))
    for order in orders:
        yield _order(desk, order)
    reports = [report for order in orders for report in order]
    for index, report in enumerate(reports, start=1):
        yield from _reported(desk, rng, report, corrected=index % CORRECTED_EVERY == 0)


def _orders(desk: Desk, rng: random.Random, waiting: Waiting) -> Iterator[list[Report]]:
    visits = [
        visit
        for provider in desk.clinic.providers
        for visit in rng.sample(waiting.of(provider), ORDERS)
    ]
    two = [index % TWO_PANELS_EVERY == 0 for index in range(len(visits))]
    grades = iter(deal(rng, len(visits) + sum(two), SHARES, Grade.NORMAL.value))
    for visit, both in zip(visits, two, strict=True):
        chosen: list[Report] = []
        for _ in range(2 if both else 1):
            grade = Grade(next(grades))
            choice = CRITICAL_PANELS if grade == Grade.CRITICAL else PANELS
            panel = rng.choice([one for one in choice if all(one != had.panel for had in chosen)])
            chosen.append(Report(visit, panel, grade, desk.number("P"), desk.number("L")))
        yield chosen


def _order(desk: Desk, reports: Sequence[Report]) -> Sending:
    visit, minute = reports[0].visit, reports[0].ordered
    orderer = hl7.xcn(visit.provider)
    segments = [hl7.pid(visit.patient, desk.clinic), hl7.pv1(visit, desk)]
    for number, report in enumerate(reports, start=1):
        segments += [
            hl7.segment("ORC", {1: "NW", 2: report.placer, 9: desk.stamp(minute), 12: orderer}),
            hl7.segment("OBR", {1: str(number), 2: report.placer, 4: _named(report.panel),
                                16: orderer, 27: "^^^^^R"}),
        ]  # fmt: skip
    return hl7.message(desk, Door.EHR_MLLP, "ORM^O01", minute, segments)


def _reported(
    desk: Desk, rng: random.Random, report: Report, *, corrected: bool
) -> Iterator[Sending]:
    values = _values(rng, report.visit.patient, report.panel, report.grade)
    minute = report.ordered + rng.uniform(60, 150)
    if len(values) > 1:
        yield result(desk, report, minute, "P", values[: len(values) // 2])
        minute += rng.uniform(40, 160)
    yield result(desk, report, minute, "F", values)
    if corrected:
        yield result(desk, report, minute + rng.uniform(30, 90), "C", _corrected(rng, values))


def result(
    desk: Desk, report: Report, minute: float, status: str, values: Sequence[Value],
    *, processing: str = "P", nameless: bool = False,
) -> Sending:  # fmt: skip
    """One ORU^R01; `nameless` leaves the patient out, as a broken interface does."""
    visit = report.visit
    who = [] if nameless else [hl7.pid(visit.patient, desk.clinic), hl7.pv1(visit, desk)]
    orderer, taken = hl7.xcn(visit.provider), desk.stamp(report.ordered + 10)
    segments = [
        *who,
        hl7.segment("ORC", {1: "RE", 2: report.placer, 3: report.filler, 12: orderer}),
        hl7.segment("OBR", {1: "1", 2: report.placer, 3: report.filler, 4: _named(report.panel),
                            7: taken, 16: orderer, 22: desk.stamp(minute), 24: "CH", 25: status}),
        *(_obx(number, value, status, taken) for number, value in enumerate(values, start=1)),
    ]  # fmt: skip
    return hl7.message(desk, Door.LAB_MLLP, "ORU^R01", minute, segments, processing=processing)


def _obx(number: int, value: Value, status: str, taken: str) -> str:
    analyte = value.analyte
    return hl7.segment("OBX", {
        1: str(number), 2: "NM", 3: _named(analyte),
        5: value.text, 6: f"{analyte.units}^{analyte.units}^UCUM",
        7: f"{analyte.low}-{analyte.high}", 8: value.flag, 11: status, 14: taken,
    })  # fmt: skip


def _named(what: Panel | Analyte) -> str:
    """By LOINC and by the laboratory's own code."""
    return f"{what.code}^{what.text}^LN^{what.local}^{what.text}^L"


def _values(rng: random.Random, patient: Patient, panel: Panel, grade: Grade) -> list[Value]:
    values = [normal(rng, patient, analyte) for analyte in panel.tests]
    if grade == Grade.UNFLAGGED:
        return [replace(value, flag="") for value in values]
    if grade == Grade.NORMAL:
        return values
    able = [
        at for at, analyte in enumerate(panel.tests)
        if grade != Grade.CRITICAL or analyte.panic_low or analyte.panic_high
    ]  # fmt: skip
    at = rng.choice(able)
    values[at] = _strange(rng, panel.tests[at], grade)
    return values


def normal(rng: random.Random, patient: Patient, analyte: Analyte) -> Value:
    """Near what this person always has, well inside the range."""
    own = random.Random(f"{patient.mrn} {analyte.code}").uniform(0.3, 0.7)  # noqa: S311 - a play
    part = own + rng.uniform(-0.1, 0.1)
    return _value(analyte, analyte.low + part * (analyte.high - analyte.low), "N")


def _strange(rng: random.Random, analyte: Analyte, grade: Grade) -> Value:
    span = analyte.high - analyte.low
    if grade == Grade.NEAR_LIMIT:
        return _value(analyte, analyte.high - 0.01 * span, "N")
    if grade == Grade.CRITICAL and analyte.panic_high and (
        not analyte.panic_low or rng.random() < 0.6
    ):  # fmt: skip
        return _value(analyte, analyte.panic_high * rng.uniform(1.02, 1.12), "HH")
    if grade == Grade.CRITICAL and analyte.panic_low:
        return _value(analyte, analyte.panic_low * rng.uniform(0.88, 0.98), "LL")
    if rng.random() < 0.65:
        return _value(analyte, analyte.high + rng.uniform(0.15, 0.5) * span, "H")
    return _value(analyte, max(analyte.low - rng.uniform(0.15, 0.4) * span, 0), "L")


def _corrected(rng: random.Random, values: Sequence[Value]) -> list[Value]:
    """The first value was wrong: it is abnormal where it was normal, and the other way round."""
    first, *others = values
    middle = (first.analyte.low + first.analyte.high) / 2
    right = (
        _strange(rng, first.analyte, Grade.ABNORMAL)
        if first.flag in ("", "N")
        else _value(first.analyte, middle, "N")
    )
    return [right, *others]


def _value(analyte: Analyte, number: float, flag: str) -> Value:
    return Value(analyte, f"{number:.{analyte.decimals}f}", flag)
