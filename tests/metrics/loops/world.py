"""Referrals of Elm Street, each opened and told of by the real operations."""

from datetime import UTC, datetime, timedelta
from itertools import count

from audit.actors import Actor
from charts import patients
from charts.models import Patient
from charts.values import CONSULT_NOTE, Code, ItemKind, ItemStatus
from referrals import operations
from referrals.models import Referral
from referrals.operations import Opening, Telling
from referrals.states import Axis, Closure, Source
from tests.reports import file, patient, report

CORA = Actor.machine("tests.cora")
_numbers = count(1)

SAID = {
    "sent": (Axis.TRANSMISSION, "sent"), "failed": (Axis.TRANSMISSION, "failed"),
    "accepted": (Axis.ACCEPTANCE, "accepted"), "declined": (Axis.ACCEPTANCE, "declined"),
    "booked": (Axis.APPOINTMENT, "booked"), "cancelled": (Axis.APPOINTMENT, "cancelled"),
    "seen": (Axis.ATTENDANCE, "seen"), "missed": (Axis.ATTENDANCE, "no-show"),
    "yes": (Axis.ANSWER, "yes"), "no": (Axis.ANSWER, "no"), "told": (Axis.TOLD, "yes"),
}  # fmt: skip


def day(month: int, number: int, hour: int = 12, *, year: int = 2026) -> datetime:
    return datetime(year, month, number, hour, tzinfo=UTC)


def person(number: str = "508773", **more) -> Patient:
    """Them, registered once."""
    about = patient(number, **more)
    found = patients.find_or_register([about], overwrite=True, actor=CORA, now=day(1, 2))
    return found[0]


def opened(ordered: datetime, *, of: str = "508773", specialty="cardiology", to="Hal Hart", **more):
    """A referral by hand."""
    opening = Opening(
        patient_id=person(of).pk, number=f"W-{next(_numbers)}", ordered_at=ordered,
        specialty=specialty, specialist_name=to, **more,
    )  # fmt: skip
    return operations.open_by_hand(opening=opening, actor=CORA, now=ordered)[0]


def say(one: Referral, word: str, at: datetime, **detail) -> None:
    """What was told of it, when it happened."""
    axis, value = SAID[word]
    telling = Telling(key=f"{word}:{at.isoformat()}", axis=axis, value=value, at=at,
                      source=Source.STAFF, detail=detail)  # fmt: skip
    operations.tell(referral_id=one.pk, tellings=[telling], actor=CORA, now=at)


def reported(one: Referral, at: datetime, *, signed: datetime | None = None) -> None:
    """Its consult note came, and was matched to it."""
    number = str(one.patient.identifiers.get().value)
    note = report(
        ItemKind.DOCUMENT, ItemStatus.FINAL, key=f"D-{one.loop_key}", issued_at=signed or at,
        code=Code("11488-4", "Consult note", "loinc"), details={"document_type": CONSULT_NOTE},
    )  # fmt: skip
    item = file(note, now=at, of=patient(number), source="elm-ehr")[0].item
    operations.match(referral_id=one.pk, report_id=item.pk, actor=CORA, now=at)


def walked(ordered: datetime, **more) -> Referral:
    """All its steps, each some days after the one before: 1, 2, 3, 10, 4, 1."""
    one = opened(ordered, **more)
    at = ordered
    for word, days in (("sent", 1), ("accepted", 2), ("booked", 3), ("seen", 10)):
        at += timedelta(days=days)
        say(one, word, at)
    reported(one, at + timedelta(days=4))
    say(one, "yes", at + timedelta(days=4, hours=1))
    say(one, "told", at + timedelta(days=5))
    return one


def closed(one: Referral, because: Closure, at: datetime) -> None:
    operations.close(referral_id=one.pk, because=because, actor=CORA, now=at)
