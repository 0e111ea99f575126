"""How much work people had with referrals, from tasks that real operations opened and closed."""

from datetime import timedelta

import pytest
from django.db import transaction

from audit.actors import Actor
from metrics.loops.chasing import chase
from referrals.states import Closure
from routing import operations as routing
from routing.models import Outcome, Task
from tests.metrics.loops.world import closed, day, opened
from tests.referrals.telling import note, ref, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(elm_street, now):
    """Two reports of which a coordinator is to say whose they are."""
    tell(elm_street, ref(), ref("r2", number="R8"), now=now)
    for number in ("D1", "D2"):
        tell(elm_street, note(number, order="", number=number), now=now)
    with elm_street.scoped(), transaction.atomic():
        yield list(Task.objects.filter(category="referral", item=None).order_by("authored_at"))


def test_what_people_closed_and_how_long_after_they_took_it(elm_street, asked, now):
    cora = Actor.person(elm_street.cora)
    first = asked[0]
    at = now + timedelta(hours=1)
    routing.claim(task_id=first.pk, member=elm_street.cora, actor=cora, now=at)
    for task in asked:
        routing.complete(
            task_id=task.pk, outcome=Outcome.DONE, member=elm_street.cora,
            actor=cora, now=at + timedelta(minutes=12),
        )  # fmt: skip
    closed(opened(now), Closure.PATIENT_DECLINED, at)
    found = chase(now, now + timedelta(days=1))
    assert (found.tasks, found.taken, found.minutes, found.closed) == (2, 1, 12, 1)
    assert found.each == 2
    none = chase(day(1, 1), day(2, 1))
    assert (none.tasks, none.minutes, none.closed, none.each) == (0, None, 0, None)


def test_what_ended_by_itself_was_nobodys_work(elm_street, asked, now):
    tell(elm_street, note("gone", "T11", minute=30, order="", number="D1"), now=now)
    assert chase(now - timedelta(days=1), now + timedelta(days=1)).tasks == 0
