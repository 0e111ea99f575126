"""Opening referrals: for whom, by whom, and what became of each line of a list."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.roles import Role
from charts.folding import terms
from charts.models import Patient
from dashboards import words
from dashboards.queries import search
from dashboards.queries.desk import Desk
from dashboards.queries.listing import patient_line
from dashboards.rows import Empty
from dashboards.rows.referral import FindPage, ListedLine, ListOutcome, PatientHit
from dashboards.words import later
from referrals.operations import Outcome
from referrals.sheet import MOST_LINES, NEEDED, Column, Fault, UnreadableSheet
from tenants.models import Location

FAULTS: Mapping[Fault, str] = {
    Fault.NO_VALUE: later("It is empty. Fill it in."),
    Fault.NO_DATE: later("This is no day. Write 2026-11-16 or 11/16/2026."),
    Fault.NO_URGENCY: later("Write routine, urgent, asap or stat, or leave it empty."),
    Fault.NO_PATIENT: later("No patient has this number from this assigner."),
    Fault.OTHER_PATIENT: later("This number is already that of another patient's referral."),
}
MEANS: Mapping[Column, str] = {
    Column.NUMBER: later("The number of the order, which names it for ever"),
    Column.PATIENT: later("The patient's number"),
    Column.ASSIGNER: later("Whose number that is, as feeds name it"),
    Column.ORDERED: later("The day, as 2026-11-16 or 11/16/2026"),
    Column.SPECIALTY: later("Cardiology, for example"),
    Column.SPECIALIST: later("Whom it goes to"),
    Column.REASON: later("What it is for"),
    Column.QUESTION: later("What you want to know"),
    Column.URGENCY: later("routine, urgent, asap or stat"),
    Column.EXPECTED: later("By when the report should be here"),
}


def found(desk: Desk, query: str) -> tuple[FindPage, Sequence[UUID]]:
    """Patients who are called so, and whose names are shown."""
    typed = terms(query)
    if not query:
        return FindPage(query="", hits=()), ()
    if not typed or len(typed[0]) < search.SHORTEST:
        return FindPage(query=query, hits=(), empty=Empty(
            _("Type a little more"), _("Two letters or digits are the least."))), ()  # fmt: skip
    ids = search.patients_of(typed)[: search.MOST]
    rows = Patient.objects.filter(pk__in=ids, merged_into__isnull=True)
    numbers = search.record_numbers(ids)
    people = list(rows.order_by("family", "given", "birth_date", "pk"))
    hits = tuple(_hit(one, numbers.get(one.pk, ""), desk) for one in people)
    nothing = Empty(_("Nobody is called so"), _(
        "Names are found by how they begin, numbers too. A birth date is 3/2/1961."
    ))  # fmt: skip
    return FindPage(query=query, hits=hits, empty=None if hits else nothing), ids


def _hit(patient: Patient, number: str, desk: Desk) -> PatientHit:
    shown = number if desk.opens(patient) else ""
    url = reverse("dashboards:referral_open", args=[patient.pk])
    return PatientHit(patient=patient_line(patient, desk), number=shown, url=url)


def referrers() -> list[tuple[str, str]]:
    """Physicians and nurses who are here, by name."""
    rows = Membership.objects.filter(is_active=True).order_by("name")
    able = {Role.PHYSICIAN, Role.NURSE}
    return [(str(one.pk), one.name) for one in rows if able.intersection(one.roles)]


def places() -> list[tuple[str, str]]:
    """The locations, by name."""
    return [(str(pk), name) for pk, name in Location.objects.order_by("name").values_list(
        "pk", "name")]  # fmt: skip


def columns() -> tuple[tuple[str, str, bool], ...]:
    """What a list holds: column, what it says, whether it is needed."""
    return tuple((one.value, str(MEANS[one]), one in NEEDED) for one in Column)


def whole_problem(refused: UnreadableSheet) -> str:
    """Why nothing of a list could be used."""
    if refused.fault is Fault.NO_COLUMN:
        return _("The column “%(column)s” is missing. Name it in the first line.") % {
            "column": refused.column,
        }  # fmt: skip
    if refused.fault is Fault.TOO_LONG:
        return _("A list has at most %(many)s lines. Split it.") % {"many": f"{MOST_LINES:,}"}
    return _("The list has a heading and no lines.")


def outcome(made: Sequence[Outcome]) -> ListOutcome:
    """Each line with what became of it; those that were refused first."""
    kinds = Counter(_kind(one) for one in made)
    parts = [
        words.plural("%(count)s opened", "%(count)s opened", kinds["new"]),
        words.plural("%(count)s known already", "%(count)s known already", kinds["known"]),
        words.plural("%(count)s refused", "%(count)s refused", kinds["refused"]),
    ]
    order = {"refused": 0, "new": 1, "known": 2}
    ranked = sorted(made, key=lambda one: (order[_kind(one)], one.line))
    return ListOutcome(sentence=", ".join(parts) + ".", lines=tuple(_line(one) for one in ranked),
                       refused=kinds["refused"])  # fmt: skip


def _kind(one: Outcome) -> str:
    if one.refusal is not None:
        return "refused"
    return "new" if one.is_new else "known"


def _line(one: Outcome) -> ListedLine:
    url = reverse("dashboards:referral", args=[one.referral_id]) if one.referral_id else ""
    if one.refusal is None:
        said = _("Opened") if one.is_new else _("Known already")
        return ListedLine(line=one.line, kind=_kind(one), said=said, url=url)
    return ListedLine(line=one.line, kind="refused", said=str(FAULTS[one.refusal.fault]),
                      column=str(one.refusal.column))  # fmt: skip
