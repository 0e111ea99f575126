"""Writing to the patient, by the way whose turn it is; where none leads to them, somebody calls."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from audit.actors import Actor
from outbox import operations as outbox
from outbox.consent import PatientWay
from outbox.operations import Written
from outbox.patient_words import Template
from outbox.reaching import Known
from referrals.cadence import Branch, Nudge
from referrals.models import CadenceStep, CameTo, Referral
from referrals.operations.asking import ask_among
from referrals.operations.cases import Cases
from referrals.works import Work

WORDS: Mapping[Nudge, tuple[Template, Template]] = {
    Nudge.BOOK: (Template.NUDGE, Template.NUDGE_AGAIN),
    Nudge.REMIND: (Template.CONFIRM, Template.CONFIRM),
    Nudge.REBOOK: (Template.MISSED, Template.MISSED),
}
"""At first, and from then on."""


def nudge(
    *, referral: Referral, words: Nudge, key: str, among: Cases, actor: Actor, now: datetime
) -> str:  # fmt: skip
    """Write to the patient of one of these referrals, once by the key; returns the way,
    empty where none is of any use."""
    before = _times(among.steps.get(referral.pk, ()))
    patient = among.patient(referral)
    ways = outbox.ways_to(referral.patient_id, known=patient)
    if words is Nudge.REMIND:
        ways = tuple(way for way in ways if way not in (PatientWay.VOICE, PatientWay.LETTER))
    template = WORDS[words][min(before, 1)]
    for way in in_turn(ways, 0 if words is Nudge.REMIND else before):
        if way is PatientWay.VOICE:
            ask_among(among, referral, Work.CALL_PATIENT, key, actor=actor, now=now)
            return way
        if _write(referral, patient, way, template, key, actor=actor, now=now):
            _beside(referral, patient, way, ways, template, key, actor=actor, now=now)
            return way
    return ""


def in_turn(ways: Sequence[PatientWay], before: int) -> Sequence[PatientWay]:
    """The ways from the one whose turn it is on; a letter is a person's, and not among them."""
    turns = [way for way in ways if way is not PatientWay.LETTER]
    at = before % len(turns) if turns else 0
    return turns[at:] + turns[:at]


def _times(steps: Sequence[CadenceStep]) -> int:
    """How often it was their turn to hear of it."""
    of_patient = [step for step in steps if step.branch == Branch.PATIENT]
    return sum(step.came_to != CameTo.PASSED for step in of_patient)


def _beside(
    referral: Referral, patient: Known, way: PatientWay, ways: Sequence[PatientWay],
    template: Template, key: str, *, actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Who may be texted finds the first message in the portal too."""
    if template is Template.NUDGE and way is PatientWay.SMS and PatientWay.PORTAL in ways:
        _write(referral, patient, PatientWay.PORTAL, template, key, actor=actor, now=now)


def _write(
    referral: Referral, patient: Known, way: PatientWay, template: Template, key: str, *,
    actor: Actor, now: datetime,
) -> bool:  # fmt: skip
    written = outbox.write_to_patient(
        patient_id=referral.patient_id, key=f"{referral.pk}:{key}:{way}", way=way,
        template=template, about_id=referral.pk, known=patient, actor=actor, now=now,
    )  # fmt: skip
    return isinstance(written, Written)
