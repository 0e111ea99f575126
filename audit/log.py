"""The one way into the audit trail, in the transaction of the change."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

from audit.actors import Actor
from audit.models import AuditEvent
from tenants import bulk
from tenants.bulk import Row
from tenants.ids import uuid7


def entry(
    action: str,
    *,
    entity: models.Model | None = None,
    patient_id: UUID | None = None,
    outcome: str = "success",
    detail: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> Row:
    """An event not yet written; for `record_all`."""
    kind = entity._meta.model_name or "" if entity is not None else ""
    return entry_of(action, kind, entity.pk if entity is not None else None, patient_id=patient_id,
                    outcome=outcome, detail=detail, actor=actor, now=now)  # fmt: skip


def entry_of(
    action: str, kind: str, entity_id: UUID | None, *, patient_id: UUID | None = None,
    outcome: str = "success", detail: Mapping[str, Any] | None = None, actor: Actor, now: datetime,
) -> Row:  # fmt: skip
    """The same of a row that is no object: its kind (`task`, `chartitem`) and id."""
    return {
        "id": uuid7(), "at": now, "action": action, "outcome": outcome,
        "actor_kind": actor.kind.value, "actor_name": actor.name, "user_id": actor.user_id,
        "membership_id": actor.membership_id, "patient_id": patient_id, "entity": kind,
        "entity_id": entity_id, "request_id": actor.request_id, "address": actor.address,
        "detail": dict(detail or {}),
    }  # fmt: skip


def record(
    action: str,
    *,
    entity: models.Model | None = None,
    patient_id: UUID | None = None,
    outcome: str = "success",
    detail: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Write one event. `detail` holds ids and codes: no name, no value, no free text."""
    record_all(
        [
            entry(
                action,
                entity=entity,
                patient_id=patient_id,
                outcome=outcome,
                detail=detail,
                actor=actor,
                now=now,
            )
        ]
    )


def record_all(entries: Iterable[Row]) -> None:
    """Write many in one statement."""
    bulk.insert(AuditEvent, entries)
