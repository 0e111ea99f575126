"""One row of the file becomes a report of a chart item, or the problems that stop it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from charts.values import (
    Code,
    Identifier,
    ItemKind,
    ItemReport,
    ItemStatus,
    PatientDetails,
    ProviderRef,
    Severity,
)
from integrations.backlog import dates
from integrations.backlog.guarding import unguarded
from integrations.backlog.mapping import Mapping
from integrations.backlog.problems import Problem
from integrations.backlog.standing import BILLED, FLAGS, KIND_WORDS, status_of
from tenants.csvfile import MAX_CELL, Record

EARLIEST = 1900
LIMITS = {"number": 120, "assigner": 120, "item_id": 200, "code": 80, "title": 250,
          "provider": 80, "family": 120, "given": 120, "name": 240}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """How the rows of one file are read: the same for all of them."""

    mapping: Mapping
    headers: tuple[str, ...]
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """What a row says: a report; that it is closed in the EHR; or what is wrong with it."""

    record: Record
    patient: PatientDetails = field(default_factory=PatientDetails)
    item: ItemReport | None = None
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Names the item and its patient in the file; short whatever the numbers are."""
        if self.item is None:
            return ""
        [number] = self.patient.identifiers
        return _digest(self.item.kind.value, self.item.key, number.value, number.assigner)


class _Cells:
    """The cells of one row by field, and what was found wrong with them."""

    def __init__(self, record: Record, plan: Plan) -> None:
        self.problems: list[Problem] = []
        self.plan = plan
        cells = record.cells
        if any(cell.strip() for cell in cells[len(plan.headers) :]):
            self.problems.append(Problem("", "too-many-cells"))
        self._said = {
            name: unguarded(cells[place].strip()).strip() if place < len(cells) else ""
            for name, place in plan.mapping.places(plan.headers).items()
        }

    def text(self, name: str, *, needed: bool = False) -> str:
        said = self._said.get(name, "")
        if needed and not said:
            self.wrong(name, "missing")
        if len(said) > LIMITS.get(name, MAX_CELL):
            self.wrong(name, "too-long")
        return said

    def word(self, name: str) -> str:
        return " ".join(
            self._said.get(name, "").lower().replace("_", " ").replace("-", " ").split()
        )

    def wrong(self, name: str, code: str) -> None:
        self.problems.append(Problem(name, code))

    def at(self, name: str, *, needed: bool = False) -> datetime | None:
        """An instant that has passed."""
        said, plan = self.text(name, needed=needed), self.plan
        if not said:
            return None
        found = dates.instant(said, plan.mapping.date_format, plan.zone)
        if found is None:
            self.wrong(name, "short-year" if dates.has_short_year(said) else "bad-date")
        elif found.year < EARLIEST:
            self.wrong(name, "too-early")
        elif found > plan.now + timedelta(days=1):
            self.wrong(name, "ahead")
        return found


def read(record: Record, plan: Plan) -> Read:
    """The report that a row makes."""
    cells = _Cells(record, plan)
    kind = _kind(cells)
    patient, code = _patient(cells), _code(cells)
    at = cells.at("date", needed=True)
    status = _status(cells, kind)
    details = _details(cells)
    severity = _severity(cells, kind)
    number = cells.text("item_id")
    people = _people(kind, cells.text("provider"))
    if cells.problems or kind is None or at is None:
        return Read(record, problems=tuple(cells.problems))
    if status is None:
        return Read(record, patient)
    item = ItemReport(
        kind=kind, key=_key(kind, number, code, patient, at), status=status, code=code,
        placer=number if kind != ItemKind.RESULT else "",
        filler=number if kind == ItemKind.RESULT else "",
        severity=severity, issued_at=at, effective_at=at, details=details,
        orderer=people.get("orderer"), author=people.get("author"), signer=people.get("signer"),
    )  # fmt: skip
    return Read(record, patient, item, remarks=_remarks(item, number))


def _kind(cells: _Cells) -> ItemKind | None:
    said = cells.word("kind") or cells.plan.mapping.kind
    found = KIND_WORDS.get(said) or KIND_WORDS.get(said.removesuffix("s"))
    if found is None:
        cells.wrong("kind", "unknown-kind" if said else "missing")
    return found


def _status(cells: _Cells, kind: ItemKind | None) -> ItemStatus | None:
    """None: nothing of it is left to do."""
    if kind is None:
        return None
    status, known = status_of(kind, cells.word("status"))
    if not known:
        cells.wrong("status", "unknown-status")
    return status


def _patient(cells: _Cells) -> PatientDetails:
    number = cells.text("number", needed=True)
    assigner = cells.text("assigner") or cells.plan.mapping.assigner
    family, given = cells.text("family"), cells.text("given")
    if not family and not given:
        family, _, given = (part.strip() for part in cells.text("name").partition(","))
    born = cells.at("birth_date")
    return PatientDetails(
        identifiers=(Identifier(number, assigner, "MR"),),
        family=family or None,
        given=given or None,
        birth_date=born.date() if born else None,
    )


def _code(cells: _Cells) -> Code:
    code, title = cells.text("code"), cells.text("title")
    if not code and not title:
        cells.wrong("title", "no-title")
    return Code(code, title)


def _details(cells: _Cells) -> dict[str, str]:
    """The billed flag, for whoever plans the catching up."""
    said = cells.word("billed")
    if not said:
        return {}
    if said not in BILLED:
        cells.wrong("billed", "unknown-billed")
        return {}
    return {"billed": BILLED[said]}


def _severity(cells: _Cells, kind: ItemKind | None) -> Severity | None:
    """As the flag says; a result without one is never taken for normal."""
    if kind != ItemKind.RESULT:
        return None
    said = cells.word("flag")
    if said and said not in FLAGS:
        cells.wrong("flag", "unknown-flag")
    return FLAGS.get(said, Severity.UNKNOWN)


def _people(kind: ItemKind | None, provider: str) -> dict[str, ProviderRef]:
    """What one provider column means for each kind."""
    if not provider:
        return {}
    roles = {ItemKind.DOCUMENT: ("author", "signer"), ItemKind.ORDER: ("orderer", "signer")}
    found = roles.get(kind, ("orderer",)) if kind else ()
    return dict.fromkeys(found, ProviderRef(id=provider))


def _key(kind: ItemKind, number: str, code: Code, patient: PatientDetails, at: datetime) -> str:
    """As a message of the feed would name it, so that a later one goes on with the same item."""
    if number:
        said = code.code or code.display
        return f"{number}|{said}" if kind == ItemKind.RESULT else number
    [whose] = patient.identifiers
    said = _digest(whose.value, whose.assigner, at.isoformat(), code.code, code.display)
    return f"row:{said}"


def _remarks(item: ItemReport, number: str) -> tuple[str, ...]:
    if not number:
        return ("no-number",)
    return ("no-code",) if item.kind == ItemKind.RESULT and not item.code.code else ()


def _digest(*parts: str) -> str:
    return blake2b("\x1f".join(parts).encode(), digest_size=20).hexdigest()


def samples(records: Sequence[Record], headers: Sequence[str]) -> dict[str, list[str]]:
    """The first cells of each column, for the person who names the columns."""
    return {
        header: [one.cells[at].strip()[:80] if at < len(one.cells) else "" for one in records]
        for at, header in enumerate(headers)
    }
