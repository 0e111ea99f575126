"""To whom a step speaks: people who are here, or the reason why there is nobody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import gettext_noop as _

from accounts.models import Membership
from accounts.roles import Role
from escalation.duty import Roster
from escalation.models import LadderStep, Receiver
from routing.models import Queue


@dataclass(frozen=True, slots=True)
class Reached:
    """People, or a sentence that says why there are none."""

    people: tuple[Membership, ...] = ()
    reason: str = ""


class Late(Protocol):
    """What is asked of a task, or of a task's row."""

    @property
    def owner_id(self) -> UUID | None: ...
    @property
    def queue(self) -> Queue: ...
    @property
    def location_id(self) -> UUID | None: ...
    @property
    def people(self) -> Mapping[str, Any] | None: ...


Find = Callable[[LadderStep, Late, Roster], Reached]


def receivers(step: LadderStep, task: Late, roster: Roster) -> Reached:
    """Whom the step means, with cover for those who are away."""
    return FINDS[Receiver(step.receiver)](step, task, roster)


def _owner(_step: LadderStep, task: Late, roster: Roster) -> Reached:
    if task.owner_id is not None:
        found = roster.present(task.owner_id)
        return Reached((found,)) if found else Reached(reason=_("the owner is away without cover"))
    people = tuple(roster.of_role(Role(task.queue.role)))
    return Reached(people, "" if people else _("nobody works this queue now"))


def _orderer(_step: LadderStep, task: Late, roster: Roster) -> Reached:
    found = roster.present(roster.named((task.people or {}).get("orderer")))
    return Reached((found,)) if found else Reached(reason=_("the ordering clinician is not here"))


def _supervisor(_step: LadderStep, task: Late, roster: Roster) -> Reached:
    named = roster.present(task.queue.supervisor_id)
    if named is not None:
        return Reached((named,))
    people = roster.of_role(Role.SUPERVISOR) or roster.of_role(Role.PRACTICE_MANAGER)
    return Reached(tuple(people), "" if people else _("no supervisor is here"))


def _on_call(step: LadderStep, task: Late, roster: Roster) -> Reached:
    found = roster.on_call(step.rotation_id, task.location_id)
    return Reached((found,)) if found else Reached(reason=_("nobody is on call"))


def _member(step: LadderStep, _task: Late, roster: Roster) -> Reached:
    found = roster.present(step.member_id)
    return Reached((found,)) if found else Reached(reason=_("that person is away without cover"))


def _role(step: LadderStep, _task: Late, roster: Roster) -> Reached:
    people = tuple(roster.of_role(Role(step.role)))
    return Reached(people, "" if people else _("nobody of that role is here"))


def _leads(_step: LadderStep, __task: Late, roster: Roster) -> Reached:
    return last_resort(roster)


def last_resort(roster: Roster) -> Reached:
    """Who leads, who may judge it, or everybody, even those who are away."""
    for roles in ((Role.SUPERVISOR, Role.PRACTICE_MANAGER), (Role.PHYSICIAN,), tuple(Role)):
        if people := roster.of_role(*roles):
            return Reached(tuple(people))
    return Reached(tuple(roster.members.values()), "" if roster.members else _("nobody is left"))


FINDS: dict[Receiver, Find] = {
    Receiver.OWNER: _owner, Receiver.ORDERER: _orderer, Receiver.SUPERVISOR: _supervisor,
    Receiver.ON_CALL: _on_call, Receiver.MEMBER: _member, Receiver.ROLE: _role,
    Receiver.LEADS: _leads,
}  # fmt: skip
