"""Phone calls: a machine's voice that names no patient, and keys to take the task or pass it on."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings

from outbox.channels.outcomes import Outcome, Parcel, Sighting
from outbox.channels.sms import NEWEST

RING_S = 25
SKEW = timedelta(minutes=5)
"""Between the provider's clock and ours, at most."""

VOICES = {"es": "es-MX"}
"""By the language of whoever is called, where it is not the provider's own English."""

EVENTS = ["initiated", "ringing", "answered", "completed"]


def send(parcel: Parcel) -> Outcome:
    """Have the provider call; never raises."""
    from outbox.channels import twilio  # late: the library takes half a second

    return twilio.hand_over(
        lambda account: account.calls.create(
            to=parcel.address, from_=settings.TWILIO_FROM, twiml=script(parcel), timeout=RING_S,
            status_callback=parcel.status_url, status_callback_event=EVENTS,
        ),
        until=parcel.until,
    )  # fmt: skip


def find(parcel: Parcel) -> Sequence[Sighting]:
    """The calls to this number since the page was decided: a call bears no reference.

    Raises:
        Exception: the provider cannot be asked now.
    """
    from outbox.channels import twilio

    listed = twilio.client().calls.list(to=parcel.address, page_size=NEWEST, limit=NEWEST)
    return [
        twilio.sighting(one)
        for one in listed
        if one.date_created is None or one.date_created >= parcel.since - SKEW
    ]


def look(provider_id: str) -> Sighting:
    """The call of that id.

    Raises:
        Exception: the provider cannot be asked now.
    """
    from outbox.channels import twilio

    return twilio.sighting(twilio.client().calls(provider_id).fetch())


def script(parcel: Parcel) -> str:
    """TwiML: said twice, and a key to press where it is a page."""
    from twilio.twiml.voice_response import Gather, VoiceResponse

    response = VoiceResponse()
    if parcel.is_page:
        gather = Gather(num_digits=1, action=parcel.answer_url, method="POST", timeout=8)
        _say_twice(gather, parcel)
        response.append(gather)
    else:
        _say_twice(response, parcel)
    return str(response)


def _say_twice(to: Any, parcel: Parcel) -> None:
    voice = VOICES.get(parcel.language)
    to.say(parcel.body, language=voice)
    to.pause(length=1)
    to.say(parcel.body, language=voice)
