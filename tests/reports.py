"""Reports of chart items as the edges would make them, filed and routed by the real operations."""

from datetime import UTC, date, datetime

from audit.actors import Actor
from charts import operations as charts
from charts.operations import Filed, Filing
from charts.values import (
    Code,
    Identifier,
    ItemKind,
    ItemReport,
    ItemStatus,
    Observation,
    PatientDetails,
    ProviderRef,
    Severity,
    worst,
)
from routing import operations as routing
from routing.models import Task

FEED = Actor.machine("tests.feed")

DIAZ = ProviderRef(id="1001", family="Diaz", given="Ana")

BMP = Code("51990-0", "Basic metabolic panel", "loinc")
BIOPSY = Code("66108-6", "Colorectal biopsy", "loinc")


def patient(
    number: str = "508773", *, born: date | None = date(1991, 3, 2), **more
) -> PatientDetails:
    """Somebody who is 35 and known by a number of Elm Street."""
    details = {"family": "Marsh", "given": "Pat", "identifiers": (Identifier(number, "ELM", "MR"),)}
    return PatientDetails(birth_date=born, **(details | more))


def potassium(
    value: float | None = 4.2, severity: Severity | None = Severity.NORMAL, **more
) -> Observation:
    """One value with the range 3.5 to 5.1."""
    details = {
        "code": Code("2823-3", "Potassium", "loinc"), "value": "" if value is None else str(value),
        "number": value, "units": "mmol/L", "reference_range": "3.5-5.1", "low": 3.5, "high": 5.1,
    }  # fmt: skip
    return Observation(severity=severity, **(details | more))


def result(
    status: ItemStatus = ItemStatus.FINAL, *observations: Observation, key: str = "L-1",
    at: int | None = 9, **more,
) -> ItemReport:  # fmt: skip
    """A metabolic panel issued at an hour of one day; `at=None`: the sender did not say when."""
    issued = None if at is None else datetime(2026, 11, 16, at, tzinfo=UTC)
    grades = [one.severity for one in observations if one.severity]
    details = {"code": BMP, "orderer": DIAZ, "severity": worst(grades)}
    return ItemReport(kind=ItemKind.RESULT, key=key, status=status, observations=observations,
                      issued_at=issued, **(details | more))  # fmt: skip


def graded(severity: Severity | None, *, key: str = "L-1", **more) -> ItemReport:
    """A final panel of one value, in the middle of its range, with this grade."""
    return result(ItemStatus.FINAL, potassium(4.2, severity), key=key, **more)


def report(kind: ItemKind, status: ItemStatus, *, key: str = "K-1", **more) -> ItemReport:
    """Any other item."""
    return ItemReport(kind=kind, key=key, status=status, **({"code": Code("X1", "Thing")} | more))


def file(
    *reports: ItemReport, now: datetime, of: PatientDetails | None = None, source: str = "lab"
) -> list[Filed]:
    """File reports of one patient, each by itself as if each had come alone."""
    about = of or patient()
    return [
        one
        for each in reports
        for one in charts.file_reports([Filing(about, each, source)], actor=FEED, now=now)
    ]


def bring(
    *reports: ItemReport, now: datetime, of: PatientDetails | None = None, source: str = "lab"
) -> Task | None:
    """File and route reports one after the other; the newest task of the last one's item."""
    for each in reports:
        filed = file(each, now=now, of=of, source=source)
        routing.route(filed, actor=FEED, now=now)
    return Task.objects.filter(item=filed[0].item).order_by("authored_at", "pk").last()
