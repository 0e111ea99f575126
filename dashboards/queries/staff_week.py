"""A week by person: who is in, who is away and who covers, who is on call."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.permissions import Operation, may
from dashboards.queries.desk import Desk
from dashboards.rows.duty import DayCell, Mark, PersonWeek, WeekGrid
from dashboards.words import month_day, short_weekday
from escalation.coverage import Coverage, Stretch
from escalation.ladder import Place
from escalation.models import Absence

WEEK = 7


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the place, from midnight to midnight."""

    day: date
    begin: datetime
    end: datetime
    zone: ZoneInfo

    def part(self, begin: datetime, end: datetime | None) -> str:
        """Which part of the day some time takes: empty for all of it."""
        since = (
            ""
            if begin <= self.begin
            else _("from %(time)s") % {"time": f"{begin.astimezone(self.zone):%H:%M}"}
        )
        whole = end is None or end >= self.end
        until = (
            ""
            if whole or end is None
            else _("until %(time)s") % {"time": f"{end.astimezone(self.zone):%H:%M}"}
        )
        return " ".join(part for part in (since, until) if part)


@dataclass(frozen=True, slots=True)
class Week:
    """What the cells of a week are made of."""

    coverage: Coverage
    stretches: Sequence[Stretch]
    places: Mapping[UUID | None, Place]
    days: Sequence[Day]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def days_of(monday: date, zone: ZoneInfo) -> list[Day]:
    """Its seven days; one of them may have 23 or 25 hours."""
    dates = [monday + timedelta(days=ahead) for ahead in range(WEEK + 1)]
    begins = [datetime.combine(one, time.min, tzinfo=zone) for one in dates]
    return [
        Day(one, begin, end, zone)
        for one, begin, end in zip(dates, begins, begins[1:], strict=False)
    ]


def grid(desk: Desk, week: Week, monday: date) -> WeekGrid:
    """Everybody who works here, by name."""
    here = reverse("dashboards:staff")
    people = sorted(week.coverage.members.values(), key=lambda one: one.name)
    last = week.days[-1].day
    this = monday_of(desk.today)
    return WeekGrid(
        title=_("%(monday)s to %(last)s, %(year)s")
        % {"monday": month_day(monday), "last": month_day(last), "year": last.year},
        days=tuple(f"{short_weekday(one.day)} {one.day.day}" for one in week.days),
        people=tuple(_person(desk, week, one) for one in people),
        before_url=f"{here}?week={monday - timedelta(days=WEEK)}",
        after_url=f"{here}?week={monday + timedelta(days=WEEK)}",
        now_url="" if monday == this else here,
    )


def _person(desk: Desk, week: Week, member: Membership) -> PersonWeek:
    roles = desk.member.roles
    own = member.pk == desk.member.pk
    absence = reverse("dashboards:plan_absence") + f"?member={member.pk}"
    leaving = reverse("dashboards:leaving", args=[member.pk])
    cells = tuple(_cell(desk, week, member, one) for one in week.days)
    return PersonWeek(
        name=member.name, role=member.role.label, cells=cells,
        is_plain=all(one.is_plain for one in cells),
        absence_url=absence if own or may(roles, Operation.PLAN_DUTY) else "",
        leaving_url=leaving if may(roles, Operation.MANAGE_PEOPLE) and not own else "",
    )  # fmt: skip


def _cell(desk: Desk, week: Week, member: Membership, day: Day) -> DayCell:
    marks = (*_on_call(week, member, day), *_away(week, member, day), *_covers(week, member, day))
    is_closed = not _opens(week, member, day)
    if not marks and not is_closed:
        marks = (Mark(_("In")),)
    return DayCell(
        day=f"{short_weekday(day.day)} {day.day.day}", is_today=day.day == desk.today,
        marks=marks or (Mark(_("Closed"), "off"),),
        is_plain=all(one.tone in ("plain", "off") for one in marks),
    )  # fmt: skip


def _opens(week: Week, member: Membership, day: Day) -> bool:
    place = week.places.get(member.location_id) or week.places.get(None)
    return place is None or bool(place.hours.of(day.day))


def _on_call(week: Week, member: Membership, day: Day) -> Iterator[Mark]:
    spans = [
        (one.begins_at, one.ends_at)
        for one in week.stretches
        if one.member_id == member.pk and one.begins_at < day.end and one.ends_at > day.begin
    ]
    for begin, end in _joined(spans):
        yield Mark((_("On call %(part)s") % {"part": day.part(begin, end)}).strip(), "call")


def _joined(spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Of several rotations or turns, one after the other as one."""
    found: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def _away(week: Week, member: Membership, day: Day) -> Iterator[Mark]:
    for one in _of_day(week.coverage.absences, day):
        if one.member_id == member.pk:
            yield Mark(
                (_("Away %(part)s") % {"part": day.part(one.begins_at, one.ends_at)}).strip(),
                "warn",
            )
            cover = week.coverage.present(one.cover_id, max(one.begins_at, day.begin))
            named = week.coverage.members[cover].name if cover else ""
            yield (
                Mark(_("%(named)s covers") % {"named": named})
                if named
                else Mark(_("Nobody covers"), "stop")
            )


def _covers(week: Week, member: Membership, day: Day) -> Iterator[Mark]:
    for one in _of_day(week.coverage.absences, day):
        stands_in = week.coverage.present(one.cover_id, max(one.begins_at, day.begin))
        gone = week.coverage.members.get(one.member_id)
        if stands_in == member.pk and gone is not None:
            yield Mark(_("Covers %(gone)s") % {"gone": gone.name}, "good")


def _of_day(absences: Sequence[Absence], day: Day) -> list[Absence]:
    return [
        one
        for one in absences
        if one.begins_at < day.end and (one.ends_at is None or one.ends_at > day.begin)
    ]
