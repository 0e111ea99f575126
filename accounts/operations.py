"""Opening practices and locations; who works there, as what, and until when."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Membership, ProviderIdentifier, User
from accounts.permissions import Operation
from accounts.policy import AccessPolicy, Loss
from accounts.roles import Role
from audit import log
from audit.actors import Actor
from tenants import scope, sealing, wake
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


class RolesRefused(ValueError):
    """The roles cannot be those; the text says why and what to do."""


NO_ROLE = _("Choose at least one role.")
OWN_ROLES = _("Nobody changes their own roles. Ask another practice manager.")
LAST_MANAGER = _(
    "They are the last practice manager. Make somebody else a practice manager first: "
    "without one, nobody could admit people or change roles."
)
KEEPS_THE_WAY_IN = _(
    "They are who may still sign in by password, should single sign-on fail. Choose another "
    "practice manager for that first, under Security."
)


@transaction.atomic
def change_roles(
    *, member_id: UUID, roles: Sequence[Role], by: Membership, actor: Actor, now: datetime
) -> Membership:
    """What a member may do from now on; their sessions end. The first role is their main one.

    Raises:
        PermissionRefused: whoever asks manages no people.
        RolesRefused: no role, one's own, or the last practice manager's.
    """
    member, managers = _locked(member_id)
    permissions.require(by.roles if by.pk in managers else (), Operation.MANAGE_PEOPLE)
    if not roles:
        raise RolesRefused(NO_ROLE)
    if by.pk == member.pk:
        raise RolesRefused(OWN_ROLES)
    if Role.PRACTICE_MANAGER not in roles:
        _keep_a_manager(member, managers)
    before, after = list(member.roles), [role.value for role in roles]
    if before == after:
        return member
    member.roles = after
    _renew(member, "roles")
    wake.call(Topic.STAFF, [(member.pk, now)])
    log.record("member.roles-changed", entity=member, detail={"before": before, "after": after},
               actor=actor, now=now)  # fmt: skip
    return member


@transaction.atomic
def deactivate(*, membership: Membership, actor: Actor, now: datetime) -> None:
    """End a membership: the door closes at once, what they did stays, what is open moves on.

    Raises:
        RolesRefused: they are the last practice manager, or the one who keeps a password.
    """
    member, managers = _locked(membership.pk)
    _keep_a_manager(member, managers)
    membership.is_active = member.is_active = False
    _renew(member, "is_active")
    Door.objects.filter(
        kind=DoorKind.MEMBER, key=str(membership.user_id), practice_id=scope.current()
    ).delete()
    wake.call(Topic.STAFF, [(membership.pk, now)])
    User.objects.end_sessions(membership.user_id)
    log.record("member.deactivated", entity=membership, actor=actor, now=now)


@transaction.atomic
def reactivate(*, member_id: UUID, by: Membership, actor: Actor, now: datetime) -> Membership:
    """Somebody who had left comes back, in the roles that they had; nothing of theirs does.

    Raises:
        PermissionRefused: whoever asks manages no people.
    """
    permissions.require(by.roles, Operation.MANAGE_PEOPLE)
    member: Membership = Membership.objects.lock([member_id]).get()
    if member.is_active:
        return member
    member.is_active = True
    _renew(member, "is_active")
    Door.objects.get_or_create(
        kind=DoorKind.MEMBER, key=str(member.user_id), practice_id=scope.current()
    )
    wake.call(Topic.STAFF, [(member.pk, now)])
    log.record("member.reactivated", entity=member, actor=actor, now=now)
    return member


def _locked(member_id: UUID) -> tuple[Membership, set[UUID]]:
    """A member, and who manages the practice: two who remove each other are told apart."""
    managing = Q(is_active=True, roles__contains=[Role.PRACTICE_MANAGER.value])
    rows = Membership.objects.filter(managing | Q(pk=member_id)).order_by("pk").select_for_update()
    held = {row.pk: row for row in rows}
    managers = {pk for pk, row in held.items() if row.is_active and row.has(Role.PRACTICE_MANAGER)}
    if member_id not in held:
        raise Membership.DoesNotExist
    return held[member_id], managers


def _keep_a_manager(member: Membership, managers: Collection[UUID]) -> None:
    """One to manage people, and one who comes in whatever becomes of single sign-on."""
    if managers == {member.pk}:
        raise RolesRefused(LAST_MANAGER)
    if AccessPolicy.read(Practice.objects.get(pk=scope.current()).access).keeper == str(member.pk):
        raise RolesRefused(KEEPS_THE_WAY_IN)


def _renew(member: Membership, *fields: str) -> None:
    """Save what they may do, and end the sessions that were begun before."""
    member.access_version += 1
    member.save(update_fields=[*fields, "access_version"])


@transaction.atomic
def set_access_policy(*, policy: AccessPolicy, actor: Actor, now: datetime) -> None:
    """What the practice asks of those who sign in; open sessions follow it at once."""
    practice = Practice.objects.select_for_update().get(pk=scope.current())
    practice.access = policy.document()
    practice.save(update_fields=["access"])
    log.record("access-policy.set", entity=practice, detail=policy.document(), actor=actor, now=now)


@transaction.atomic
def end_sessions(*, membership: Membership, reason: Loss, actor: Actor, now: datetime) -> None:
    """Sign a person out everywhere, in whichever practice they are."""
    User.objects.end_sessions(membership.user_id)
    log.record("sessions.ended", entity=membership, detail={"reason": reason}, actor=actor,
               now=now)  # fmt: skip


@transaction.atomic
def end_devices(
    *, membership: Membership, devices: Collection[UserSession], actor: Actor, now: datetime
) -> None:
    """Sign oneself out on some of one's own devices."""
    for device in devices:
        device.end()
    log.record("devices.ended", entity=membership, detail={"count": len(devices)}, actor=actor,
               now=now)  # fmt: skip


@transaction.atomic
def reset_second_step(*, membership: Membership, reason: Loss, actor: Actor, now: datetime) -> None:
    """Take away what a person lost, and sign them out: the next sign-in sets up another."""
    factors = Authenticator.objects.filter(user_id=membership.user_id)
    kinds = sorted(factors.values_list("type", flat=True))
    factors.delete()
    User.objects.end_sessions(membership.user_id)
    log.record("second-step.reset", entity=membership, detail={"kinds": kinds, "reason": reason},
               actor=actor, now=now)  # fmt: skip


SEALED = ("secret", "seed")
"""What of a second step is sealed: an app's secret, and what recovery codes are made of."""


@transaction.atomic
def reseal_second_steps(*, actor: Actor, now: datetime) -> int:
    """Seal what the members' second steps keep anew under the first key; returns how many.

    Raises:
        SealBroken: one cannot be opened; nothing is changed.
    """
    members = Membership.objects.values_list("user_id", flat=True)
    held = Authenticator.objects.filter(user_id__in=list(members), data__has_any_keys=SEALED)
    rows = list(held.order_by("pk").select_for_update())
    for row in rows:
        row.data |= {name: sealing.reseal(row.data[name]) for name in SEALED if name in row.data}
        row.save(update_fields=["data"])
    practice = Practice.objects.get(pk=scope.current())
    log.record("second-step.resealed", entity=practice, detail={"count": len(rows)}, actor=actor,
               now=now)  # fmt: skip
    return len(rows)
