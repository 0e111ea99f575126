"""Who reads, when and where: what every query of a screen is asked with."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.models import Membership
from accounts.permissions import Operation, may
from tenants.models import Location


@dataclass(frozen=True, slots=True)
class Desk:
    """One member at work, at one instant."""

    member: Membership
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """Of the member's own location, else of the practice."""
        return zone_of(self.member.location, self.member)

    @property
    def sees_patients(self) -> bool:
        return bool(may(self.member.roles, Operation.SEE_PATIENT))


def zone_of(location: Location | None, member: Membership) -> ZoneInfo:
    """The clock on the wall where the work is."""
    return ZoneInfo(location.time_zone if location else member.practice.time_zone)
