"""What a person must look at, though the message was processed."""

from datetime import datetime

from audit.actors import Actor
from integrations.models import InboundMessage, MessageState
from integrations.outcomes import Outcome
from routing import operations as routing
from routing.categories import Category


def ask_a_person(outcome: Outcome, *, actor: Actor, now: datetime) -> None:
    """What could be used was used; the rest must not be lost in silence."""
    message = outcome.message
    routing.open_message_task(
        message_id=message.pk,
        title=f"{message.type or 'Message'} from {message.feed.name} was read in part",
        reason=outcome.reading.concern,
        actor=actor,
        now=now,
    )


def have_it_filed(outcome: Outcome, *, actor: Actor, now: datetime) -> None:
    """A document of nobody yet. What the sender tells twice makes work once."""
    message = outcome.message
    told = InboundMessage.objects.filter(
        feed=message.feed, standard=message.standard, control_id=message.control_id,
        arrived__lt=message.arrived,
    )  # fmt: skip
    if message.control_id and told.exclude(state=MessageState.REJECTED).exists():
        return
    routing.open_message_task(
        message_id=message.pk,
        title=outcome.reading.unfiled,
        reason="names no patient",
        category=Category.MISFILED_DOCUMENT,
        actor=actor,
        now=now,
    )
