"""Where the play takes place: a practice, its clinicians, its clock, its doors. Pure."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from integrations.simulator.patients import Patient, pool


class Door(StrEnum):
    """By which feed a message goes, and how."""

    LAB_MLLP = "lab by MLLP"
    EHR_MLLP = "EHR by MLLP"
    EHR_HTTP = "EHR by HTTP"
    FHIR_HTTP = "FHIR by HTTP"


@dataclass(frozen=True, slots=True)
class Provider:
    """A clinician as messages name one."""

    id: str
    family: str
    given: str
    site: str
    """The code by which feeds know where they work."""


@dataclass(frozen=True, slots=True)
class Clinic:
    """A practice as its EHR knows it."""

    slug: str
    zone: ZoneInfo
    providers: tuple[Provider, ...]

    @property
    def short(self) -> str:
        """`ELM`, as the EHR calls itself."""
        return self.slug.partition("-")[0].upper()

    @property
    def assigner(self) -> str:
        """Who gives out its medical record numbers, in HL7 v2 and FHIR alike."""
        return f"{self.short.lower()}.example"

    @property
    def patients(self) -> tuple[Patient, ...]:
        """Everybody who may walk in."""
        return pool(self.slug)


@dataclass(frozen=True, slots=True)
class Clock:
    """Which instant a minute of the clinic day is, counted from midnight."""

    start: datetime
    minute: float = 0
    """The minute that it is at `start`."""
    speed: float = 1

    def at(self, minute: float) -> datetime:
        return self.start + timedelta(minutes=(minute - self.minute) / self.speed)


def wall_clock(day: date, zone: ZoneInfo) -> Clock:
    """The day as it is lived."""
    return Clock(datetime.combine(day, time(), tzinfo=zone))


@dataclass(frozen=True, slots=True)
class Sending:
    """One message on its way: when, by which door, and its bytes."""

    minute: float
    door: Door
    kind: str
    """What it is: `ADT^A04`, `Task`."""
    body: bytes
    id: str
    """Its control id, or the receipt key of a FHIR body."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One patient seen by one clinician, from minute to minute."""

    number: str
    patient: Patient
    provider: Provider
    begins: float
    ends: float


@dataclass(slots=True)
class Desk:
    """One day at a clinic: its dice, its numbers and its clock."""

    clinic: Clinic
    day: date
    seed: int
    clock: Clock
    _counts: Counter[str] = field(default_factory=Counter)

    def dice(self, part: str) -> random.Random:
        """Same practice, day and seed: same throws. Each part of the day has dice of its own."""
        return random.Random(f"{self.clinic.slug} {self.day} {self.seed} {part}")  # noqa: S311 - a play

    def number(self, kind: str) -> str:
        """The next number of its kind, of this day and seed alone: `L2503091-17`."""
        self._counts[kind] += 1
        run = f"{self.seed:x}" if self.seed else ""
        return f"{kind}{self.day:%y%m%d}{run}-{self._counts[kind]}"

    def stamp(self, minute: float) -> str:
        """HL7 v2 time with its offset."""
        return f"{self.local(minute):%Y%m%d%H%M%S%z}"

    def iso(self, minute: float) -> str:
        """FHIR instant."""
        return self.local(minute).isoformat(timespec="seconds")

    def local(self, minute: float) -> datetime:
        return self.clock.at(minute).astimezone(self.clinic.zone)


def deal(rng: random.Random, count: int, shares: dict[str, float], rest: str) -> list[str]:
    """`count` outcomes, shuffled: of each about its share and at least one, the others `rest`."""
    dealt = [name for name, part in shares.items() for _ in range(max(1, round(part * count)))]
    dealt = [*dealt, *([rest] * (count - len(dealt)))][:count]
    rng.shuffle(dealt)
    return dealt


def spread(rng: random.Random, count: int, first: float, last: float) -> list[float]:
    """Minutes over a span, each somewhere in its part of it."""
    part = (last - first) / max(1, count)
    return [first + part * (index + rng.random()) for index in range(count)]
