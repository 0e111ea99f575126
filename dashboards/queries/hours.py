"""Hours of locations as a drawn week, and the holidays that somebody decided or has yet to."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext

from accounts.permissions import Operation, may
from dashboards import hours_text, words
from dashboards.queries.desk import Desk
from dashboards.rows.hours import Bar, Day, HolidayLine, HoursPage, PlaceCard, Tab
from dashboards.words import later
from escalation import calendar, proposals
from escalation.calendar import NeverOpen, clock
from escalation.ladder import ANCHOR_DEFAULTS, Anchor, Place
from escalation.models import Calendar, Holiday, Policy
from tenants.models import Location

DAYS = (
    later("Monday"),
    later("Tuesday"),
    later("Wednesday"),
    later("Thursday"),
    later("Friday"),
    later("Saturday"),
    later("Sunday"),
)
MOMENTS: dict[Anchor, str] = {
    Anchor.END_OF_DAY: later("End of day"), Anchor.ZERO_TASK_HOUR: later("Zero-task hour"),
    Anchor.AFTER_HOURS: later("After-hours"),
}  # fmt: skip
AHEAD = timedelta(days=365)
FIRST = 4
"""Undecided holidays shown at once; the rest of the year is folded."""
PRACTICE = "practice"


def tabs(here: str) -> tuple[Tab, ...]:
    """The screen's parts."""
    drafts = Policy.objects.filter(status=Policy.Status.DRAFT).exists()
    return tuple(
        Tab(label, reverse(f"dashboards:{name}"), name == here, count)
        for label, name, count in (
            (gettext("Hours and holidays"), "hours", ""),
            (gettext("Targets and ladders"), "policy", ""),
            *(((gettext("Draft"), "draft", ""),) if drafts else ()),
            (gettext("When would it be due?"), "due_when", ""),
            (gettext("Versions"), "versions", ""),
        )
    )


def why_not(desk: Desk) -> str:
    """Why this member only reads; empty where they may change it."""
    return may(desk.member.roles, Operation.MANAGE_HOURS).reason


def page(desk: Desk, *, errors: dict[str, str] | None = None) -> HoursPage:
    """Every location; `errors`: a sentence by the calendar whose form was refused."""
    holidays: dict[UUID, list[Holiday]] = defaultdict(list)
    for one in Holiday.objects.select_related("approved_by").order_by("day"):
        holidays[one.calendar_id].append(one)
    calendars = {one.location_id: one for one in Calendar.objects.select_related("location")}
    sites: list[Location | None] = [*Location.objects.order_by("name"), None]
    cards = [
        _card(desk, site, calendars.get(site.pk if site else None), holidays, errors or {})
        for site in sites
    ]
    return HoursPage(tabs=tabs("hours"), places=tuple(cards), why_not=why_not(desk))


def _card(
    desk: Desk, site: Location | None, held: Calendar | None,
    holidays: dict[UUID, list[Holiday]], errors: dict[str, str],
) -> PlaceCard:  # fmt: skip
    name = site.name if site else gettext("Work of no location")
    zone = site.time_zone if site else desk.member.practice.time_zone
    key = str(site.pk) if site else PRACTICE
    args = [site.pk] if site else []
    edit = reverse("dashboards:hours_at" if site else "dashboards:hours_of_practice", args=args)
    if held is None:
        says = gettext("It has no hours of its own and keeps those of work of no location.")
        if site is None:
            says = gettext("No hours are set: time is counted day and night.")
        return PlaceCard(id="", key=key, name=name, says=says, zone=zone, edit_url=edit)
    place = held.place(holidays[held.pk])
    known = {one.day: one for one in holidays[held.pk]}
    undecided = tuple(_undecided(held, known, desk.today))
    return PlaceCard(
        id=str(held.pk), key=key, name=name, says=_now(place, desk.now), zone=zone,
        days=tuple(_days(place, desk.now)), moments=tuple(_moments(place)),
        marks=tuple(place.anchors.get(one, ANCHOR_DEFAULTS[one]) for one in MOMENTS),
        holidays_of=_list_of(held), undecided=undecided[:FIRST], later=undecided[FIRST:],
        decided=tuple(_decided(one) for one in known.values() if _shown(one, desk.today)),
        edit_url=edit, error=errors.get(str(held.pk), ""),
    )  # fmt: skip


def _now(place: Place, now: datetime) -> str:
    zone = ZoneInfo(place.hours.zone)
    try:
        if calendar.is_open(place.hours, now):
            _, until = next(calendar.open_spans(place.hours, now))
            return gettext("Open now, until %(time)s.") % {
                "time": f"{until.astimezone(zone):%H:%M}"
            }
        opens = calendar.opens(place.hours, now)
    except NeverOpen:
        return gettext("Closed for more than a year.")
    return gettext("Closed now. Opens %(opens)s.") % {
        "opens": words.at_words(opens, zone=zone, now=now)
    }


def _days(place: Place, now: datetime) -> Iterable[Day]:
    today = now.astimezone(ZoneInfo(place.hours.zone)).weekday()
    for number, name in enumerate(DAYS):
        spans = place.hours.week[number]
        bars = tuple(Bar(begins, until - begins) for begins, until in spans)
        yield Day(name, bars, hours_text.said(spans), number == today)


def _moments(place: Place) -> Iterable[tuple[str, str]]:
    yield gettext("End of clinic"), gettext("the last closing of the day")
    for anchor, label in MOMENTS.items():
        yield label, clock(place.anchors.get(anchor, ANCHOR_DEFAULTS[anchor]))


def _list_of(held: Calendar) -> str:
    """`United States, New York`."""
    country = proposals.countries().get(held.country, "")
    part = proposals.parts(held.country).get(held.subdivision, "") if held.subdivision else ""
    return ", ".join(one for one in (country, part) if one)


def _undecided(held: Calendar, known: dict[date, Holiday], today: date) -> Iterable[HolidayLine]:
    years = tuple(range(today.year, (today + AHEAD).year + 1))
    for day, name in proposals.proposed(held.country, held.subdivision, years).items():
        decided = day in known and _state(known[day]) != "proposed"
        if today <= day <= today + AHEAD and not decided and held.week[day.weekday()]:
            yield HolidayLine(day=day.isoformat(), words=_day_words(day), name=name,
                              state="proposed")  # fmt: skip


def _shown(holiday: Holiday, today: date) -> bool:
    return holiday.day >= today and _state(holiday) != "proposed"


def _state(holiday: Holiday) -> str:
    if holiday.declined_at is not None:
        return "declined"
    return "approved" if holiday.approved_by_id is not None else "proposed"


def _decided(holiday: Holiday) -> HolidayLine:
    if _state(holiday) == "declined":
        says = gettext("open as usual")
    else:
        spans = hours_text.said(holiday.hours)
        says = "closed" if not holiday.hours else gettext("open %(spans)s") % {"spans": spans}
        if holiday.approved_by is not None:
            says += gettext(", approved by %(name)s") % {"name": holiday.approved_by.name}
    return HolidayLine(
        day=holiday.day.isoformat(), words=_day_words(holiday.day), name=holiday.name,
        state=_state(holiday), says=says, hours=hours_text.written(holiday.hours),
    )  # fmt: skip


def _day_words(day: date) -> str:
    return f"{words.short_weekday(day)} {words.long_date(day)}"


def calendar_at(location_id: UUID | None) -> Calendar | None:
    """The hours of a location, or of work at none."""
    return Calendar.objects.select_related("location").filter(location=location_id).first()


def location(location_id: UUID) -> Location | None:
    """Of this practice."""
    return Location.objects.filter(pk=location_id).first()
