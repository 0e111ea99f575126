"""A call-back may come before the answer to the request: neither waits for the other for ever."""

import threading

import pytest
from django.db import connection, transaction

from audit.actors import Actor
from outbox import operations
from outbox.channels import pace
from outbox.channels.outcomes import Accepted
from outbox.models import Attempt, Intent, Urgency
from outbox.operations import diverting
from tests.outbox.sending.conftest import NOW, contact, critical, say

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


@pytest.mark.django_db(transaction=True)
def test_who_claims_a_bundle_again_does_not_wait_for_a_notice_that_somebody_holds(elm_street):
    """Whoever settles takes the notices in the order of ids, and may wait for the lead."""
    with elm_street.scoped(), transaction.atomic():
        to = contact(elm_street.sam)
        for number in range(3):
            say(to, task=critical(f"L-{number}"), key=f"n-{number}", urgency=Urgency.NOTICE,
                template="tell", reference="")  # fmt: skip
        (lead,) = operations.claim(limit=5, actor=ACTOR, now=NOW)
        last = lead.carried[-1].pk
    held, over = threading.Event(), threading.Event()

    def hold():
        with elm_street.scoped(), transaction.atomic():
            list(Intent.objects.lock([last]))
            held.set()
            over.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    try:
        with elm_street.scoped(), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '300ms'")
            (again,) = operations.claim(limit=5, actor=ACTOR, now=NOW + pace.LEASE * 2)
    finally:
        over.set()
        holder.join(timeout=10)
    assert again.intent.pk == lead.intent.pk
    with elm_street.scoped():
        operations.settle(intent_id=again.intent.pk, fence=again.intent.fence,
                          outcome=Accepted("SM1"), actor=ACTOR, now=NOW)  # fmt: skip
        with transaction.atomic():
            assert set(Intent.objects.values_list("state", flat=True)) == {"sent"}
