"""What one Done closes along: the table walked whole, and one transaction for all of it."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from audit.models import AuditEvent
from charts.values import Code, ItemKind, ItemStatus, Severity
from routing.categories import Category
from routing.linked import linked
from routing.linking import EXPLAINS, WORDS, Thing, Tie, tie
from routing.models import Communication, TaskTransition
from routing.operations import LostRace, OutcomeNeeded
from tests.reports import BMP, bring, graded, patient, report
from tests.routing.doing import do, fresh

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 16, tzinfo=UTC)
DAY = timedelta(days=1)

SHARED = {
    Tie.ABOUT: {"ids": frozenset({"item-1"})},
    Tie.ORDER: {"numbers": frozenset({"P-1"})},
    Tie.CODE: {"codes": frozenset({"loinc|2823-3"})},
    Tie.VISIT: {"visit": "V-1"},
}


@pytest.mark.parametrize(("closing", "other"), list(product(Category, Category)))
def test_work_explains_what_the_table_says_by_the_ties_it_says(closing, other):
    allowed = EXPLAINS.get(closing, {}).get(other, frozenset())
    for one, shared in SHARED.items():
        first = Thing(category=closing, since=AT, **shared)
        second = Thing(category=other, since=AT, **shared)
        assert tie(first, second) == (one if one in allowed else None)
    assert tie(Thing(category=closing, since=AT), Thing(category=other, since=AT)) is None


def test_no_result_is_ever_closed_along():
    assert not any(Category.RESULT_REVIEW in others for others in EXPLAINS.values())
    assert set(WORDS) == set(Tie)


def test_what_was_asked_for_after_the_result_came_is_not_answered_by_it():
    result = Thing(category=Category.RESULT_REVIEW, since=AT, **SHARED[Tie.CODE])
    for since, expected in ((AT - DAY, Tie.CODE), (AT + DAY, None)):
        asked = Thing(category=Category.ADMINISTRATIVE_MESSAGE, since=since, **SHARED[Tie.CODE])
        assert tie(result, asked) is expected


def reminder(now, *, key="R-1", code=None, of=None, at=0, **more):
    """ "Repeat K", from the EHR."""
    said = {"code": code or Code("2823-3", "Repeat potassium", "loinc"), "issued_at": AT} | more
    return bring(report(ItemKind.REQUEST, ItemStatus.ACTIVE, key=key, **said), now=now, of=of)


@pytest.fixture
def result(elm, now):
    return bring(graded(Severity.NORMAL), now=now)


def test_a_result_offers_the_reminder_to_repeat_one_of_its_values(elm, result, now):
    repeat = reminder(now)
    reminder(now, key="R-2", code=Code("4548-4", "Repeat A1c", "loinc"))
    reminder(now, key="R-3", of=patient("999", family="Other"))
    assert [(one.task, one.tie) for one in linked(result)] == [(repeat, Tie.CODE)]


def test_one_done_closes_both_each_with_its_own_trace(elm, result, now):
    repeat = reminder(now)
    do("complete_with", result, elm.max, now, also=[repeat.pk], outcome="normal-quiet")
    both = [fresh(result), fresh(repeat)]
    assert [one.status for one in both] == ["completed", "completed"]
    assert (both[0].closed_with, both[1].closed_with) == (None, result)
    for one in both:
        assert TaskTransition.objects.filter(task=one, move="complete").count() == 1
        assert AuditEvent.objects.filter(action="task.complete", entity_id=one.pk).exists()
    assert AuditEvent.objects.get(action="task.closed-along").entity_id == repeat.pk


def test_undo_opens_all_of_it_again_as_new_events(elm, result, now):
    repeat = reminder(now)
    do("complete_with", result, elm.max, now, also=[repeat.pk], outcome="normal-told")
    do("undo", result, elm.max, now)
    for one in (fresh(result), fresh(repeat)):
        assert (one.is_open, one.closed_with) == (True, None)
        assert TaskTransition.objects.filter(task=one, move="reopen", reason="undo").exists()
    assert not Communication.objects.standing().exists()


def test_what_was_closed_apart_stays_closed_when_the_other_is_undone(elm, result, now):
    repeat = reminder(now)
    do("complete_with", result, elm.max, now, also=[repeat.pk], outcome="normal-quiet")
    do("undo", repeat, elm.max, now)
    do("complete", repeat, elm.max, now + timedelta(minutes=1), outcome="done")
    do("undo", result, elm.max, now + timedelta(minutes=2))
    assert not fresh(repeat).is_open


def test_all_of_it_or_nothing(elm, result, now):
    repeat = reminder(now)
    do("complete", repeat, elm.cora, now, outcome="done")
    with pytest.raises(LostRace, match="Cora"):
        do("complete_with", result, elm.max, now, also=[repeat.pk], outcome="normal-quiet")
    assert fresh(result).is_open


def test_nothing_is_closed_along_that_has_nothing_to_do_with_it(elm, result, now):
    strange = reminder(now, code=Code("4548-4", "Repeat A1c", "loinc"))
    for also in ([strange.pk], [result.item_id]):
        with pytest.raises(OutcomeNeeded, match="nothing to do with"):
            do("complete_with", result, elm.max, now, also=also, outcome="normal-quiet")
    assert fresh(result).is_open
    assert fresh(strange).is_open


def test_a_result_and_what_was_awaited_hang_together_by_their_order(elm, now):
    task = bring(graded(Severity.NORMAL, placer="P-7", code=BMP), now=now)
    order = bring(report(ItemKind.ORDER, ItemStatus.DRAFT, key="O-7", placer="P-7"), now=now)
    assert [(one.task, one.tie) for one in linked(task)] == [(order, Tie.ORDER)]
