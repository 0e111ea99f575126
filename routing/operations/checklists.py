"""A practice's checklists, in versions that are never changed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit import log
from audit.actors import Actor
from charts.values import VisitType
from routing.checklists import STARTER, DraftLine, check
from routing.models import Checklist, ChecklistLine


@transaction.atomic
def install_checklists(*, actor: Actor, now: datetime) -> int:
    """The starter checklist for each type of visit that has none yet; returns how many."""
    held = set(Checklist.objects.values_list("visit_type", flat=True))
    missing = [kind for kind in VisitType if kind not in held]
    for kind in missing:
        _publish(kind, STARTER[kind], None, actor=actor, now=now)
    return len(missing)


@transaction.atomic
def publish_checklist(
    *, visit_type: VisitType, lines: Sequence[DraftLine], member: Membership, actor: Actor,
    now: datetime,
) -> Checklist:  # fmt: skip
    """The next version, for visits that end from now on; charts that wait keep theirs.

    Raises:
        PermissionRefused: the member manages no checklists.
        ChecklistRefused: the lines make no checklist.
    """
    permissions.require(member.roles, Operation.MANAGE_CHECKLISTS)
    check(lines)
    return _publish(visit_type, lines, member, actor=actor, now=now)


def _publish(
    visit_type: VisitType, lines: Sequence[DraftLine], member: Membership | None, *,
    actor: Actor, now: datetime,
) -> Checklist:  # fmt: skip
    held = Checklist.objects.filter(visit_type=visit_type)
    version = (held.aggregate(latest=Max("version"))["latest"] or 0) + 1
    made = Checklist.objects.create(
        visit_type=visit_type, version=version, published_at=now, published_by=member
    )
    ChecklistLine.objects.bulk_create(
        ChecklistLine(
            checklist=made, position=position, title=line.title.strip()[:80], role=line.role,
            answered_by=line.answered_by, hours=line.hours,
        )
        for position, line in enumerate(lines, start=1)
    )  # fmt: skip
    said = {"type": visit_type.value, "version": version}
    log.record("checklist.published", entity=made, detail=said, actor=actor, now=now)
    return made
