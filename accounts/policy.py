"""What a practice asks of those who sign in: a second step, and how long a session lasts. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from accounts.permissions import MAY, Operation
from accounts.roles import Role

SEES_PATIENTS = MAY[Operation.SEE_PATIENT]

IDLE_MINUTES, LASTS_HOURS = 10, 12

IDLE_ALLOWED, LASTS_ALLOWED = range(1, 61), range(1, 25)
"""What a practice may choose; no cookie of ours lives longer than a day."""


class Loss(StrEnum):
    """Why a practice manager takes away somebody's second step, or signs them out."""

    PHONE_LOST = "phone-lost"
    PHONE_REPLACED = "phone-replaced"
    KEY_BROKEN = "key-broken"
    DEVICE_LOST = "device-lost"
    SOMEBODY_ELSE = "somebody-else"


class Lack(StrEnum):
    """What a practice asks of those who sign in, and a session does not have."""

    SIGN_ON = "sign-on"
    """It lets people in by its own sign-in only."""
    ELSEWHERE = "elsewhere"
    """Another practice's sign-in vouched for the person, and nothing of their own did."""
    SECOND_STEP = "second-step"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPolicy:
    """One practice's rules; what it never set is as here."""

    second_step: frozenset[Role] = SEES_PATIENTS
    """Roles that need one: an authenticator app or a passkey, beside the password."""
    idle_minutes: int = IDLE_MINUTES
    """Without a key or a click for so long, the screen locks."""
    lasts_hours: int = LASTS_HOURS
    """So long after signing in one signs in again, however busy."""
    only_sign_on: bool = False
    """Nobody works here who did not come by the practice's own sign-in, but for the keeper."""
    keeper: str = ""
    """The id of the practice manager who may still come by password, should that sign-in fail."""
    trusts_second_step: bool = False
    """A second step that the practice's own sign-in asked for counts as ours."""

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """From what `document` wrote."""
        known = {name: kept[name] for name in cls.__slots__ if name in kept}
        if "second_step" in known:
            known["second_step"] = frozenset(Role(role) for role in known["second_step"])
        return cls(**known)

    def document(self) -> dict[str, Any]:
        """As the practice keeps it."""
        return {
            "second_step": sorted(self.second_step), "idle_minutes": self.idle_minutes,
            "lasts_hours": self.lasts_hours, "only_sign_on": self.only_sign_on,
            "keeper": self.keeper, "trusts_second_step": self.trusts_second_step,
        }  # fmt: skip

    def asks_second_step(self, roles: Collection[str]) -> bool:
        """Whether somebody of these roles needs one."""
        return any(role in self.second_step for role in roles)

    def asks_sign_on(self, member_id: UUID) -> bool:
        """Whether this member has to come by the practice's own sign-in."""
        return self.only_sign_on and str(member_id) != self.keeper


BY_PASSWORD_ALONE = AccessPolicy(second_step=frozenset())
"""Of practices that hold made-up people only."""
