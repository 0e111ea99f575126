"""A week at Elm Street: two rotations, an absence with cover, a gap, a swap that waits."""

from datetime import datetime, timedelta

from accounts.roles import Role
from audit.actors import Actor
from escalation import operations
from escalation.duty import begins
from escalation.models import Rotation
from escalation.operations import Rota
from outbox.models import Channel, Contact
from tests.people import admit

DAY = timedelta(days=1)


def by(member, now: datetime) -> dict:
    return {"by": member, "actor": Actor.person(member), "now": now}


def ring(member, now: datetime) -> None:
    Contact.objects.create(
        member=member, channel=Channel.SMS, address=f"+1555{member.pk.int % 10**7:07}",
        verified_at=now,
    )  # fmt: skip


def rotation(elm, now: datetime, **more) -> Rotation:
    """Dr Diaz and Nora, a week each."""
    said = {"name": "Clinicians on call", "time_zone": "America/New_York", **more}
    members = said.pop("members", [elm.diaz.pk, elm.nora.pk])
    monday = now.date() - timedelta(days=now.weekday())
    return operations.start_rotation(
        rota=Rota(members=members, **said), begins_on=monday, **by(elm.sam, now)
    )


def open_week(elm, now: datetime) -> Rotation:
    """What the pictures show."""
    eve = admit("Dr Eve Roth", Role.PHYSICIAN, now=now)
    for member in (elm.diaz, elm.nora):
        ring(member, now)
    weekly = rotation(elm, now)
    rotation(elm, now, name="Duty of the day", members=[elm.diaz.pk, eve.pk, elm.nora.pk],
             turn_days=1)  # fmt: skip
    operations.record_absence(
        member_id=elm.diaz.pk, cover_id=elm.nora.pk, begins_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=3), **by(elm.diaz, now),
    )  # fmt: skip
    operations.record_absence(
        member_id=elm.max.pk, cover_id=None, begins_at=now, ends_at=now + timedelta(hours=30),
        **by(elm.max, now),
    )  # fmt: skip
    operations.override(
        rotation_id=weekly.pk, member_id=eve.pk, begins_at=begins(weekly, 1) + 3 * DAY,
        ends_at=begins(weekly, 1) + 4 * DAY, reason="conference", **by(elm.sam, now),
    )  # fmt: skip
    operations.ask_swap(
        rotation_id=weekly.pk, offered_at=begins(weekly, 2), wanted_at=begins(weekly, 3),
        **by(elm.diaz, now),
    )  # fmt: skip
    return weekly
