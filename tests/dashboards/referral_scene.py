"""Referrals in every state, each told by real operations over the last weeks."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from audit.actors import Actor
from charts import patients
from charts.values import CONSULT_NOTE, Code, ItemKind, ItemStatus, Priority
from referrals import operations
from referrals.directory import Entry
from referrals.models import Invitation
from referrals.operations import Account, Opening, Word
from referrals.replies import Reply
from referrals.saying import Declining, Heard
from referrals.specialties import Specialty
from referrals.states import Axis, Closure
from tests.people import SETUP
from tests.reports import file, patient, report

PEOPLE = (
    ("RIVERA", "MATEO", date(1958, 4, 9)), ("OKONKWO", "ADAEZE", date(1991, 11, 30)),
    ("SCHMIDT", "HANNAH", date(1972, 2, 17)), ("NGUYEN", "LINH", date(1949, 8, 3)),
    ("PATEL", "ROHAN", date(1986, 6, 21)), ("FERREIRA", "LUCIA", date(2003, 1, 12)),
    ("WALSH", "PATRICK", date(1964, 9, 28)), ("HADDAD", "SAMIRA", date(1979, 12, 5)),
    ("KOWALSKI", "EWA", date(1955, 5, 14)), ("ADEYEMI", "TUNDE", date(1997, 7, 19)),
    ("LINDQVIST", "ASTRID", date(1941, 3, 2)), ("MORALES", "DIEGO", date(1969, 10, 23)),
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """What was ordered so many days ago, and what was told since: days ago, axis, value."""

    name: str
    specialty: str
    specialist: str
    reason: str
    days: int
    told: tuple[tuple[float, Axis, str], ...] = ()
    urgency: Priority = Priority.ROUTINE
    question: str = ""
    closed: Closure | None = None
    more: dict[str, object] = field(default_factory=dict)


SENT, TAKES, BOOKED, SEEN = (
    (Axis.TRANSMISSION, "sent"), (Axis.ACCEPTANCE, "accepted"),
    (Axis.APPOINTMENT, "booked"), (Axis.ATTENDANCE, "seen"),
)  # fmt: skip
HISP = Account(
    kind="hisp", feed_slug="elm-ehr", address="referrals@elm.direct.example",
    url="smtps://mail.hisp.example", mail_url="imaps://mail.hisp.example",
    user="referrals@elm.direct.example", secret="not a secret", baa_on=date(2026, 1, 2),
)  # fmt: skip
CASES = (
    Case("ordered", "cardiology", "Dr Hal Hart", "Palpitations on exertion", 2,
         urgency=Priority.URGENT, question="Is it the valve, and may she go on running?"),
    Case("sent", "neurology", "Northside Neurology", "Migraine with aura, three a week", 6,
         ((5, *SENT),)),
    Case("asked", "endocrinology", "Dr Ines Falk", "Thyroid nodule of 14 mm", 9,
         ((8, *SENT), (6, Axis.ACCEPTANCE, "question"))),
    Case("declined", "orthopedics", "Riverside Orthopedics", "Knee pain, giving way", 12,
         ((11, *SENT), (4, Axis.ACCEPTANCE, "declined")),
         more={"why": Declining.INSURANCE, "heard": Heard.PHONE}),
    Case("accepted", "gastroenterology", "Dr Lena Voss", "Iron deficiency, cause not found", 21,
         ((20, *SENT), (17, *TAKES)), urgency=Priority.URGENT),
    Case("booked", "dermatology", "Dr Omar Reyes", "Changing mole on the back", 15,
         ((14, *SENT), (13, *TAKES), (9, *BOOKED)), urgency=Priority.ASAP,
         question="Excise, or watch it?"),
    Case("missed", "ophthalmology", "Elm Eye Center", "Diabetic eye examination", 48,
         ((47, *SENT), (44, *TAKES), (40, *BOOKED), (12, Axis.ATTENDANCE, "no-show"))),
    Case("seen", "pulmonology", "Dr Grace Moon", "Cough for three months", 62,
         ((60, *SENT), (57, *TAKES), (50, *BOOKED), (16, *SEEN))),
    Case("payer", "physical-therapy", "Motion Works", "Frozen shoulder", 8,
         ((7, *SENT), (6, *TAKES), (5, Axis.AUTHORIZATION, "requested"))),
    Case("reported", "cardiology", "Dr Hal Hart", "Murmur, never heard before", 33,
         ((32, *SENT), (31, *TAKES), (28, *BOOKED), (10, *SEEN)),
         question="Does the murmur need an echocardiogram?"),
    Case("closed", "rheumatology", "Dr Uma Stone", "Swollen finger joints", 75,
         ((74, *SENT), (70, Axis.ACCEPTANCE, "declined")), closed=Closure.PATIENT_DECLINED),
    Case("stat", "vascular", "City Vascular", "Cold foot since this morning", 1,
         ((0.5, *SENT), (0.2, *TAKES)), urgency=Priority.STAT),
)  # fmt: skip


def open_referrals(elm, now: datetime) -> dict[str, UUID]:
    """One of each case, by its name; the caller holds the scope and a transaction."""
    return {
        case.name: _open(elm, case, person, str(610_000 + at), now)
        for at, (case, person) in enumerate(zip(CASES, PEOPLE, strict=True))
    }


def _open(elm, case: Case, person, number: str, now: datetime) -> UUID:
    family, given, born = person
    whom = patient(number, family=family, given=given, born=born)
    found = patients.find_or_register([whom], overwrite=True, actor=SETUP, now=now)
    ordered = now - timedelta(days=case.days)
    one, _ = operations.open_by_hand(
        opening=Opening(
            patient_id=found[0].pk, number=f"P-{number}", ordered_at=ordered,
            specialty=case.specialty, specialist_name=case.specialist, reason=case.reason,
            question=case.question, urgency=case.urgency, referrer_id=elm.diaz.pk,
            location_id=elm.main.pk,
        ),
        actor=Actor.person(elm.cora), now=ordered,
    )  # fmt: skip
    for days, axis, value in case.told:
        at = now - timedelta(days=days)
        appointment = at + timedelta(days=24, hours=3) if value == "booked" else None
        more = case.more if value == "declined" else {"heard": Heard.PHONE}
        word = Word(axis=axis, value=value, at=at, appointment_at=appointment, **more)
        operations.say(referral_id=one.pk, word=word, actor=Actor.person(elm.cora), now=at)
    if case.name == "reported":
        _report(one.pk, whom, number, now - timedelta(days=3))
    if case.closed:
        operations.close(referral_id=one.pk, because=case.closed, actor=Actor.person(elm.cora),
                         now=now - timedelta(days=60))  # fmt: skip
    return one.pk


def send_one(referral_id: UUID, now: datetime) -> UUID:
    """One goes out by Direct, and the specialist asks back on their form: to whom. Their fax number
    nobody has verified."""
    entries = (
        Entry(organization="Falk Endocrinology", person="Dr Ines Falk", fax="202-555-0123",
              direct_address="office@falk.direct.example", phone="202-555-0124",
              specialty=Specialty.ENDOCRINOLOGY, agreement_on=date(2026, 3, 2)),
        Entry(organization="Heartfield Clinic", specialty=Specialty.CARDIOLOGY),
    )  # fmt: skip
    who: dict[str, Any] = {"actor": SETUP, "now": now}
    to, _other = [operations.add_specialist(entry=one, **who) for one in entries]
    operations.open_carrier(account=HISP, **who)
    operations.address_to(referral_id=referral_id, specialist_id=to.pk, **who)
    operations.send_referral(referral_id=referral_id, **who)
    row = Invitation.objects.get(referral=referral_id)
    asked = Reply(question="Is there a TSH of this year?")
    operations.answer_by_form(invitation_id=row.pk, reply=asked, sending=uuid4(), **who)
    return to.pk


def _report(referral_id: UUID, whom, number: str, at: datetime) -> None:
    note = report(
        ItemKind.DOCUMENT, ItemStatus.FINAL, key=f"D-{number}", issued_at=at,
        code=Code("11488-4", "Cardiology consult"), details={"document_type": CONSULT_NOTE},
    )  # fmt: skip
    (filed,) = file(note, now=at, source="elm-ehr", of=whom)
    operations.match(referral_id=referral_id, report_id=filed.item.pk, actor=SETUP, now=at)
