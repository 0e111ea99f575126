"""The patient portal of the practice's EHR: a webhook, signed as every one of ours, that says for
which patient a message is. Under its id a repeat can be told."""

from outbox.channels import webhook
from outbox.channels.outcomes import Outcome, Parcel


def send(parcel: Parcel) -> Outcome:
    """Post it; never raises. The secret is the practice's: `contact_id` is its letterhead."""
    assigner, _, number = parcel.recipient.rpartition("|")
    return webhook.post(parcel, {
        "type": "patient-message", "patient": {"assigner": assigner, "number": number},
        "subject": parcel.subject, "text": parcel.body, "language": parcel.language,
    })  # fmt: skip
