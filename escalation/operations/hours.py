"""The hours of locations and the holidays that a person decided; running clocks follow them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import operations as accounts
from accounts.operations import NoSuchTimeZone
from audit import log
from audit.actors import Actor
from escalation import calendar, proposals
from escalation.calendar import CalendarInvalid, Minutes
from escalation.ladder import Aim, Anchor, Place
from escalation.models import Calendar, Holiday, LadderStep, Policy, Target
from escalation.proposals import NoSuchPlace
from escalation.reaching import aims_of, never_due
from routing.models import Task
from tenants import wake
from tenants.models import Location, Topic

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SETTABLE = (Anchor.END_OF_DAY, Anchor.ZERO_TASK_HOUR, Anchor.AFTER_HOURS)
"""The end of the clinic is its last closing, and no anchor of its own."""

Week = Sequence[Sequence[Minutes]]


@dataclass(frozen=True, slots=True)
class Opening:
    """What a person says of a location's hours."""

    time_zone: str
    week: Week
    """Monday first."""
    anchors: Mapping[Anchor, int]
    country: str = ""
    subdivision: str = ""


class HoursRefused(ValueError):
    """Hours that cannot be used; nothing was saved. `faults`: a sentence for each field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


class NoCalendar(Exception):
    """The practice has no such calendar."""


@transaction.atomic
def set_hours(
    *, location_id: UUID | None, opening: Opening, actor: Actor, now: datetime
) -> Calendar:
    """The hours of a location, or of the practice where none is named. Running clocks follow.

    Raises:
        HoursRefused: with every field at fault.
        NoCalendar: no such location.
    """
    location = _location(location_id)
    if faults := faults_of(opening):
        raise HoursRefused(faults)
    try:
        accounts.set_time_zone(location=location, time_zone=opening.time_zone, actor=actor, now=now)
    except NoSuchTimeZone:
        raise HoursRefused({"time_zone": _no_zone(opening.time_zone)}) from None
    held = _write(location, opening)
    if late := never_due(_aims(), _place(held)):
        raise HoursRefused({"week": late})
    log.record("hours.set", entity=held, detail=_traced(held), actor=actor, now=now)
    _wake(held, now=now)
    return held


def faults_of(opening: Opening) -> dict[str, str]:
    """What is wrong, by field; a weekday is named for itself."""
    faults: dict[str, str] = {}
    for name, day in zip(WEEKDAYS, opening.week, strict=True):
        try:
            calendar.check_day(tuple(day))
        except CalendarInvalid as error:
            faults[name] = f"{name.capitalize()}: {error}"
    if not any(opening.week):
        faults["week"] = _("No hour of the week is open; nothing could ever fall due.")
    for anchor, minute in opening.anchors.items():
        if not 0 <= minute < calendar.DAY:
            faults[anchor.value] = _("Give a time of the day, such as 18:00.")
    try:
        proposals.check(opening.country, opening.subdivision)
    except NoSuchPlace as error:
        faults[error.field] = str(error)
    return faults


def _no_zone(name: str) -> str:
    return _("There is no time zone {name!r}. Write one such as America/New_York.").format(
        name=name[:60]
    )


def _location(location_id: UUID | None) -> Location | None:
    if location_id is None:
        return None
    found = Location.objects.lock([location_id]).first()
    if found is None:
        raise NoCalendar(_("No such location."))
    return found


def _write(location: Location | None, opening: Opening) -> Calendar:
    held, _is_new = Calendar.objects.update_or_create(
        location=location,
        defaults={
            "week": [[list(span) for span in day] for day in opening.week],
            "anchors": {anchor.value: minute for anchor, minute in opening.anchors.items()},
            "country": opening.country,
            "subdivision": opening.subdivision,
        },
    )
    if location is not None:
        held.location = location
    return held


def _place(held: Calendar) -> Place:
    return held.place(list(Holiday.objects.filter(calendar=held)))


def _aims() -> Iterator[Aim]:
    """Of the policy in force."""
    published = Policy.objects.filter(status=Policy.Status.PUBLISHED)
    return aims_of(
        Target.objects.filter(policy__in=published),
        LadderStep.objects.filter(ladder__policy__in=published),
    )


def _traced(held: Calendar) -> dict[str, object]:
    return {"location": str(held.location_id or ""), "week": held.week, "anchors": held.anchors}


@transaction.atomic
def approve_holiday(
    *, calendar_id: UUID, day: date, name: str, hours: Sequence[Minutes] = (), actor: Actor,
    now: datetime,
) -> Holiday:  # fmt: skip
    """Closed on that day, or open for these hours only. Running clocks follow.

    Raises:
        HoursRefused: no name, hours that cannot be used, or a machine that would approve it.
        NoCalendar: no such calendar.
    """
    held = _calendar(calendar_id)
    if faults := _holiday_faults(name, hours, actor):
        raise HoursRefused(faults)
    holiday, _is_new = Holiday.objects.update_or_create(
        calendar=held, day=day,
        defaults={"name": name.strip()[:120], "hours": [list(span) for span in hours],
                  "approved_by_id": actor.membership_id, "approved_at": now, "declined_at": None},
    )  # fmt: skip
    if late := never_due(_aims(), _place(held)):
        raise HoursRefused({"hours": late})
    detail = {"day": day.isoformat(), "hours": holiday.hours}
    log.record("holiday.approved", entity=holiday, detail=detail, actor=actor, now=now)
    _wake(held, now=now)
    return holiday


def _holiday_faults(name: str, hours: Sequence[Minutes], actor: Actor) -> dict[str, str]:
    faults = {} if name.strip() else {"name": _("Say what the day is called.")}
    try:
        calendar.check_day(tuple(hours))
    except CalendarInvalid as error:
        faults["hours"] = str(error)
    if actor.membership_id is None:
        faults["day"] = _("A holiday counts only once a person has approved it.")
    return faults


@transaction.atomic
def decline_holiday(
    *, calendar_id: UUID, day: date, name: str, actor: Actor, now: datetime
) -> Holiday:
    """A day like any other, and not proposed again. Running clocks follow.

    Raises:
        NoCalendar: no such calendar.
    """
    held = _calendar(calendar_id)
    holiday, _is_new = Holiday.objects.update_or_create(
        calendar=held, day=day,
        defaults={"name": name.strip()[:120], "hours": [], "approved_by": None,
                  "approved_at": None, "declined_at": now},
    )  # fmt: skip
    log.record("holiday.declined", entity=holiday, detail={"day": day.isoformat()}, actor=actor,
               now=now)  # fmt: skip
    _wake(held, now=now)
    return holiday


def _calendar(calendar_id: UUID) -> Calendar:
    found = Calendar.objects.lock([calendar_id]).first()
    if found is None:
        raise NoCalendar(_("No such calendar."))
    return found


def _wake(held: Calendar, *, now: datetime) -> None:
    """Have the clocks of its open tasks aimed anew; the practice's hours are kept by every
    location that has none of its own."""
    tasks = Task.objects.open()
    if held.location_id is not None:
        tasks = tasks.filter(location=held.location_id)
    else:
        own = Calendar.objects.filter(location__isnull=False).values_list("location", flat=True)
        tasks = tasks.exclude(location__in=list(own))
    wake.call(Topic.TASK, ((pk, now) for pk in tasks.values_list("pk", flat=True)))
