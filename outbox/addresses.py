"""Where a provider reaches us: the public address, the practice's door and an intent's id.

Such an address stands in the provider's logs: it says nothing else about anything.
"""

from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings

from tenants import scope


def status(intent_id: UUID) -> str:
    """Where it tells what became of a message or a call."""
    return _at("status", intent_id)


def voice(intent_id: UUID) -> str:
    """Where it asks what to say in a call, and tells which key was pressed."""
    return _at("voice", intent_id)


def reply() -> str:
    """Where it brings what a phone of the practice's people writes back."""
    return ours(f"/twilio/reply/{scope.current()}/")


def ours(path: str) -> str:
    """The public address of a path of ours, as the provider signs it."""
    return settings.PUBLIC_URL.rstrip("/") + path


def _at(what: str, intent_id: UUID) -> str:
    query = urlencode({"intent": intent_id})
    return ours(f"/twilio/{what}/{scope.current()}/?{query}")
