"""Invitations: made for a packet, opened with their code, revoked. Secrets are shown once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from referrals import codes
from referrals.models import Invitation
from referrals.models.invitation import MOST_TRIES
from referrals.operations.asking import ask
from referrals.operations.telling import locked
from referrals.works import Work
from tenants import scope
from tenants.models import Door, DoorKind

LASTS = timedelta(days=60)


class NotInvited(Exception):
    """Nobody can be invited to answer this referral; the text says why."""


class NoInvitation(Exception):
    """The practice has no such invitation."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation with its secrets, which are shown now and never again."""

    invitation_id: UUID
    link: str = field(repr=False)
    code: str = field(repr=False)
    address: str
    """Where the code alone is typed."""
    until: datetime


class Opened(StrEnum):
    """What came of a code."""

    OPEN = "open"
    WRONG = "wrong"
    SHUT = "shut"
    """Over its time, revoked, locked, or of a referral that nobody waits for any more."""


@transaction.atomic
def invite(*, referral_id: UUID, lasts: timedelta = LASTS, actor: Actor, now: datetime) -> Invited:
    """A link and a code by which the specialist can answer. Those of before stay good.

    Raises:
        NoReferral: there is no such referral.
        NotInvited: it is closed.
    """
    referral = locked(referral_id)
    if not referral.is_open:
        raise NotInvited(_("This referral is closed already. Open it again first."))
    token, code = codes.new_link(), codes.new_code()
    row = Invitation.objects.create(
        referral=referral, link_digest=codes.digest_of_link(token),
        code_digest=codes.digest_of_code(code), made_at=now, expires_at=now + lasts,
    )  # fmt: skip
    Door.objects.bulk_create([
        Door(kind=DoorKind.INVITATION, key=digest, practice_id=scope.current())
        for digest in (row.link_digest, row.code_digest)
    ])  # fmt: skip
    _record("invitation.made", row, actor=actor, now=now)
    return Invited(row.pk, codes.address_of(token), code, codes.address(), row.expires_at)


@transaction.atomic
def revoke_invitation(*, invitation_id: UUID, actor: Actor, now: datetime) -> None:
    """It opens nothing any more; revoked again, it stays so. Its doors stay, so that whoever holds
    the sheet is told whom to call.

    Raises:
        NoInvitation: there is no such invitation.
    """
    row = _locked(pk=invitation_id)
    if row is None:
        raise NoInvitation(_("No such invitation."))
    if row.revoked_at is None:
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        _record("invitation.revoked", row, actor=actor, now=now)


@transaction.atomic
def revoke_former(*, referral_id: UUID, actor: Actor, now: datetime) -> None:
    """All that a referral invited to so far; the caller holds the referral."""
    rows = Invitation.objects.filter(referral=referral_id, revoked_at=None)
    for pk in sorted(rows.values_list("pk", flat=True)):
        revoke_invitation(invitation_id=pk, actor=actor, now=now)


@transaction.atomic
def open_invitation(
    *, door: str, code: str, actor: Actor, now: datetime
) -> tuple[Opened, Invitation | None]:
    """The invitation behind a door of this practice, if the code is its own. A wrong code counts;
    with the last of `MOST_TRIES` it is shut, and a person is told.

    Args:
        door: what is kept of the link; of whoever has the code alone, of that.
        code: as it was typed.
    """
    row = _locked(link_digest=door) or _locked(code_digest=door)
    if row is None or not row.is_live(now):
        return Opened.SHUT, row
    if not codes.is_code(code, row.code_digest):
        return _note_wrong(row, actor=actor, now=now), row
    row.opened_at, row.last_opened_at, row.tries = row.opened_at or now, now, 0
    row.save(update_fields=["opened_at", "last_opened_at", "tries"])
    _record("invitation.opened", row, actor=actor, now=now)
    return Opened.OPEN, row


def _note_wrong(row: Invitation, *, actor: Actor, now: datetime) -> Opened:
    row.tries += 1
    is_last = row.tries >= MOST_TRIES
    row.locked_at = now if is_last else None
    row.save(update_fields=["tries", "locked_at"])
    action = "invitation.locked" if is_last else "invitation.refused"
    _record(action, row, outcome="denied", actor=actor, now=now)
    if is_last:
        ask(referral_id=row.referral_id, work=Work.CODE_LOCKED, key=f"locked:{row.pk}",
            actor=actor, now=now)  # fmt: skip
    return Opened.SHUT if is_last else Opened.WRONG


def _locked(**which: object) -> Invitation | None:
    rows = Invitation.objects.select_related("referral").select_for_update(of=("self",))
    found: Invitation | None = rows.filter(**which).first()
    return found


def _record(
    action: str, row: Invitation, *, outcome: str = "success", actor: Actor, now: datetime
) -> None:
    log.record(action, entity=row, patient_id=row.referral.patient_id, outcome=outcome,
               detail={"referral": str(row.referral_id)}, actor=actor, now=now)  # fmt: skip
