"""The work that a referral asks of a person, and what each piece is good for. Pure.

Work ends by itself when nothing lacks any more that it was asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from outbox.wire.faults import gettext_noop as _
from referrals.lacking import Lack
from routing.categories import Category


class Work(StrEnum):
    SEND = "send"
    SEND_FAILED = "send-failed"
    CALL_TO_CONFIRM = "call-to-confirm"
    ASK_SPECIALIST = "ask-specialist"
    ANSWER_QUESTION = "answer-question"
    READ_QUESTION = "read-question"
    FIND_ANOTHER = "find-another"
    COORDINATE = "coordinate"
    CALL_PATIENT = "call-patient"
    CALL_BACK = "call-back"
    CALL_AND_LETTER = "call-and-letter"
    READ_REPLY = "read-reply"
    PATIENT_DECLINED = "patient-declined"
    ASK_DATE = "ask-date"
    ASK_ATTENDANCE = "ask-attendance"
    REBOOK = "rebook"
    ASK_REPORT = "ask-report"
    TELL_PATIENT = "tell-patient"
    AUTHORIZE = "authorize"
    ASK_PAYER = "ask-payer"
    DENIED = "denied"
    CODE_LOCKED = "code-locked"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Asked:
    """How a piece of work is said, and what it is for."""

    title: str
    reason: str
    lack: Lack | None = None
    """It ends by itself when this is no lack any more; None: when a person ends it."""
    category: Category = Category.REFERRAL


WORKS: Mapping[Work, Asked] = {
    Work.SEND: Asked(
        _("Send the referral"), _("It has not gone out. Send it, or say why not."), Lack.SENT
    ),
    Work.SEND_FAILED: Asked(
        _("The referral could not be sent"),
        _("No way to the specialist worked. Check their addresses, or call them."), Lack.SENT,
    ),
    Work.CALL_TO_CONFIRM: Asked(
        _("Ask whether the referral arrived"),
        _("Nobody confirmed that it came. Call the specialist's office."), Lack.ACCEPTED,
    ),
    Work.ASK_SPECIALIST: Asked(
        _("Ask the specialist's office"), _("They have said neither yes nor no. Call them."),
        Lack.ACCEPTED,
    ),
    Work.ANSWER_QUESTION: Asked(
        _("Answer the specialist's question"), _("They decide once they know."), Lack.OUR_ANSWER
    ),
    Work.READ_QUESTION: Asked(
        _("Read the specialist's question"),
        _("They asked it beside their answer. Call or write to them."),
    ),
    Work.FIND_ANOTHER: Asked(
        _("Find another specialist"), _("They declined. Refer to somebody else, or close it."),
        Lack.ANOTHER_SPECIALIST,
    ),
    Work.COORDINATE: Asked(
        _("Move the referral on"), _("No appointment after all this time. See what is stuck."),
        Lack.BOOKED,
    ),
    Work.CALL_PATIENT: Asked(
        _("Call the patient"), _("No message reaches them, and no appointment is booked."),
        Lack.BOOKED,
    ),
    Work.CALL_BACK: Asked(_("Call the patient back"), _("They asked for a call.")),
    Work.CALL_AND_LETTER: Asked(
        _("Call the patient, and write a letter"),
        _("Messages did not lead to an appointment."), Lack.BOOKED,
    ),
    Work.READ_REPLY: Asked(
        _("Read the patient's answer"), _("It could not be understood for certain.")
    ),
    Work.PATIENT_DECLINED: Asked(
        _("The patient does not want the referral"),
        _("Talk with them, then document it and close the referral."),
    ),
    Work.ASK_DATE: Asked(
        _("Ask when the appointment is"), _("It is booked, and nobody said for when."), Lack.DATED
    ),
    Work.ASK_ATTENDANCE: Asked(
        _("Ask whether the patient came"), _("The appointment is over, and nobody has said."),
        Lack.ATTENDED,
    ),
    Work.REBOOK: Asked(
        _("Help the patient book again"), _("The appointment was missed or cancelled."),
        Lack.BOOKED,
    ),
    Work.ASK_REPORT: Asked(
        _("Ask for the report"), _("The patient was seen, and no report has come."), Lack.REPORTED
    ),
    Work.TELL_PATIENT: Asked(
        _("Tell the patient what came of it"), _("The report is here; nobody says they know."),
        Lack.TOLD,
    ),
    Work.AUTHORIZE: Asked(
        _("Ask the payer for authorization"), _("The payer must agree first."), Lack.AUTHORIZATION,
        Category.PRIOR_AUTHORIZATION,
    ),
    Work.ASK_PAYER: Asked(
        _("Ask the payer again"), _("They were asked, and have not said."), Lack.PAYERS_WORD,
        Category.PRIOR_AUTHORIZATION,
    ),
    Work.DENIED: Asked(
        _("The payer said no"), _("Appeal, choose another way, or close the referral."),
        Lack.WAY_ROUND_DENIAL, Category.PRIOR_AUTHORIZATION,
    ),
    Work.CODE_LOCKED: Asked(
        _("Somebody tried wrong codes"),
        _("The specialist's form is locked. Call them, or make a new one."),
    ),
    Work.DOCUMENT: Asked(
        _("Document the outcome, or close it"), _("Nothing has come for too long."), Lack.REPORTED
    ),
}  # fmt: skip
