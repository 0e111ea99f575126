"""Text messages."""

import re
from collections.abc import Sequence

from django.conf import settings

from outbox.channels.outcomes import Outcome, Parcel, Sighting

NEWEST = 50
"""Of the provider's list for one number; newer ones than ours are far fewer."""


def send(parcel: Parcel) -> Outcome:
    """Hand it to the provider; never raises."""
    from outbox.channels import twilio  # late: the library takes half a second

    return twilio.hand_over(
        lambda account: account.messages.create(
            to=parcel.address, from_=settings.TWILIO_FROM, body=parcel.body,
            status_callback=parcel.status_url,
        ),
        until=parcel.until,
    )  # fmt: skip


def find(parcel: Parcel) -> Sequence[Sighting]:
    """What the provider has for this number that bears this reference.

    Raises:
        Exception: the provider cannot be asked now.
    """
    from outbox.channels import twilio

    listed = twilio.client().messages.list(to=parcel.address, page_size=NEWEST, limit=NEWEST)
    bears = re.compile(rf"(?<!\w){re.escape(parcel.reference or parcel.body)}(?!\w)")
    return [twilio.sighting(one) for one in listed if bears.search(one.body or "")]


def look(provider_id: str) -> Sighting:
    """The message of that id.

    Raises:
        Exception: the provider cannot be asked now.
    """
    from outbox.channels import twilio

    return twilio.sighting(twilio.client().messages(provider_id).fetch())
