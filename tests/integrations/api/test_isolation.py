"""With a key of one practice, whatever belongs to another is as if it did not exist."""

import pytest
from django.db import transaction

from accounts.models import Membership
from integrations.models import IdempotentRequest
from routing.models import Queue, Task, TaskTransition
from tests.integrations.api.caller import caller_of, tasks_of

NOBODY = "0190a8c2-7b1c-7000-8000-000000000000"
VERBS = {
    "claim": {}, "release": {}, "acknowledge": {}, "resume": {}, "complete": {},
    "reopen": {"reason": "x"}, "assign": {"reason": "x"},
    "hold": {"reason": "x", "recheck_date": "2099-01-01"},
}  # fmt: skip


@pytest.fixture
def oak(elm_street, oak_street, now):
    return caller_of(oak_street, now=now)


def snapshot(place):
    with place.scoped(), transaction.atomic():
        return [list(model.objects.order_by("pk").values()) for model in (Task, TaskTransition)]


def without_id(answer, *ids):
    text = answer.content.decode()
    for one in ids:
        text = text.replace(str(one), NOBODY)
    return answer.status_code, text


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_on_anothers_task_answers_as_for_no_task(
    oak, oak_street, elm_street, critical, verb
):
    before = snapshot(elm_street)
    body = {"member": str(oak_street.olu.pk)} | VERBS[verb]
    theirs = oak.post(f"tasks/{critical.pk}/{verb}", body, If_Match='"1"', Idempotency_Key="k1")
    nobodys = oak.post(f"tasks/{NOBODY}/{verb}", body, If_Match='"1"', Idempotency_Key="k2")
    assert without_id(theirs, critical.pk) == without_id(nobodys)
    assert theirs.status_code in (404, 422)
    assert snapshot(elm_street) == before


def test_a_task_of_another_reads_as_none(oak, critical):
    assert without_id(oak.get(f"tasks/{critical.pk}"), critical.pk) == without_id(
        oak.get(f"tasks/{NOBODY}")
    )


def test_a_member_or_queue_of_another_is_unknown(oak, oak_street, elm_street, critical, now):
    [mine] = tasks_of(
        oak_street,
        oak_street.feed,
        now=now,
        results=[{"flag": "HH", "control": "o", "order": "O-1"}],
    )
    for name in ("member", "to", "queue"):
        pair = []
        foreign = critical.queue_id if name == "queue" else elm_street.diaz.pk
        for one in (foreign, NOBODY):
            body = {"member": str(oak_street.olu.pk)} | {name: str(one)}
            pair.append(without_id(oak.post(f"tasks/{mine.pk}/assign", body), foreign))
        assert pair[0] == pair[1]
        assert pair[0][0] == 422


def test_lists_and_filters_hold_nothing_of_another(oak, elm_street, critical):
    for query in (
        {},
        {"queue": str(critical.queue_id)},
        {"owner": str(elm_street.diaz.pk)},
        {"status": "ready"},
    ):
        assert oak.get("tasks", query).json() == {"tasks": [], "next_cursor": None}
    assert oak.post("tasks/search", {"mrn": "508773"}).json()["tasks"] == []
    with elm_street.scoped(), transaction.atomic():
        theirs = {
            str(pk)
            for model in (Queue, Membership)
            for pk in model.objects.values_list("pk", flat=True)
        }
    shown = oak.get("members").content.decode() + oak.get("queues").content.decode()
    assert not [one for one in theirs if one in shown]


def test_a_cursor_of_another_begins_only_a_place_in_ones_own(oak, elm, elm_street, now):
    tasks_of(elm_street, elm_street.lab, now=now, results=[{"flag": "HH"}, {"flag": "H"}])
    cursor = elm.get("tasks", {"limit": 1}).json()["next_cursor"]
    assert oak.get("tasks", {"cursor": cursor}).json()["tasks"] == []


def test_answers_kept_for_one_key_are_never_another_practices(
    oak, elm, oak_street, elm_street, critical
):
    sent = {"member": str(elm_street.diaz.pk)}
    assert elm.post(f"tasks/{critical.pk}/claim", sent, Idempotency_Key="same").status_code == 200
    answer = oak.post(f"tasks/{critical.pk}/claim", sent, Idempotency_Key="same")
    assert answer.status_code in (404, 422)
    assert "Idempotency-Replayed" not in answer
    with oak_street.scoped(), transaction.atomic():
        assert IdempotentRequest.objects.count() == 0
