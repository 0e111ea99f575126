"""Everything that happened to a referral, newest first: facts, those held and those taken back,
closing and opening again, and what its cadence did."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from audit.models import AuditEvent
from dashboards import referral_words as said
from dashboards import words
from dashboards.patient_words import WAYS_SAID
from dashboards.queries.desk import Desk
from dashboards.rows.referral import ReferralLine
from dashboards.words import later
from outbox.consent import PatientWay
from referrals.models import CadenceStep, CameTo, Fact, Referral
from referrals.states import Appointment, Axis, Source
from referrals.works import WORKS, Work

LATER = timedelta(hours=12)
"""What was told so long after it happened says when it was told."""
EVENTS = {
    "referral.opened": later("The referral began"),
    "referral.refreshed": later("The order says it anew"),
    "referral.closed": later("Closed"),
    "referral.reopened": later("Open again"),
    "referral.patient-merged": later("Its patient was merged"),
}
ADDRESSED = later("Addressed to a specialist")
MOST_EVENTS = 60
STEPS = {
    CameTo.WRITTEN: later("The patient was written to"),
    CameTo.ASKED: later("Somebody here was asked"),
    CameTo.OPEN: later("It was due again; the work is open already"),
}
"""What a cadence did. A row that a later one took the place of did nothing."""


@dataclass(frozen=True, slots=True)
class Look:
    """Who reads it, and whether they may take a fact back."""

    desk: Desk
    may_undo: bool

    def moment(self, at: datetime) -> words.Moment:
        """When, on the clock of whoever reads it."""
        return words.moment(at, zone=self.desk.zone, now=self.desk.now)

    def who(self, member_id: UUID | None, name: str) -> str:
        """`you`, a colleague's name; nothing for a machine, whose way is said instead."""
        if member_id == self.desk.member.pk:
            return _("you")
        return name if member_id else ""


def timeline(referral: Referral, facts: Sequence[Fact], look: Look) -> tuple[ReferralLine, ...]:
    """Newest first; of one instant, the latest told first."""
    lines = [*_facts(referral, facts, look), *_steps(referral, look), *_events(referral, look)]
    lines.sort(key=lambda one: one[:2], reverse=True)
    return tuple(line for *_order, line in lines)


Ordered = tuple[datetime, datetime, ReferralLine]


def _facts(referral: Referral, facts: Sequence[Fact], look: Look) -> Iterator[Ordered]:
    gone = taken_back(facts)
    for fact in facts:
        line = _undoing(fact, facts, look) if fact.undoes_id else _fact(referral, fact, gone, look)
        yield fact.at, fact.told_at, line


def taken_back(facts: Iterable[Fact]) -> dict[UUID, Fact]:
    """What took each fact back, by the id of that fact."""
    return {fact.undoes_id: fact for fact in facts if fact.undoes_id}


def is_undone_alone(fact: Fact) -> bool:
    """Whether it is taken back as it is; a report is, with what the order says of it (unmatch)."""
    return not fact.undoes_id and not (fact.axis == Axis.REPORT and fact.item_id)


def words_of(fact: Fact) -> str:
    """`Appointment: booked`."""
    axis = Axis(fact.axis)
    value = str(said.VALUES[axis][fact.value])
    return _("%(axis)s: %(value)s") % {"axis": said.AXES[axis], "value": value.lower()}


def more_of(fact: Fact, desk: Desk) -> str:
    """When the appointment is, why they declined, what the report leaves open."""
    told = [str(said.DECLINING.get(fact.detail.get("why", ""), "")), fact.detail.get("missing", "")]
    if fact.value == Appointment.BOOKED and fact.appointment_at:
        told.append(words.exactly(fact.appointment_at, desk.zone))
    return ", ".join(one for one in told if one)


def way_of(fact: Fact) -> str:
    """How it came to us: `by message`, `by phone`."""
    heard = said.HEARD.get(fact.detail.get("heard", ""), "")
    if fact.source == Source.STAFF:
        return str(heard)
    return str(heard or said.SOURCES[fact.source])


def _fact(referral: Referral, fact: Fact, gone: dict[UUID, Fact], look: Look) -> ReferralLine:
    is_gone, details = fact.pk in gone, [more_of(fact, look.desk)]
    if fact.held and not is_gone:
        before = said.VALUES[Axis(fact.axis)][fact.held]
        details.append(_("Kept, but it cannot follow “%(before)s”: it counts for nothing.")
                       % {"before": before})  # fmt: skip
    undo = reverse("dashboards:referral_undo", args=[referral.pk, fact.pk])
    return ReferralLine(
        when=look.moment(fact.at), told_iso=fact.told_at.isoformat(), what=words_of(fact),
        who=look.who(fact.member_id, fact.actor_name), how=way_of(fact),
        detail=" ".join(one for one in details if one),
        state="undone" if is_gone else "held" if fact.held else "",
        told=look.moment(fact.told_at).words if fact.told_at - fact.at > LATER else "",
        undo_url=undo if look.may_undo and not is_gone and is_undone_alone(fact) else "",
    )  # fmt: skip


def _undoing(fact: Fact, facts: Sequence[Fact], look: Look) -> ReferralLine:
    wrong = next((one for one in facts if one.pk == fact.undoes_id), fact)
    return ReferralLine(
        when=look.moment(fact.at), told_iso=fact.told_at.isoformat(),
        what=_("Taken back: %(what)s") % {"what": words_of(wrong)},
        who=look.who(fact.member_id, fact.actor_name),
        detail=str(said.MISTAKES.get(fact.detail.get("because", ""), "")),
    )  # fmt: skip


def _steps(referral: Referral, look: Look) -> Iterator[Ordered]:
    rows = CadenceStep.objects.filter(referral=referral, came_to__in=STEPS)
    for row in rows.order_by("-fired_at", "-pk")[:MOST_EVENTS]:
        what = WORKS[Work(row.detail)].title if row.detail in set(Work) else ""
        line = ReferralLine(
            when=look.moment(row.fired_at), told_iso=row.fired_at.isoformat(), who="",
            what=str(STEPS[CameTo(row.came_to)]), how=_("by the cadence"),
            detail=_(what) if what else _way(row.detail),
        )  # fmt: skip
        yield row.fired_at, row.fired_at, line


def _way(detail: str) -> str:
    return str(WAYS_SAID[PatientWay(detail)]) if detail in set(PatientWay) else ""


def _events(referral: Referral, look: Look) -> Iterator[Ordered]:
    found = AuditEvent.objects.filter(entity_id=referral.pk, action__in=EVENTS)
    for event in found.order_by("-at")[:MOST_EVENTS]:
        yield event.at, event.at, _event(event, look)


def _is_addressing(event: Any) -> bool:
    changed = event.detail.get("changed")
    return bool(event.action == "referral.refreshed" and changed == ["specialist"])


def _event(event: Any, look: Look) -> ReferralLine:
    because = said.CLOSURES.get(event.detail.get("because", ""), "")
    shown = because if event.action == "referral.closed" else ""
    return ReferralLine(
        when=look.moment(event.at), told_iso=event.at.isoformat(), detail=str(shown),
        what=str(ADDRESSED if _is_addressing(event) else EVENTS[event.action]),
        who=look.who(event.membership_id, event.actor_name),
    )  # fmt: skip
