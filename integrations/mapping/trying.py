"""What messages would come to, were a map different: processed in a savepoint, and rolled back."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import DatabaseError, transaction

from audit.actors import Actor
from integrations import intake
from integrations.intake import CannotProcess
from integrations.mapping.proposals import Proposal, write
from integrations.models import InboundMessage
from integrations.outcomes import Outcome
from routing.rulebook import NoRules

logger = logging.getLogger(__name__)

ACTOR = Actor.machine("integrations.mapping")


class Verdict(StrEnum):
    """What a message would do, in one word."""

    CREATES = "creates"
    """It opens a task, or opens one again."""
    CHANGES = "changes"
    """It changes or closes a task that stands."""
    EXISTS = "exists"
    """All it says is held already: nothing would happen."""
    TEST = "test"
    HELD = "held"
    """It would stay in quarantine."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What one message would come to. It holds no patient's data."""

    message_id: UUID
    verdict: Verdict
    cause: str = ""
    """Why it would be held, as a short constant phrase."""
    tasks: tuple[tuple[str, str, str], ...] = ()
    """Of each task: its category, its queue's role, what would be done to it."""
    unknown: tuple[tuple[str, str], ...] = ()
    """Kind and value of what would still have no map."""


def try_on(
    messages: Iterable[InboundMessage],
    proposed_map: Proposal | Sequence[Proposal] = (),
    *,
    now: datetime,
) -> list[Trial]:
    """What each message would come to under the proposed map, one after the other in the order
    given. Nothing is left behind; whatever state a message is in, it is tried."""
    proposed = [proposed_map] if isinstance(proposed_map, Proposal) else proposed_map
    with transaction.atomic():
        for proposal in proposed:
            write(proposal, actor=ACTOR, now=now)
        trials = [trial(message, now=now) for message in messages]
        transaction.set_rollback(True)
    return trials


def trial(message: InboundMessage, *, now: datetime) -> Trial:
    """One message in the caller's savepoint."""
    try:
        with transaction.atomic():
            [outcome] = intake.process([message], now=now)
    except CannotProcess as error:
        return Trial(message.pk, Verdict.HELD, cause=error.cause)
    except NoRules:
        return Trial(message.pk, Verdict.HELD, cause="no rules are published")
    except DatabaseError:
        return Trial(message.pk, Verdict.HELD, cause="refused by the database")
    except Exception:
        logger.exception("message failed on trial", extra={"message_id": str(message.pk)})
        return Trial(message.pk, Verdict.HELD, cause="could not be read")
    return _said(outcome)


def _said(outcome: Outcome) -> Trial:
    tasks = tuple(
        (placed.task.category, placed.role, placed.action.value) for placed in outcome.placed
    )
    actions = {action for _, _, action in tasks}
    if outcome.reading.type == "test":
        verdict = Verdict.TEST
    elif actions & {"create", "reopen"}:
        verdict = Verdict.CREATES
    else:
        verdict = Verdict.CHANGES if actions else Verdict.EXISTS
    unknown = tuple(dict.fromkeys((one.kind, one.value) for one in outcome.unknown))
    return Trial(outcome.message.pk, verdict, tasks=tasks, unknown=unknown)
