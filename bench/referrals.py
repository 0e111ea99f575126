#!/usr/bin/env python3
"""A simulated year of referrals through the real engine with passed time: how many loops close
without the cadence and with it, and what that costs in work of people.

  .venv/bin/python bench/referrals.py [--per-month 800] [--months 12] [--seed 1] [--shards 2]

What patients and offices do is drawn from `ASSUMED`, each with its source or the word "assumed";
both runs draw the same luck for the same referral. Nothing here says what a practice will see: it
shows what the engine does with people who behave so.

Each shard is a practice in a database of its own with its part of the referrals. Progress goes to
standard error, a line each simulated month.
"""

import argparse
import gc
import heapq
import json
import multiprocessing
import os
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from stage import machine, stage

START = datetime(2026, 1, 5, 15, tzinfo=UTC)
DAY = timedelta(days=1)
WATCHED = 150
"""Days that each referral is watched before it is counted."""

BY_DAY = (30, 60, 90, 120, WATCHED)
TICKS = (timedelta(0), timedelta(hours=6))
"""When the engine runs on each day, by day where the patients are: what it writes goes out at
once."""

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
    "may be texted": (0.70, "assumed; everybody else finds messages in the portal"),
    "opts out of texts": (0.02, "assumed, of each text"),
}  # fmt: skip
DAYS = {"book": 9.0, "visit": 21.0, "report": 10.0, "accept": 4.0, "answer": 2.0}
"""Medians, assumed; each is drawn with a log-normal spread of 0.6."""

TAKEN = (
    "the engine runs twice a day",
    "a message is read two hours after it was written; sending itself is not simulated",
    "a reminder before a visit changes nothing about who comes",
    "a coordinator gets to a piece of work 0.3 to 2 days after it was asked for",
    "nobody does anything but what the engine asks for; without the cadence nobody asks at all",
    "who has no booked visit when the engine asks to document is closed as unreachable",
)
"""Further assumptions."""


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

    closed_after: float | None = None
    """Days from the order to its report."""

    over_because: str = ""
    drawn: Counter[str] = field(default_factory=Counter)

    def luck(self, name: str) -> random.Random:
        """The first, second, third of each kind is the same in both runs."""
        self.drawn[name] += 1
        return random.Random(f"{self.seed} {name} {self.drawn[name]}")

    def happens(self, name: str) -> bool:
        return self.luck(name).random() < ASSUMED[name][0]

    def days(self, name: str) -> timedelta:
        return DAY * (DAYS[name] * self.luck(name).lognormvariate(0, 0.6))


class World:
    """The people outside, and the coordinators, around the real engine."""

    def __init__(
        self, per_month: int, months: int, seed: int, *, cadence: bool, shard: int = 0,
        shards: int = 1,
    ) -> None:  # fmt: skip
        self.name = f"{'with' if cadence else 'without'} {shard + 1}/{shards}"
        self.loops: list[Loop] = []
        self.events: list[Event] = []
        self.counted: Counter[str] = Counter()
        self.serial = 0
        self.cadence = cadence
        for number in range(shard, per_month * months, shards):
            at = START + DAY * (30 * months * number / (per_month * months))
            self.loops.append(Loop(number, at, f"{seed} {number}"))
        self.by_pk: dict[Any, Loop] = {}

    def plan(self, loop: Loop, what: str, at: datetime) -> None:
        self.serial += 1
        heapq.heappush(self.events, Event(at, self.serial, what, loop))

    def run(self) -> None:
        for loop in self.loops:
            self.plan(loop, "opened", loop.opened_at)
        days = (self.loops[-1].opened_at - START).days + WATCHED
        began = time.monotonic()
        for day in range(days):
            for tick in TICKS:
                self.until(START + DAY * day + tick)
            if day % 30 == 0:
                self.say(day, days, time.monotonic() - began)

    def until(self, tick: datetime) -> None:
        while self.events and self.events[0].at <= tick:
            event = heapq.heappop(self.events)
            getattr(self, f"on_{event.what}")(event.of, event.at)
        self.engine(tick)

    def say(self, day: int, days: int, seconds: float) -> None:
        counted = self.counted
        print(f"{self.name}: day {day} of {days}, {len(self.by_pk)} opened,"
              f" {counted['closed']} closed, {counted['messages to patients']} messages,"
              f" {counted['work of people']} pieces of work, {time.process_time():.0f} s of"
              f" processor, {seconds:.0f} s", file=sys.stderr, flush=True)  # fmt: skip

    def engine(self, now: datetime) -> None:
        """Whatever is due by now is done by the product; its people and patients answer."""
        from referrals import chasing

        fired = 0
        while taken := chasing.sweep(now=now):
            fired += taken.fired
        if fired:
            self.people(now)

    def people(self, now: datetime) -> None:
        from django.db import transaction

        from referrals.models import CadenceStep

        with transaction.atomic():
            rows = CadenceStep.objects.filter(fired_at=now, came_to__in=["written", "asked"])
            fired = list(rows.values_list("referral_id", "came_to", "detail").order_by("pk"))
        for referral_id, came_to, detail in fired:
            loop = self.by_pk[referral_id]
            if came_to == "written":
                self.counted["messages to patients"] += 1
                self.counted[f"messages to patients: {detail}"] += 1
                self.plan(loop, "text" if detail == "sms" else "message", now + DAY / 12)
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
            loop.is_over, loop.over_because = True, "reported"
            loop.closed_after = (at - loop.opened_at) / DAY
            self.counted["closed"] += 1
            self.tell(loop, "report", "received", at)
            self.tell(loop, "told", "yes", at + DAY / 24)

    # What the product sets off

    def on_text(self, loop: Loop, at: datetime) -> None:
        if loop.happens("opts out of texts"):
            self.counted["opted out of texts"] += 1
            may_text(loop.patient_id, at, given=False)
        self.on_message(loop, at)

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
        if self.done(loop, "call-patient", at):
            self.call(loop, at)

    def on_work_call_and_letter(self, loop: Loop, at: datetime) -> None:
        if self.done(loop, "call-and-letter", at):
            self.call(loop, at)

    def on_work_rebook(self, loop: Loop, at: datetime) -> None:
        if self.done(loop, "rebook", at):
            self.call(loop, at)

    def on_work_coordinate(self, loop: Loop, at: datetime) -> None:
        if self.done(loop, "coordinate", at):
            self.call(loop, at)

    def on_work_ask_date(self, loop: Loop, at: datetime) -> None:
        self.done(loop, "ask-date", at)

    def on_work_ask_specialist(self, loop: Loop, at: datetime) -> None:
        if self.done(loop, "ask-specialist", at) and loop.happens("office says yes when asked"):
            self.tell(loop, "acceptance", "accepted", at)

    def on_work_ask_attendance(self, loop: Loop, at: datetime) -> None:
        if self.done(loop, "ask-attendance", at):
            value = "no-show" if loop.booked_for is None else "seen"
            self.tell(loop, "attendance", value, at)

    def on_work_ask_report(self, loop: Loop, at: datetime) -> None:
        if self.done(loop, "ask-report", at) and loop.happens("office reports when asked"):
            self.plan(loop, "reported", at + loop.days("answer"))

    def on_work_document(self, loop: Loop, at: datetime) -> None:
        if not self.done(loop, "document", at):
            return
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
            loop.is_over, loop.over_because = True, because
            self.counted[f"closed as {because}"] += 1
            operations.close(referral_id=loop.pk, because=Closure(because), actor=actor(), now=at)

    def done(self, loop: Loop, work: str, at: datetime) -> bool:
        """A coordinator did it; False where it had ended by itself, and nothing was to do."""
        from referrals import operations
        from referrals.works import Work

        ended = operations.end_work(referral_id=loop.pk, works={Work(work)}, actor=actor(), now=at)
        self.counted[f"work: {work}"] += ended
        self.counted["work of people"] += ended
        self.counted["work that ended by itself first"] += not ended
        return bool(ended)


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


def may_text(patient_id: Any, at: datetime, *, given: bool = True) -> None:
    """The patient said so at the desk, or answered so."""
    from outbox import operations as outbox
    from outbox.consent import Basis, ConsentSource, PatientWay

    outbox.record_consent(
        patient_id=patient_id, way=PatientWay.SMS, bases=list(Basis), given=given,
        source=ConsentSource.STAFF if given else ConsentSource.REPLY, at=at, actor=actor(), now=at,
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


def simulate(given: argparse.Namespace, name: str, shard: int) -> dict[str, Any]:
    """One shard of one run: what was counted, and each referral's days and end."""
    from tenants import scope

    began = time.monotonic()
    world = World(given.per_month, given.months, given.seed, cadence=name == "with",
                  shard=shard, shards=given.shards)  # fmt: skip
    with scope.scoped(open_practice(cadence=name == "with")):
        gc.freeze()  # what stands by now is not looked through again
        world.run()
        unclosed = [loop for loop in world.loops if not loop.is_over]
        examples = [_told(loop) for loop in unclosed[: given.examples]]
    found = {
        "name": name, "counted": world.counted, "examples": examples,
        "days": [loop.closed_after for loop in world.loops],
        "left": Counter(_left(loop) for loop in unclosed),
        "processor": time.process_time(), "seconds": time.monotonic() - began,
    }  # fmt: skip
    told = {key: of for key, of in found.items() if key != "days"}
    print(f"{world.name} ended: {json.dumps(told)}", file=sys.stderr, flush=True)
    return found


def _left(loop: Loop) -> str:
    """Where the loop of a referral stands that nothing closed."""
    if loop.booked_for is not None:
        end = loop.opened_at + DAY * WATCHED
        return "seen, no report" if loop.booked_for <= end else "the visit is ahead"
    return "missed, not booked again" if loop.visits else "never booked"


def _told(loop: Loop) -> dict[str, Any]:
    """One that is open at the end: what the product was told, and what it did."""
    from django.db import transaction

    from referrals.models import CadenceStep, Fact

    with transaction.atomic():
        facts = Fact.objects.filter(referral=loop.pk).order_by("at", "pk")
        steps = CadenceStep.objects.filter(referral=loop.pk).order_by("fired_at", "pk")
        return {
            "number": loop.number, "left": _left(loop),
            "facts": [f"day {(one.at - loop.opened_at) / DAY:.0f} {one.axis} {one.value}"
                      for one in facts],
            "steps": [f"day {(one.fired_at - loop.opened_at) / DAY:.0f} {one.row}: {one.came_to}"
                      f" {one.detail}" for one in steps],
        }  # fmt: skip


def merged(shards: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The figures of one run."""
    counted = sum((one["counted"] for one in shards), Counter())
    days = [day for one in shards for day in one["days"]]
    closed = sorted(day for day in days if day is not None and day <= WATCHED)
    total, work = len(days), counted["work of people"]
    by_day = {str(at): round(sum(day <= at for day in closed) / total, 3) for at in BY_DAY}
    return {
        "referrals": total, "loops closed": len(closed), "closure": round(len(closed) / total, 3),
        "closure by day": by_day,
        "median days to the report": round(statistics.median(closed), 1) if closed else None,
        "work of people for each closed loop": round(work / max(len(closed), 1), 2),
        "messages for each closed loop":
            round(counted["messages to patients"] / max(len(closed), 1), 2),
        "counted": dict(sorted(counted.items())),
        "open at the end": dict(sum((one["left"] for one in shards), Counter())),
        "seconds of processor, server apart": round(sum(one["processor"] for one in shards)),
        "seconds": round(max(one["seconds"] for one in shards)),
        "some that are open": [told for one in shards for told in one["examples"]],
    }  # fmt: skip


def _run(job: tuple[argparse.Namespace, str, int, dict[str, str]]) -> dict[str, Any]:
    """In a process of its own, in a database of its own."""
    given, name, shard, environment = job
    os.setsid()  # each has the share of the processor that a run of its own would have
    os.environ.update(environment)
    import django

    django.setup()
    return simulate(given, name, shard)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--per-month", type=int, default=800)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shards", type=int, default=1, help="practices, each in its own process")
    parser.add_argument("--examples", type=int, default=2, help="open referrals told of each shard")
    parser.add_argument("--only", choices=["without", "with"])
    given = parser.parse_args()
    names = [given.only] if given.only else ["with", "without"]
    before = machine()
    with stage(None, throw_away=True) as made:
        jobs = [
            (given, name, shard, made.copy(f"{name}_{shard}"))
            for name in names for shard in range(given.shards)
        ]  # fmt: skip
        with multiprocessing.get_context("spawn").Pool(len(jobs)) as pool:
            found = pool.map(_run, jobs, chunksize=1)
    runs = {name: merged([one for one in found if one["name"] == name]) for name in names}
    print(json.dumps({
        "before": before, "after": machine(),
        "assumed": {name: list(of) for name, of in ASSUMED.items()},
        "days at the median, assumed": DAYS, "taken for granted": TAKEN,
        "watched for days": WATCHED, "cadence": runs,
    }, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
