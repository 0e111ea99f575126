"""Contacts, what they are to be told, every attempt, and what came back."""

from outbox.models.contact import MORNING, Channel, Contact, Preference
from outbox.models.intent import SAID, Attempt, Intent, Urgency
from outbox.models.patient import Consent, Direction, Letterhead, PatientMessage
from outbox.models.pin import Pin
from outbox.models.reply import Reply

__all__ = [
    "MORNING", "SAID", "Attempt", "Channel", "Consent", "Contact", "Direction", "Intent",
    "Letterhead", "PatientMessage", "Pin", "Preference", "Reply", "Urgency",
]  # fmt: skip
