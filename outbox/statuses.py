"""What a status of the provider says about an intent. Pure."""

from outbox.channels.outcomes import Accepted, Outcome, Refused, Sighting
from outbox.failures import failure_of
from outbox.states import Step

MESSAGES = {
    "sent": Step.ACCEPT,
    "delivered": Step.DELIVER,
    "read": Step.DELIVER,
    "undelivered": Step.FAIL,
    "failed": Step.FAIL,
    "canceled": Step.FAIL,
}
"""Of a text message. `sent` is in the hands of the network, and on no phone yet."""

CALLS = {
    "ringing": Step.ACCEPT,
    "in-progress": Step.ACCEPT,
    "completed": Step.DELIVER,
    "busy": Step.FAIL,
    "no-answer": Step.FAIL,
    "failed": Step.FAIL,
    "canceled": Step.FAIL,
}


def step_of(sighting: Sighting, *, is_call: bool) -> Step | None:
    """The move that a listed status asks for, if any."""
    return (CALLS if is_call else MESSAGES).get(sighting.status)


def came_of(sighting: Sighting, *, is_call: bool) -> Outcome:
    """What became of an attempt that the provider lists; one on its way was accepted."""
    step = step_of(sighting, is_call=is_call)
    if step is not Step.FAIL:
        return Accepted(sighting.provider_id, is_delivered=step is Step.DELIVER)
    known = failure_of(sighting.code or sighting.status)
    return Refused(known.words, broken=known.breaks, provider_id=sighting.provider_id)
