"""A call-back may come before the answer to the request: neither waits for the other for ever."""

import threading

import pytest
from django.db import connection, transaction

from audit.actors import Actor
from outbox import operations
from outbox.channels.outcomes import Accepted
from outbox.models import Attempt, Intent
from outbox.operations import diverting
from tests.outbox.sending.conftest import NOW, contact, say

ACTOR = Actor.machine("outbox.delivery")


@pytest.mark.django_db(transaction=True)
def test_whoever_holds_the_intent_may_end_its_attempt(elm_street):
    with elm_street.scoped(), transaction.atomic():
        intent = say(contact(elm_street.diaz))
        (claimed,) = operations.claim(limit=1, actor=ACTOR, now=NOW)
    settled = []

    def settle():
        with elm_street.scoped():
            settled.append(
                operations.settle(
                    intent_id=intent.pk, fence=claimed.intent.fence, outcome=Accepted("SM1"),
                    actor=ACTOR, now=NOW,
                )
            )  # fmt: skip
        connection.close()

    answer = threading.Thread(target=settle)
    with elm_street.scoped(), transaction.atomic():
        diverting.lock_family(intent.pk)
        answer.start()
        answer.join(timeout=0.5)
        assert answer.is_alive(), "the answer waits for the intent"
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '300ms'")
        Attempt.objects.filter(intent=intent.pk).update(detail="told by a call-back")
    answer.join(timeout=20)
    assert settled == [True]
    with elm_street.scoped(), transaction.atomic():
        assert Intent.objects.get().state == "sent"
