"""Contacts, what they are to be told, and every attempt."""

from outbox.models.contact import Channel, Contact, Preference
from outbox.models.intent import Attempt, Intent, Urgency

__all__ = ["Attempt", "Channel", "Contact", "Intent", "Preference", "Urgency"]
