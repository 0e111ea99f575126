"""Feeds, the messages they brought, and the keys of machines."""

from integrations.models.feed import Feed, FeedKey
from integrations.models.key import ApiKey, IdempotentRequest, Scope
from integrations.models.message import InboundMessage, MessageState

__all__ = [
    "ApiKey", "Feed", "FeedKey", "IdempotentRequest", "InboundMessage", "MessageState", "Scope",
]  # fmt: skip
