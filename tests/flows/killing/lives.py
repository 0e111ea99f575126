"""The life of one critical result, from the laboratory's door to its close, by the real code."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from audit.actors import Actor
from escalation import engine, starter
from integrations import intake
from outbox import delivery
from outbox.models import Channel, Contact
from routing import operations as routing
from routing.models import Task
from tests.flows.chaos.roles import forget_to_ask
from tests.flows.doors import bring
from tests.messages import oru
from tests.people import SETUP, Elm, open_elm_street

MINUTE = timedelta(minutes=1)

Tell = Callable[[str], None]


def open_stage(*, now: datetime) -> Elm:
    """Elm Street with hours, ladders and phones that can ring."""
    elm = open_elm_street(now=now)
    with elm.scoped(), transaction.atomic():
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=now)
        for number, member in enumerate((elm.diaz, elm.nora, elm.sam)):
            Contact.objects.create(
                member=member, channel=Channel.SMS, address=f"+1202555010{number}", verified_at=now
            )
    return elm


@dataclass(frozen=True, slots=True)
class Life:
    """One result of one patient; `now`: when it is brought, a minute after it was issued."""

    elm: Elm
    number: int
    now: datetime

    @property
    def control(self) -> str:
        return f"life-{self.number}"

    @property
    def order(self) -> str:
        return f"LIFE{self.number:06}"

    def body(self) -> bytes:
        """A potassium that must be told now."""
        issued = f"{self.now - MINUTE:%Y%m%d%H%M%S}+0000"
        return oru(control=self.control, order=self.order, mrn=f"7{self.number:05}", flag="HH",
                   value="6.9", at=issued)  # fmt: skip

    def arrive(self) -> None:
        """As the listener does; the laboratory sends again what was not acknowledged."""
        bring(self.elm.lab, self.body(), now=self.now)

    def task(self) -> Task:
        """Its task, in the scope of the practice."""
        return Task.objects.get(item__key__contains=self.order)

    def acknowledge(self, *, now: datetime) -> None:
        """Dr Diaz takes it."""
        with self.elm.scoped(), transaction.atomic():
            task = self.task()
        with self.elm.scoped():
            routing.acknowledge(task_id=task.pk, now=now, **person(self.elm))

    def complete(self, *, now: datetime) -> None:
        """Dr Diaz told the patient."""
        with self.elm.scoped(), transaction.atomic():
            task = self.task()
        with self.elm.scoped():
            routing.complete(task_id=task.pk, outcome="discussed", told="Patient", told_at=now,
                             now=now, **person(self.elm))  # fmt: skip

    def live(self, tell: Tell) -> None:
        """All of it, once; `tell` hears of each answer that somebody outside was given."""
        self.arrive()
        tell("stored")
        sweep(now=self.now)
        self.acknowledge(now=self.now + MINUTE / 2)
        tell("acknowledged")
        sweep(now=self.now + MINUTE / 2)

    def recover(self) -> None:
        """What goes on after the end: the laboratory sends again, sweeps run, the doctor acts."""
        self.arrive()
        later = self.now + 2 * MINUTE
        sweep(now=later)
        with self.elm.scoped(), transaction.atomic():
            is_taken = self.task().acknowledged_at is not None
        if not is_taken:
            self.acknowledge(now=later)
        self.complete(now=later)
        sweep(now=later)

    def account(self, received: Counter[str]) -> dict[str, Any]:
        """Everything that it left, less ids and instants."""
        from tests.flows.killing import judging

        return judging.account(self, received)

    def broken_promises(self, found: dict[str, Any], told: Iterable[str]) -> list[str]:
        """What the laboratory or the doctor had been told and is not there."""
        from tests.flows.killing import judging

        return judging.broken_promises(found, told)


class Results:
    """One result after the other."""

    def __init__(self, elm: Elm, *_: object, **__: object) -> None:
        self.elm = elm

    @staticmethod
    def forget() -> None:
        """An outcome that nobody knows is sent again without asking."""
        forget_to_ask()

    def life(self, number: int, now: datetime) -> Life:
        return Life(self.elm, number, now)


def person(elm: Elm) -> dict[str, object]:
    return {"member": elm.diaz, "actor": Actor.person(elm.diaz)}


SWEEPS = (intake.sweep, engine.sweep_tasks, engine.sweep_clocks, delivery.sweep)


def sweep(*, now: datetime) -> int:
    """Each sweep of the way until nothing of it is left to do."""
    total = 0
    for one in SWEEPS:
        while done := one(now=now):
            total += done
    return total
