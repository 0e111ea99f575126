"""A chart opened in an emergency: begun for a reason, ended, and judged by somebody else."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.languages import speaking_to
from accounts.models import Membership
from accounts.permissions import MAY, Operation
from accounts.roles import Role
from audit import log
from audit.actors import Actor
from charts.models import EmergencyAccess, Patient
from escalation.words import words
from outbox import operations as outbox
from outbox.choosing import RANK, reach
from outbox.models import Urgency
from outbox.operations import Saying

MINUTES = (15, 30, 60)
"""How long a chart may be open so; the last is what is usual."""

OWN_WORDS = 15
"""Letters that a reason has at least."""


class EmergencyRefused(ValueError):
    """The chart is not opened, or the look not judged, like that; the text says why."""

    def __init__(self, sentence: str, *, field: str) -> None:
        super().__init__(sentence)
        self.field = field


@transaction.atomic
def open_in_emergency(
    *, patient_id: UUID, member: Membership, reason: str, minutes: int, actor: Actor, now: datetime
) -> EmergencyAccess:
    """Open one patient's chart for a short time; whoever guards privacy is told at once.

    Raises:
        PermissionRefused: the member is nobody's.
        EmergencyRefused: the reason says too little, or the time is none of those.
    """
    permissions.require(member.roles, Operation.BREAK_GLASS)
    if len(reason.strip()) < OWN_WORDS:
        raise EmergencyRefused(_("Say in a sentence why you must open this chart."), field="reason")
    if minutes not in MINUTES:
        raise EmergencyRefused(_("Choose how long you need it."), field="minutes")
    patient = Patient.objects.get(pk=patient_id)
    access = EmergencyAccess.objects.create(
        patient=patient, member=member, reason=reason.strip()[:250], begun_at=now,
        until=now + timedelta(minutes=minutes),
    )  # fmt: skip
    outbox.intend(_notices(access, now=now), actor=actor, now=now)
    log.record("emergency.begun", entity=access, patient_id=patient.pk,
               detail={"minutes": minutes}, actor=actor, now=now)  # fmt: skip
    return access


@transaction.atomic
def end_emergency(
    *, access_id: UUID, member: Membership, actor: Actor, now: datetime
) -> EmergencyAccess | None:
    """The chart is shut again for them; None where it is not theirs, or over."""
    rows = EmergencyAccess.objects.lock([access_id])
    access = rows.filter(member=member, ended_at__isnull=True, until__gt=now).first()
    if access is None:
        return None
    access.ended_at = now
    access.save(update_fields=["ended_at"])
    log.record("emergency.ended", entity=access, patient_id=access.patient_id, actor=actor, now=now)
    return access


@transaction.atomic
def review_emergency(
    *, access_id: UUID, by: Membership, finding: str, note: str = "", actor: Actor, now: datetime
) -> EmergencyAccess:
    """Judge whether it was right to open the chart: once, and never one's own look.

    Raises:
        PermissionRefused: they do not guard privacy.
        EmergencyRefused: it is their own, was judged before, or nothing was said of it.
    """
    permissions.require(by.roles, Operation.REVIEW_ACCESS)
    access = EmergencyAccess.objects.lock([access_id]).get()
    if access.member_id == by.pk:
        raise EmergencyRefused(_("Somebody else reviews your own access."), field="finding")
    if access.reviewed_at is not None:
        raise EmergencyRefused(_("Somebody has reviewed it already."), field="finding")
    if finding not in EmergencyAccess.Finding.values:
        raise EmergencyRefused(_("Choose whether it was right."), field="finding")
    if finding == EmergencyAccess.Finding.NOT_JUSTIFIED and not note.strip():
        raise EmergencyRefused(_("Say what follows from it."), field="note")
    access.reviewed_at, access.reviewed_by = now, by
    access.finding, access.note = finding, note.strip()[:250]
    access.save(update_fields=["reviewed_at", "reviewed_by", "finding", "note"])
    log.record("emergency.reviewed", entity=access, patient_id=access.patient_id,
               detail={"finding": finding}, actor=actor, now=now)  # fmt: skip
    return access


def guards(*, but: Membership) -> list[Membership]:
    """Who is told and judges: the privacy officers, else the practice managers."""
    others = Membership.objects.filter(is_active=True).exclude(pk=but.pk).order_by("pk")
    members = [one for one in others if one.has(*MAY[Operation.REVIEW_ACCESS])]
    return [one for one in members if one.has(Role.PRIVACY_OFFICER)] or members


def _notices(access: EmergencyAccess, *, now: datetime) -> Iterator[Saying]:
    """No word of whose chart, by whom or why: that stands behind the sign-in."""
    people = guards(but=access.member)
    ways = reach([one.pk for one in people])
    zone = access.practice.time_zone
    for person in people:
        with speaking_to(person):
            said = words("emergency")
        for way in ways.notices(person.pk, zone, now=now):
            yield Saying(
                key=f"emergency:{access.pk}:{person.pk}:{way.channel.value}", member_id=person.pk,
                task_id=None, channel=way.channel, contact_id=way.contact_id,
                urgency=Urgency.NOTICE, template="emergency", subject=said.subject, body=said.body,
                rank=RANK[Urgency.NOTICE], at=way.at,
            )  # fmt: skip
