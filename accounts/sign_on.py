"""The practice's own sign-in: setting it up, asking it of everybody, and noting that it works."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import IdentityProvider, Membership
from accounts.policy import AccessPolicy
from accounts.roles import Role
from audit import log
from audit.actors import Actor
from tenants import scope, sealing
from tenants.models import Door, DoorKind, Practice


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How the identity provider is reached and known."""

    issuer: str
    client_id: str
    secret: str
    """Empty: the one that is kept."""
    domains: Sequence[str]
    acr: str
    trusts_second_step: bool


class CannotAsk(ValueError):
    """Single sign-on cannot be asked of everybody yet."""


class NotYetUsed(CannotAsk):
    """Nobody has come in by it, as it is set up now."""


class NoKeeper(CannotAsk):
    """Whoever was named is no practice manager who could come in by password."""


@transaction.atomic
def set_up(*, wish: Wish, actor: Actor, now: datetime) -> IdentityProvider:
    """Set up the practice's own sign-in, or change it; a changed one has yet to show that it works.

    Where it is asked of everybody it still is: the keeper comes in if it does not work.
    """
    practice = Practice.objects.select_for_update().get(pk=scope.current())
    held = IdentityProvider.objects.first()
    row = held or IdentityProvider()
    is_another = (row.issuer, row.client_id) != (wish.issuer, wish.client_id)
    row.issuer, row.client_id, row.acr = wish.issuer, wish.client_id, wish.acr
    row.domains = list(wish.domains)
    if wish.secret:
        row.secret = sealing.seal(wish.secret)
    if is_another or wish.secret:
        row.worked_at = None
    row.save(force_insert=held is None, update_fields=None if held is None else FIELDS)
    _hang_doors(wish.domains)
    detail = {"changed": "secret" if wish.secret else "settings", "domains": len(row.domains),
              "trusts_second_step": wish.trusts_second_step}  # fmt: skip
    log.record("sign-on.set", entity=row, detail=detail, actor=actor, now=now)
    policy = AccessPolicy.read(practice.access)
    _keep(practice, replace(policy, trusts_second_step=wish.trusts_second_step))
    return row


FIELDS = ["issuer", "client_id", "secret", "domains", "acr", "worked_at"]


@transaction.atomic
def take_away(*, actor: Actor, now: datetime) -> None:
    """Give single sign-on up: everybody comes by password again."""
    practice = Practice.objects.select_for_update().get(pk=scope.current())
    row = IdentityProvider.objects.first()
    if row is None:
        return
    log.record("sign-on.removed", entity=row, actor=actor, now=now)
    row.delete()
    _hang_doors(())
    policy = AccessPolicy.read(practice.access)
    _keep(practice, replace(policy, only_sign_on=False, keeper="", trusts_second_step=False))


@transaction.atomic
def ask_of_all(*, keeper_id: UUID, actor: Actor, now: datetime) -> None:
    """Only through single sign-on, from now on and for open sessions too.

    Raises:
        NotYetUsed: nobody has come in by it: if it failed, nobody could.
        NoKeeper: the one who keeps their password is no practice manager who has one.
    """
    practice = Practice.objects.select_for_update().get(pk=scope.current())
    row = IdentityProvider.objects.filter(worked_at__isnull=False).first()
    if row is None:
        raise NotYetUsed
    keeper = managers_with_password().filter(pk=keeper_id).first()
    if keeper is None:
        raise NoKeeper
    policy = AccessPolicy.read(practice.access)
    _keep(practice, replace(policy, only_sign_on=True, keeper=str(keeper.pk)))
    log.record("sign-on.asked-of-all", entity=keeper, actor=actor, now=now)


@transaction.atomic
def ask_no_more(*, actor: Actor, now: datetime) -> None:
    """Passwords work again beside single sign-on."""
    practice = Practice.objects.select_for_update().get(pk=scope.current())
    policy = AccessPolicy.read(practice.access)
    _keep(practice, replace(policy, only_sign_on=False, keeper=""))
    log.record("sign-on.asked-no-more", entity=practice, actor=actor, now=now)


@transaction.atomic
def note_that_it_works(*, now: datetime) -> None:
    """Somebody has just come in by it."""
    IdentityProvider.objects.update(worked_at=now)


@transaction.atomic
def reseal(*, actor: Actor, now: datetime) -> int:
    """Seal the secret anew under the first key; returns how many there were.

    Raises:
        SealBroken: it cannot be opened; nothing is changed.
    """
    row = IdentityProvider.objects.select_for_update().first()
    if row is None:
        return 0
    row.secret = sealing.reseal(row.secret)
    row.save(update_fields=["secret"])
    log.record("sign-on.resealed", entity=row, actor=actor, now=now)
    return 1


def managers_with_password() -> QuerySet[Membership]:
    """Who could keep the way in by password."""
    managers = Membership.objects.filter(
        is_active=True, roles__contains=[Role.PRACTICE_MANAGER.value]
    )
    return managers.exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("name")


def practices_signing_on(domain: str) -> list[UUID]:
    """The practices whose people have addresses of this domain."""
    doors = Door.objects.filter(kind=DoorKind.MAIL_DOMAIN, key=_digest(domain)).order_by("pk")
    return list(doors.values_list("practice_id", flat=True))


def _keep(practice: Practice, policy: AccessPolicy) -> None:
    practice.access = policy.document()
    practice.save(update_fields=["access"])


def _hang_doors(domains: Sequence[str]) -> None:
    """One for each domain, and no others."""
    here = scope.current()
    keys = [_digest(domain) for domain in domains]
    mine = Door.objects.filter(kind=DoorKind.MAIL_DOMAIN, practice_id=here)
    mine.exclude(key__in=keys).delete()
    for key in keys:
        Door.objects.get_or_create(kind=DoorKind.MAIL_DOMAIN, key=key, practice_id=here)


def _digest(domain: str) -> str:
    return sha256(domain.lower().encode()).hexdigest()
