"""Contacts, what they are to be told, every attempt, and what came back."""

from outbox.models.contact import Channel, Contact, Preference
from outbox.models.intent import SAID, Attempt, Intent, Urgency
from outbox.models.reply import Reply

__all__ = [
    "SAID", "Attempt", "Channel", "Contact", "Intent", "Preference", "Reply", "Urgency",
]  # fmt: skip
