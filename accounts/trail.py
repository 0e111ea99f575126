"""What somebody's sign-in leaves in the audit trail: a row in each practice that they belong to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest

from accounts.middleware import practices_of
from accounts.models import Membership
from audit import log
from audit.actors import Actor
from tenants import scope

DOOR = "sign-in"


def record(
    action: str, *, user_id: UUID, request: HttpRequest, outcome: str = "success",
    detail: Mapping[str, Any] | None = None, now: datetime,
) -> None:  # fmt: skip
    """By the person, or by the door itself where it turned somebody away: who that was is open."""
    where = {
        "request_id": getattr(request, "request_id", "") or uuid4().hex,
        "address": request.META.get("REMOTE_ADDR", "")[:45],
    }
    for practice_id in practices_of(user_id):
        with scope.scoped(practice_id), transaction.atomic():
            member = Membership.objects.filter(user_id=user_id).first()
            if member is None:
                continue
            actor = (
                Actor.person(member, **where)
                if outcome == "success"
                else Actor.machine(DOOR, **where)
            )
            log.record(action, entity=member, outcome=outcome, detail=detail, actor=actor, now=now)
