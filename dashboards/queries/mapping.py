"""What feeds sent and nothing here answers to, by kind, the most often seen first."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.rows import UnmappedGroup, UnmappedPage, UnmappedRow
from dashboards.words import later
from integrations.mapping import suggestions, waiting
from integrations.mapping.suggestions import Suggestion
from integrations.models import Unmapped

Kind = Unmapped.Kind

SHOWN = 50
"""Of each kind; answering these brings the next."""

PATIENTS = frozenset({Kind.UNIDENTIFIED, Kind.NEW_PATIENT, Kind.TWO_PATIENTS})

HINTS = {
    Kind.TWO_PATIENTS: later(
        "A message holds numbers of two patients. It waits, and what follows it waits too."
    ),
    Kind.UNIDENTIFIED: later(
        "The message had no number for the patient. Its work is in a queue already."
    ),
    Kind.NEW_PATIENT: later(
        "Only a laboratory knows them so far. Their work is in a queue already."
    ),
    Kind.PROVIDER: later("Work for somebody nobody knows goes to a pool instead of to a person."),
    Kind.LOCATION: later("Work from a place nobody knows goes to the whole practice."),
    Kind.CODE: later("Without LOINC, lists of delegated results and watched codes do not see it."),
}
"""In the order of the screen: what holds work up comes first."""

EMPTY = {
    Kind.TWO_PATIENTS: later("No message waits between two patients."),
    Kind.UNIDENTIFIED: later("Every patient came with a number."),
    Kind.NEW_PATIENT: later("No laboratory sent a patient whom nobody knew."),
    Kind.PROVIDER: later("Every provider that was named works here."),
    Kind.LOCATION: later("Every place that was named is one of yours."),
    Kind.CODE: later("Every result code has its LOINC."),
}

WHY_NOT = later("A practice manager says who is who: patients' names are not shown to IT.")


def page(desk: Desk) -> UnmappedPage:
    """All kinds, those that hold work up first."""
    still_open = Unmapped.objects.filter(resolved_at__isnull=True)
    totals = dict(still_open.values_list("kind").annotate(n=Count("pk")))
    groups = tuple(_group(Kind(kind), desk, totals.get(kind, 0)) for kind in HINTS)
    total = sum(totals.values())
    said = words.plural("%(count)s answer wanted.", "%(count)s answers wanted.", total)
    return UnmappedPage(said if total else _("Nothing is unmapped."), groups)


def find(unmapped_id: UUID) -> Unmapped | None:
    """A row that waits for an answer."""
    rows = Unmapped.objects.select_related("feed", "patient")
    found: Unmapped | None = rows.filter(pk=unmapped_id, resolved_at__isnull=True).first()
    return found


def may_answer(row: Unmapped, desk: Desk) -> bool:
    """Who a patient is, is said by somebody who may see patients."""
    return row.kind not in PATIENTS or desk.sees_patients


def line(row: Unmapped, desk: Desk) -> UnmappedRow:
    """One row by itself."""
    return _lines([row], desk)[0]


def suggestion_of(row: Unmapped) -> Suggestion | None:
    """What it surely means, if anything."""
    return suggestions.sure([row]).get(row.pk)


def _group(kind: Kind, desk: Desk, total: int) -> UnmappedGroup:
    rows: list[Unmapped] = []
    if total:
        found = Unmapped.objects.filter(kind=kind, resolved_at__isnull=True)
        rows = list(found.select_related("feed").order_by("-seen", "pk")[:SHOWN])
    closed = kind in PATIENTS and not desk.sees_patients
    return UnmappedGroup(
        label=str(kind.label),
        hint=HINTS[kind],
        rows=_lines(rows, desk),
        has_answers=kind not in PATIENTS,
        more=_("%(count)s more follow these.") % {"count": words.count(total - SHOWN)}
        if total > SHOWN
        else "",
        why_not=WHY_NOT if closed and rows else "",
        empty=EMPTY[kind],
    )


def _lines(rows: Sequence[Unmapped], desk: Desk) -> tuple[UnmappedRow, ...]:
    if not rows:
        return ()
    counts = waiting.counts(rows[0].kind, [row.value for row in rows])
    sure = suggestions.sure(rows)
    return tuple(_line(row, desk, counts, sure.get(row.pk)) for row in rows)


def _open_tasks(number: int) -> str:
    return words.plural("%(count)s open task", "%(count)s open tasks", number)


def _line(
    row: Unmapped, desk: Desk, counts: dict[tuple[str, str], int], sure: Suggestion | None
) -> UnmappedRow:
    number = counts.get((row.feed.slug, row.value), 0)
    return UnmappedRow(
        url=reverse("dashboards:answer", args=[row.pk]) if may_answer(row, desk) else "",
        value=_VALUE.get(Kind(row.kind), row.value),
        display=row.display,
        feed=row.feed.name,
        seen=words.count(row.seen),
        last=words.moment(row.last_at, zone=desk.zone, now=desk.now),
        waiting=_open_tasks(number) if number else "",
        suggestion=f"{sure.label} ({sure.answer})" if sure and row.kind == Kind.CODE
        else sure.label if sure else "",
        reason=sure.reason if sure else "",
    )  # fmt: skip


_VALUE = {
    Kind.UNIDENTIFIED: later("A patient without a number"),
    Kind.NEW_PATIENT: later("A patient nobody knew"),
    Kind.TWO_PATIENTS: later("A message between two patients"),
}
