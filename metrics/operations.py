"""Every write of measures: value sets loaded, codes chosen, the target set."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from metrics.measures.codes import Coding, ValueSets
from metrics.models import LoadedValueSet, ReferralTarget

MOST = 20_000
"""Codes of one value set; the largest of a measure of ours has some hundred."""


class NotLoaded(Exception):
    """The value sets cannot be used; the text says why."""


class NotChosen(Exception):
    """The value set has no such code, or is not loaded."""


class NoTarget(Exception):
    """A target is a whole number from 1 to 100."""


@transaction.atomic
def load_value_sets(*, rows: Iterable[tuple[str, Coding]], actor: Actor, now: datetime) -> int:
    """Take these value sets in, each in the place of what was loaded of it; returns how many.

    Raises:
        NotLoaded: there is none, or one is too large.
    """
    found: dict[str, set[Coding]] = {}
    for address, coding in rows:
        found.setdefault(ValueSets.key(address), set()).add(coding)
    if not found:
        raise NotLoaded(_("The file names no code."))
    if any(len(codes) > MOST or len(key) > 250 for key, codes in found.items()):
        raise NotLoaded(_("A value set is too large, or its name is too long."))
    for key in sorted(found):
        _load(key, sorted(found[key]), actor=actor, now=now)
    return len(found)


def _load(key: str, codes: list[Coding], *, actor: Actor, now: datetime) -> None:
    held = LoadedValueSet.objects.select_for_update(of=("self",)).filter(url=key).first()
    usual = held.usual if held and tuple(held.usual) in codes else []
    loaded, _made = LoadedValueSet.objects.update_or_create(
        url=key,
        defaults={"codes": codes, "usual": usual, "loaded_at": now, "loaded_by_name": actor.name},
    )
    log.record("measure.codes-loaded", entity=loaded, detail={"codes": len(codes)},
               actor=actor, now=now)  # fmt: skip


@transaction.atomic
def choose_code(*, value_set: str, coding: Coding, actor: Actor, now: datetime) -> None:
    """Our own resources bear this code of the value set from now on.

    Raises:
        NotChosen: it is not in the set, or the set is not loaded.
    """
    rows = LoadedValueSet.objects.select_for_update(of=("self",))
    held = rows.filter(url=ValueSets.key(value_set)).first()
    if held is None or list(coding) not in held.codes:
        raise NotChosen(_("This value set has no such code."))
    if held.usual == list(coding):
        return
    held.usual = list(coding)
    held.save(update_fields=["usual"])
    log.record("measure.code-chosen", entity=held, detail={"code": coding[1]},
               actor=actor, now=now)  # fmt: skip


@transaction.atomic
def set_target(*, percent: int, actor: Actor, now: datetime) -> None:
    """How many of a hundred referrals are to come back.

    Raises:
        NoTarget: it is no percentage.
    """
    if not 1 <= percent <= 100:
        raise NoTarget(_("Give a whole number from 1 to 100."))
    target, _made = ReferralTarget.objects.update_or_create(defaults={"percent": percent})
    log.record("referral.target-set", entity=target, detail={"percent": percent},
               actor=actor, now=now)  # fmt: skip
