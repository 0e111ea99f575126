"""Elm Street with a policy, two results under way, and everything as it should be."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.actors import Actor
from charts.values import Severity
from config.schedule import SWEEPS
from escalation import starter
from outbox import operations as outbox
from outbox.models import Channel, Intent, Urgency
from outbox.operations import Saying
from outbox.states import IntentState
from tests.escalation.conftest import phone, sweep  # noqa: F401
from tests.people import SETUP
from tests.reports import bring, graded
from watchdog import heartbeats
from watchdog.audit import audit
from watchdog.heartbeats import Passes

IT = Actor.machine("tests.watchdog")


class Held:
    """A practice in order, and ways to look at it."""

    def __init__(self, elm, now: datetime) -> None:
        self.elm, self.now = elm, now

    def beat(self, *, at: datetime | None = None) -> None:
        for one in SWEEPS:
            heartbeats.beat(one, Passes(), now=at or self.now)

    def broken(self, *, after: float = 0, thorough: bool = True) -> set[str]:
        """Which obligations the auditor finds broken, so many seconds on."""
        now = self.now + timedelta(seconds=after)
        return {one.obligation for one in audit(SWEEPS, thorough=thorough, now=now).found}

    def page(self) -> None:
        """Two pages that have gone out."""
        sayings = [
            Saying(
                key=f"page-{number}", member_id=self.elm.diaz.pk, task_id=None,
                channel=Channel.SMS, contact_id=None, urgency=Urgency.PAGE, template="page",
                body="ClearChart: a critical task needs you now.", at=self.now,
            )
            for number in (1, 2)
        ]  # fmt: skip
        outbox.intend(sayings, actor=IT, now=self.now)
        Intent.objects.update(state=IntentState.SENT)


@pytest.fixture
def held(elm_street, sweep) -> Held:  # noqa: F811
    now = timezone.now()
    with elm_street.scoped(), transaction.atomic():
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=now)
        for member in (elm_street.diaz, elm_street.nora, elm_street.sam):
            phone(member, now=now)
        bring(graded(Severity.CRITICAL, key="L-1", at=None), now=now)
        bring(graded(Severity.NORMAL, key="L-2", at=None), now=now)
        sweep(now)
        made = Held(elm_street, now)
        made.page()
    made.beat()
    return made


def run(sql: str, *values: object) -> None:
    """By hand, inside the practice that is in scope."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
