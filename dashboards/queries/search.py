"""One box: a patient by name, birth date or record number; a task or an order by its number.

Every question is a range of an index (`charts.models.token`), so it costs the same whether a
practice has two hundred patients or two hundred thousand.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import Operation, may
from charts.folding import folded, terms
from charts.models import ChartItem, Patient, PatientIdentifier, SearchToken
from dashboards.queries.desk import Desk
from dashboards.queries.listed import fetch
from dashboards.queries.listing import patient_line, rows_of
from dashboards.rows import Empty, QueueRow
from dashboards.rows.search import OrderFound, PatientFound, SearchPage
from routing.models import Task

MOST = 20
"""Of each kind; whoever finds more types more."""
SHOWN = 5
"""Open tasks of one patient."""
SHORTEST = 2
"""Characters of the longest word."""
TOKENS_EACH = 4
"""A patient may be met by several of their tokens."""

NUMBER = re.compile(r"[0-9a-f]{8}|[0-9a-f]{32}")
"""A task's number, or its whole id."""


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, and what the audit is told of it."""

    page: SearchPage
    patients: tuple[UUID, ...] = ()
    """Whose names are on it."""

    @property
    def counted(self) -> dict[str, int]:
        """How many of each kind."""
        page = self.page
        return {
            "patients": len(page.patients), "tasks": len(page.tasks), "orders": len(page.orders),
        }  # fmt: skip


def search(desk: Desk, query: str) -> Search:
    """Everything that begins with what was typed, as far as the member may see it."""
    typed, whole = terms(query), folded(query)
    if not typed or len(typed[0]) < SHORTEST:
        return Search(SearchPage(query=query, empty=_too_short() if query else None))
    people = patients_of(typed) if desk.sees_patients else []
    items = _items(whole) if desk.sees_patients else []
    numbered = _numbered(whole, desk)
    if not (people or items or numbered):
        return Search(SearchPage(query=query, empty=_nothing(desk)))
    work, become = _open_work(people[:MOST]), _become(items)
    shown = {pk for tasks in work.values() for pk in tasks[:SHOWN]} | {*numbered, *become.values()}
    listed = fetch(shown)
    rows = {
        UUID(row.id): row
        for row in rows_of(desk, list(listed.values()), back=reverse("dashboards:search"))
    }
    patients = _patients_found(desk, people[:MOST], work, rows)
    orders = _orders_found(desk, items, become, rows)
    page = SearchPage(
        query=query, sentence=_sentence(patients, orders, more=len(people) > MOST),
        patients=patients, tasks=tuple(rows[pk] for pk in numbered), orders=orders,
    )  # fmt: skip
    others = {one.patient.pk for one in listed.values() if one.patient}
    return Search(page, tuple({*people[:MOST], *others}))


def patients_of(typed: Sequence[str]) -> list[UUID]:
    """Patients who bear every term, in the order of the first one's tokens; one more than shown."""
    first, *others = typed
    theirs = SearchToken.objects.of_patients().filter(patient=OuterRef("patient"))
    met = SearchToken.objects.of_patients().beginning(first)
    for term in others:
        met = met.filter(Exists(theirs.beginning(term)))
    ids = met.order_by("token").values_list("patient", flat=True)[: MOST * TOKENS_EACH]
    return list(dict.fromkeys(ids))[: MOST + 1]


def _items(whole: str) -> list[UUID]:
    met = SearchToken.objects.of_items().beginning(whole).order_by("token")
    return list(dict.fromkeys(met.values_list("item", flat=True)[:MOST]))


def _numbered(whole: str, desk: Desk) -> list[UUID]:
    if not NUMBER.fullmatch(whole):
        return []
    tasks = Task.objects.filter(number=whole[-8:])
    tasks = tasks if desk.sees_patients else tasks.filter(patient__isnull=True)
    return list(tasks.values_list("pk", flat=True)[:MOST])


def _open_work(people: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The open tasks of each patient, most dangerous first."""
    work: dict[UUID, list[UUID]] = defaultdict(list)
    tasks = Task.objects.open().filter(patient__in=people).most_dangerous_first()
    for pk, patient in tasks.values_list("pk", "patient"):
        work[patient].append(pk)
    return work


def _become(items: Collection[UUID]) -> dict[UUID, UUID]:
    """The newest task of each item."""
    tasks = Task.objects.filter(item__in=items).order_by("item", "-authored_at").distinct("item")
    return dict(tasks.values_list("item", "pk"))


def _patients_found(
    desk: Desk, people: Collection[UUID], work: dict[UUID, list[UUID]], rows: dict[UUID, QueueRow]
) -> tuple[PatientFound, ...]:
    found = Patient.objects.filter(pk__in=people).order_by("family", "given", "birth_date", "pk")
    numbers = record_numbers(people)
    return tuple(
        _patient_found(desk, one, numbers.get(one.pk, ""), work.get(one.pk, []), rows)
        for one in found
    )


def _patient_found(
    desk: Desk, patient: Patient, number: str, tasks: Sequence[UUID], rows: dict[UUID, QueueRow]
) -> PatientFound:
    """A restricted chart says no more than that it is one; its page says how it is opened."""
    line, url = patient_line(patient, desk), reverse("dashboards:patient", args=[patient.pk])
    if not desk.opens(patient):
        return PatientFound(patient=line, url=url)
    return PatientFound(
        patient=replace(line, mrn=number), url=url, open_words=_open_words(len(tasks)),
        tasks=tuple(rows[pk] for pk in tasks[:SHOWN] if pk in rows),
    )  # fmt: skip


def record_numbers(people: Collection[UUID]) -> dict[UUID, str]:
    """The record numbers of each patient, as one reads them out."""
    said: dict[UUID, list[str]] = defaultdict(list)
    numbers = PatientIdentifier.objects.filter(patient__in=people, type__in=["MR", ""])
    for patient, value in numbers.order_by("value").values_list("patient", "value"):
        said[patient].append(value)
    return {patient: ", ".join(values[:3]) for patient, values in said.items()}


def _orders_found(
    desk: Desk, items: Sequence[UUID], become: dict[UUID, UUID], rows: dict[UUID, QueueRow]
) -> tuple[OrderFound, ...]:
    found = ChartItem.objects.filter(pk__in=items).select_related("patient")
    held = {one.pk: one for one in found.defer("observations", "details", "text", "older")}
    return tuple(
        OrderFound(
            numbers=", ".join(dict.fromkeys(n for n in (one.filler, one.placer) if n)),
            title=one.title, patient=patient_line(one.patient, desk),
            task=rows.get(become.get(pk, pk)),
        )
        for pk in items if (one := held.get(pk))
    )  # fmt: skip


def _open_words(many: int) -> str:
    if not many:
        return _("No open task")
    return ngettext("%(n)s open task", "%(n)s open tasks", many) % {"n": many}


def _sentence(
    patients: Collection[PatientFound], orders: Collection[OrderFound], *, more: bool
) -> str:
    if more:
        return _("More than %(n)s patients. Add a given name or a birth date.") % {"n": MOST}
    if len(orders) == MOST:
        return _("The first %(n)s orders. Type more of the number.") % {"n": MOST}
    return ngettext("%(n)s patient", "%(n)s patients", len(patients)) % {"n": len(patients)}


def _too_short() -> Empty:
    return Empty(_("Type a little more"), _("Two letters or digits are the least."))


def _nothing(desk: Desk) -> Empty:
    if desk.sees_patients:
        return Empty(
            _("Nothing found"),
            _("Names are found by how they begin, numbers too. A birth date is 3/2/1961."),
        )
    refusal = may(desk.member.roles, Operation.SEE_PATIENT).reason
    return Empty(_("Nothing found"), refusal + " " + _("You find tasks by their number."))
