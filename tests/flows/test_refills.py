"""A refill is asked for once, however often, and ends with its answer."""

from itertools import permutations

import pytest

from routing import operations as routing
from routing.models import Task
from tests.flows.doors import bring, sweep
from tests.people import SETUP

DRUG = "RXE|1^^^20261116|197884^Lisinopril 40 MG^RXNORM|1||TAB|||||30||3"


def rde(control: str, orc: str, *, minute: int = 0, kind: str = "RDE^O25", about=508773) -> bytes:
    return (
        f"MSH|^~\\&|RX|PHARM|CC|ELM|202611161{minute:03}00||{kind}|{control}|P|2.5.1\r"
        f"PID|1||{about}^^^ELM^MR||DIAZ^MARIA||19910302|F\r{orc}\r{DRUG}"
    ).encode()


def bring_all(elm, sent, now) -> None:
    for one in sent:
        bring(elm.ehr, one, now=now)
        sweep(elm.ehr, now=now)


def refills(elm) -> list[Task]:
    with elm.scoped():
        return list(Task.objects.filter(category="refill"))


@pytest.mark.parametrize("kind", ["RDE^O25", "RDE^O11", "ORM^O01"])
@pytest.mark.parametrize("answer", ["AF", "DF", "OF", "FU"])
def test_a_refill_that_is_answered_is_closed_in_any_order(elm_street, now, kind, answer):
    for about, order in enumerate(permutations([("RF", 1), (answer, 2)]), 600000):
        bring_all(elm_street, [
            rde(f"{about}{control}", f"ORC|{control}|RX{about}", minute=at, kind=kind, about=about)
            for control, at in order
        ], now)  # fmt: skip
    assert not any(task.is_open for task in refills(elm_street))


@pytest.mark.parametrize("orc", ["ORC|RF|RX1", "ORC|RF"])
def test_a_request_that_is_repeated_unanswered_opens_no_second_task(elm_street, now, orc):
    bring_all(elm_street, [rde("1", orc), rde("2", orc, minute=5), rde("3", orc, minute=9)], now)
    [task] = refills(elm_street)
    assert task.is_open


def test_a_refill_asked_for_again_after_it_was_done_opens_again(elm_street, now):
    bring_all(elm_street, [rde("1", "ORC|RF|RX1")], now)
    [task] = refills(elm_street)
    with elm_street.scoped():
        routing.complete(
            task_id=task.pk, member=elm_street.diaz, outcome="done",
            actor=SETUP, now=task.issued_at,
        )  # fmt: skip
    bring_all(elm_street, [rde("1", "ORC|RF|RX1")], now)
    assert [one.is_open for one in refills(elm_street)] == [False]
    bring_all(elm_street, [rde("2", "ORC|RF|RX1", minute=30)], now)
    assert [(one.pk, one.is_open) for one in refills(elm_street)] == [(task.pk, True)]
