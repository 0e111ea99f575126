"""Admitting people to a practice."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Membership, ProviderIdentifier, User
from accounts.roles import Role
from audit import log
from audit.actors import Actor
from tenants import scope
from tenants.models import Door, DoorKind, Location


@transaction.atomic
def admit(
    *,
    user: User,
    roles: Sequence[Role],
    name: str = "",
    specialty: str = "",
    location: Location | None = None,
    provider_ids: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> Membership:
    """Make a person a member of the practice in scope; `provider_ids` are how messages name them."""
    member = Membership.objects.create(
        user=user, roles=list(roles), name=name or user.name, specialty=specialty, location=location
    )
    ProviderIdentifier.objects.bulk_create(
        ProviderIdentifier(membership=member, value=value) for value in provider_ids
    )
    Door.objects.get_or_create(kind=DoorKind.MEMBER, key=str(user.pk), practice_id=scope.current())
    log.record(
        "member.admitted", entity=member, actor=actor, now=now, detail={"roles": list(roles)}
    )
    return member


@transaction.atomic
def deactivate(*, membership: Membership, actor: Actor, now: datetime) -> None:
    """End a membership: the door closes at once, what they did stays."""
    Membership.objects.lock([membership.pk]).get()
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    Door.objects.filter(
        kind=DoorKind.MEMBER, key=str(membership.user_id), practice_id=scope.current()
    ).delete()
    log.record("member.deactivated", entity=membership, actor=actor, now=now)
