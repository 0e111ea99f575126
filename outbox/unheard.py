"""Asks after pages that are out and that nobody reported as delivered, and says them another way.

    A   claim: the wake is put off by a lease; COMMIT
    -   whoever can say what became of it is asked, by its own id of the message
    B   the answer is taken over as a call-back's would be; where it is none, the page goes another
        way, once

Killed anywhere, the wake of A says where to go on. Nothing is on the line inside of a transaction.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from outbox import operations
from outbox.channels import CHANNELS, pace
from outbox.channels.outcomes import Sighting
from outbox.delivery import PATIENCE_S
from outbox.line import line
from outbox.models import Channel, Intent
from outbox.operations.claiming import is_asked
from outbox.states import IntentState, Step
from outbox.statuses import step_of
from tenants import wake
from tenants.models import Topic
from tenants.rounds import Watch, alone

logger = logging.getLogger(__name__)

ACTOR = Actor.machine("outbox.unheard")

SAYS_SOMETHING = (Step.DELIVER, Step.FAIL)
"""That it is on its way is what we know."""


@dataclass(frozen=True, slots=True)
class Page:
    """One that is out, and that nobody has reported as delivered."""

    practice_id: UUID
    intent: Intent
    watch: Watch

    @property
    def channel(self) -> Channel:
        return Channel(self.intent.channel)


def sweep(*, now: datetime) -> int:
    """One pass over what is due in all practices; returns how many pages it took up."""
    watch, taken = Watch(now), 0
    line().collect(patience_s=0)
    for practice_id in wake.practices_due(Topic.UNHEARD, now=now):
        pages: Sequence[Page] = ()
        with alone(practice_id):
            rows = _claim(line().room(), now=watch.now())
            pages = [Page(practice_id, row, watch) for row in rows]
        for page in pages:
            _ask(page)
        taken += len(pages)
    line().collect(patience_s=PATIENCE_S)
    return taken


@transaction.atomic
def _claim(limit: int, *, now: datetime) -> Sequence[Intent]:
    """Pages that nobody reported as delivered and whose tasks still ask.

    Each is woken once more for the time when whoever took it must be done with it: a process that
    ends before `doubt` loses nothing, and after it that wake finds nothing left to do.
    """
    ids = wake.claim(Topic.UNHEARD, limit=limit, now=now)
    rows = Intent.objects.filter(pk__in=ids, state=IntentState.SENT, unheard_at__isnull=True)
    unheard = [row for row in rows.select_related("task", "contact") if is_asked(row)]
    wake.call(Topic.UNHEARD, [(row.pk, now + pace.LEASE) for row in unheard])
    return unheard


def _ask(page: Page) -> None:
    """Ask whoever took it; where they keep no record it goes another way at once."""
    look = CHANNELS[page.channel].look
    if look is None or not page.intent.provider_id:
        _settle(page, None)
    else:
        line().put(partial(look, page.intent.provider_id), partial(_asked, page))


def _asked(page: Page, answer: Future[Sighting]) -> None:
    try:
        found = answer.result()
    except Exception:  # noqa: BLE001 - not knowing is an answer: it goes another way
        logger.warning("provider not asked", extra={"entity": str(page.intent.pk)})
        found = None
    _settle(page, found)


def _settle(page: Page, found: Sighting | None) -> None:
    step = found and step_of(found, is_call=page.channel == Channel.VOICE)
    about, now = page.intent.pk, page.watch.now()
    with alone(page.practice_id):
        if found and step in SAYS_SOMETHING:
            operations.deliver(
                intent_id=about, step=step, code=found.code or found.status,
                provider_id=found.provider_id, actor=ACTOR, now=now,
            )  # fmt: skip
        else:
            operations.doubt(intent_id=about, actor=ACTOR, now=now)
