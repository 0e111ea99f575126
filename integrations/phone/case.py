"""One answer from a phone: whose it is, and which page it answers. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import Membership
from audit.actors import Actor
from escalation.models import Clock, ClockKind, StepFired
from integrations.phone import wording
from outbox.models import Channel, Contact, Intent, Reply, Urgency
from outbox.replies import KEYS, Asked, Heard, hear
from outbox.states import IntentState

OPEN_FOR = timedelta(hours=24)
"""A page older than this is no longer meant by an OK that names none."""

PHONES = (Channel.SMS, Channel.VOICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One answer as the provider brought it."""

    provider_id: str
    number: str
    body: str = ""
    digits: str = ""
    """Of a call: the key pressed. `intent_id` is what the call was about."""
    pin: str = ""
    """Keyed in when a call asked for it; kept nowhere."""
    asked: int = 0
    """For which time the call asked for the PIN; 0: it did not."""
    intent_id: UUID | None = None

    @property
    def channel(self) -> Channel:
        return Channel.VOICE if self.intent_id else Channel.SMS

    @property
    def heard(self) -> Heard:
        if self.asked:
            return Heard(Asked.TAKE)
        if self.intent_id:
            return Heard(KEYS.get(self.digits, Asked.UNCLEAR))
        return hear(self.body)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose phone it is; nobody's, or that of several who share it, where `member` is None."""

    member: Membership | None
    contact: Contact | None
    contacts: Sequence[Contact] = ()

    @property
    def active(self) -> dict[UUID, Membership]:
        """Who works here and answers from this phone, by the contact that says so."""
        return {one.pk: one.member for one in self.contacts if one.member.is_active}

    @property
    def listener(self) -> Membership | None:
        """Whose language is spoken; of several who share it, the first one's."""
        return self.member or (self.contact.member if self.contact else None)


@dataclass(frozen=True, slots=True)
class Case:
    """One answer being worked."""

    arrived: Arrived
    reply: Reply
    caller: Caller
    heard: Heard
    actor: Actor
    now: datetime


def caller_of(arrived: Arrived) -> Caller:
    """By the call that was made to them, or by the number that they proved to be theirs."""
    if arrived.intent_id:
        about = Intent.objects.filter(pk=arrived.intent_id, contact__isnull=False)
        intent = about.select_related("member", "contact__member").first()
        contact = intent.contact if intent else None
        return Caller(contact.member, contact, [contact]) if contact else Caller(None, None)
    held = list(
        Contact.objects.filter(
            address=arrived.number, channel__in=PHONES, member__isnull=False,
            verified_at__isnull=False, removed_at__isnull=True,
        ).select_related("member").order_by("-member__is_active", "channel", "pk")
    )  # fmt: skip
    texts = [one for one in held if one.channel == Channel.SMS]
    first = next(iter(texts or held), None)
    caller = Caller(first.member if first else None, first, held)
    return replace(caller, member=None) if len(set(caller.active.values())) > 1 else caller


@transaction.atomic
def listener_of(arrived: Arrived) -> Membership | None:
    """Who hears what a call says next."""
    return caller_of(arrived).listener


def speaking(case: Case, page: Intent) -> Case | None:
    """The case as of the member who answers: whom the page was for where it rang at this phone.

    None where several share the phone and the page is none of theirs: nobody knows who answers.
    """
    member = case.caller.active.get(page.contact_id or page.pk) or case.caller.member
    if member is None:
        return None
    case.reply.member = member
    actor = Actor.person(member, address=case.arrived.channel)
    return replace(case, caller=replace(case.caller, member=member), actor=actor)


def page_meant(case: Case) -> tuple[Intent | None, str]:
    """The page that an answer is about, or what to say where that is not clear."""
    found = _named(case)
    if found is None and (case.arrived.intent_id or case.heard.reference):
        return None, wording.unclear([one.reference for one in open_pages(case.caller, case.now)])
    if found is None:
        pages = open_pages(case.caller, case.now)
        if len(pages) > 1:
            return None, wording.which([one.reference for one in pages])
        found = pages[0] if pages else _last_page(case)
    if found is None:
        return None, wording.NOTHING
    case.reply.intent_id = found.pk
    return found, ""


def _named(case: Case) -> Intent | None:
    """By the call, or the reference; the reference outlives its step of the ladder. Of two pages
    that bear the same one the caller's own is meant."""
    if case.arrived.intent_id:
        return Intent.objects.filter(pk=case.arrived.intent_id).first()
    if not case.heard.reference:
        return None
    bearing = Intent.objects.filter(reference=case.heard.reference, urgency=Urgency.PAGE)
    own = {one.pk for one in case.caller.contacts}
    newest = bearing.order_by("-created_at", "pk")
    return min(newest, key=lambda page: page.contact_id not in own, default=None)


def _pages(caller: Caller, now: datetime) -> list[Intent]:
    """What rang at this phone lately, the newest first; each reference once."""
    rows = Intent.objects.filter(
        contact__in=[one.pk for one in caller.contacts], urgency=Urgency.PAGE,
        state__in=[IntentState.SENDING, IntentState.SENT, IntentState.DELIVERED],
        created_at__gt=now - OPEN_FOR,
    ).select_related("task").order_by("-created_at", "pk")  # fmt: skip
    return list({row.reference: row for row in reversed(rows)}.values())[::-1]


def open_pages(caller: Caller, now: datetime) -> list[Intent]:
    """One for each task that still waits for somebody, and each member whom it rang for: the
    newest page."""
    waiting: dict[tuple[UUID, UUID | None], Intent] = {}
    for page in _pages(caller, now):
        task = page.task
        if task is not None and task.is_open and task.acknowledged_at is None:
            waiting.setdefault((task.pk, page.member_id), page)
    return list(waiting.values())


def _last_page(case: Case) -> Intent | None:
    return next(iter(_pages(case.caller, case.now)), None)


def due_of(task_id: UUID) -> datetime | None:
    running = Clock.objects.filter(task=task_id, kind=ClockKind.CLOSE, ended_at__isnull=True)
    return running.values_list("due_at", flat=True).first()


def moved_on(page: Intent, now: datetime) -> bool:
    """Whether a later step of the ladder fired after this page was written."""
    return StepFired.objects.filter(
        clock__task=page.task_id, at__gt=page.created_at, at__lte=now,
        result=StepFired.Result.FIRED,
    ).exists()  # fmt: skip


def unclear_lately(case: Case) -> int:
    """How many texts of this phone were not understood within the hour before this one."""
    texts = Reply.objects.filter(
        contact__in=[one.pk for one in case.caller.contacts], channel=Channel.SMS,
        meaning=Reply.Meaning.UNCLEAR, at__gt=case.now - timedelta(hours=1), at__lte=case.now,
    )  # fmt: skip
    return texts.exclude(pk=case.reply.pk).count()
