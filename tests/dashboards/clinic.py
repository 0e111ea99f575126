"""A morning at Elm Street, made by real operations: what the screens are looked at with."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from audit.actors import Actor
from charts import operations as charts
from charts.operations import Filing
from charts.values import (
    Code,
    Identifier,
    ItemKind,
    ItemReport,
    ItemStatus,
    Observation,
    PatientDetails,
    Priority,
    ProviderRef,
    Severity,
)
from integrations import intake, receiver, sightings
from routing import operations as routing
from routing.models import Task

ROUTER = Actor.machine("integrations.intake")
DIAZ = ProviderRef(id="1234567893", family="Diaz", given="Ana")

PEOPLE = [
    ("Okafor", "Grace", date(1961, 3, 2), "F"), ("Lindqvist", "Henrik", date(1958, 6, 3), "M"),
    ("Tran", "Mai", date(1990, 9, 14), "F"), ("Abebe", "Samuel", date(1972, 1, 30), "M"),
    ("Castellanos-Whitfield", "Bartholomew", date(1949, 12, 25), "M"),
    ("Novak", "Petra", date(1984, 4, 18), "F"), ("Hughes", "Owen", date(1966, 11, 9), "M"),
    ("Hughes", "Olive", date(1969, 2, 21), "F"), ("Silva", "Beatriz", date(1978, 7, 7), "F"),
    ("Kowalski", "Jan", date(1953, 10, 1), "M"), ("Haddad", "Leila", date(1995, 5, 30), "F"),
    ("Murphy", "Sean", date(2025, 8, 2), "M"), ("Yamada", "Kenji", date(1981, 8, 15), "M"),
    ("Brooks", "Denise", date(1963, 12, 12), "F"), ("Rossi", "Paolo", date(1992, 3, 27), "M"),
    ("Osei", "Abena", date(1987, 6, 19), "F"),
]  # fmt: skip

TESTS = {
    "2823-3": ("Potassium", "mmol/L", 3.5, 5.1), "4548-4": ("Hemoglobin A1c", "%", 4.0, 5.6),
    "3016-3": ("TSH", "mIU/L", 0.4, 4.5), "718-7": ("Hemoglobin", "g/dL", 12.0, 15.5),
    "6690-2": ("White cells", "10*3/uL", 4.0, 11.0), "777-3": ("Platelets", "10*3/uL", 150, 400),
    "787-2": ("MCV", "fL", 80, 100), "13457-7": ("LDL cholesterol", "mg/dL", 50, 129),
    "2085-9": ("HDL cholesterol", "mg/dL", 40, 90), "2571-8": ("Triglycerides", "mg/dL", 40, 149),
    "2160-0": ("Creatinine", "mg/dL", 0.6, 1.2), "2951-2": ("Sodium", "mmol/L", 136, 145),
    "2345-7": ("Glucose", "mg/dL", 70, 99), "6301-6": ("INR", "", 0.8, 1.2),
}  # fmt: skip


@dataclass
class Report:
    """One report of the morning, `ago` minutes old."""

    who: int
    title: str
    code: str
    ago: int
    values: list[tuple[str, float, str]] = field(default_factory=list)
    """(code, number, flag)."""
    kind: ItemKind = ItemKind.RESULT
    status: ItemStatus = ItemStatus.FINAL
    text: str = ""
    orderer: ProviderRef | None = DIAZ
    priority: Priority | None = None
    details: dict[str, str] = field(default_factory=dict)
    unflagged: bool = False


BEFORE = [
    Report(0, "Potassium", "2823-3", 60 * 24 * 110, [("2823-3", 4.9, "N")]),
    Report(0, "Potassium", "2823-3", 60 * 24 * 280, [("2823-3", 4.7, "N")]),
    Report(0, "Potassium", "2823-3", 60 * 24 * 450, [("2823-3", 4.4, "N")]),
    Report(1, "Hemoglobin A1c", "4548-4", 60 * 24 * 190, [("4548-4", 8.6, "H")]),
    Report(1, "Hemoglobin A1c", "4548-4", 60 * 24 * 380, [("4548-4", 7.8, "H")]),
]

MORNING = [
    Report(0, "Potassium", "2823-3", 12, [("2823-3", 6.8, "HH")]),
    Report(9, "INR", "6301-6", 34, [("6301-6", 5.4, "HH")]),
    Report(1, "Hemoglobin A1c", "4548-4", 1790, [("4548-4", 9.4, "H")]),
    Report(2, "Complete blood count", "58410-2", 190,
           [("718-7", 10.9, "L"), ("787-2", 78, "L"), ("6690-2", 7.2, "N"), ("777-3", 244, "N")],
           status=ItemStatus.PRELIMINARY),
    Report(6, "Basic metabolic panel", "51990-0", 260,
           [("2160-0", 1.9, "H"), ("2823-3", 5.0, "N"), ("2951-2", 139, "N"), ("2345-7", 96, "N")]),
    Report(4, "Surgical pathology report", "60568-3", 300, unflagged=True,
           text="Skin, left forearm, shave biopsy: see comment. Correlation is advised."),
    Report(5, "TSH", "3016-3", 380, [("3016-3", 7.8, "H")], status=ItemStatus.CORRECTED),
    Report(8, "Chest CT without contrast", "29252-4", 410, [("29252-4", 9, "A")],
           text="9 mm nodule in the right upper lobe. Follow-up in three months is advised."),
    Report(3, "Lipid panel", "24331-1", 430,
           [("13457-7", 101, "N"), ("2085-9", 52, "N"), ("2571-8", 110, "N")]),
    Report(10, "TSH", "3016-3", 460, [("3016-3", 2.1, "N")]),
    Report(12, "Hemoglobin A1c", "4548-4", 500, [("4548-4", 4.8, "N")]),
    Report(14, "Basic metabolic panel", "51990-0", 520,
           [("2823-3", 4.2, "N"), ("2951-2", 140, "N"), ("2345-7", 85, "N"), ("2160-0", 0.9, "N")]),
    Report(15, "TSH", "3016-3", 545, [("3016-3", 1.4, "N")]),
    Report(2, "Lipid panel", "24331-1", 560,
           [("13457-7", 88, "N"), ("2085-9", 61, "N"), ("2571-8", 92, "N")]),
    Report(3, "Blood count", "58410-2", 600,
           [("718-7", 14.1, "N"), ("787-2", 90, "N"), ("6690-2", 6.1, "N"), ("777-3", 280, "N")]),
    Report(5, "Hemoglobin A1c", "4548-4", 640, [("4548-4", 5.0, "N")]),
    Report(7, "Referral to cardiology", "cardiology", 230, kind=ItemKind.REFERRAL,
           status=ItemStatus.ACTIVE, details={"specialty": "Cardiology", "question": "New murmur"}),
    Report(13, "Referral to dermatology", "dermatology", 700, kind=ItemKind.REFERRAL,
           status=ItemStatus.ACTIVE, details={"specialty": "Dermatology"}),
    Report(14, "Lisinopril 10 mg", "314076", 90, kind=ItemKind.REFILL, status=ItemStatus.ACTIVE,
           details={"drug": "Lisinopril 10 mg"}),
    Report(10, "Metformin 500 mg", "860975", 150, kind=ItemKind.REFILL, status=ItemStatus.ACTIVE,
           details={"drug": "Metformin 500 mg"}),
    Report(11, "Missed well-child visit", "well-child", 1500, kind=ItemKind.APPOINTMENT,
           status=ItemStatus.MISSED),
    Report(12, "Sertraline started", "36437", 820, kind=ItemKind.MEDICATION,
           status=ItemStatus.ACTIVE, details={"drug": "Sertraline 50 mg"}),
    Report(13, "Progress note, Nov 20", "11506-3", 1300, kind=ItemKind.DOCUMENT,
           status=ItemStatus.PRELIMINARY),
    Report(8, "Form: school sports", "form", 350, kind=ItemKind.MESSAGE, status=ItemStatus.ACTIVE),
]  # fmt: skip

MORE = [
    Report(13, "Hemoglobin A1c", "4548-4", 470, [("4548-4", 7.2, "H")]),
    Report(15, "Hemoglobin", "718-7", 505, [("718-7", 11.1, "L")]),
    Report(7, "Lipid panel", "24331-1", 530,
           [("13457-7", 171, "H"), ("2085-9", 44, "N"), ("2571-8", 148, "N")]),
    Report(12, "Glucose", "2345-7", 575, [("2345-7", 131, "H")]),
    Report(3, "Sodium", "2951-2", 1310, [("2951-2", 133, "L")]),
    Report(10, "Screening mammogram", "24606-6", 700, unflagged=True,
           text="BI-RADS 0: incomplete, more views are needed."),
    Report(14, "Colonoscopy pathology", "60568-3", 1420, unflagged=True, text="See comment."),
    Report(2, "Progress note, Nov 19", "11506-3", 2900, kind=ItemKind.DOCUMENT,
           status=ItemStatus.PRELIMINARY),
    Report(6, "Amlodipine 5 mg", "197361", 210, kind=ItemKind.REFILL, status=ItemStatus.ACTIVE,
           details={"drug": "Amlodipine 5 mg"}),
    Report(5, "Gabapentin 300 mg", "310431", 330, kind=ItemKind.REFILL, status=ItemStatus.ACTIVE,
           details={"drug": "Gabapentin 300 mg"}),
]  # fmt: skip
"""For the picture alone."""

FLAGS = {
    "HH": Severity.CRITICAL, "LL": Severity.CRITICAL, "H": Severity.ABNORMAL,
    "L": Severity.ABNORMAL, "A": Severity.ABNORMAL, "N": Severity.NORMAL,
}  # fmt: skip


def observations(report: Report, at: datetime) -> tuple[Observation, ...]:
    if report.unflagged:
        code = Code(report.code, report.title, "loinc")
        return (Observation(code=code, value=report.text, severity=Severity.UNKNOWN),)
    rows = []
    for code, number, flag in report.values:
        name, units, low, high = TESTS.get(code, (report.title, "mm", None, None))
        rows.append(
            Observation(
                code=Code(code, name, "loinc"), value=f"{number:g}",
                number=float(number), units=units,
                reference_range=f"{low:g}-{high:g}" if low is not None else "", low=low, high=high,
                flags=(flag,), severity=FLAGS[flag], status=report.status, observed_at=at,
            )
        )  # fmt: skip
    return tuple(rows)


def filing(report: Report, number: int, *, at: datetime) -> Filing:
    family, given, born, sex = PEOPLE[report.who]
    patient = PatientDetails(
        identifiers=(Identifier(f"5087{report.who:02d}", "ELM", "MR"),),
        family=family, given=given, birth_date=born, sex=sex,
    )  # fmt: skip
    item = ItemReport(
        kind=report.kind, key=f"{report.code}-{number}", status=report.status,
        code=Code(report.code, report.title, "loinc"), observations=observations(report, at),
        orderer=report.orderer, author=DIAZ, location="ELM", issued_at=at, text=report.text,
        priority=report.priority, details=report.details,
    )  # fmt: skip
    return Filing(patient, item, "elm-lab")


def arrive(report: Report, number: int, *, now: datetime) -> Task:
    """File one report and route it, as of its own hour."""
    at = now - timedelta(minutes=report.ago)
    filed = charts.file_reports([filing(report, number, at=at)], actor=ROUTER, now=at)
    return routing.route(filed, actor=ROUTER, now=at)[0].task


def open_morning(elm, *, now: datetime) -> dict[str, Task]:
    """The morning in one batch, oldest first, in the scope of the practice; by first title."""
    reports = sorted([*BEFORE[:3], *MORNING], key=lambda report: -report.ago)
    filings = [
        filing(report, number, at=now - timedelta(minutes=report.ago))
        for number, report in enumerate(reports)
    ]
    filed = charts.file_reports(filings, actor=ROUTER, now=now)
    placed = []
    for report, one in zip(reports, filed, strict=True):
        at = now - timedelta(minutes=report.ago)
        placed += routing.route([one], actor=ROUTER, now=at)
    for one in placed[:3]:
        close(elm, one.task, now=now)
    tasks: dict[str, Task] = {}
    for one in placed[3:]:
        tasks.setdefault(one.task.title, one.task)
    return tasks


def play_morning(elm, *, now: datetime) -> None:
    """The same, each at its own hour: for pictures."""
    for number, report in enumerate(BEFORE):
        task = arrive(report, number, now=now)
        close(elm, task, now=now - timedelta(minutes=report.ago - 60))
    for number, report in enumerate([*MORNING, *MORE], start=100):
        arrive(report, number, now=now)


def close(elm, task: Task, *, now: datetime) -> None:
    routing.complete(
        task_id=task.pk, member=elm.diaz, outcome="discussed", actor=Actor.person(elm.diaz), now=now
    )


HL7 = (
    "MSH|^~\\&|QUEST|LAB|CLEARCHART|ELM|20261123093000-0500||ORU^R01^ORU_R01|{control}|P|2.5.1\r"
    "PID|1||508790^^^ELM^MR||MARTIN^CLAIRE||19700811|F\r"
    "PV1|1|O|ELM\r"
    "ORC|RE|P{control}|F{control}|||||||||1234567893^Diaz^Ana\r"
    "OBR|1|P{control}|F{control}|3016-3^TSH^LN|||20261123080000-0500|||||||||1234567893^Diaz^Ana"
    "||||||20261123092900-0500|||F\r"
    "OBX|1|NM|3016-3^TSH^LN||2.2|mIU/L|0.4-4.5|N|||F|||20261123080000-0500\r"
)
NOBODY = HL7.replace("508790^^^ELM^MR", "").replace("MARTIN^CLAIRE", "").replace("19700811", "")


def send(elm, text: str, *, now: datetime, feed=None) -> None:
    """One message through the real door, and the sweep that makes work of it."""
    feed_id = (feed or elm.lab).pk
    arrival = receiver.arrival_of_hl7(text.encode(), practice_id=elm.practice.pk, feed_id=feed_id)
    receiver.store([arrival], now=now)
    intake.sweep_practice(elm.practice.pk, now=now)
    sightings.sweep(now=now)
