"""One practice with something on every screen, and beside it one where nothing has happened yet."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Membership
from accounts.roles import Role
from escalation import engine
from escalation import starter as escalation
from tests.dashboards.clinic import HL7, Report, arrive, open_morning, send
from tests.dashboards.duty_scene import open_week, ring
from tests.people import SETUP, Elm, Oak, admit, open_elm_street, open_oak_street

LONG_AGO = timedelta(days=600)
LATE = Report(1, "Hemoglobin A1c", "4548-4", 60 * 24 * 9, [("4548-4", 9.4, "H")])


@dataclass
class House:
    elm: Elm
    people: dict[str, Membership]
    ids: dict[str, object] = field(default_factory=dict)
    """What the addresses of the screens ask for, by name."""


def open_house(now: datetime) -> House:
    elm, oak = open_elm_street(now=now - LONG_AGO), open_oak_street(now=now - LONG_AGO)
    house = House(elm, _people(elm, oak, now))
    with elm.scoped():
        with transaction.atomic():
            escalation.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=now - LONG_AGO)
            ring(elm.sam, now)
            house.ids |= {"rotation": open_week(elm, now).pk}
            house.ids |= {"late": arrive(LATE, 900, now=now).pk}
        tasks = open_morning(elm, now=now - timedelta(seconds=1))
        house.ids |= {_slug(title): task.pk for title, task in tasks.items()}
        send(elm, HL7.format(control="88121"), now=now)
        send(elm, HL7.format(control="88122").replace("PID|", "ZID|"), now=now)
    house.ids |= {"diaz": elm.diaz.pk, "max": elm.max.pk}
    for minutes in (9, 4, 0):
        at = now - timedelta(minutes=minutes)
        while engine.sweep_tasks(now=at) + engine.sweep_clocks(now=at):
            pass
    return house


def _people(elm: Elm, oak: Oak, now: datetime) -> dict[str, Membership]:
    with elm.scoped(), transaction.atomic():
        people = {"pat": admit("Pat Moss", Role.PRACTICE_MANAGER, now=now)}
    with oak.scoped(), transaction.atomic():
        people |= {"mia": admit("Mia Hart", Role.PRACTICE_MANAGER, now=now, place="oak.example")}
    named = ("nora", "diaz", "max", "sam", "cora", "ira")
    return people | {name: getattr(elm, name) for name in named} | {"olu": oak.olu}


def _slug(title: str) -> str:
    return title.split(",")[0].casefold().replace(" ", "_")
