"""What people may say of a referral: one table, read by the menu, the forms and the views."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from accounts.permissions import Operation
from dashboards.words import later
from referrals.states import (
    Acceptance,
    Appointment,
    Attendance,
    Authorization,
    Axis,
    PatientTold,
    Transmission,
)


class Group(Enum):
    SPECIALIST = later("The specialist")
    VISIT = later("The appointment")
    PAYER = later("The payer")
    REPORT = later("The report")
    LOOP = later("The referral")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is said with a form."""

    code: str
    label: str
    """Of its button in a list."""
    title: str
    """What its form asks."""
    button: str
    group: Group
    says: tuple[Axis, str] | None = None
    """The fact that it tells; None where it is no plain fact."""
    asks: tuple[str, ...] = ()
    """Fields of its form (`dashboards.referral_forms`)."""
    needs: Operation = Operation.WORK_REFERRALS


HOW = ("at", "heard")
_ALL = (
    Act("sent", later("It was sent"), later("When was it sent?"), later("Note as sent"),
        Group.SPECIALIST, (Axis.TRANSMISSION, Transmission.SENT), ("at",)),
    Act("accepted", later("They accepted"), later("They take the patient"),
        later("Note as accepted"), Group.SPECIALIST, (Axis.ACCEPTANCE, Acceptance.ACCEPTED), HOW),
    Act("declined", later("They declined"), later("Why did they decline?"),
        later("Note as declined"), Group.SPECIALIST, (Axis.ACCEPTANCE, Acceptance.DECLINED),
        ("why", *HOW)),
    Act("question", later("They ask back"), later("They ask something first"),
        later("Note the question"), Group.SPECIALIST, (Axis.ACCEPTANCE, Acceptance.QUESTION), HOW),
    Act("booked", later("Booked"), later("When is the appointment?"), later("Note appointment"),
        Group.VISIT, (Axis.APPOINTMENT, Appointment.BOOKED), ("appointment_at", "heard")),
    Act("cancelled", later("Cancelled"), later("The appointment was cancelled"),
        later("Note as cancelled"), Group.VISIT, (Axis.APPOINTMENT, Appointment.CANCELLED), HOW),
    Act("seen", later("Seen"), later("When was the patient seen?"), later("Note as seen"),
        Group.VISIT, (Axis.ATTENDANCE, Attendance.SEEN), HOW),
    Act("no-show", later("Did not come"), later("The patient did not come"),
        later("Note as no-show"), Group.VISIT, (Axis.ATTENDANCE, Attendance.NO_SHOW), HOW),
    Act("auth-not-needed", later("No authorization needed"), later("No authorization is needed"),
        later("Note as not needed"), Group.PAYER,
        (Axis.AUTHORIZATION, Authorization.NOT_NEEDED), HOW),
    Act("auth-needed", later("Authorization needed"), later("The payer wants to be asked first"),
        later("Note as needed"), Group.PAYER, (Axis.AUTHORIZATION, Authorization.NEEDED), HOW),
    Act("auth-requested", later("Authorization requested"), later("When was the payer asked?"),
        later("Note as requested"), Group.PAYER,
        (Axis.AUTHORIZATION, Authorization.REQUESTED), HOW),
    Act("auth-approved", later("Authorization approved"), later("The payer approved it"),
        later("Note as approved"), Group.PAYER, (Axis.AUTHORIZATION, Authorization.APPROVED), HOW),
    Act("auth-denied", later("Authorization denied"), later("The payer denied it"),
        later("Note as denied"), Group.PAYER, (Axis.AUTHORIZATION, Authorization.DENIED), HOW),
    Act("insure", later("Insurance"), later("How is the patient insured?"),
        later("Save insurance"), Group.PAYER, asks=("payer", "rest")),
    Act("match", later("A report is here"), later("Which report answers it?"),
        later("Match report"), Group.REPORT, asks=("report",)),
    Act("answered", later("Question answered?"), later("Was the question answered?"),
        later("Save answer"), Group.REPORT, asks=("answered", "missing"),
        needs=Operation.ANSWER_REFERRAL),
    Act("told", later("Patient told"), later("The patient knows what came of it"),
        later("Note as told"), Group.REPORT, (Axis.TOLD, PatientTold.YES), ()),
    Act("unmatch", later("Wrong report"), later("Is it another referral's report?"),
        later("Undo match"), Group.REPORT),
    Act("close", later("Close"), later("Why is nobody waiting for it any more?"),
        later("Close referral"), Group.LOOP, asks=("because",), needs=Operation.CLOSE_REFERRAL),
    Act("reopen", later("Open again"), later("Open this referral again?"),
        later("Open again"), Group.LOOP, needs=Operation.CLOSE_REFERRAL),
)  # fmt: skip
ACTS: Mapping[str, Act] = {one.code: one for one in _ALL}
