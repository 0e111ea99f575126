"""Sixty days that are over, written as they would have been lived: what came, and what people did.

Messages are read, filed and routed by the house's own verbs, a few rounds a day, at the instants of
those days; what people did is written by `Hand`. Only the doors are left out: nothing was sent.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from accounts.models import Membership
from audit.actors import Actor
from charts import operations as charts
from charts import patients
from charts.values import Code, Identifier, PatientDetails
from config.demo.arrivals import keep
from config.demo.cast import SLOW, PracticePlan
from config.demo.diary import Diary
from escalation import engine, policies
from escalation import operations as escalation
from escalation.models import Absence
from integrations import intake
from integrations.models import Feed
from integrations.simulator import stories, weeks
from integrations.simulator.casting import clinic_of, feeds_of
from integrations.simulator.catalogue import Term
from integrations.simulator.clinic import Clinic, Door
from integrations.simulator.patients import Patient
from integrations.simulator.weeks import Busy, Sent
from routing import operations as routing
from routing import rulebook
from routing.models import Task
from routing.rulebook import Rulebook
from tenants import wake
from tenants.models import Practice, Topic

DAYS = 60
ROUNDS = (time(10, 30), time(14, 20), time.max)
"""When feeds had delivered what there was; a critical value was delivered by itself, at once."""

BEHIND, SILENT = 3, 6
"""Working days: of a physician's delay, of a laboratory's silence."""
AWAY, STAYS_AWAY = timedelta(days=2, hours=4), timedelta(days=4)
"""How long somebody has been away, and how long they still are."""

LATELY = timedelta(days=5)
MANY = 10_000
SYSTEMS = {"I10": "icd10", "RXNORM": "rxnorm"}

Round = tuple[datetime, list[Sent]]


@dataclass(frozen=True, slots=True)
class Post:
    """By which feed a message came."""

    feeds: Mapping[Door, Feed]
    slow: Feed | None

    def of(self, one: Sent) -> Feed:
        """What another laboratory measured comes from there."""
        return self.slow if self.slow and one.is_sent_out else self.feeds[one.sending.door]


def tell(plan: PracticePlan, practice: Practice, *, now: datetime) -> None:
    """The days of the practice in scope up to yesterday; what people did, up to now."""
    clinic = clinic_of(practice)
    post = Post(feeds_of(practice), Feed.objects.filter(slug=f"{plan.short}-{SLOW}").first())
    behind_since = _working_days_before(now, BEHIND, clinic)
    sent = _sent(plan, clinic, is_slow=post.slow is not None, now=now)
    _register(clinic, now=sent[0].at)
    diary = Diary(practice, behind=plan.behind, since=behind_since)
    for _, rounds in groupby(_rounds(sent), key=lambda one: _chapter(one[0], now)):
        book = None
        for at, come in rounds:
            diary.live(until=at)
            book = book or rulebook.load(now=at)
            diary.take(_bring(come, post, book, now=at), now=at)
            if plan.away and at > now - AWAY:
                _see_off(*plan.away, now=at)
                diary.look_again()
        follow(now=at)
    diary.live(until=now)
    follow(now=now)


def _bring(come: Iterable[Sent], post: Post, book: Rulebook, *, now: datetime) -> list[Task]:
    """What came becomes work."""
    filings = keep(((one.sending, post.of(one)) for one in come), now=now)
    filed = charts.file_reports(filings, actor=intake.ACTOR, now=now)
    return [one.task for one in routing.route(filed, book=book, actor=intake.ACTOR, now=now)]


def _sent(plan: PracticePlan, clinic: Clinic, *, is_slow: bool, now: datetime) -> list[Sent]:
    """Everything that came before today, with the referral that nobody answered."""
    today = now.astimezone(clinic.zone).date()
    first, last = today - timedelta(days=DAYS), today - timedelta(days=1)
    referred = stories.working_day(today - stories.REFERRED_AGO)
    told = [stories.long_ago(clinic, referred), *stories.before(clinic, today)]
    numbers = [one.number for one in plan.people if one.name == plan.behind]
    since = _working_days_before(now, BEHIND, clinic).date()
    busy = Busy(numbers[0], since) if numbers else None
    sent = weeks.past(clinic, first=first, last=last, share=plan.worked, busy=busy)
    if is_slow:
        sent = _late(sent, until=_working_days_before(now, SILENT, clinic))
    sent += [Sent(clock.at(minute), sending) for minute, clock, sending in told]
    return sorted(sent, key=lambda one: one.at)


def _late(sent: Sequence[Sent], *, until: datetime) -> list[Sent]:
    """What another laboratory measured comes a working day late, and lately not at all."""
    came = [replace(one, at=_next_workday(one.at)) if one.is_sent_out else one for one in sent]
    return [one for one in came if not one.is_sent_out or one.at < until]


def _next_workday(at: datetime) -> datetime:
    later = at + timedelta(days=1)
    return later if later.weekday() < 5 else _next_workday(later)


def _working_days_before(now: datetime, days: int, clinic: Clinic) -> datetime:
    at = now.astimezone(clinic.zone)
    while days:
        at -= timedelta(days=1)
        days -= at.weekday() < 5
    return at


def _see_off(name: str, cover: str, *, now: datetime) -> None:
    """Somebody is away, and somebody covers: their open work has moved, and new work follows."""
    if Absence.objects.exists():
        follow(now=now)
        return
    members = {one.name: one for one in Membership.objects.filter(name__in=[name, cover])}
    member = members[name]
    escalation.record_absence(
        member_id=member.pk, cover_id=members[cover].pk, begins_at=now,
        ends_at=now + AWAY + STAYS_AWAY, reason="At a course", by=member,
        actor=Actor.person(member), now=now,
    )  # fmt: skip
    escalation.settle([member.pk], actor=engine.ACTOR, now=now)


def _register(clinic: Clinic, *, now: datetime) -> None:
    """Everybody whom the practice cares for."""
    everybody = [_details(one, clinic) for one in clinic.patients]
    patients.find_or_register(everybody, overwrite=True, actor=intake.ACTOR, now=now)


def _details(patient: Patient, clinic: Clinic) -> PatientDetails:
    return PatientDetails(
        identifiers=(Identifier(patient.mrn, clinic.assigner, "MR"),),
        family=patient.family, given=patient.given, birth_date=patient.birth_date, sex=patient.sex,
        phone=patient.phone, problems=tuple(map(_code, patient.problems)),
        medications=tuple(map(_code, patient.medications)),
    )  # fmt: skip


def _code(term: Term) -> Code:
    return Code(term.code, term.text, SYSTEMS[term.system])


def _rounds(sent: Sequence[Sent]) -> Iterator[Round]:
    """Together what was delivered together: up to the end of a round, or up to a critical value."""
    held: list[Sent] = []
    for one, after in zip(sent, [*sent[1:], None], strict=True):
        held.append(one)
        if one.is_dangerous or after is None or _round_of(one) != _round_of(after):
            yield one.at + timedelta(seconds=20), held
            held = []


def _chapter(at: datetime, now: datetime) -> date:
    """The day, when it was lately; else the Monday of its week."""
    day = at.date()
    return day if now - at < LATELY else day - timedelta(days=day.weekday())


def _round_of(one: Sent) -> tuple[object, time]:
    return one.at.date(), next(end for end in ROUNDS if one.at.time() <= end)


def follow(*, now: datetime) -> None:
    """What the engine does with each task that moved: pass on what is an absent person's, and bring
    its clocks into line."""
    moved = wake.claim(Topic.TASK, limit=MANY, now=now)
    escalation.divert(moved, actor=engine.ACTOR, now=now)
    escalation.adjust(moved, book=policies.load(now=now), actor=engine.ACTOR, now=now)
