"""Two people at once, each in a transaction: one wins, the other is told who and when."""

import threading

import pytest
from django.db import connection, transaction

from audit.actors import Actor
from charts.values import Severity
from routing import operations as routing
from routing.models import Task, TaskTransition
from routing.operations import LostRace
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db(transaction=True)

ABNORMAL = Severity.ABNORMAL


def at_once(elm, *works) -> list:
    """Run each in a thread with its own connection, together; what each returned or raised."""
    start = threading.Barrier(len(works))
    ends: list = [None] * len(works)

    def run(at, work):
        try:
            with elm.scoped():
                start.wait(timeout=10)
                ends[at] = work()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            ends[at] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return ends


def open_task(elm, now) -> Task:
    with elm.scoped(), transaction.atomic():
        return bring(graded(ABNORMAL), now=now)


@pytest.mark.parametrize(
    ("move", "more", "said"),
    [
        ("claim", {}, "is doing this now"),
        ("acknowledge", {}, "was first: acknowledge"),
        ("complete", {"outcome": "discussed"}, "was first: Discussed with patient"),
    ],
)
def test_of_two_at_once_one_wins_and_the_other_is_told(elm_street, now, move, more, said):
    task = open_task(elm_street, now)

    def by(member):
        return lambda: getattr(routing, move)(
            task_id=task.pk, member=member, actor=Actor.person(member), now=now, **more
        )

    ends = at_once(elm_street, by(elm_street.nora), by(elm_street.diaz))
    [lost] = [end for end in ends if isinstance(end, LostRace)]
    [won] = [end for end in ends if isinstance(end, Task)]
    winner = won.claimed_by or won.ended_by or won.owner
    assert (lost.who, lost.when) == (winner.name, now)
    assert str(lost).startswith(winner.name)
    assert said in str(lost)
    with elm_street.scoped(), transaction.atomic():
        assert TaskTransition.objects.filter(task=task, move=move).count() == 1
        assert Task.objects.get(pk=task.pk).version == 2


def test_of_ten_at_once_one_wins(elm_street, now):
    task = open_task(elm_street, now)
    pair = (elm_street.nora, elm_street.diaz)
    works = [
        lambda m=pair[n % 2]: routing.acknowledge(
            task_id=task.pk, member=m, actor=Actor.person(m), now=now
        )
        for n in range(10)
    ]
    ends = at_once(elm_street, *works)
    assert sum(isinstance(end, Task) for end in ends) == 1
    assert all(isinstance(end, Exception) for end in ends if not isinstance(end, Task))


def test_a_report_and_a_person_at_once_leave_one_history(elm_street, now):
    """The router moves the task while somebody acknowledges it: one after the other."""
    task = open_task(elm_street, now)
    nora = elm_street.nora

    def arrive():
        with transaction.atomic():
            return bring(graded(Severity.CRITICAL, at=10), now=now)

    ends = at_once(
        elm_street,
        arrive,
        lambda: routing.acknowledge(
            task_id=task.pk, member=nora, actor=Actor.person(nora), now=now
        ),
    )
    assert not [end for end in ends if isinstance(end, Exception)]
    with elm_street.scoped(), transaction.atomic():
        moves = TaskTransition.objects.filter(task=task).order_by("version")
        assert [one.version for one in moves] == [1, 2, 3]
        assert {one.move for one in moves} == {"create", "reroute", "acknowledge"}
        last, held = moves.last(), Task.objects.get(pk=task.pk)
        assert (held.status, held.version, held.severity) == (last.after, 3, "critical")
