"""What became of the referrals of the play: each lives one of a few lives, told by people."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from accounts.models import Membership
from accounts.roles import Role
from audit.actors import Actor
from charts.models import ChartItem
from charts.values import ItemKind
from config.demo import partners
from config.demo.chased import Chased
from integrations.simulator.stories import Number
from referrals import following, operations
from referrals.models import Referral
from referrals.operations import Word
from referrals.saying import Declining, Heard
from referrals.states import Answered, Axis, Closure
from tenants import wake
from tenants.models import Topic

MANY = 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """So many days after the order; `ahead`: how many days later the appointment is."""

    after: float
    axis: Axis
    value: str
    ahead: float = 0


@dataclass(frozen=True, slots=True)
class Life:
    """What was told, one after the other, and why it was closed."""

    told: tuple[Told, ...] = ()
    closed: Closure | None = None
    closed_after: float = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """Who plays, with which luck, up to when."""

    people: Mapping[str, Membership]
    """By role."""
    dice: random.Random
    chased: Chased
    now: datetime

    @property
    def coordinator(self) -> Actor:
        return Actor.person(self.people[Role.CARE_COORDINATOR])


SENT = Told(0.1, Axis.TRANSMISSION, "sent")
TAKEN = Told(2.2, Axis.ACCEPTANCE, "accepted")
BOOKED = Told(4.1, Axis.APPOINTMENT, "booked", ahead=9)
BOOKED_LATE = Told(6.2, Axis.APPOINTMENT, "booked", ahead=34)
SEEN = Told(13.2, Axis.ATTENDANCE, "seen")
LIVES = (
    Life((SENT, TAKEN, BOOKED_LATE)),
    Life((SENT,)),
    Life((SENT, TAKEN, BOOKED, SEEN)),
    Life((SENT, TAKEN)),
    Life((SENT, TAKEN, BOOKED, Told(13.3, Axis.ATTENDANCE, "no-show"))),
    Life((SENT, Told(3.1, Axis.ACCEPTANCE, "declined"))),
    Life((SENT, TAKEN, Told(3, Axis.AUTHORIZATION, "needed"),
          Told(4.2, Axis.AUTHORIZATION, "requested"))),
    Life((SENT, Told(2.1, Axis.ACCEPTANCE, "question"))),
    Life((SENT, TAKEN, BOOKED, Told(9.2, Axis.APPOINTMENT, "cancelled"))),
    Life((SENT, TAKEN), Closure.PATIENT_DECLINED, 12.1),
    Life((SENT, TAKEN, BOOKED, Told(13.3, Axis.ATTENDANCE, "no-show")), Closure.UNREACHABLE, 30.2),
    Life((SENT, Told(3.2, Axis.ACCEPTANCE, "declined")), Closure.SPECIALIST_DECLINED, 9.3),
)  # fmt: skip
"""Of those whose report has not come; dealt out in turn, so that each occurs."""
REPORTED = Life((SENT, Told(0.2, Axis.ACCEPTANCE, "accepted"), Told(0.7, Axis.ATTENDANCE, "seen")))
READ, TOLD, LEFT = timedelta(hours=7), timedelta(hours=9), 6
"""After how long a report was read, and the patient knew; every so many-th is left."""
HEARD = (Heard.PHONE, Heard.PHONE, Heard.FAX, Heard.PORTAL)
WHY = tuple(Declining)


def live(seed: str, *, now: datetime) -> None:
    """The referrals of the practice in scope, up to now."""
    waiting = set(wake.claim(Topic.REFERRAL, limit=MANY, now=now))
    people, dice = _people(), random.Random(f"loops {seed}")  # noqa: S311 - a play
    orders = ChartItem.objects.filter(pk__in=waiting, kind=ItemKind.REFERRAL)
    opened = [(item, _opened(item, now=now)) for item in orders.order_by("received_at", "pk")]
    partners.address_referrals()
    partners.let_be_texted()
    stage = Stage(people, dice, Chased(people[Role.CARE_COORDINATOR], now), now)
    lives: dict[bool, int] = {True: 0, False: 0}
    for item, referral in opened:
        is_reported = "reported_by" in item.details
        _live(item, referral, lives[is_reported], stage)
        lives[is_reported] += 1
        waiting.discard(item.pk)
    for pk in sorted(waiting):
        following.follow(pk, now=now)


def _people() -> Mapping[str, Membership]:
    """One of each role who tells things."""
    members = Membership.objects.filter(is_active=True).order_by("-name")
    return {role: one for one in members for role in one.roles}


def _opened(item: ChartItem, *, now: datetime) -> Referral:
    held = ChartItem.objects.lock([item.pk]).get()
    referral, _ = operations.open_for_item(
        item=held, actor=following.ACTOR, now=min(now, item.received_at)
    )
    return referral


def _live(item: ChartItem, referral: Referral, nth: int, stage: Stage) -> None:
    note = _note_on(item)
    if Number.REFERRAL in (item.placer, item.key):
        following.follow(item.pk, now=stage.now)
    elif note is None:
        _wait(item, referral, LIVES[nth % len(LIVES)], stage)
    else:
        _report(item, referral, note, stage, is_read=nth % LEFT > 0)


def _wait(item: ChartItem, referral: Referral, life: Life, stage: Stage) -> None:
    """No report came, and between what people told it was chased."""
    chase = partial(stage.chased.until, referral_id=referral.pk)
    _tell(referral, life, stage, before=chase)
    closes = referral.ordered_at + timedelta(days=life.closed_after)
    if life.closed and closes <= stage.now:
        chase(closes)
        operations.close(referral_id=referral.pk, because=life.closed, actor=stage.coordinator,
                         now=closes)  # fmt: skip
    following.follow(item.pk, now=stage.now)
    chase(stage.now)


def _report(
    item: ChartItem, referral: Referral, note: ChartItem, stage: Stage, *, is_read: bool
) -> None:
    """It went so well that nobody had to chase it."""
    _tell(referral, REPORTED, stage)
    following.follow(item.pk, now=min(stage.now, note.received_at))
    if is_read:
        _read(referral, note.received_at, stage.people, now=stage.now)


def _tell(
    referral: Referral, life: Life, stage: Stage,
    before: Callable[[datetime], None] = lambda _: None,
) -> None:  # fmt: skip
    """What people told by now; `before`: what happens up to the instant of each."""
    for word, at in _words(life, referral, stage.dice):
        if at <= stage.now:
            before(at)
            operations.say(referral_id=referral.pk, word=word, actor=stage.coordinator, now=at)


def _note_on(item: ChartItem) -> ChartItem | None:
    key = item.details.get("reported_by", "")
    rows = ChartItem.objects.filter(key=key, source=item.source, patient=item.patient_id)
    found: ChartItem | None = rows.first() if key else None
    return found


def _words(life: Life, referral: Referral, dice: random.Random) -> Iterator[tuple[Word, datetime]]:
    for one in life.told:
        at = referral.ordered_at + timedelta(days=one.after)
        yield Word(
            axis=one.axis, value=one.value, at=at,
            appointment_at=at + timedelta(days=one.ahead) if one.ahead else None,
            heard=None if one.axis is Axis.TRANSMISSION else dice.choice(HEARD),
            why=dice.choice(WHY) if one.value == "declined" else None,
        ), at  # fmt: skip


def _read(
    referral: Referral, came: datetime, people: Mapping[str, Membership], *, now: datetime
) -> None:
    """The report was read by whoever referred, and the patient was told."""
    reported = Referral.objects.filter(pk=referral.pk, report__isnull=False)
    if came + TOLD > now or not reported.exists():
        return
    reader = referral.referrer or people[Role.PHYSICIAN]
    operations.answer_question(referral_id=referral.pk, answered=Answered.YES,
                               actor=Actor.person(reader), now=came + READ)  # fmt: skip
    operations.tell_patient(referral_id=referral.pk, now=came + TOLD,
                            actor=Actor.person(people[Role.MEDICAL_ASSISTANT]))  # fmt: skip
