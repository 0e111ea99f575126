"""Who reads, when and where: what every query of a screen is asked with."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Membership
from accounts.permissions import YES, Operation, Permission, may
from charts.models import EmergencyAccess
from dashboards.queries.listed import Site
from routing import authority, sight
from routing.authority import Authority
from routing.sight import Chart
from tenants.models import Location


@dataclass(frozen=True)
class Desk:
    """One member at work, at one instant."""

    member: Membership
    now: datetime
    practices: tuple[UUID, ...] = ()
    """Where the person is a member, oldest first."""
    broken_into: tuple[UUID, ...] = ()
    """Emergency accesses that were begun in this session."""
    hides_names: bool = False
    """Others can see this screen: patients are initials."""

    @cached_property
    def zone(self) -> ZoneInfo:
        """Of the member's own location, else of the practice."""
        return zone_of(self.member.location, self.member)

    @cached_property
    def today(self) -> date:
        """The date there."""
        return self.now.astimezone(self.zone).date()

    @property
    def midnight(self) -> datetime:
        """When today began there."""
        return datetime.combine(self.today, time.min, tzinfo=self.zone)

    @cached_property
    def authority(self) -> Authority:
        """Who may close what in the practice now."""
        return authority.load(now=self.now)

    @cached_property
    def sees_patients(self) -> bool:
        return bool(may(self.member.roles, Operation.SEE_PATIENT))

    @cached_property
    def emergencies(self) -> tuple[EmergencyAccess, ...]:
        """Those of this session that still run."""
        if not self.broken_into:
            return ()
        mine = EmergencyAccess.objects.filter(pk__in=self.broken_into, member=self.member)
        running = mine.filter(ended_at__isnull=True, until__gt=self.now)
        return tuple(running.order_by("until", "pk"))

    def opens(self, patient: Chart) -> Permission:
        """Whether this person may see this patient's chart now; or why not."""
        if any(one.patient_id == patient.pk for one in self.emergencies):
            return YES
        return sight.may_open(self.member, patient)


def zone_of(location: Location | Site | None, member: Membership) -> ZoneInfo:
    """The clock on the wall where the work is."""
    return ZoneInfo(location.time_zone if location else member.practice.time_zone)
