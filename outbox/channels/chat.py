"""Incoming webhooks of Slack, Teams and what takes the same: one line of text, and where to go.

They cannot be asked what they took: after a failure a line may appear twice, with the same
reference.
"""

from django.conf import settings

from outbox.channels import posting
from outbox.channels.outcomes import Outcome, Parcel


def send(parcel: Parcel) -> Outcome:
    """Post it; never raises."""
    body = posting.encoded({"text": f"{parcel.body} {settings.PUBLIC_URL}/"})
    headers = {"Idempotency-Key": str(parcel.intent_id)}
    return posting.post(parcel.address, body, headers, until=parcel.until)
