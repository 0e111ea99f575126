"""A document from dictation to signature, replacement and cancellation, in any order of arrival."""

from itertools import permutations

import pytest

from charts.models import ChartItem
from routing.models import Task
from tests.flows.doors import bring, sweep

PATIENTS = iter(range(700000, 800000))


def mdm(event, number, state, *, minute, about, parent="", kind="PN", placer="") -> bytes:
    """A document of a patient; its numbers are the patient's own, so that tests do not meet."""
    parent = f"{parent}-{about}" if parent else ""
    fields = [
        "TXA", "1", kind, "TX", "20261116090000", "", "", "", "", "1001^DIAZ^ANA",
        "1001^DIAZ^ANA", "", f"{number}-{about}", parent, placer and f"{placer}-{about}", "", "",
        state,
    ]  # fmt: skip
    header = f"MSH|^~\\&|EHR|ELM|CC|ELM|202611161{minute:03}00||MDM^{event}|"
    header += f"{event}{number}{about}{minute}|P|2.5.1"
    pid = f"PID|1||{about}^^^ELM^MR||DIAZ^MARIA||19910302|F"
    return "\r".join([header, pid, "|".join(fields)]).encode()


def referral(*, minute, about) -> bytes:
    return (
        f"MSH|^~\\&|EHR|ELM|CC|ELM|202611161{minute:03}00||ORM^O01|r{about}|P|2.5.1\r"
        f"PID|1||{about}^^^ELM^MR||DIAZ^MARIA\rORC|NW|P1-{about}\r"
        f"OBR|1|P1-{about}||CARD^REFERRAL TO CARDIOLOGY^L"
    ).encode()


def bring_all(elm, sent, now) -> None:
    for one in sent:
        bring(elm.ehr, one, now=now)
        sweep(elm.ehr, now=now)


def open_tasks(elm, about) -> list[tuple[str, str]]:
    with elm.scoped():
        found = Task.objects.filter(item__key__endswith=f"-{about}").select_related("item")
        return sorted(
            (task.category, task.item.key.split("-")[0]) for task in found if task.is_open
        )


def life(*steps, **more):
    """Each step as a function of the patient, so that every permutation has one of its own."""
    return [lambda about, step=step: mdm(**step, **more, about=about) for step in steps]


T02 = {"event": "T02", "number": "D1", "state": "DO", "minute": 1}
T04 = {"event": "T04", "number": "D1", "state": "AU", "minute": 2}
T10 = {"event": "T10", "number": "D2", "state": "DO", "minute": 3, "parent": "D1"}
T10B = {"event": "T10", "number": "D3", "state": "DO", "minute": 4, "parent": "D2"}
SIGNED = {"event": "T04", "number": "D2", "state": "LA", "minute": 5}
T11 = {"event": "T11", "number": "D1", "state": "AU", "minute": 6}

LIVES = {
    "dictated": (life(T02), [("incomplete-note", "D1")]),
    "signed": (life(T02, T04), []),
    "replaced": (life(T02, T10), [("incomplete-note", "D2")]),
    "replaced twice": (life(T02, T10, T10B), [("incomplete-note", "D3")]),
    "replaced and signed": (life(T02, T10, SIGNED), []),
    "signed, then replaced": (life(T02, T04, T10), [("incomplete-note", "D2")]),
    "cancelled": (life(T02, T04, T11), []),
    "replaced, and the old one cancelled": (life(T02, T10, T11), [("incomplete-note", "D2")]),
}


@pytest.mark.parametrize("name", LIVES)
def test_a_document_ends_with_the_same_work_in_any_order(elm_street, now, name):
    steps, expected = LIVES[name]
    for order in permutations(steps):
        about = next(PATIENTS)
        bring_all(elm_street, [step(about) for step in order], now)
        assert open_tasks(elm_street, about) == expected


def test_a_replaced_document_stays_replaced_whatever_is_said_of_it(elm_street, now):
    about = next(PATIENTS)
    later = T02 | {"event": "T08", "minute": 9}
    bring_all(elm_street, [mdm(**one, about=about) for one in (T02, T10, later)], now)
    assert open_tasks(elm_street, about) == [("incomplete-note", "D2")]
    with elm_street.scoped():
        assert ChartItem.objects.get(key=f"D1-{about}").status == "withdrawn"


def test_a_document_that_says_it_replaces_itself_stands(elm_street, now):
    about = next(PATIENTS)
    bring_all(elm_street, [mdm(**T02 | {"event": "T10", "parent": "D1"}, about=about)], now)
    assert open_tasks(elm_street, about) == [("incomplete-note", "D1")]


CONSULT = {"event": "T02", "number": "C1", "state": "AU", "minute": 5, "kind": "CN", "placer": "P1"}
TAKEN_BACK = CONSULT | {"event": "T11", "minute": 7}
UNSIGNED = CONSULT | {"state": "DO"}


def of(step):
    return lambda about: mdm(**step, about=about)


LOOPS = {
    "a report": ([of(CONSULT)], [("consult-report", "C1")]),
    "a report not signed": ([of(UNSIGNED)], [("incomplete-note", "C1"), ("referral", "P1")]),
    "a report taken back": ([of(CONSULT), of(TAKEN_BACK)], [("referral", "P1")]),
    "a second report": (
        [of(CONSULT), of(TAKEN_BACK), of(CONSULT | {"number": "C2", "minute": 8})],
        [("consult-report", "C2")],
    ),
    "another referral's": ([of(CONSULT | {"placer": "P9"})],
                           [("consult-report", "C1"), ("referral", "P1")]),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOPS)
def test_a_consult_report_closes_its_referral_and_gives_it_back(elm_street, now, name):
    steps, expected = LOOPS[name]
    start = [lambda about: referral(minute=0, about=about)]
    for order in permutations([*start, *steps]):
        about = next(PATIENTS)
        bring_all(elm_street, [step(about) for step in order], now)
        assert open_tasks(elm_street, about) == expected


def test_the_task_that_a_report_closed_is_the_one_that_comes_back(elm_street, now):
    about = next(PATIENTS)
    bring_all(elm_street, [referral(minute=0, about=about), mdm(**CONSULT, about=about)], now)
    with elm_street.scoped():
        closed = Task.objects.get(category="referral")
        assert (closed.status, closed.status_reason) == ("completed", "the consult report came")
    bring_all(elm_street, [mdm(**TAKEN_BACK, about=about)], now)
    with elm_street.scoped():
        again = Task.objects.get(category="referral")
        assert (again.pk, again.status) == (closed.pk, "ready")
