"""Opening practices, their locations, and admitting people to them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Membership, ProviderIdentifier, User
from accounts.roles import Role
from audit import log
from audit.actors import Actor
from tenants import scope, wake
from tenants.models import Door, DoorKind, Location, Practice, Topic, validate_time_zone


@transaction.atomic
def open_practice(*, name: str, slug: str, time_zone: str, actor: Actor, now: datetime) -> Practice:
    """A new customer, with nobody in it yet."""
    practice = Practice(name=name, slug=slug, time_zone=time_zone)
    practice.full_clean()
    practice.save(force_insert=True)
    with scope.scoped(practice.pk):
        log.record("practice.opened", entity=practice, actor=actor, now=now)
    return practice


@transaction.atomic
def add_location(
    *, name: str, time_zone: str, codes: Sequence[str] = (), actor: Actor, now: datetime
) -> Location:
    """A further site; `codes` are what feeds call it."""
    location = Location(name=name, time_zone=time_zone, codes=list(codes))
    location.full_clean(exclude=["practice"], validate_constraints=False)
    location.save(force_insert=True)
    log.record("location.added", entity=location, actor=actor, now=now)
    return location


class NoSuchTimeZone(ValueError):
    """The IANA database has no zone of that name."""


@transaction.atomic
def set_time_zone(
    *, location: Location | None, time_zone: str, actor: Actor, now: datetime
) -> None:
    """The clock on the wall of a location; None: of the practice itself.

    Raises:
        NoSuchTimeZone: there is none of that name.
    """
    try:
        validate_time_zone(time_zone)
    except ValidationError as unknown:
        raise NoSuchTimeZone(unknown.messages[0]) from None
    place: Location | Practice
    place = location or Practice.objects.select_for_update().get(pk=scope.current())
    if place.time_zone == time_zone:
        return
    place.time_zone = time_zone
    place.save(update_fields=["time_zone"])
    log.record("time_zone.set", entity=place, detail={"time_zone": time_zone}, actor=actor,
               now=now)  # fmt: skip


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
    """Make a person a member of the practice; `provider_ids` are how messages name them."""
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
    """End a membership: the door closes at once, what they did stays, what is open moves on."""
    Membership.objects.lock([membership.pk]).get()
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    Door.objects.filter(
        kind=DoorKind.MEMBER, key=str(membership.user_id), practice_id=scope.current()
    ).delete()
    wake.call(Topic.STAFF, [(membership.pk, now)])
    log.record("member.deactivated", entity=membership, actor=actor, now=now)
