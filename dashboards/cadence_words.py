"""What the rows of a cadence are called on the screens. Tables, and the sentences made of them."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.words import later
from referrals.cadence import Branch, Nudge, Row, Since
from referrals.lacking import Lack
from referrals.works import WORKS

HOUR = timedelta(hours=1)
A_DAY = 24

BRANCHES: Mapping[Branch, str] = {
    Branch.PATIENT: later("The patient"), Branch.SPECIALIST: later("The specialist's office"),
    Branch.COORDINATOR: later("Our coordinators"), Branch.PAYER: later("The payer"),
}  # fmt: skip

ANCHORS: Mapping[Since, str] = {
    Since.ORDERED: later("after it was ordered"),
    Since.APPOINTMENT: later("after the appointment"),
    Since.UNDATED: later("after it was booked without a date"),
    Since.UNBOOKED: later("after an appointment was missed or cancelled"),
    Since.SEEN: later("after the patient was seen"),
    Since.DECLINED: later("after they declined"),
    Since.ASKED: later("after they asked something"),
    Since.AUTHORIZATION: later("after the payer's part changed"),
    Since.REPORTED: later("after the report came"),
}
BEFORE_APPOINTMENT = later("before the appointment")

TESTS: Mapping[Lack, str] = {
    Lack.SENT: later("it has not gone out"),
    Lack.ACCEPTED: later("they have said neither yes nor no"),
    Lack.BOOKED: later("no appointment is booked"),
    Lack.DATED: later("nobody says when the appointment is"),
    Lack.ATTENDED: later("nobody knows whether the patient came"),
    Lack.REPORTED: later("no report has come and no appointment lies ahead"),
    Lack.TOLD: later("nobody says that the patient knows"),
    Lack.ANOTHER_SPECIALIST: later("their no stands"),
    Lack.OUR_ANSWER: later("their question stands"),
    Lack.AUTHORIZATION: later("the payer is to be asked"),
    Lack.PAYERS_WORD: later("the payer has not answered"),
    Lack.WAY_ROUND_DENIAL: later("the payer's no stands"),
}

NUDGES: Mapping[Nudge, str] = {
    Nudge.BOOK: later("A message to the patient: the appointment"),
    Nudge.REMIND: later("A reminder to the patient"),
    Nudge.REBOOK: later("A message to the patient: another appointment"),
}


def does(row: Row) -> str:
    """`A message to the patient …`, `Task: Ask the specialist's office`."""
    if isinstance(row.does, Nudge):
        return str(NUDGES[row.does])
    return _("Task: %(title)s") % {"title": _(WORKS[row.does].title)}


def when(row: Row) -> str:
    """`7 days after it was ordered`, `at once`."""
    if not row.after:
        return _("At once, %(anchor)s") % {"anchor": anchor(row)}
    count, unit = measured(row)
    said = (
        ngettext("%(count)s day", "%(count)s days", count)
        if unit == "days"
        else ngettext("%(count)s hour", "%(count)s hours", count)
    ) % {"count": count}
    return f"{said} {anchor(row)}"


def anchor(row: Row) -> str:
    """What it counts from, and in which direction."""
    return str(BEFORE_APPOINTMENT if row.after < timedelta(0) else ANCHORS[row.since])


def measured(row: Row) -> tuple[int, str]:
    """How long, in whole days where it is, else in hours."""
    hours = round(abs(row.after) / HOUR)
    return (hours // A_DAY, "days") if hours % A_DAY == 0 else (hours, "hours")
