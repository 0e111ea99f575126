"""The directory of specialists: who is in it, and whose number was made sure of."""

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from referrals.directory import Entry, EntryRefused, checked
from referrals.models import Referral, Specialist
from referrals.operations.telling import locked

COLUMNS = tuple(one.name for one in fields(Entry))


class NoSpecialist(Exception):
    """The directory has no such entry, or it was taken out of use."""


@transaction.atomic
def add_specialist(*, entry: Entry, actor: Actor, now: datetime) -> Specialist:
    """Put somebody into the directory.

    Raises:
        EntryRefused: something is not what it must be, or they are in it already.
    """
    row = Specialist(**_columns(checked(entry)))
    _once(row)
    log.record("specialist.added", entity=row, actor=actor, now=now)
    return row


@transaction.atomic
def change_specialist(
    *, specialist_id: UUID, entry: Entry, actor: Actor, now: datetime
) -> Specialist:
    """Write an entry anew. Another fax number is nobody's until somebody made sure of it.

    Raises:
        NoSpecialist: there is no such entry.
        EntryRefused: as `add_specialist`.
    """
    row = _locked(specialist_id)
    said = _columns(checked(entry))
    changed = [name for name, value in said.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, said[name])
    if "fax" in changed:
        row.fax_verified_at = None
    if changed:
        _once(row, [*changed, "fax_verified_at"])
        log.record("specialist.changed", entity=row, detail={"changed": changed},
                   actor=actor, now=now)  # fmt: skip
    return row


@transaction.atomic
def verify_fax(*, specialist_id: UUID, fax: str, actor: Actor, now: datetime) -> Specialist:
    """Somebody made sure, by a call or on paper, that this number is the specialist's.

    `fax`: the number as it was shown to them; another one by now is not verified by it.

    Raises:
        NoSpecialist: there is no such entry.
        EntryRefused: it has no fax number, or another one by now.
    """
    row = _locked(specialist_id)
    if not row.fax or row.fax != fax:
        raise EntryRefused("fax", _("The number was changed meanwhile. Look at it again."))
    return _verified(row, now, "specialist.fax-verified", actor=actor, now=now)


@transaction.atomic
def doubt_fax(*, specialist_id: UUID, actor: Actor, now: datetime) -> Specialist:
    """The number takes no fax, or is somebody else's: nothing goes to it until it is verified.

    Raises:
        NoSpecialist: there is no such entry.
    """
    return _verified(_locked(specialist_id), None, "specialist.fax-doubted", actor=actor, now=now)


@transaction.atomic
def retire_specialist(*, specialist_id: UUID, actor: Actor, now: datetime) -> Specialist:
    """Nothing is sent to them any more; what was sent stays.

    Raises:
        NoSpecialist: there is no such entry.
    """
    row = _locked(specialist_id)
    row.is_active = False
    row.save(update_fields=["is_active"])
    log.record("specialist.retired", entity=row, actor=actor, now=now)
    return row


@transaction.atomic
def address_to(
    *, referral_id: UUID, specialist_id: UUID | None, version: int | None = None, actor: Actor,
    now: datetime,
) -> Referral:  # fmt: skip
    """Say to whom of the directory a referral goes; None: to nobody yet.

    Raises:
        NoReferral: there is no such referral.
        Overtaken: it is not as whoever says it saw it.
        NoSpecialist: there is no such entry.
    """
    referral = locked(referral_id, version)
    if specialist_id is not None and not _active().filter(pk=specialist_id).exists():
        raise NoSpecialist(_("The directory has no such specialist any more."))
    if referral.specialist_id == specialist_id:
        return referral
    referral.specialist_id = specialist_id
    return _told(referral, "specialist", actor=actor, now=now)


@transaction.atomic
def insure(
    *, referral_id: UUID, payer: str, rest: str = "", version: int | None = None, actor: Actor,
    now: datetime,
) -> Referral:  # fmt: skip
    """Write down how the patient is insured, for the packet: who pays; then plan, member number
    and group. No payer: what the order says holds again.

    Raises:
        NoReferral: there is no such referral.
        Overtaken: it is not as whoever says it saw it.
    """
    referral = locked(referral_id, version)
    payer, rest = _line(payer), _line(rest)
    told = referral.item.details.get("payer", "") if referral.item else ""
    referral.insurance = ", ".join(filter(None, (payer, rest)))[:250] if payer else ""
    referral.payer = (payer or _line(told))[:120]
    return _told(referral, "insurance", "payer", actor=actor, now=now)


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _told(referral: Referral, *columns: str, actor: Actor, now: datetime) -> Referral:
    referral.version += 1
    referral.save(update_fields=[*columns, "version"])
    log.record("referral.refreshed", entity=referral, patient_id=referral.patient_id,
               detail={"changed": list(columns)}, actor=actor, now=now)  # fmt: skip
    return referral


def _verified(
    row: Specialist, at: datetime | None, action: str, *, actor: Actor, now: datetime
) -> Specialist:
    row.fax_verified_at = at
    row.save(update_fields=["fax_verified_at"])
    log.record(action, entity=row, actor=actor, now=now)
    return row


def _active() -> Any:
    return Specialist.objects.filter(is_active=True)


def _locked(specialist_id: UUID) -> Specialist:
    row: Specialist | None = Specialist.objects.lock([specialist_id]).first()
    if row is None or not row.is_active:
        raise NoSpecialist(_("The directory has no such specialist any more."))
    return row


def _columns(entry: Entry) -> dict[str, Any]:
    said = {name: getattr(entry, name) for name in COLUMNS}
    return said | {"specialty": entry.specialty or "", "ways": [way.value for way in entry.ways]}


def _once(row: Specialist, changed: list[str] | None = None) -> None:
    """Write the columns, or the whole new row."""
    try:
        with transaction.atomic():
            if changed is None:
                row.save(force_insert=True)
            else:
                row.save(update_fields=changed)
    except IntegrityError:
        raise EntryRefused(
            "organization", _("They are in the directory already, under this name.")
        ) from None
