"""A sweep: referrals follow their orders, their reports and what the other side answers.

Filing wakes the orders and the consult notes that it changed (`charts.links`). Each is read as it
is by then, and every fact has a key that names its occasion: looking twice tells nothing twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from audit.actors import Actor
from charts.links import is_consult_note, is_live
from charts.models import ChartItem
from charts.recognition import numbers
from charts.values import CONSULT_NOTE, ItemKind
from charts.versions import only_answers
from referrals import operations
from referrals.answers import said_by
from referrals.matching import Candidate, Paper, Verdict, matches, verdict
from referrals.models import Fact, Referral
from referrals.operations import Telling
from referrals.people import member_named
from referrals.specialties import Specialty, specialty_of
from referrals.states import Axis, Closure, Source
from referrals.sweeping import BATCH, sweep_topic
from tenants import wake
from tenants.models import Topic
from tenants.rounds import Swept, each_practice

ACTOR = Actor.machine("referrals.following")
LOOK_BACK = timedelta(days=60)
"""An order seldom comes later than this after the report on it."""
MOST_CANDIDATES = 50
PAPERS = (ItemKind.DOCUMENT, ItemKind.RESULT)
OVER = (Closure.WITHDRAWN, Closure.DUPLICATE)
"""No report is awaited of these at all."""


def sweep(*, now: datetime) -> Swept:
    """Every practice with something due."""
    return sweep_topic(Topic.REFERRAL, follow, now=now)


def look_back(*, now: datetime) -> int:
    """Wake the orders that wait for a report and have no referral: those of before there were any;
    returns how many."""
    return each_practice(partial(_wake_forgotten, now=now))


@transaction.atomic
def _wake_forgotten(practice_id: UUID, *, now: datetime) -> int:  # noqa: ARG001 - it is in scope
    waiting = ChartItem.objects.filter(kind=ItemKind.REFERRAL, look_at__isnull=False)
    known = Referral.objects.filter(item=OuterRef("pk"))
    ids = [
        item.pk
        for item in waiting.filter(~Exists(known)).only("revision")[:BATCH]
        if not only_answers(item.revision)
    ]
    new = set(ids) - wake.waiting(Topic.REFERRAL, ids)
    wake.call(Topic.REFERRAL, [(pk, now) for pk in sorted(new)])
    return len(new)


@transaction.atomic
def follow(item_id: UUID, /, *, now: datetime) -> bool:
    """Bring what hangs on one order or one report into line with it; whether there is anything."""
    item = ChartItem.objects.lock([item_id]).first()
    if item is None:
        return False
    if item.kind == ItemKind.REFERRAL:
        return _follow_order(item, now=now)
    return is_consult_note(item) and _follow_report(item, now=now)


def _follow_order(item: ChartItem, *, now: datetime) -> bool:
    """An order becomes a referral, or says anew what its referral is about."""
    if only_answers(item.revision):
        return False  # an answer to a referral nobody here has sent
    referral, is_new = operations.open_for_item(item=item, actor=ACTOR, now=now)
    operations.tell(referral_id=referral.pk, tellings=_answers(item), actor=ACTOR, now=now)
    operations.follow_order(referral_id=referral.pk, item=item, actor=ACTOR, now=now)
    note = _note_naming(item)
    if note is not None and is_live(note) and not _is_settled(note, [referral.pk]):
        operations.match(referral_id=referral.pk, report_id=note.pk, source=Source.MESSAGE,
                         actor=ACTOR, now=now)  # fmt: skip
    if is_new:
        wake.call(Topic.REFERRAL, [(pk, now) for pk in _notes_before(item, now=now)])
    return True


def _answers(item: ChartItem) -> list[Telling]:
    """What the other side said so far; of an order of before each word was kept, the last."""
    last = {**item.details, "told_at": item.received_at.isoformat()}
    return [
        Telling(
            key=said.key, axis=said.axis, value=said.value, at=said.at, source=Source.MESSAGE,
            item_id=item.pk if said.axis is Axis.REPORT else None,
            appointment_at=said.appointment_at, detail={"word": said.word},
        )
        for answer in item.answers or [last]
        for said in said_by(answer)
    ]  # fmt: skip


def _note_naming(item: ChartItem) -> ChartItem | None:
    """The report that bears one of the order's numbers, from the order's own source."""
    key = item.details.get("reported_by", "")
    rows = ChartItem.objects.filter(
        key=key, source=item.source, patient_id=item.patient_id, kind__in=PAPERS
    )
    return next((note for note in rows if is_consult_note(note)), None) if key else None


def _is_settled(note: ChartItem, referral_ids: Sequence[UUID]) -> bool:
    """Whether it answers a referral already, or a person took it back from these."""
    return (
        Referral.objects.filter(report=note).exists()
        or Fact.objects.filter(
            item=note, referral_id__in=referral_ids, undone_by__isnull=False
        ).exists()
    )


def _notes_before(item: ChartItem, *, now: datetime) -> list[UUID]:
    """Reports of the patient that may have come before the order that asked for them."""
    rows = ChartItem.objects.filter(
        patient_id=item.patient_id, kind__in=PAPERS, details__document_type=CONSULT_NOTE,
        received_at__gte=now - LOOK_BACK,
    )  # fmt: skip
    return list(rows.values_list("pk", flat=True))


def _follow_report(note: ChartItem, *, now: datetime) -> bool:
    """A report answers the referral whose number it bears; else a person is asked whose it is."""
    if not is_live(note):
        return operations.withdraw_report(report=note, actor=ACTOR, now=now)
    if Referral.objects.filter(report=note).exists() or member_named(note.people.get("author")):
        return False  # answered, or written by one of us
    found = matches(_paper(note), _candidates(note))
    decided = verdict(found)
    if decided is Verdict.CERTAIN:
        operations.match(referral_id=found[0].id, report_id=note.pk, source=Source.MESSAGE,
                         actor=ACTOR, now=now)  # fmt: skip
    elif decided is Verdict.ASK:
        operations.ask_whose(report=note, found=found, actor=ACTOR, now=now)
    return decided is not Verdict.NOBODY


def _paper(note: ChartItem) -> Paper:
    return Paper(
        numbers=frozenset({note.placer, note.details.get("referral_number", "")} - {""}),
        source=note.source, assigners=_assigners(note),
        specialty=specialty_of(note.details.get("specialty", ""), note.title),
        author=(note.people.get("author") or {}).get("family", ""),
        at=note.effective_at or note.issued_at or note.received_at,
    )  # fmt: skip


def _candidates(note: ChartItem) -> list[Candidate]:
    """The patient's referrals that a report may answer, but those it was taken back from."""
    rows = Referral.objects.filter(patient_id=note.patient_id).exclude(closed_because__in=OVER)
    refused = Fact.objects.filter(item=note, undone_by__isnull=False).values("referral_id")
    rows = rows.exclude(pk__in=refused).select_related("item").order_by("-ordered_at")
    return [_candidate(one) for one in rows[:MOST_CANDIDATES]]


def _candidate(referral: Referral) -> Candidate:
    item = referral.item
    source, _, number = referral.loop_key.partition("/")
    return Candidate(
        id=referral.pk, ordered_at=referral.ordered_at, source=source,
        numbers=numbers(item.key, item.placer, item.details) if item else frozenset({number}),
        assigners=_assigners(item) if item else frozenset(),
        specialty=Specialty(referral.specialty) if referral.specialty else None,
        specialist=referral.specialist_name, appointment_at=referral.appointment_at,
        is_reported=referral.report_id is not None,
    )  # fmt: skip


def _assigners(item: ChartItem) -> frozenset[str]:
    """Who gave out its numbers, or the number of the order that a document answers."""
    said = (item.details.get(name, "") for name in ("assigner", "order_assigner"))
    return frozenset(" ".join(said).split())
