"""One unmapped value, and what may be answered."""

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from charts.models import Patient, PatientIdentifier
from dashboards import words
from dashboards.queries import mapping
from dashboards.queries.desk import Desk
from dashboards.queries.listing import patient_line
from dashboards.rows import AnswerPage, Choice, PatientChoice
from dashboards.words import later
from integrations.mapping import Resolved, Verdict, conflicts
from integrations.models import InboundMessage, Unmapped
from tenants.models import Location

Kind = Unmapped.Kind

MOST_CANDIDATES = 20

QUESTIONS = {
    Kind.CODE: later("Which LOINC code is it?"),
    Kind.PROVIDER: later("Who is it?"),
    Kind.LOCATION: later("Which location is it?"),
    Kind.UNIDENTIFIED: later("Who is it?"),
    Kind.NEW_PATIENT: later("Who is it?"),
    Kind.TWO_PATIENTS: later("Whom is the message about?"),
}


def page(
    row: Unmapped, desk: Desk, *, said: Mapping[str, str], errors: Iterable[str] = (),
    preview: Iterable[str] = (),
) -> AnswerPage:  # fmt: skip
    """The form with what was said so far, else with what is surely meant."""
    kind, sure = Kind(row.kind), mapping.suggestion_of(row) if not said else None
    line = mapping.line(row, desk)
    is_patient = kind in mapping.PATIENTS
    return AnswerPage(
        row=line,
        kind=kind.value,
        title=line.value if is_patient else f"{kind.label}: {row.value}",
        question=QUESTIONS[kind],
        message_url=reverse("dashboards:message", args=[row.message_id]) if row.message_id else "",
        subject=patient_line(row.patient, desk) if row.patient else None,
        choices=_choices(kind),
        patients=_patients(row, desk, said.get("patient", "")) if is_patient else (),
        answer=said.get("answer", sure.answer if sure else ""),
        display=said.get("display", row.display),
        number=said.get("number", ""),
        patient=said.get("patient", ""),
        every_feed=bool(said.get("every_feed")),
        one_person=said.get("one_person", ""),
        may_be_every_feed=not is_patient and not row.assigner,
        may_be_set_aside=kind != Kind.TWO_PATIENTS,
        errors=tuple(errors),
        preview=tuple(preview),
    )


def effects(found: Resolved) -> list[str]:
    """What an answer would do, a sentence each."""
    verdicts = Counter(trial.verdict for trial in found.trials)
    moved = words.plural(
        "%(count)s open task will move.", "%(count)s open tasks will move.", found.moved
    )
    stayed = words.plural(
        "%(count)s open task will stay (right already, or taken up).",
        "%(count)s open tasks will stay (right already, or taken up).", found.stayed,
    )  # fmt: skip
    said = [moved] * bool(found.moved) + [stayed] * bool(found.stayed)
    said += [_of_messages(verdicts[one], does) for one, does in VERDICTS.items() if verdicts[one]]
    return said or [_("Nothing waits for this. The next message will be read this way.")]


VERDICTS = {
    Verdict.CREATES: later("will create tasks"),
    Verdict.CHANGES: later("will change tasks that stand"),
    Verdict.EXISTS: later("will be skipped, as all is there already"),
    Verdict.TEST: later("will make no task, being test traffic"),
    Verdict.HELD: later("would be held again"),
}


def _of_messages(number: int, does: str) -> str:
    messages = words.plural("%(count)s message", "%(count)s messages", number)
    return _("%(messages)s %(does)s.") % {"messages": messages, "does": does}


def numbered(number: str) -> list[Patient]:
    """The patients whom a number names, whoever gave it."""
    ids = PatientIdentifier.objects.filter(value=number.strip()[:120]).select_related("patient")
    return list({one.patient_id: one.patient for one in ids}.values()) if number.strip() else []


def _choices(kind: Kind) -> tuple[Choice, ...]:
    if kind == Kind.PROVIDER:
        members = Membership.objects.filter(is_active=True).order_by("name")
        return tuple(
            Choice(value=str(one.pk), label=f"{one.name}, {one.role.label}") for one in members
        )
    if kind == Kind.LOCATION:
        sites = Location.objects.order_by("name")
        return tuple(Choice(value=str(one.pk), label=one.name) for one in sites)
    return ()


def _patients(row: Unmapped, desk: Desk, chosen: str) -> tuple[PatientChoice, ...]:
    found = _between(row) if row.kind == Kind.TWO_PATIENTS else _alike(row)
    numbers: dict[UUID, list[str]] = {}
    for one in PatientIdentifier.objects.filter(patient__in=found).order_by("pk"):
        numbers.setdefault(one.patient_id, []).append(
            f"{one.value} ({one.assigner or 'no assigner'})"
        )
    return tuple(
        PatientChoice(
            id=str(patient.pk), line=patient_line(patient, desk),
            numbers=", ".join(numbers.get(patient.pk, [])[:4]), chosen=str(patient.pk) == chosen,
        )
        for patient in found
    )  # fmt: skip


def _between(row: Unmapped) -> list[Patient]:
    message = InboundMessage.objects.select_related("feed").filter(pk=row.value).first()
    found = conflicts(message) if message else []
    return list({one.pk: one for conflict in found for one in conflict.patients}.values())


def _alike(row: Unmapped) -> list[Patient]:
    """Others of the same birth date and family name."""
    stranger = row.patient
    if stranger is None or stranger.birth_date is None or not stranger.family:
        return []
    same = Patient.objects.filter(
        birth_date=stranger.birth_date, family__iexact=stranger.family, merged_into=None
    )
    return list(same.exclude(pk=stranger.pk).order_by("given", "pk")[:MOST_CANDIDATES])
