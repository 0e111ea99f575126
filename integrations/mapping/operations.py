"""A person says what something means: the map is written, audited, and what waited goes on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from charts import patients, recoding
from charts.models import ChartItem, Patient
from charts.values import Code
from integrations import operations as messages
from integrations.loinc import is_loinc
from integrations.mapping import trying, waiting
from integrations.mapping.conflicts import conflicts
from integrations.mapping.proposals import Proposal, write
from integrations.mapping.trying import Trial
from integrations.models import InboundMessage, MessageState, Unmapped
from referrals import operations as referrals
from routing import operations as routing
from tenants.models import Location

Kind = Unmapped.Kind

MOST_HELD = 200
"""Held messages looked at in one answer; the rest can be replayed on the message desk."""


class BadAnswer(Exception):
    """The answer does not fit; its text says what to choose instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person says: the one that the kind asks for."""

    code: Code | None = None
    member_id: UUID | None = None
    location_id: UUID | None = None
    every_feed: bool = False
    """Good for every feed, not for this one only."""
    patient_id: UUID | None = None
    """Whom it is about; None: somebody new."""
    is_one_person: bool = True
    """Of two patients: they are one; else the numbers of the message are `patient_id`'s alone."""


@dataclass(slots=True)
class Resolved:
    """What an answer did, or would do."""

    moved: int = 0
    """Open tasks that went elsewhere."""
    stayed: int = 0
    """Open tasks that were right already, or that a person has touched."""
    replayed: list[UUID] = field(default_factory=list)
    """Held messages that are back in line."""
    trials: list[Trial] = field(default_factory=list)
    """Of a preview: what those messages would come to."""


@transaction.atomic
def resolve(*, unmapped_id: UUID, answer: Answer, actor: Actor, now: datetime) -> Resolved:
    """Answer one row of the worklist, and let go on what waited for it.

    Raises:
        BadAnswer: it does not fit, or somebody has answered before.
    """
    row = _unanswered(unmapped_id)
    if row.kind in (Kind.CODE, Kind.PROVIDER, Kind.LOCATION):
        return correct(proposal_of(row, answer), actor=actor, now=now)
    found = _WHO[Kind(row.kind)](row, answer, actor, now)
    _settle([row], Unmapped.Resolution.MAPPED, actor=actor, now=now)
    return found


def preview(*, unmapped_id: UUID, answer: Answer, actor: Actor, now: datetime) -> Resolved:
    """What `resolve` would do, to the last task; nothing is left behind.

    Raises:
        BadAnswer: as `resolve`.
    """
    with transaction.atomic():
        found = resolve(unmapped_id=unmapped_id, answer=answer, actor=actor, now=now)
        held = InboundMessage.objects.filter(pk__in=found.replayed).select_related("feed")
        found.trials = [trying.trial(message, now=now) for message in held.order_by("arrived")]
        transaction.set_rollback(True)
    return found


@transaction.atomic
def correct(proposal: Proposal, *, actor: Actor, now: datetime) -> Resolved:
    """Write one line of a map; open tasks that fell back for want of it are decided anew.

    Raises:
        BadAnswer: it leads nowhere.
    """
    _check(proposal)
    write(proposal, actor=actor, now=now)
    found = waiting.items(proposal)
    recoding.recode(waiting.recoded(found), actor=actor, now=now)
    placed = routing.reroute([item.pk for item in found], actor=actor, now=now)
    answered = Unmapped.objects.filter(
        kind=proposal.kind, value=proposal.value, resolved_at__isnull=True
    )
    if proposal.feed_id is not None:
        answered = answered.filter(feed_id=proposal.feed_id)
    if proposal.kind == Kind.PROVIDER and (proposal.assigner or proposal.feed_id):
        answered = answered.filter(assigner=proposal.assigner)
    _settle(list(answered), Unmapped.Resolution.MAPPED, actor=actor, now=now)
    return Resolved(moved=len(placed.moved), stayed=placed.stayed)


@transaction.atomic
def set_aside(*, unmapped_id: UUID, actor: Actor, now: datetime) -> None:
    """Nobody needs a map for this: it is not asked for again.

    Raises:
        BadAnswer: somebody has answered before, or a message waits for it.
    """
    row = _unanswered(unmapped_id)
    if row.kind == Kind.TWO_PATIENTS:
        raise BadAnswer(_("A message waits for this. Say who it is, or set the message aside."))
    _settle([row], Unmapped.Resolution.IGNORED, actor=actor, now=now)


def proposal_of(row: Unmapped, answer: Answer) -> Proposal:
    """The line of a map that an answer to this row makes; who named an assigner named the feeds."""
    everywhere = answer.every_feed or (row.kind == Kind.PROVIDER and bool(row.assigner))
    return Proposal(
        kind=row.kind,
        value=row.value,
        assigner=row.assigner,
        feed_id=None if everywhere else row.feed_id,
        code=answer.code,
        member_id=answer.member_id,
        location_id=answer.location_id,
    )


def _unanswered(unmapped_id: UUID) -> Unmapped:
    row: Unmapped | None = Unmapped.objects.lock([unmapped_id]).first()
    if row is None or row.resolved_at is not None:
        raise BadAnswer(_("Somebody has answered this before. The list was read again."))
    return row


def _check(proposal: Proposal) -> None:
    code = proposal.code.code if proposal.code else ""
    if proposal.kind == Kind.CODE and not is_loinc(code):
        raise BadAnswer(
            _("This is no LOINC code. It is digits, a hyphen and a check digit: 2823-3.")
        )
    if proposal.kind == Kind.PROVIDER and not _is_member(proposal.member_id):
        raise BadAnswer(_("Choose one of the people who work here."))
    if proposal.kind == Kind.LOCATION and not (
        proposal.location_id and Location.objects.filter(pk=proposal.location_id).exists()
    ):
        raise BadAnswer(_("Choose one of the locations."))


def _is_member(member_id: UUID | None) -> bool:
    if member_id is None:
        return False
    return Membership.objects.filter(pk=member_id, is_active=True).exists()


def _settle(
    rows: Sequence[Unmapped], resolution: Unmapped.Resolution, *, actor: Actor, now: datetime
) -> None:
    for row in rows:
        row.resolution, row.resolved_at = resolution, now
        row.save(update_fields=["resolution", "resolved_at"])
        log.record(
            f"unmapped.{resolution.value}", entity=row, patient_id=row.patient_id,
            detail={"kind": row.kind}, actor=actor, now=now,
        )  # fmt: skip


def _stranger(row: Unmapped, answer: Answer, actor: Actor, now: datetime) -> Resolved:
    """A patient whom nobody knew: somebody of their own, or somebody we have."""
    assert row.patient_id is not None
    stranger = Patient.objects.lock([row.patient_id]).get()
    if answer.patient_id is None:
        patients.confirm(stranger, actor=actor, now=now)
        return Resolved()
    kept = _patient(answer.patient_id)
    if kept.pk == stranger.pk:
        raise BadAnswer(
            _("That is the same record. Choose another patient, or say that they are new.")
        )
    ids = _unite(kept, [stranger], actor=actor, now=now)
    placed = routing.reroute(ids, actor=actor, now=now)
    return Resolved(moved=len(placed.moved), stayed=placed.stayed)


def _two(row: Unmapped, answer: Answer, actor: Actor, now: datetime) -> Resolved:
    """Numbers of two patients in one message: they are one person, or the numbers are one's."""
    message = InboundMessage.objects.select_related("feed").get(pk=row.value)
    if answer.patient_id is None:
        raise BadAnswer(_("Choose whom the message is about."))
    kept = _patient(answer.patient_id)
    ids: list[UUID] = []
    for conflict in conflicts(message):
        if kept.pk not in {patient.pk for patient in conflict.patients}:
            raise BadAnswer(_("Choose one of the patients whom the message names."))
        if answer.is_one_person:
            others = [patient for patient in conflict.patients if patient.pk != kept.pk]
            ids += _unite(kept, others, actor=actor, now=now)
        else:
            patients.hand_over(conflict.details, to=kept, actor=actor, now=now)
    placed = routing.reroute(ids, actor=actor, now=now)
    replayed = _replay(message, actor=actor, now=now)
    return Resolved(
        moved=len(placed.moved), stayed=placed.stayed,
        replayed=[*replayed, *_others_that_are_clear(row, actor=actor, now=now)],
    )  # fmt: skip


def _unite(kept: Patient, gone: Sequence[Patient], *, actor: Actor, now: datetime) -> list[UUID]:
    """One person from now on; returns the items that came along."""
    ids = list(ChartItem.objects.filter(patient__in=gone).values_list("pk", flat=True))
    patients.unite(kept=kept, gone=gone, actor=actor, now=now)
    routing.follow_merge(survivor=kept, gone=gone, actor=actor, now=now)
    referrals.follow_merge(survivor=kept, gone=gone, actor=actor, now=now)
    return ids


def _others_that_are_clear(row: Unmapped, *, actor: Actor, now: datetime) -> list[UUID]:
    """Other messages that were held for the same reason, and are clear now."""
    open_rows = Unmapped.objects.filter(kind=Kind.TWO_PATIENTS, resolved_at__isnull=True)
    rows = {other.value: other for other in open_rows.exclude(pk=row.pk)[:MOST_HELD]}
    replayed: list[UUID] = []
    for message in InboundMessage.objects.filter(pk__in=rows).select_related("feed"):
        if not conflicts(message):
            replayed += _replay(message, actor=actor, now=now)
            _settle([rows[str(message.pk)]], Unmapped.Resolution.MAPPED, actor=actor, now=now)
    return replayed


def _replay(message: InboundMessage, *, actor: Actor, now: datetime) -> list[UUID]:
    if message.state != MessageState.QUARANTINED:
        return []
    messages.replay(message_id=message.pk, actor=actor, now=now)
    return [message.pk]


def _patient(patient_id: UUID) -> Patient:
    found: Patient | None = Patient.objects.filter(pk=patient_id, merged_into=None).first()
    if found is None:
        raise BadAnswer(_("Choose a patient whom the practice knows."))
    return found


_WHO: Mapping[Kind, Callable[[Unmapped, Answer, Actor, datetime], Resolved]] = {
    Kind.UNIDENTIFIED: _stranger,
    Kind.NEW_PATIENT: _stranger,
    Kind.TWO_PATIENTS: _two,
}
