"""How a member is reached: their ways, the last test page, and what was said to them lately."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.rows.reach import PinRow, ReachPage, SaidRow, TryRow, WayRow
from dashboards.words import later
from outbox.choosing import PAGING
from outbox.failures import Broken
from outbox.models import Attempt, Channel, Contact, Intent, Pin
from outbox.operations.contacts import CODE_LASTS, VERIFIES
from outbox.operations.preferring import TESTS
from outbox.phones import shown
from outbox.states import OPEN, IntentState
from routing.said import spoken

LATEST = 20
TEST_STANDS = timedelta(hours=1)
WATCHED = timedelta(minutes=3)
"""The screen asks for what became of a test page for so long."""

BROKEN = {
    Broken.OPTED_OUT: (
        later("Opted out"),
        later("Text START from that phone to hear from us again."),
    ),
    Broken.NO_NUMBER: (
        later("Does not exist"),
        later("Check it, or remove it and add the right one."),
    ),
    Broken.BLOCKED: (later("Blocked"), later("The phone or its network refuses our messages.")),
    Broken.LANDLINE: (
        later("Receives no texts"),
        later("Remove it and add it as a phone call instead."),
    ),
}
"""State and what to do."""

TITLES = {
    VERIFIES: later("Code"),
    TESTS: later("Test page"),
    "page": later("Page"),
    "tell": later("Late task"),
    "remind": later("Reminder"),
    "reassign": later("Task given to you"),
    "answer": later("Answer to your reply"),
    "digest": later("Summary"),
    "reply": later("Reply to read"),
    "cover": later("You cover for a colleague"),
    "cover-ended": later("You cover no more"),
    "swap-asked": later("Swap to answer"),
    "swap-answered": later("Answer to your swap"),
    "nobody-on-call": later("Nobody on call can be paged"),
}

RESULTS = {
    "": later("not ended yet"), "accepted": later("taken by the provider"), "refused": "refused",
    "unknown": later("no answer; the provider is asked"), "found": later("the provider has it"),
    "moot": later("no longer needed"),
}  # fmt: skip


def page(desk: Desk) -> ReachPage:
    """The whole screen, in five statements."""
    contacts = list(
        Contact.objects.filter(member=desk.member, removed_at__isnull=True).order_by(
            "position", "pk"
        )
    )
    return ReachPage(
        ways=tuple(_way(number, one, desk) for number, one in enumerate(contacts, 1)),
        can_ring=any(_works(one) and one.channel in PAGING for one in contacts),
        pin=_pin(desk),
        test=test(desk),
        history=_history(desk),
    )


def _pin(desk: Desk) -> PinRow:
    held = Pin.objects.filter(member=desk.member).first()
    if held is None:
        return PinRow(_("Not set"), "", is_set=False)
    if held.is_locked:
        return PinRow(_("Locked: set another"), "stop", is_set=True)
    when = _at(held.set_at, desk)
    return PinRow(_("Set {when}").format(when=when), "good", is_set=True)


def test(desk: Desk) -> tuple[SaidRow, ...]:
    """What became of the last test page."""
    rows = list(
        Intent.objects.filter(
            member=desk.member, template=TESTS, created_at__gt=desk.now - TEST_STANDS
        ).select_related("contact").order_by("-created_at", "channel")[:6]
    )  # fmt: skip
    newest = [one for one in rows if one.reference == rows[0].reference]
    return _said(newest, desk)


def _works(contact: Contact) -> bool:
    return contact.verified_at is not None and contact.broken_at is None


def _way(number: int, one: Contact, desk: Desk) -> WayRow:
    state, tone, note = _state(one, desk)
    waiting = one.verified_at is None
    return WayRow(
        id=str(one.pk), number=number, channel=one.channel, label=str(Channel(one.channel).label),
        address=shown(one.address), state=state, tone=tone, note=note, waits_for_code=waiting,
        may_resend=not _works(one) and one.broken_reason != Broken.OPTED_OUT,
        may_raise=number > 1,
    )  # fmt: skip


def _state(one: Contact, desk: Desk) -> tuple[str, str, str]:
    if one.broken_at is not None:
        known = BROKEN.get(Broken(one.broken_reason)) if one.broken_reason else None
        state, note = known or (_("Cannot be reached"), _("Prove it again, or remove it."))
        return state, "stop", note
    if one.verified_at is not None:
        return _("Verified"), "good", ""
    if one.code_sent_at is not None and desk.now - one.code_sent_at <= CODE_LASTS:
        at = words.at_words(one.code_sent_at + CODE_LASTS, zone=desk.zone, now=desk.now)
        return (
            _("Waiting for the code"),
            "warn",
            _("The code is good until %(time)s.") % {"time": at.split(" ")[-1]},
        )
    return _("Waiting for the code"), "warn", _("That code is too old. Ask for another one.")


def _history(desk: Desk) -> tuple[SaidRow, ...]:
    rows = (
        Intent.objects.filter(member=desk.member, next_at__lte=desk.now)
        .exclude(channel=Channel.IN_APP)
        .select_related("contact")
        .order_by("-created_at")[:LATEST]
    )
    return _said(rows, desk)


def _said(intents: Iterable[Intent], desk: Desk) -> tuple[SaidRow, ...]:
    rows = list(intents)
    tries: dict[UUID, list[TryRow]] = {}
    found = Attempt.objects.filter(intent__in=[one.pk for one in rows]).order_by("fence")
    for attempt in found if rows else ():
        when = words.moment(attempt.began_at, zone=desk.zone, now=desk.now)
        tries.setdefault(attempt.intent_id, []).append(TryRow(when, _result(attempt)))
    return tuple(_row(one, tuple(tries.get(one.pk, ())), desk) for one in rows)


def _result(attempt: Attempt) -> str:
    said = RESULTS[attempt.result]
    why = spoken(attempt.detail) if attempt.result in ("refused", "unknown") else ""
    return f"{said}: {why}" if why else said


def _row(one: Intent, tries: tuple[TryRow, ...], desk: Desk) -> SaidRow:
    state, tone = said_words(one, desk)
    address = _(" to %(shown)s") % {"shown": shown(one.contact.address)} if one.contact else ""
    return SaidRow(
        what=TITLES.get(one.template, one.subject or _("Notice")),
        way=f"{Channel(one.channel).label}{address}",
        when=words.moment(one.created_at, zone=desk.zone, now=desk.now),
        state=state, tone=tone, tries=tries,
        is_settled=desk.now - one.created_at > WATCHED
        or (one.state not in OPEN and one.state != IntentState.SENT),
    )  # fmt: skip


def said_words(one: Intent, desk: Desk) -> tuple[str, str]:
    """What became of it, and how loudly that is said."""
    if one.state == IntentState.DELIVERED:
        return _("Delivered %(at)s") % {"at": _at(one.delivered_at or one.created_at, desk)}, "good"
    if one.state == IntentState.SENT:
        return _("With the network since %(at)s") % {
            "at": _at(one.sent_at or one.created_at, desk)
        }, ""
    if one.state == IntentState.FAILED:
        return (_("Not delivered. %(failure)s") % {"failure": spoken(one.failure)}).rstrip(), "stop"
    if one.state == IntentState.CANCELLED:
        return _("No longer needed"), ""
    if one.next_at > desk.now and one.state == IntentState.PENDING:
        return _("Waits until %(at)s") % {"at": _at(one.next_at, desk)}, ""
    return _("Being sent"), "warn"


def _at(at: datetime, desk: Desk) -> str:
    """Inside of a sentence: `today 10:04`, `Nov 18, 09:12`."""
    ahead = (at.astimezone(desk.zone).date() - desk.today).days
    day = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}.get(ahead)
    if day:
        return f"{day} {at.astimezone(desk.zone):%H:%M}"
    return words.at_words(at, zone=desk.zone, now=desk.now)
