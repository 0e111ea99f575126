"""What the API reads: tasks in the order of every queue, one task with its reasons and history."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from accounts.models import Membership
from charts.models import PatientIdentifier
from integrations.api.paging import place_of
from routing.models import Communication, Queue, RoutingDecision, Task, TaskTransition
from routing.states import OPEN

IN_LIST = ("queue", "owner", "claimed_by", "ended_by")


def page(asked: Mapping[str, Any]) -> list[Task]:
    """One page and one task more, if there is one."""
    tasks = Task.objects.select_related(*IN_LIST).filter(**_plain(asked))
    if asked.get("unowned"):
        tasks = tasks.unowned()
    if mrn := asked.get("mrn"):
        tasks = tasks.filter(patient__in=_patients(mrn, asked.get("assigner")))
    if cursor := asked.get("cursor"):
        tasks = tasks.filter(place_of(cursor).after())
    return list(tasks.most_dangerous_first()[: asked["limit"] + 1])


def _plain(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Filters that name a column; without a status, the open tasks."""
    filters: dict[str, Any] = {"status__in": asked.get("status") or sorted(OPEN)}
    if not asked.get("status"):
        filters["ended_at__isnull"] = True
    filters |= {f"{name}__in": asked[name] for name in ("category", "severity") if asked.get(name)}
    columns = {"queue": "queue_id", "owner": "owner_id"}
    filters |= {columns[name]: asked[name] for name in columns if asked.get(name)}
    return filters


def _patients(mrn: str, assigner: str | None) -> QuerySet[PatientIdentifier, Any]:
    known = PatientIdentifier.objects.filter(value=mrn)
    if assigner is not None:
        known = known.filter(assigner=assigner)
    return known.values("patient_id")


def one(task_id: UUID) -> Task | None:
    """A task with its patient, its item, why it is where it is, and what was done to it."""
    decisions = RoutingDecision.objects.select_related("rule", "rule_set", "queue", "owner")
    transitions = TaskTransition.objects.select_related("member", "queue", "owner")
    told = Communication.objects.standing().order_by("at", "pk")
    found: Task | None = (
        Task.objects.filter(pk=task_id)
        .select_related(*IN_LIST, "item", "patient")
        .prefetch_related(
            Prefetch("decisions", decisions.order_by("-at", "-pk")),
            Prefetch("communications", told, to_attr="informed"),
            Prefetch("transitions", transitions.order_by("version")),
            "patient__identifiers",
        )
        .first()
    )
    return found


def member(member_id: UUID) -> Membership | None:
    """An active member of the practice."""
    found: Membership | None = Membership.objects.filter(pk=member_id, is_active=True).first()
    return found


def members() -> QuerySet[Membership, Any]:
    """Everybody who may be given work."""
    known: QuerySet[Membership, Any] = Membership.objects.filter(is_active=True)
    return known.prefetch_related("identifiers").order_by("name", "pk")


def queue(queue_id: UUID) -> Queue | None:
    """A queue of the practice."""
    found: Queue | None = Queue.objects.filter(pk=queue_id).first()
    return found


def queues() -> QuerySet[Queue, Any]:
    """Every queue of the practice."""
    known: QuerySet[Queue, Any] = Queue.objects.select_related("location")
    return known.order_by("name", "pk")
