"""Documo (mFax): no signature; a user and a password of our choosing, and the event's name in a
header."""

from integrations.webhooks.basic import verify

__all__ = ["EVENT_HEADER", "verify"]

EVENT_HEADER = "x-webhook-event"
"""`fax.v1.inbound.complete` and its like: the body does not name its event."""
