"""What a referral's cadence asks for now: fired once, each row on each occasion."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from audit import log
from audit.actors import Actor
from outbox.consent import PatientWay
from outbox.operations import call_off_patient
from referrals.cadence import Due, Nudge, before_in_branch, turn, waiting
from referrals.folding import view_of
from referrals.lacking import View, lacks
from referrals.models import CadenceStep, CameTo, Referral
from referrals.operations.asking import NEEDLESS, REPLACED, TRUE_NOW, ask_among, end_among
from referrals.operations.cases import Cases, Chosen
from referrals.operations.nudging import nudge
from referrals.states import Closure
from referrals.works import WORKS, Work
from routing.categories import Category
from routing.models import Task
from routing.operations import End, close_absences
from tenants import bulk, wake
from tenants.models import Topic

CAME = End(gettext_noop("the report came"))
CLOSED = End(gettext_noop("the referral was closed"), came=False)
"""Of what its order waits for (`routing.chasing`)."""


BY_WAY = {
    "": (CameTo.PASSED, ""), PatientWay.VOICE: (CameTo.ASKED, Work.CALL_PATIENT),
}  # fmt: skip
"""What a nudge came to, where nothing was written."""


@transaction.atomic(savepoint=False)
def chase(*, referral_id: UUID, among: Cases, actor: Actor, now: datetime) -> int:
    """End the work that nobody needs any more, do what is due, and say when to look again; returns
    how many rows fired.

    Args:
        among: the batch that the caller holds; each referral of it is looked at once.

    Raises:
        NoRules: the practice has published no rules that say whose work it is.
    """
    referral = among.referrals[referral_id]
    _mark(referral, now=now)
    view = view_of(referral, among.facts.get(referral_id, ()), now=now)
    _end_needless(referral, view, among, actor=actor, now=now)
    chosen, before = among.chosen(referral), among.steps.get(referral_id, ())
    if referral_id in among.unsent:
        _call_off(referral, view, chosen, before, actor=actor, now=now)
    done = {step.key for step in before}
    dues = waiting(chosen.rows, view, done=done, pauses_booking=chosen.pauses_booking)
    found = turn(dues, view)
    steps = [_step(referral, due, CameTo.PASSED, "", chosen, now) for due in found.passed]
    steps += [_fire(referral, due, among, actor=actor, now=now) for due in found.fires]
    bulk.insert(CadenceStep, steps)
    if found.next_at is not None:
        wake.call(Topic.CADENCE, [(referral.pk, found.next_at)])
    return len(found.fires)


def _mark(referral: Referral, *, now: datetime) -> None:
    """From here on it wakes itself."""
    if referral.chased_since is None:
        referral.chased_since = now
        referral.save(update_fields=["chased_since"])


def _end_needless(
    referral: Referral, view: View, among: Cases, *, actor: Actor, now: datetime
) -> None:
    """What it was asked for is true by now, or nobody waits for the referral."""
    works = among.works[referral.pk]
    over = {work for work in works if (lack := WORKS[work].lack) and not lacks(lack, view)}
    if view.closed is not None and referral.item_id is not None:
        end = CAME if view.closed is Closure.REPORTED else CLOSED
        close_absences({referral.item_id: end}, actor=actor, now=now)
    withdrawn = view.closed is not None and referral.report_id is None
    end_among(among, referral, over, NEEDLESS if withdrawn else TRUE_NOW, actor=actor, now=now)


def _call_off(
    referral: Referral, view: View, chosen: Chosen, before: Sequence[CadenceStep], *, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """A message that waits for the morning is not sent where what it asks for has come to be
    true, or nobody waits for the referral."""
    written = [step for step in before if step.came_to == CameTo.WRITTEN]
    if not written:
        return
    row = next((row for row in chosen.rows if row.name == written[-1].row), None)
    if row is None or not lacks(row.tests, view):
        call_off_patient(referral.pk, actor=actor, now=now)


def _fire(
    referral: Referral, due: Due, among: Cases, *, actor: Actor, now: datetime
) -> CadenceStep:
    row, chosen = due.row, among.chosen(referral)
    if isinstance(row.does, Nudge):
        way = nudge(referral=referral, words=row.does, key=due.key, among=among, actor=actor,
                    now=now)  # fmt: skip
        came_to, detail = BY_WAY.get(way, (CameTo.WRITTEN, way))
    else:
        came_to, detail = _ask(referral, due, among, row.does, actor, now), row.does
    log.record("referral.chased", entity=referral, patient_id=referral.patient_id, actor=actor,
               now=now, detail={"row": row.name, "came_to": came_to, "by": detail})  # fmt: skip
    return _step(referral, due, came_to, detail, chosen, now)


def _ask(
    referral: Referral, due: Due, among: Cases, work: Work, actor: Actor, now: datetime
) -> CameTo:
    """Ask for this work in the place of what the same branch asked for before; the report that an
    order waits for is asked for there already."""
    if work is Work.ASK_REPORT and _is_awaited(referral):
        return CameTo.OPEN
    replaced = before_in_branch(among.chosen(referral).rows, due.row)
    end_among(among, referral, replaced, REPLACED, actor=actor, now=now)
    asked = ask_among(among, referral, work, due.key, actor=actor, now=now)
    return CameTo.ASKED if asked else CameTo.OPEN


def _is_awaited(referral: Referral) -> bool:
    late = Task.objects.open().filter(category=Category.MISSING_REPORT)
    return referral.item_id is not None and late.filter(about_id=referral.item_id).exists()


def _step(
    referral: Referral, due: Due, came_to: CameTo, detail: str, chosen: Chosen, now: datetime
) -> CadenceStep:
    return CadenceStep(
        referral=referral, key=due.key, row=due.row.name, branch=due.row.branch,
        cadence=chosen.cadence, due_at=due.at, fired_at=now, came_to=came_to, detail=detail,
    )  # fmt: skip
