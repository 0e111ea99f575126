"""One answer from a phone: whose it is, and which page it answers. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

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
    """Of a call: the keys pressed. `intent_id` is what the call was about."""
    intent_id: UUID | None = None

    @property
    def channel(self) -> Channel:
        return Channel.VOICE if self.intent_id else Channel.SMS

    @property
    def heard(self) -> Heard:
        if self.intent_id:
            return Heard(KEYS.get(self.digits, Asked.UNCLEAR))
        return hear(self.body)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose phone it is; nobody's where `member` is None."""

    member: Membership | None
    contact: Contact | None
    contacts: Sequence[Contact] = ()


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
        about = Intent.objects.filter(pk=arrived.intent_id).select_related("member", "contact")
        intent = about.first()
        return Caller(intent.member, intent.contact) if intent else Caller(None, None)
    held = list(
        Contact.objects.filter(
            address=arrived.number, channel__in=PHONES, verified_at__isnull=False,
            removed_at__isnull=True,
        ).select_related("member").order_by("-member__is_active", "channel", "pk")
    )  # fmt: skip
    texts = [one for one in held if one.channel == Channel.SMS]
    first = next(iter(texts or held), None)
    return Caller(first.member if first else None, first, held)


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
    """By the call, or the reference; the reference outlives its step of the ladder."""
    if case.arrived.intent_id:
        return Intent.objects.filter(pk=case.arrived.intent_id).first()
    if not case.heard.reference:
        return None
    bearing = Intent.objects.filter(reference=case.heard.reference, urgency=Urgency.PAGE)
    return bearing.order_by("-created_at", "pk").first()


def _pages(caller: Caller, now: datetime) -> list[Intent]:
    """What rang at this phone lately, the newest first; each reference once."""
    rows = Intent.objects.filter(
        contact__in=[one.pk for one in caller.contacts], urgency=Urgency.PAGE,
        state__in=[IntentState.SENDING, IntentState.SENT, IntentState.DELIVERED],
        created_at__gt=now - OPEN_FOR,
    ).select_related("task").order_by("-created_at", "pk")  # fmt: skip
    return list({row.reference: row for row in reversed(rows)}.values())[::-1]


def open_pages(caller: Caller, now: datetime) -> list[Intent]:
    """One for each task that still waits for somebody; the newest page of it."""
    waiting: dict[UUID, Intent] = {}
    for page in _pages(caller, now):
        task = page.task
        if task is not None and task.is_open and task.acknowledged_at is None:
            waiting.setdefault(task.pk, page)
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


def bears_reference(arrived: Arrived) -> bool:
    """Whether the practice in scope wrote a page with the reference that is answered."""
    said = arrived.heard.reference
    return bool(said) and Intent.objects.filter(reference=said, urgency=Urgency.PAGE).exists()


def waits_for(arrived: Arrived, *, now: datetime) -> bool:
    """Whether the practice in scope has a page open at the phone."""
    return bool(open_pages(caller_of(arrived), now))
