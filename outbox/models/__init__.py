"""Contacts, what they are to be told, every attempt, and what came back."""

from outbox.models.contact import MORNING, Channel, Contact, Preference
from outbox.models.intent import SAID, Attempt, Intent, Urgency
from outbox.models.pin import Pin
from outbox.models.reply import Reply

__all__ = [
    "MORNING", "SAID", "Attempt", "Channel", "Contact", "Intent", "Pin", "Preference", "Reply",
    "Urgency",
]  # fmt: skip
