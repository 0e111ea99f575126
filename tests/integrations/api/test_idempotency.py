"""The same request under the same key is done once, whoever asks twice and however fast."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from integrations.api import idempotency
from integrations.models import IdempotentRequest
from routing.models import TaskTransition
from tests.integrations.api.caller import Caller, caller_of, key_of, tasks_of

KEY = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def claim(caller, task, member, key=KEY, **more):
    return caller.post(
        f"tasks/{task.pk}/claim", {"member": str(member.pk)} | more, Idempotency_Key=key
    )


def moves(place, task):
    with place.scoped():
        return list(TaskTransition.objects.filter(task=task, move="claim"))


def test_a_repeat_gets_the_first_answer_and_changes_nothing(elm, critical, elm_street):
    first = claim(elm, critical, elm_street.diaz)
    again = claim(elm, critical, elm_street.diaz)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again["ETag"] == first["ETag"]
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert len(moves(elm_street, critical)) == 1


def test_another_body_or_address_under_the_key_is_refused(elm, critical, elm_street):
    claim(elm, critical, elm_street.diaz)
    other = claim(elm, critical, elm_street.diaz, take_over=True)
    assert (other.status_code, other.json()["type"]) == (
        422,
        "urn:clearchart:problem:idempotency-key",
    )
    release = elm.post(
        f"tasks/{critical.pk}/release", {"member": str(elm_street.diaz.pk)}, Idempotency_Key=KEY
    )
    assert release.status_code == 422


def test_a_refusal_is_not_kept_so_that_it_can_be_mended(elm, critical, elm_street):
    claim(elm, critical, elm_street.nora, key="a")
    assert claim(elm, critical, elm_street.diaz).status_code == 409
    elm.post(f"tasks/{critical.pk}/release", {"member": str(elm_street.nora.pk)})
    assert claim(elm, critical, elm_street.diaz).status_code == 200


def test_another_api_key_has_keys_of_its_own(elm, critical, elm_street, now):
    claim(elm, critical, elm_street.diaz)
    other = caller_of(elm_street, now=now)
    assert "Idempotency-Replayed" not in claim(other, critical, elm_street.diaz)


@pytest.mark.parametrize("key", ["", " ", "with space", "x" * 121, "caf\xe9"])
def test_a_key_that_cannot_be_kept_is_refused(elm, critical, elm_street, key):
    answer = claim(elm, critical, elm_street.diaz, key=key)
    assert (answer.status_code, answer.json()["type"]) == (
        400,
        "urn:clearchart:problem:idempotency-key",
    )


def test_after_a_day_the_key_is_free_again_and_the_answer_forgotten(elm, critical, elm_street):
    claim(elm, critical, elm_street.diaz)
    with elm_street.scoped():
        row = IdempotentRequest.objects.get()
        row.at -= timedelta(hours=25)
        row.save(update_fields=["at"])
    assert "Idempotency-Replayed" not in claim(elm, critical, elm_street.diaz, take_over=True)
    with elm_street.scoped():
        row = IdempotentRequest.objects.get()
        assert idempotency.forget(now=row.at + timedelta(hours=23)) == 0
        assert idempotency.forget(now=row.at + timedelta(hours=25)) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_claim_once(elm_street, now):
    [task] = tasks_of(elm_street, elm_street.lab, now=now, results=[{"flag": "HH"}])
    secret = key_of(elm_street, now=now).secret
    answers = []

    def ask():
        try:
            answers.append(claim(Caller(secret), task, elm_street.diaz))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 8
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert sum("Idempotency-Replayed" in answer for answer in answers) == 7
    with elm_street.scoped(), transaction.atomic():
        assert TaskTransition.objects.filter(task=task, move="claim").count() == 1
