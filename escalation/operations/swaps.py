"""Two colleagues exchange turns: one asks, the other agrees, and both change hands at once."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from escalation.duty import begins, holder, turn_of
from escalation.models import Override, Rotation, Swap
from escalation.operations import planning
from escalation.operations.planning import DutyRefused
from escalation.operations.telling import tell

MOVED_ON = gettext_lazy("The rota has changed since. Ask again.")


class SwapNotFound(Exception):
    """No such request waits for an answer of theirs."""


@transaction.atomic
def ask_swap(
    *, rotation_id: UUID, offered_at: datetime, wanted_at: datetime, by: Membership,
    actor: Actor, now: datetime,
) -> Swap:  # fmt: skip
    """Offer the turn of one's own that runs at an instant for a colleague's that runs at another.

    Raises:
        DutyRefused: the turn is not theirs or has begun, the other is nobody's or their own,
            somebody would be away, or it is offered already.
    """
    members = planning.locked()
    rotation = Rotation.objects.filter(pk=rotation_id, retired_at__isnull=True).first()
    if rotation is None:
        raise DutyRefused(_("Choose one of your turns."), field="offered")
    offered, wanted = _turn(rotation, offered_at), _turn(rotation, wanted_at)
    other_id = holder(rotation, wanted[0])
    if holder(rotation, offered[0]) != by.pk or offered[0] <= now:
        raise DutyRefused(_("Choose a turn of yours that has not begun."), field="offered")
    if other_id is None or other_id == by.pk or wanted[0] <= now:
        raise DutyRefused(_("Choose a colleague's turn that has not begun."), field="wanted")
    colleague = planning.check_active(other_id, members, field="wanted")
    swap = Swap(
        rotation=rotation, asker=by, colleague=colleague, offered_from=offered[0],
        offered_until=offered[1], wanted_from=wanted[0], wanted_until=wanted[1], asked_at=now,
    )  # fmt: skip
    _check(swap, now=now)
    _save(swap)
    log.record("swap.asked", entity=swap, detail=_detail(swap), actor=actor, now=now)
    tell([colleague], "swap-asked", occasion=f"swap-asked:{swap.pk}", actor=actor, now=now)
    return swap


@transaction.atomic
def agree_to_swap(*, swap_id: UUID, by: Membership, actor: Actor, now: datetime) -> Swap:
    """Both turns change hands, or neither does.

    Raises:
        SwapNotFound: nothing waits for an answer of theirs.
        DutyRefused: the rota changed since, a turn has begun, or somebody would be away.
    """
    members = planning.locked()
    swap = _waiting(swap_id)
    if swap.colleague_id != by.pk:
        raise SwapNotFound(_("No such request."))
    for member_id in (swap.asker_id, swap.colleague_id):
        planning.check_active(member_id, members)
    _check(swap, now=now)
    for member, span in ((swap.colleague, (swap.offered_from, swap.offered_until)),
                         (swap.asker, (swap.wanted_from, swap.wanted_until))):  # fmt: skip
        Override.objects.create(
            rotation=swap.rotation, member=member, begins_at=span[0], ends_at=span[1],
            reason="swapped", made_at=now, swap=swap,
        )  # fmt: skip
    return _answered(swap, Swap.State.AGREED, actor=actor, now=now)


@transaction.atomic
def decline_swap(*, swap_id: UUID, by: Membership, actor: Actor, now: datetime) -> Swap:
    """Nothing changes: the colleague declines, or whoever asked takes it back.

    Raises:
        SwapNotFound: nothing waits for an answer of theirs.
    """
    swap = _waiting(swap_id)
    if by.pk not in (swap.asker_id, swap.colleague_id):
        raise SwapNotFound(_("No such request."))
    took_back = by.pk == swap.asker_id
    state = Swap.State.WITHDRAWN if took_back else Swap.State.DECLINED
    return _answered(swap, state, actor=actor, now=now)


def _turn(rotation: Rotation, at: datetime) -> tuple[datetime, datetime]:
    """The turn that runs at an instant."""
    turn = turn_of(rotation, at)
    return begins(rotation, turn), begins(rotation, turn + 1)


def _check(swap: Swap, *, now: datetime) -> None:
    """Whether each still has what they would give, and would be here for what they get."""
    offered, wanted = (swap.offered_from, swap.offered_until), (swap.wanted_from, swap.wanted_until)
    rotation, zone_name = swap.rotation, swap.rotation.time_zone
    if rotation.retired_at is not None or min(offered[0], wanted[0]) <= now:
        raise DutyRefused(_("One of these turns has begun or is no more. Ask for another."))
    if _turn(rotation, offered[0]) != offered or _turn(rotation, wanted[0]) != wanted:
        raise DutyRefused(str(MOVED_ON))
    if holder(rotation, offered[0]) != swap.asker_id:
        raise DutyRefused(str(MOVED_ON))
    if holder(rotation, wanted[0]) != swap.colleague_id:
        raise DutyRefused(str(MOVED_ON))
    for span in (offered, wanted):
        _check_whole(rotation, span)
    for member, span in ((swap.colleague, offered), (swap.asker, wanted)):
        planning.check_may_be_on_call(member, field="wanted")
        planning.check_here(member, *span, zone_name=zone_name, now=now, field="wanted")


def _check_whole(rotation: Rotation, span: tuple[datetime, datetime]) -> None:
    begin, end = span
    inside = Override.objects.filter(rotation=rotation, begins_at__lt=end, ends_at__gt=begin)
    if inside.exclude(begins_at__lte=begin, ends_at__gte=end).exists():
        raise DutyRefused(
            _("Somebody stands in for part of this turn. Ask whoever plans duty to change it.")
        )


def _save(swap: Swap) -> None:
    try:
        with transaction.atomic():
            swap.save(force_insert=True)
    except IntegrityError:
        raise DutyRefused(
            _("You have offered this turn already. Take that request back first."), field="offered"
        ) from None


def _waiting(swap_id: UUID) -> Swap:
    found = Swap.objects.lock([swap_id]).filter(state=Swap.State.ASKED).first()
    if found is None:
        raise SwapNotFound(_("No such request."))
    return found


def _answered(swap: Swap, state: Swap.State, *, actor: Actor, now: datetime) -> Swap:
    swap.state, swap.answered_at = state, now
    swap.save(update_fields=["state", "answered_at"])
    log.record(f"swap.{state}", entity=swap, detail=_detail(swap), actor=actor, now=now)
    if state != Swap.State.WITHDRAWN:
        tell([swap.asker], "swap-answered", occasion=f"swap-answered:{swap.pk}", actor=actor,
             now=now)  # fmt: skip
    return swap


def _detail(swap: Swap) -> dict[str, str]:
    return {
        "rotation": str(swap.rotation_id), "asker": str(swap.asker_id),
        "colleague": str(swap.colleague_id), "offered": swap.offered_from.isoformat(),
        "wanted": swap.wanted_from.isoformat(),
    }  # fmt: skip
