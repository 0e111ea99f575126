"""Who may close what: the product's table, as the practice has delegated it. The one place that
decides; screens, bulk work, rules and the API all ask here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.permissions import MAY, Permission, PermissionRefused, among, may
from accounts.roles import Role
from routing.friction import Cell, cell_of, closing
from routing.models import Delegation, Task
from tenants import dates

WEEK = timedelta(days=6)
"""Within it, a day is named by its weekday."""


@dataclass(frozen=True, slots=True)
class Authority:
    """What holds at an instant, and what is decided for after it."""

    now: datetime
    versions: Mapping[Cell, Sequence[Delegation]]
    """Of each kind of work that was ever delegated, those not over; the newest first."""
    zone: ZoneInfo

    def may_close(
        self, roles: Collection[str], *, category: str, severity: str, queue_role: str
    ) -> Permission:
        """Whether one of the roles may close such a task; or why not, and from when."""
        cell = cell_of(category, severity, queue_role)
        if cell is None or cell not in self.versions:
            return may(roles, closing(category, severity, queue_role))
        allowed = among(roles, self.closers(cell), _("close {work}").format(work=cell.words))
        if allowed:
            return allowed
        reason = " ".join(filter(None, [allowed.reason, self._ahead(roles, cell)]))
        return Permission(allowed=False, reason=reason)

    def may_close_task(self, roles: Collection[str], task: Task) -> Permission:
        """The same of a task that is there."""
        return self.may_close(
            roles, category=task.category, severity=task.severity, queue_role=task.queue.role
        )

    def holding(self, cell: Cell, *, at: datetime | None = None) -> Delegation | None:
        """The version that holds at an instant; None: the product's own table."""
        at = at or self.now
        versions = self.versions.get(cell, ())
        return next((one for one in versions if one.valid_from <= at and not _over(one, at)), None)

    def closers(self, cell: Cell, *, at: datetime | None = None) -> frozenset[Role]:
        """The roles that may close it at an instant."""
        version = self.holding(cell, at=at)
        return frozenset(map(Role, version.roles)) if version else product(cell)

    def changes(self, cell: Cell) -> list[datetime]:
        """The instants ahead at which something else begins to hold, the soonest first."""
        edges = {
            edge
            for one in self.versions.get(cell, ())
            for edge in (one.valid_from, one.valid_until)
            if edge is not None and edge > self.now
        }
        return sorted(at for at in edges if self.closers(cell, at=at))

    def _ahead(self, roles: Collection[str], cell: Cell) -> str:
        """From when they may, and by whose word."""
        for at in self.changes(cell):
            if any(role in self.closers(cell, at=at) for role in roles):
                version = self.holding(cell, at=at)
                day = self.day(at)
                if version is None:
                    return _("You can again from {day}.").format(day=day)
                return _("{name} delegates these to you from {day}.").format(
                    name=version.delegated_by.name, day=day
                )
        return ""

    def day(self, at: datetime) -> str:
        """`Monday` within a week, else `Dec 7, 2026`."""
        local = at.astimezone(self.zone)
        if local.date() - self.now.astimezone(self.zone).date() <= WEEK:
            return dates.weekday(local)
        return dates.long_date(local)


def product(cell: Cell) -> frozenset[Role]:
    """Who may close it where the practice has said nothing."""
    return MAY[closing(cell.category, cell.severity, Role.NURSE)]


def load(*, now: datetime) -> Authority:
    """What the practice in scope has delegated, in one statement."""
    alive = Delegation.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=now))
    rows = alive.select_related("delegated_by", "practice")
    ordered = sorted(rows.order_by("-made_at", "-pk"), key=_cell)
    versions = {cell: tuple(group) for cell, group in groupby(ordered, key=_cell)}
    return Authority(now=now, versions=versions, zone=_zone(ordered))


def require_closing(member: Membership, task: Task, *, now: datetime) -> None:
    """Refuse where they may not close it.

    Raises:
        PermissionRefused: with the reason, and from when on they may, as its text.
    """
    permission = load(now=now).may_close_task(member.roles, task)
    if not permission:
        raise PermissionRefused(permission.reason)


def _over(one: Delegation, at: datetime) -> bool:
    return one.valid_until is not None and one.valid_until <= at


def _cell(one: Delegation) -> Cell:
    return Cell(one.category, one.severity)


def _zone(rows: Sequence[Delegation]) -> ZoneInfo:
    """The clock of the practice; nothing is dated where nothing was delegated."""
    return ZoneInfo(rows[0].practice.time_zone if rows else "UTC")
