"""Two years of referrals of Elm Street: most come back, some stop at each of the places."""

from datetime import datetime, timedelta

from charts.encounters import record_visit
from charts.values import VisitType
from metrics import operations
from metrics.measures.codes import from_table
from referrals.models import Referral
from referrals.states import Closure
from tests.metrics.loops.world import CORA, closed, opened, reported, say
from tests.metrics.measures.cases import GOLDEN
from tests.reports import patient

WHO = (
    ("cardiology", "Hal Hart"), ("dermatology", "Dee Dermott"), ("neurology", "Nell Nervo"),
    ("gastroenterology", "Gus Gastrow, Lakeside Digestive Health Associates"),
)  # fmt: skip
WAYS = ("whole", "whole", "silent", "whole", "declined", "no-show", "seen", "whole", "never",
        "refused", "whole")  # fmt: skip
PERSONS = 9
EVERY = timedelta(days=12)


def refer(now: datetime) -> None:
    """One every twelve days, each on the next way."""
    for number in range(45):
        ordered = now - EVERY * (45 - number) - timedelta(days=1)
        specialty, to = WHO[number % len(WHO)]
        of = f"9{number % PERSONS}"
        one = opened(ordered, of=of, specialty=specialty, to=to, question="What is it?")
        _go(one, WAYS[number % len(WAYS)], ordered, now)
        if number % 2:
            record_visit(
                patient(of), source="ehr", number=f"RV-{number}", status="finished",
                visit_type=VisitType.OFFICE, started_at=ordered, ended_at=ordered, actor=CORA,
                now=ordered,
            )  # fmt: skip
    rows = from_table((GOLDEN / "codes.tsv").read_text())
    operations.load_value_sets(rows=rows, actor=CORA, now=now)


def _go(one: Referral, way: str, at: datetime, now: datetime) -> None:
    """As far as it has come by now."""
    steps = {
        "whole": (("sent", 1), ("accepted", 3), ("booked", 5), ("seen", 19), ("report", 24),
                  ("yes", 25), ("told", 26)),
        "silent": (("sent", 2),),
        "declined": (("sent", 1), ("declined", 4)),
        "no-show": (("sent", 1), ("accepted", 2), ("booked", 6), ("missed", 20)),
        "seen": (("sent", 1), ("accepted", 5), ("booked", 9), ("seen", 30)),
        "never": (),
        "refused": (("sent", 1), ("closed", 15)),
    }[way]  # fmt: skip
    for word, days in steps:
        then = at + timedelta(days=days)
        if then > now:
            return
        if word == "report":
            reported(one, then)
        elif word == "closed":
            closed(one, Closure.PATIENT_DECLINED, then)
        else:
            say(one, word, then, **({"reason": "no-capacity"} if word == "declined" else {}))
