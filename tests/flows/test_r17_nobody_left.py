"""R17: nobody on call, no phone that rings, a ladder climbed to its end: never a silent end."""

from datetime import timedelta

import pytest
from django.db import transaction

from escalation import engine
from escalation.models import Clock, StepFired
from outbox.models import Channel, Contact, Intent
from routing.models import Task
from tests.conftest import NOW
from tests.flows.killing.lives import Life, open_stage, sweep
from watchdog.audit import audit

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def life(db):
    return Life(open_stage(now=NOW - timedelta(days=1)), 1, NOW)


def climb(life, *, hours):
    """Let it get late, step by step, with nobody acting; when the last step fired."""
    last = life.now
    while True:
        with life.elm.scoped(), transaction.atomic():
            due = Clock.objects.filter(next_at__isnull=False).order_by("next_at").first()
        if due is None or due.next_at > life.now + timedelta(hours=hours):
            return last
        last = due.next_at
        while engine.sweep_tasks(now=last) + engine.sweep_clocks(now=last):
            pass


def breaches(now) -> set[str]:
    return {one.obligation for one in audit([], thorough=True, now=now).found}


def test_r17_with_nobody_on_call_the_supervisor_is_paged_at_once(life):
    """Elm Street has no rotation at all, and Dr Diaz's phone is gone."""
    with life.elm.scoped(), transaction.atomic():
        Contact.objects.filter(member=life.elm.diaz).update(removed_at=NOW)
    life.arrive()
    sweep(now=life.now)
    with life.elm.scoped(), transaction.atomic():
        skipped = StepFired.objects.filter(result="skipped")
        assert "nobody is on call" in set(skipped.values_list("reason", flat=True))
        pages = Intent.objects.filter(urgency="page", channel=Channel.SMS)
        assert {one.member_id for one in pages} == {life.elm.sam.pk}


def test_r17_with_every_phone_invalid_somebody_hears_in_the_product_and_the_log_says_so(
    life, caplog
):
    with life.elm.scoped(), transaction.atomic():
        Contact.objects.update(broken_at=NOW)
    life.arrive()
    sweep(now=life.now)
    with life.elm.scoped(), transaction.atomic():
        told = set(Intent.objects.filter(channel=Channel.IN_APP).values_list("member", flat=True))
    assert life.elm.sam.pk in told
    assert "the last step of a ladder reached nobody" in caplog.text


def test_r17_a_ladder_that_nobody_answers_has_no_end(life):
    """The starter's last step is repeated 24 times in 4 hours; then it goes on."""
    life.arrive()
    sweep(now=life.now)
    last = climb(life, hours=6)
    assert last > life.now + timedelta(hours=5, minutes=45)
    with life.elm.scoped(), transaction.atomic():
        assert Task.objects.get().ended_at is None
        ahead = Clock.objects.filter(next_at__isnull=False).values_list("kind", "next_at")
        assert {kind for kind, _ in ahead} == {"acknowledge", "close"}
        assert all(at <= last + 15 * MINUTE for _, at in ahead)
        fired = StepFired.objects.filter(result="fired", clock__kind="acknowledge")
        assert fired.latest("due_at").step.receiver == "leads"
        assert fired.filter(step__receiver="leads").count() > 24
    assert "critical-without-step" not in breaches(last)


def test_r17_a_critical_task_without_any_step_ahead_is_found_by_the_auditor(life):
    life.arrive()
    sweep(now=life.now)
    with life.elm.scoped(), transaction.atomic():
        Clock.objects.update(next_at=None)
    assert "critical-without-step" in breaches(life.now + 2 * MINUTE)
