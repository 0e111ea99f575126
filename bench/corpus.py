"""Every public message of a corpus against what should be concluded from it.

    python bench/corpus.py [FOLDER] [--in-process] [--manage COMMAND]

FOLDER has `INDEX.tsv` (file, kind, traits, correct conclusion, basis) and the files: HL7 v2, FHIR,
C-CDA, what fax services post, signature vectors, cases of CMS50. They go through
`manage.py ingest --dry-run --json`; with `--in-process` the HL7 v2 rows alone go through the readers
alone, with task decisions by a few lines below. Every disagreement is printed; docs/corpus.md says
why we decide otherwise where we do. Exit status 1 when a message crashed, or less than 99 of 100
rows of HL7 v2, or of the others, agree.
"""

import argparse
import csv
import json
import re
import shlex
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import conclusions  # noqa: E402

from charts.values import ItemKind, ItemStatus, Severity  # noqa: E402
from integrations.events import Event, ItemReported, PatientsMerged  # noqa: E402
from integrations.hl7 import ack, batch  # noqa: E402
from integrations.hl7.message import glance, read  # noqa: E402
from integrations.hl7.reading import Reading, interpret  # noqa: E402

REQUIRED = 99.0
FAMILIES = {
    "ORU": "ORU",
    "ADT": "ADT",
    "MDM": "MDM",
    **dict.fromkeys(("ORM", "OML", "OMG", "OMI", "OMP", "OMD"), "orders"),
}
CLASSES = {"patient-merge": "merge", "refill-request": "refill"}
REVIEWED = frozenset({ItemStatus.FINAL, ItemStatus.AMENDED, ItemStatus.CORRECTED})


@dataclass(frozen=True)
class Line:
    """What is said of one message: a line of `ingest --json`, or its like made here."""

    ack: dict
    kind: str
    severity: str | None
    tasks: list
    test: bool = False
    """MSH-11 is T or D."""


@dataclass
class Row:
    """One case of the index."""

    file: str
    kind: str
    traits: str
    conclusion: str
    lines: list[Line] = field(default_factory=list)
    crash: str = ""

    @property
    def is_hl7(self) -> bool:
        return self.file.startswith("hl7v2/")

    @property
    def family(self) -> str:
        if not self.is_hl7:
            return self.file.split("/")[0]
        code = self.kind.split("^")[0]
        return FAMILIES.get(code, code if code in ("batch", "REF", "RDE", "SIU") else "others")


def rows_of(folder: Path, *, only: tuple[str, ...] = ("hl7v2/",)) -> list[Row]:
    """The rows whose files lie in these folders."""
    with (folder / "INDEX.tsv").open(newline="", encoding="utf-8") as index:
        return [
            Row(row["file"], row["kind"], row["traits"], row["correct conclusion"])
            for row in csv.DictReader(index, delimiter="\t")
            if row["file"].startswith(only)
        ]


# --- what the readers say, without a database


def in_process(folder: Path, rows: Iterable[Row]) -> None:
    for row in rows:
        try:
            found = batch.split((folder / row.file).read_bytes())
            row.lines = [line_of(raw) for raw in found.messages]
        except Exception as error:  # noqa: BLE001 - counting crashes is what this is for
            row.crash = f"{type(error).__name__}: {error}"


def line_of(raw: bytes) -> Line:
    header = glance(raw)
    plan = ack.decide(header)
    reading = interpret(read(raw), zone="America/New_York")
    answer = {"mode": plan.mode, "accept": plan.accept, "application": plan.application}
    tasks = [task for event in reading.events for task in tasks_of(event)]
    test = header.processing_id in ("T", "D")
    return Line(answer, reading.type, severity_of(reading), tasks, test)


def severity_of(reading: Reading) -> str | None:
    return reading.severity.value if reading.severity else None


def tasks_of(event: Event) -> Iterator[dict]:
    """The least that intake must decide, so that a reader can be judged without it."""
    if isinstance(event, PatientsMerged):
        yield {"category": "merge", "queue_role": "", "action": "update"}
    if not isinstance(event, ItemReported):
        return
    item = event.item
    ended = item.status in (ItemStatus.WITHDRAWN, ItemStatus.COMPLETED)
    action = "close" if ended else "create"
    if item.kind is ItemKind.RESULT and item.status in REVIEWED and item.severity:
        role = "medical-assistant" if item.severity is Severity.NORMAL else "physician"
        yield {"category": "result-review", "queue_role": role, "action": "create"}
    elif item.kind is ItemKind.DOCUMENT and item.status is ItemStatus.PRELIMINARY:
        yield {"category": "incomplete-note", "queue_role": "author", "action": "create"}
    elif item.kind is ItemKind.REFERRAL:
        yield {"category": "referral", "queue_role": "care-coordinator", "action": action}
    elif item.kind is ItemKind.REFILL:
        yield {"category": "refill", "queue_role": "medical-assistant", "action": action}
    elif item.kind is ItemKind.MEDICATION:
        yield {"category": "medication-change", "queue_role": "nurse", "action": "create"}
    elif item.kind is ItemKind.ORDER and ended:
        yield {"category": "order", "queue_role": "", "action": "close"}


# --- what the command says


def by_command(folder: Path, rows: list[Row], command: list[str]) -> None:
    """One run over all files; its lines name the file they are about."""
    by_file = {str(file): row for row in rows for file in files_of(folder / row.file)}
    done = subprocess.run(
        [*command, "ingest", *by_file, "--dry-run", "--json"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    for text in done.stdout.splitlines():
        said = json.loads(text)
        row = by_file.get(str(Path(said["file"]).resolve())) or by_file.get(said["file"])
        if row is not None:
            test = said["class"] == "test" or "MSH-11=T" in row.traits or "MSH-11=D" in row.traits
            row.lines.append(
                Line(said["ack"], said["class"], said["severity"], said["tasks"], test)
            )
    for row in rows:
        if not row.lines and row.kind != "batch":
            row.crash = f"no line from the command (exit status {done.returncode})"
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)


def files_of(path: Path) -> list[Path]:
    """The file of a row, or the resources of a case, less what the case expects of them."""
    if not path.is_dir():
        return [path]
    return sorted(one for one in path.rglob("*.json") if not one.name.startswith("MeasureReport"))


# --- the comparison


def differences(row: Row, folder: Path = Path()) -> list[str]:
    """Each way in which what was said differs from what should have been."""
    if row.crash:
        return [f"crash: {row.crash}"]
    if not row.is_hl7:
        return conclusions.disagreements(row, folder)
    if row.kind == "batch":
        count = int(re.search(r"split into (\d+)", row.conclusion)[1])
        return [] if len(row.lines) == count else [f"{len(row.lines)} messages, not {count}"]
    line = row.lines[0]
    found = [about_class(row, line), about_ack(row, line), about_severity(row, line)]
    return [text for text in [*found, *about_tasks(row, line)] if text]


def about_class(row: Row, line: Line) -> str:
    stated = re.search(r"class=([a-z-]+)", row.conclusion)[1]
    expected = CLASSES.get(stated, stated)
    if line.kind == expected or (line.kind == "test" and line.test):
        return ""
    return f"class {line.kind}, not {expected}"


def about_ack(row: Row, line: Line) -> str:
    stated = row.conclusion.split(";")[0].removeprefix("ack=")
    given = (line.ack["accept"], line.ack["application"])
    said = {code for code in given if code}
    if stated.startswith("none"):
        right = not said
    elif stated.startswith("AE"):
        right = said in ({"AE"}, {"CE"})
    elif stated.startswith("AR"):
        right = said <= {"AE", "AR", "CE", "CR"} and bool(said)
    elif stated.startswith("enhanced"):
        accept = "CA" if "accept-ack CA" in stated else None
        right = given == (accept, "AA" if "application-ack AA" in stated else None)
    else:
        right = said in ({"AA"}, {"CA"}, {"CA", "AA"})
    return "" if right else f"ack {given}, not {stated}"


GRADES = {
    "task=physician, critical": "critical",
    "task=physician, abnormal": "abnormal",
    "task=clinician review": "unknown",
    "task=MA, normal": "normal",
}


def about_severity(row: Row, line: Line) -> str:
    expected = next((grade for text, grade in GRADES.items() if text in row.conclusion), None)
    if line.severity == expected or (line.kind == "test" and line.severity is None):
        return ""
    if is_unflagged_in_range(row) and line.severity == "unknown":
        return ""
    return f"severity {line.severity}, not {expected}"


def is_unflagged_in_range(row: Row) -> bool:
    """A value inside its range without a flag: the index says MA (policy), we say a clinician."""
    return "no flag, value inside OBX-7; policy" in row.conclusion


EXPECTED_TASKS = {
    "task=author": ("note", "document", "sign"),
    "class=refill-request": ("refill",),
    "open a tracked referral": ("referral",),
    "task=physician": ("result", "review"),
    "task=clinician": ("result", "review"),
    "task=MA": ("result", "review"),
}
NO_NEW_TASK = (
    "no task",
    "no new task",
    "no refill task",
    "no unsigned-note task",
    "otherwise no task",
    "no OBX",
    "close the linked",
    "cancel the tracked",
)


def about_tasks(row: Row, line: Line) -> list[str]:
    """A task where one is due, none where none is, and an end where something ended."""
    created = [task for task in line.tasks if task["action"] in ("create", "reopen")]
    if line.kind == "test":
        return ["a test message made tasks"] if created else []
    for text, words in EXPECTED_TASKS.items():
        if text in row.conclusion:
            named = any(word in task["category"] for task in created for word in words)
            return [] if named else [f"no task, but {text}"]
    unexpected = any(text in row.conclusion for text in NO_NEW_TASK) and [
        task["category"] for task in created if not is_own_choice(task)
    ]
    return [f"tasks {unexpected}, but there should be none"] if unexpected else []


OWN_CHOICES = ("medication", "appointment", "quarantine", "misfiled")


def is_own_choice(task: dict) -> bool:
    """Tasks that the index does not know: a changed drug, a missed visit, a held message."""
    return any(word in task["category"] for word in OWN_CHOICES)


# --- the report


def report(rows: list[Row], folder: Path) -> int:
    wrong = {row.file: found for row in rows if (found := differences(row, folder))}
    totals, agreed = Counter(), Counter()
    policies = defaultdict(list)
    for row in rows:
        totals[row.family] += 1
        agreed[row.family] += row.file not in wrong
        if row.file not in wrong and row.lines and row.is_hl7:
            for text in set(own_choices(row)):
                policies[text].append(row.file)
    print(f"{'family':10} {'agree':>6} {'of':>6} {'percent':>8}")
    for family in sorted(totals):
        share = 100 * agreed[family] / totals[family]
        print(f"{family:10} {agreed[family]:6} {totals[family]:6} {share:8.1f}")
    for row in rows:
        for text in wrong.get(row.file, ()):
            print(f"DISAGREES {row.kind} {row.file}: {text}")
    for text, files in sorted(policies.items()):
        print(f"POLICY {len(files):4} {text}")
    crashes = sum(1 for row in rows if row.crash)
    print(f"{len(rows)} rows, {crashes} crashes, {len(wrong)} disagreements")
    least = 100.0
    for name, of_group in (
        ("HL7 v2", [row for row in rows if row.is_hl7]),
        ("all others", [row for row in rows if not row.is_hl7]),
    ):
        if of_group:
            right = sum(row.file not in wrong for row in of_group)
            share = 100 * right / len(of_group)
            least = min(least, share)
            print(f"{name}: {right} of {len(of_group)}, {share:.2f} %")
    return 1 if crashes or least < REQUIRED else 0


def own_choices(row: Row) -> Iterator[str]:
    line = row.lines[0]
    if line.kind == "test":
        yield "MSH-11 is T or D on a live feed: class test, no task"
    if is_unflagged_in_range(row):
        yield "in range without a flag: to a clinician, not taken as normal"
    for task in filter(is_own_choice, line.tasks):
        yield f"a task the index does not know: {task['category']}"
    if "no PID -> quarantine" in row.conclusion:
        yield "no patient: stored and answered, a person looks at it"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--in-process", action="store_true", help="only the readers")
    parser.add_argument("--manage", default=f"{sys.executable} {ROOT / 'run.py'} manage")
    options = parser.parse_args()
    folder = options.folder.resolve()
    if not (folder / "INDEX.tsv").exists():
        print(f"There is no corpus in {folder}.", file=sys.stderr)
        return 2
    command = ROOT / "integrations" / "management" / "commands" / "ingest.py"
    if options.in_process or not command.exists():
        rows = rows_of(folder)
        in_process(folder, rows)
    else:
        rows = rows_of(folder, only=("",))
        by_command(folder, rows, shlex.split(options.manage))
    return report(rows, folder)


if __name__ == "__main__":
    sys.exit(main())
