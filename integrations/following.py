"""What EHRs tell of their own doing, worked out beside what their messages hold."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from audit.actors import Actor
from charts.operations import Filed
from integrations.notifications import closings, worries
from integrations.notifications import operations as notifications
from integrations.notifications.operations import Told
from integrations.outcomes import Outcome


def follow(outcomes: Sequence[Outcome], *, actor: Actor, now: datetime) -> None:
    """What an EHR told of its subscriptions becomes what we ask it for."""
    told = [
        Told(outcome.message, one) for outcome in outcomes for one in outcome.reading.notifications
    ]
    concerns = notifications.take_in(told, actor=actor, now=now) if told else {}
    for outcome in outcomes:
        concern = concerns.get(outcome.message.pk, "")
        # One person has to set it up, once: not a task for each message until then.
        if concern and not worries.is_told(outcome.message, concern):
            outcome.reading = replace(outcome.reading, concern=outcome.reading.concern or concern)


def close_finished(
    filed: Sequence[Filed], by_message: Mapping[UUID, Outcome], *, actor: Actor, now: datetime
) -> None:
    """What was filed just now may be finished at the EHR already."""
    for feed in {outcome.message.feed for outcome in by_message.values()}:
        ours = [one.item for one in filed if one.item.source == feed.slug]
        closings.apply(feed, ours, actor=actor, now=now)
