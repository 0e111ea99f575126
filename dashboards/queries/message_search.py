"""One box: whatever number somebody reads out, the messages it stands in.

A control id, the number of an order, document, referral or patient, a task, a message. Messages
that were never understood are looked at in their bodies, for they are what is searched for most.
"""

import re
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from charts.models import ChartItem, ItemVersion, PatientIdentifier
from integrations.models import Feed, InboundMessage
from routing.models import RoutingDecision, Task
from tenants import scope

MOST = 500
"""Messages of one search."""

FAMILIES = ("result", "order", "document", "referral", "appointment", "patient", "visit")
"""What an order key begins with (integrations.hl7.ordering)."""

IN_BODIES = """
SELECT m.id FROM integrations_inboundmessage m
WHERE m.practice_id = %s AND m.state IN ('quarantined', 'rejected', 'received')
  AND position(%s::bytea in m.raw) > 0
  AND encode(m.raw, 'escape') ~ %s
ORDER BY m.arrived DESC LIMIT %s
"""
SHORTEST = 3
"""Characters: fewer stand in every body. What is found stands there whole: 508773, not 5087."""


def found(query: str) -> Any:
    """The messages in which this number stands."""
    match = Q(control_id=query) | Q(order_key__in=_order_keys(query))
    ids = _of_items(_items(query)) | _unread(query)
    if re.fullmatch(r"[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}", query):
        ids |= _of_task(UUID(query)) | {UUID(query)}
    return InboundMessage.objects.filter(match | Q(pk__in=ids))


def _order_keys(query: str) -> list[str]:
    tails = [pk.hex[-12:] for pk in Feed.objects.values_list("pk", flat=True)]
    keys = [f"{family} {query}" for family in FAMILIES]
    return [f"{tail} {key}"[:250] for tail in tails for key in (*keys, query)]


def _items(query: str) -> set[UUID]:
    """Chart items of this number, or of the patient who has it."""
    whose = PatientIdentifier.objects.filter(value=query).values("patient_id")
    numbers = Q(filler=query) | Q(placer=query) | Q(key=query) | Q(encounter_number=query)
    numbered = ChartItem.objects.filter(numbers | Q(patient_id__in=whose))
    newest = numbered.order_by("-received_at").values_list("pk", flat=True)
    return set(newest[:MOST])


def _of_items(items: set[UUID]) -> set[UUID]:
    if not items:
        return set()
    versions = ItemVersion.objects.filter(item__in=items).order_by("-received_at")
    return {pk for pk in versions.values_list("message_id", flat=True)[:MOST] if pk}


def _of_task(task_id: UUID) -> set[UUID]:
    """The messages that made a task or changed it; a task is known by its id alone."""
    decided = RoutingDecision.objects.filter(task_id=task_id).values_list("message_id", flat=True)
    about = Task.objects.filter(pk=task_id).values_list("message_id", flat=True)
    return {pk for pk in (*decided, *about) if pk}


def _unread(query: str) -> set[UUID]:
    if len(query) < SHORTEST or not query.isascii() or "\\" in query:
        return set()
    whole = f"(^|[^A-Za-z0-9]){re.escape(query)}($|[^A-Za-z0-9])"
    with connection.cursor() as cursor:
        cursor.execute(IN_BODIES, [scope.current(), query.encode(), whole, MOST])
        return {row[0] for row in cursor.fetchall()}
