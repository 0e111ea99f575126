"""Many tasks at once: each moves or says why it stays, and nobody's work is taken from them."""

import pytest

from accounts.permissions import PermissionRefused
from audit.actors import Actor
from audit.models import AuditEvent
from charts.values import Code, ItemKind, ItemStatus, Severity
from routing import operations
from routing.models import Queue, RoutingDecision, Task, TaskTransition
from routing.operations import MOST_AT_ONCE, Destination, OutcomeNeeded
from tests.reports import DIAZ, bring, graded, report
from tests.routing.doing import do, fresh

pytestmark = pytest.mark.django_db


def queue(role: str) -> Queue:
    return Queue.objects.get(role=role, location=None)


def move(tasks, to, member, now, *, reason="Sorted anew", seen=None):
    return operations.move_many(
        seen=seen or {task.pk: task.version for task in tasks}, to=to, reason=reason,
        member=member, actor=Actor.person(member), now=now,
    )  # fmt: skip


def why(answers, task) -> str:
    return next(one.why_not for one in answers if one.task.pk == task.pk)


@pytest.fixture
def note(elm, now):
    return bring(report(ItemKind.DOCUMENT, ItemStatus.PRELIMINARY, author=DIAZ), now=now)


def test_tasks_go_to_a_queue_with_who_and_why(elm, note, now):
    coordinators = queue("care-coordinator")
    move([note], Destination(queue=coordinators), elm.sam, now)
    fresh(note)
    assert (note.queue, note.owner, note.status) == (coordinators, None, "ready")
    last = TaskTransition.objects.filter(task=note).latest("version")
    assert (last.move, last.reason, last.member) == ("assign", "Sorted anew", elm.sam)
    assert AuditEvent.objects.filter(action="task.assign", entity_id=note.pk).count() == 1
    assert AuditEvent.objects.get(action="tasks.rerouted").detail == {"moved": 1, "kept": 0}
    assert why(move([note], Destination(queue=coordinators), elm.sam, now), note) == (
        "It is there already."
    )


@pytest.mark.parametrize("role", ["medical-assistant", "care-coordinator", "supervisor"])
@pytest.mark.parametrize("severity", [Severity.CRITICAL, Severity.ABNORMAL, Severity.UNKNOWN])
def test_no_result_goes_to_a_role_that_may_not_close_it(elm, now, role, severity):
    task = bring(graded(severity), now=now)
    answers = move([task], Destination(queue=queue(role)), elm.sam, now)
    assert "may not close" in why(answers, task)
    assert fresh(task).queue.role == "physician"


def test_a_normal_result_passes_a_clinician_by_the_rules_alone(elm, now):
    task = bring(graded(Severity.NORMAL, code=Code("9999-9", "Rare test", "loinc")), now=now)
    assert task.queue.role == "physician"
    answers = move([task], Destination(queue=queue("medical-assistant")), elm.sam, now)
    assert why(answers, task) == "Only the rules send results past a clinician."


def test_no_critical_result_goes_to_a_person_who_may_not_close_it(elm, now):
    task = bring(graded(Severity.CRITICAL), now=now)
    answers = move([task], Destination(owner=elm.max), elm.sam, now)
    assert why(answers, task) == "Max Bell may not close a critical result."
    assert move([task], Destination(owner=elm.nora), elm.sam, now)[0].why_not == ""
    assert fresh(task).owner == elm.nora


def test_the_rules_bring_a_task_back_to_where_they_send_it_and_say_why(elm, note, now):
    move([note], Destination(queue=queue("care-coordinator")), elm.sam, now)
    answers = move([fresh(note)], Destination(), elm.sam, now)
    assert answers[0].why_not == ""
    fresh(note)
    assert (note.queue.role, note.owner) == ("physician", elm.diaz)
    assert TaskTransition.objects.filter(task=note).latest("version").move == "reroute"
    decision = RoutingDecision.objects.filter(task=note).latest("pk")
    assert decision.rule.name == "An incomplete note goes to its author"
    assert why(move([note], Destination(), elm.sam, now), note) == "It is there already."


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        ("claim", "Dr Ana Diaz is doing this now."),
        ("acknowledge", "Its owner has acknowledged it."),
        ("complete", "It was closed."),
    ],
)
def test_whoever_works_on_a_task_keeps_it(elm, note, now, verb, sentence):
    do(verb, note, elm.diaz, now)
    for to in (Destination(owner=elm.nora), Destination()):
        assert why(move([fresh(note)], to, elm.sam, now), note) == sentence
    assert fresh(note).owner == elm.diaz


def test_a_lost_race_is_said_and_the_others_move(elm, note, now):
    other = bring(report(ItemKind.DOCUMENT, ItemStatus.PRELIMINARY, key="K-2"), now=now)
    seen = {note.pk: note.version, other.pk: other.version}
    do("claim", note, elm.nora, now)
    do("release", note, elm.nora, now)
    answers = move([], Destination(owner=elm.nora), elm.sam, now, seen=seen)
    assert why(answers, note) == "Nora Quinn was first."
    assert fresh(other).owner == elm.nora
    assert fresh(note).owner == elm.diaz


def test_it_needs_the_right_a_reason_and_a_bounded_number(elm, note, now):
    for member in (elm.diaz, elm.nora, elm.max, elm.ira):
        with pytest.raises(PermissionRefused, match="Only a practice manager or supervisor"):
            move([note], Destination(), member, now)
    with pytest.raises(OutcomeNeeded, match="why"):
        move([note], Destination(), elm.sam, now, reason=" ")
    many = dict.fromkeys(range(MOST_AT_ONCE + 1), 1)
    with pytest.raises(OutcomeNeeded, match="at most 500"):
        move([], Destination(), elm.sam, now, seen=many)
    assert Task.objects.get(pk=note.pk).version == note.version
