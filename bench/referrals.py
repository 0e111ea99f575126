#!/usr/bin/env python3
"""A simulated year of referrals through the real engine with passed time: how many loops close
without the cadence and with it, and what that costs in work of people.

  .venv/bin/python bench/referrals.py [--per-month 800] [--months 12] [--seed 1] [--only without]

What patients and offices do is drawn from `ASSUMED`, each with its source or the word "assumed";
both runs draw the same referrals. Nothing here says what a practice will see: it shows what the
engine does with people who behave so.
"""

import argparse
import heapq
import json
import multiprocessing
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from stage import machine, stage

START = datetime(2026, 1, 5, 14, tzinfo=UTC)
DAY = timedelta(days=1)
WATCHED = 150
"""Days that each referral is watched before it is counted."""

ASSUMED: dict[str, tuple[float, str]] = {
    "books by itself": (0.611, "38.9 % of 103,737 attempts had no date (J Gen Intern Med 2018)"),
    "comes, once booked": (0.80, "assumed"),
    "office reports by itself, once seen": (
        0.712, "set so that 34.8 % complete without chasing (the same study)"),
    "office says yes by itself": (0.50, "assumed"),
    "books after a message": (0.20, "assumed, of those who had not booked"),
    "books after a call": (0.30, "assumed"),
    "says no in a call": (0.20, "assumed"),
    "books again after a missed visit": (0.35, "assumed, of each message or call"),
    "office says yes when asked": (0.80, "assumed"),
    "office reports when asked": (0.65, "assumed"),
    "may be texted": (0.70, "assumed"),
}  # fmt: skip
DAYS = {"book": 9.0, "visit": 21.0, "report": 10.0, "accept": 4.0, "answer": 2.0}
"""Medians, assumed; each is drawn with a log-normal spread of 0.6."""


@dataclass(order=True)
class Event:
    at: datetime
    number: int
    what: str = field(compare=False)
    of: "Loop" = field(compare=False)


@dataclass
class Loop:
    """One referral, and the luck that it was born with."""

    number: int
    opened_at: datetime
    seed: str
    pk: Any = None
    patient_id: Any = None
    booked_for: datetime | None = None
    visits: int = 0
    is_over: bool = False
    """Reported, or the patient said no."""

    lucks: dict[str, random.Random] = field(default_factory=dict)

    def luck(self, name: str) -> random.Random:
        """A stream for each kind of luck, so that both runs draw the same of each."""
        return self.lucks.setdefault(name, random.Random(f"{self.seed} {name}"))

    def happens(self, name: str) -> bool:
        return self.luck(name).random() < ASSUMED[name][0]

    def days(self, name: str) -> timedelta:
        return DAY * (DAYS[name] * self.luck(name).lognormvariate(0, 0.6))


class World:
    """The people outside, and the coordinators, around the real engine."""

    def __init__(self, per_month: int, months: int, seed: int, *, cadence: bool) -> None:
        self.loops: list[Loop] = []
        self.events: list[Event] = []
        self.counted: Counter[str] = Counter()
        self.serial = 0
        self.cadence = cadence
        self.seen_steps: set[Any] = set()
        for number in range(per_month * months):
            at = START + DAY * (30 * months * number / (per_month * months))
            self.loops.append(Loop(number, at, f"{seed} {number}"))
        self.by_pk: dict[Any, Loop] = {}

    def plan(self, loop: Loop, what: str, at: datetime) -> None:
        self.serial += 1
        heapq.heappush(self.events, Event(at, self.serial, what, loop))

    def run(self) -> None:
        for loop in self.loops:
            self.plan(loop, "opened", loop.opened_at)
        end = self.loops[-1].opened_at + DAY * WATCHED
        tick = START
        while tick < end:
            while self.events and self.events[0].at <= tick:
                event = heapq.heappop(self.events)
                getattr(self, f"on_{event.what}")(event.of, event.at)
            self.engine(tick)
            tick += DAY / 2

    def engine(self, now: datetime) -> None:
        """Whatever is due by now is done by the product; its people and patients answer."""
        from referrals import chasing

        while chasing.sweep(now=now):
            pass
        self.people(now)

    def people(self, now: datetime) -> None:
        from django.db import transaction

        from referrals.models import CadenceStep

        with transaction.atomic():
            rows = CadenceStep.objects.filter(fired_at=now, came_to__in=["written", "asked"])
            fired = list(rows.values_list("pk", "referral_id", "came_to", "detail"))
        for pk, referral_id, came_to, detail in fired:
            if pk in self.seen_steps:
                continue
            self.seen_steps.add(pk)
            loop = self.by_pk[referral_id]
            if came_to == "written":
                self.counted["messages to patients"] += 1
                self.plan(loop, "message", now + DAY / 12)
            else:
                self.plan(loop, f"work_{detail.replace('-', '_')}", now + self.staff(loop))

    @staticmethod
    def staff(loop: Loop) -> timedelta:
        """A coordinator gets to it within a working day or two."""
        return DAY * (0.3 + loop.luck("staff").random() * 1.7)

    # What happens by itself

    def on_opened(self, loop: Loop, at: datetime) -> None:
        from charts import patients
        from referrals import operations
        from referrals.operations import Opening

        loop.patient_id = patients.find_or_register(
            [person(loop.number)], overwrite=True, actor=actor(), now=at
        )[0].pk
        if self.cadence and loop.happens("may be texted"):
            may_text(loop.patient_id, at)
        opening = Opening(patient_id=loop.patient_id, number=f"S-{loop.number}", ordered_at=at,
                          specialty="Cardiology", reason="Simulated")  # fmt: skip
        loop.pk = operations.open_by_hand(opening=opening, actor=actor(), now=at)[0].pk
        self.by_pk[loop.pk] = loop
        self.tell(loop, "transmission", "sent", at)
        if loop.happens("office says yes by itself"):
            self.plan(loop, "accepted", at + loop.days("accept"))
        if loop.happens("books by itself"):
            self.plan(loop, "booked", at + loop.days("book"))

    def on_accepted(self, loop: Loop, at: datetime) -> None:
        self.tell(loop, "acceptance", "accepted", at)

    def on_booked(self, loop: Loop, at: datetime) -> None:
        if loop.is_over or loop.booked_for is not None:
            return
        loop.booked_for = at + loop.days("visit")
        self.tell(loop, "appointment", "booked", at, appointment_at=loop.booked_for)
        self.plan(loop, "visit", loop.booked_for)

    def on_visit(self, loop: Loop, at: datetime) -> None:
        """Nobody here hears of it unless they ask, or the report comes."""
        if loop.is_over or loop.booked_for is None:
            return
        loop.visits += 1
        if not loop.happens("comes, once booked"):
            loop.booked_for = None
        elif loop.happens("office reports by itself, once seen"):
            self.plan(loop, "reported", at + loop.days("report"))

    def on_reported(self, loop: Loop, at: datetime) -> None:
        if not loop.is_over:
            loop.is_over = True
            self.counted["closed"] += 1
            self.tell(loop, "report", "received", at)
            self.tell(loop, "told", "yes", at + DAY / 24)

    # What the product sets off

    def on_message(self, loop: Loop, at: datetime) -> None:
        name = "books again after a missed visit" if loop.visits else "books after a message"
        if loop.booked_for is None and loop.happens(name):
            self.plan(loop, "booked", at + loop.days("answer"))

    def call(self, loop: Loop, at: datetime) -> None:
        name = "books again after a missed visit" if loop.visits else "books after a call"
        if loop.booked_for is None and loop.happens(name):
            self.plan(loop, "booked", at + DAY / 24)
        elif loop.booked_for is None and loop.happens("says no in a call"):
            self.close(loop, "patient-declined", at)

    def on_work_call_patient(self, loop: Loop, at: datetime) -> None:
        self.done(loop, "call-patient", at)
        self.call(loop, at)

    def on_work_call_and_letter(self, loop: Loop, at: datetime) -> None:
        self.done(loop, "call-and-letter", at)
        self.call(loop, at)

    def on_work_rebook(self, loop: Loop, at: datetime) -> None:
        self.done(loop, "rebook", at)
        self.call(loop, at)

    def on_work_coordinate(self, loop: Loop, at: datetime) -> None:
        self.done(loop, "coordinate", at)
        self.call(loop, at)

    def on_work_ask_date(self, loop: Loop, at: datetime) -> None:
        self.done(loop, "ask-date", at)

    def on_work_ask_specialist(self, loop: Loop, at: datetime) -> None:
        self.done(loop, "ask-specialist", at)
        if loop.happens("office says yes when asked"):
            self.tell(loop, "acceptance", "accepted", at)

    def on_work_ask_attendance(self, loop: Loop, at: datetime) -> None:
        self.done(loop, "ask-attendance", at)
        value = "no-show" if loop.booked_for is None else "seen"
        self.tell(loop, "attendance", value, at)

    def on_work_ask_report(self, loop: Loop, at: datetime) -> None:
        self.done(loop, "ask-report", at)
        if loop.happens("office reports when asked"):
            self.plan(loop, "reported", at + loop.days("answer"))

    def on_work_document(self, loop: Loop, at: datetime) -> None:
        self.done(loop, "document", at)
        seen = loop.booked_for is not None
        if seen and loop.happens("office reports when asked"):
            self.plan(loop, "reported", at + loop.days("answer"))
        elif not seen:
            self.close(loop, "unreachable", at)

    # Into the product

    def tell(self, loop: Loop, axis: str, value: str, at: datetime, **more: Any) -> None:
        from referrals import operations
        from referrals.operations import Telling
        from referrals.states import Axis, Source

        self.serial += 1
        telling = Telling(key=f"sim:{self.serial}", axis=Axis(axis), value=value, at=at,
                          source=Source.STAFF, **more)  # fmt: skip
        operations.tell(referral_id=loop.pk, tellings=[telling], actor=actor(), now=at)

    def close(self, loop: Loop, because: str, at: datetime) -> None:
        from referrals import operations
        from referrals.states import Closure

        if not loop.is_over:
            loop.is_over = True
            self.counted[f"closed as {because}"] += 1
            operations.close(referral_id=loop.pk, because=Closure(because), actor=actor(), now=at)

    def done(self, loop: Loop, work: str, at: datetime) -> None:
        """A coordinator did it; where it had ended by itself, there was nothing to do."""
        from referrals import operations
        from referrals.works import Work

        ended = operations.end_work(referral_id=loop.pk, works={Work(work)}, actor=actor(), now=at)
        self.counted[f"work: {work}"] += ended
        self.counted["work of people"] += ended
        if not ended:
            self.counted["work that ended by itself first"] += 1


def actor() -> Any:
    from audit.actors import Actor

    return Actor.machine("bench.referrals")


def person(number: int) -> Any:
    from charts.values import Identifier, PatientDetails

    return PatientDetails(
        identifiers=(Identifier(f"P{number}", "SIM", "MR"),), family="Simulated",
        given=f"N{number}",
        phone=f"+1202{2000000 + number}",
    )  # fmt: skip


def may_text(patient_id: Any, at: datetime) -> None:
    """The patient said so at the desk."""
    from outbox import operations as outbox
    from outbox.consent import Basis, ConsentSource, PatientWay

    outbox.record_consent(
        patient_id=patient_id, way=PatientWay.SMS, bases=list(Basis), given=True,
        source=ConsentSource.STAFF, at=at, actor=actor(), now=at,
    )  # fmt: skip


def open_practice(*, cadence: bool) -> Any:
    """One with rules, and its cadence or none; its id."""
    from django.db import transaction

    from accounts import operations as accounts
    from outbox import operations as outbox
    from referrals import operations
    from routing import starter
    from tenants import scope

    with transaction.atomic():
        opened = accounts.open_practice(
            name="Simulated", slug="simulated", time_zone="UTC", actor=actor(), now=START
        )
        with scope.scoped(opened.pk):
            accounts.add_location(name="Main", time_zone="UTC", codes=[], actor=actor(), now=START)
            starter.install(clinical_approver="bench", actor=actor(), now=START)
            outbox.set_letterhead(
                name="Simulated", phone="+12025550100",
                portal_address="https://portal.example/messages", actor=actor(), now=START,
            )  # fmt: skip
            if not cadence:
                operations.publish_cadence(
                    specialty=None, urgency=None, rows=(), actor=actor(), now=START
                )
    return opened.pk


def simulate(per_month: int, months: int, seed: int, *, cadence: bool) -> dict[str, Any]:
    began = time.monotonic()
    with stage(None, throw_away=True):
        from tenants import scope

        world = World(per_month, months, seed, cadence=cadence)
        with scope.scoped(open_practice(cadence=cadence)):
            world.run()
        total = len(world.loops)
        closed = world.counted["closed"]
        work = world.counted["work of people"]
        return {
            "referrals": total, "loops closed": closed, "closure": round(closed / total, 3),
            "work of people for each closed loop": round(work / max(closed, 1), 2),
            "counted": dict(sorted(world.counted.items())),
            "seconds": round(time.monotonic() - began),
        }  # fmt: skip


def _run(job: tuple[str, argparse.Namespace]) -> tuple[str, dict[str, Any]]:
    name, given = job
    return name, simulate(given.per_month, given.months, given.seed, cadence=name == "with")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--per-month", type=int, default=800)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["without", "with"])
    given = parser.parse_args()
    names = [given.only] if given.only else ["without", "with"]
    with multiprocessing.get_context("spawn").Pool(len(names)) as pool:
        found = dict(pool.map(_run, [(name, given) for name in names]))
    print(json.dumps({
        "machine": machine(), "assumed": {name: list(of) for name, of in ASSUMED.items()},
        "days at the median": DAYS, "watched for days": WATCHED, "cadence": found,
    }, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
