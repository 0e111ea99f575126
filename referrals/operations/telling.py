"""Telling what happened: facts are added and folded; a report closes, its withdrawal reopens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from referrals.folding import FOLDED, put, stands
from referrals.models import Fact, Referral
from referrals.saying import Mistake
from referrals.states import TRANSITIONS, Axis, Closure, Report, Source
from tenants import bulk, wake
from tenants.ids import uuid7
from tenants.models import Topic


class NoReferral(Exception):
    """No referral of this practice has that id."""


class NoFact(Exception):
    """The referral has no such fact, or it was taken back already."""


class Overtaken(Exception):
    """Somebody else said something of the referral first; nothing was saved."""


class UnknownValue(Exception):
    """The axis knows no such value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A fact to be told. `key` names its occasion: told twice, it is one fact."""

    key: str
    axis: Axis
    value: str
    at: datetime
    source: Source
    item_id: UUID | None = None
    appointment_at: datetime | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def locked(referral_id: UUID, version: int | None = None) -> Referral:
    """The referral, locked; `version`: as somebody saw it.

    Raises:
        NoReferral: the practice has none of that id.
        Overtaken: it is not as they saw it any more.
    """
    referral: Referral | None = Referral.objects.lock([referral_id]).first()
    if referral is None:
        raise NoReferral(_("No such referral."))
    if version is not None and version != referral.version:
        raise Overtaken(_("This referral was changed meanwhile. Your change was not saved."))
    return referral


@transaction.atomic
def tell(
    *, referral_id: UUID, tellings: Sequence[Telling], version: int | None = None, actor: Actor,
    now: datetime,
) -> Referral:  # fmt: skip
    """Add what was told and let the referral say what stands now; nothing new changes nothing.

    Raises:
        NoReferral: there is no such referral.
        Overtaken: it is not as whoever tells it saw it.
        UnknownValue: an axis knows no such value.
    """
    for one in tellings:
        if one.value not in TRANSITIONS[one.axis]:
            raise UnknownValue(f"{one.axis}: {one.value}")
    referral = locked(referral_id, version)
    known = list(Fact.objects.filter(referral=referral))
    keys = {fact.key for fact in known}
    new = {one.key: _fact(referral, one, actor, now) for one in tellings if one.key not in keys}
    if new:
        _add(referral, known, list(new.values()), actor=actor, now=now)
    return referral


@transaction.atomic
def undo(
    *, referral_id: UUID, fact_id: UUID, because: Mistake | None = None,
    version: int | None = None, actor: Actor, now: datetime,
) -> Referral:  # fmt: skip
    """Take a fact back: it stays, and counts for nothing.

    Raises:
        NoReferral: there is no such referral.
        Overtaken: it is not as whoever takes it back saw it.
        NoFact: it has no such fact, or that one was taken back already.
    """
    referral = locked(referral_id, version)
    known = list(Fact.objects.filter(referral=referral))
    wrong = next((fact for fact in known if fact.pk == fact_id), None)
    if wrong is None or wrong.undoes_id or any(fact.undoes_id == fact_id for fact in known):
        raise NoFact(_("This was taken back already, or is not of this referral."))
    back = Fact(
        referral=referral, key=f"undo:{wrong.pk}", axis=wrong.axis, value=wrong.value, at=now,
        told_at=now, source=Source.STAFF, actor_name=actor.name, member_id=actor.membership_id,
        undoes=wrong, detail={"because": because} if because else {},
    )  # fmt: skip
    _add(referral, known, [back], actor=actor, now=now)
    return referral


def _fact(referral: Referral, one: Telling, actor: Actor, now: datetime) -> Fact:
    return Fact(
        id=uuid7(), referral=referral, key=one.key, axis=one.axis, value=one.value, at=one.at,
        told_at=now, source=one.source, actor_name=actor.name, member_id=actor.membership_id,
        item_id=one.item_id, appointment_at=one.appointment_at, detail=dict(one.detail),
    )  # fmt: skip


def _add(
    referral: Referral, known: Sequence[Fact], new: Sequence[Fact], *, actor: Actor, now: datetime
) -> None:
    before = (referral.report_state, referral.report_id)
    after = stands([*known, *new])
    for fact in new:
        fact.held = after.held.get(fact.pk, "")
    bulk.insert(Fact, new)
    put(referral, after)
    closing = _closing(referral, before)
    if closing is not None:
        referral.closed_because = closing
        referral.closed_at = now if closing else None
        put(referral, after)
    referral.version += 1
    referral.save(update_fields=[*FOLDED, "closed_because", "closed_at", "version"])
    _record(referral, new, closing, actor=actor, now=now)
    wake.call(Topic.CADENCE, [(referral.pk, now)])


def _closing(referral: Referral, before: tuple[str, UUID | None]) -> str | None:
    """What closes it now (empty: it is open again); None where nothing does.

    A report that comes closes it, whatever it was closed for; so nothing else does, and what
    somebody opened again stays open until another report comes.
    """
    reported = referral.report_state == Report.RECEIVED
    if reported and before != (referral.report_state, referral.report_id):
        return Closure.REPORTED
    if not reported and referral.closed_because == Closure.REPORTED:
        return ""
    return None


def _record(
    referral: Referral, new: Sequence[Fact], closing: str | None, *, actor: Actor, now: datetime
) -> None:
    entries = [
        log.entry("referral.undone" if fact.undoes_id else "referral.told", entity=referral,
                  patient_id=referral.patient_id, actor=actor, now=now,
                  detail={"fact": str(fact.pk), "axis": fact.axis, "value": fact.value,
                          "held": fact.held})
        for fact in new
    ]  # fmt: skip
    if closing is not None:
        action = "referral.closed" if closing else "referral.reopened"
        entries.append(log.entry(action, entity=referral, patient_id=referral.patient_id,
                                 detail={"because": closing}, actor=actor, now=now))  # fmt: skip
    log.record_all(entries)
