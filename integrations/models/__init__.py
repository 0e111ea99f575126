"""Feeds, the messages they brought, what we ask of EHRs, and the keys of machines."""

from integrations.models.backlog import (
    BacklogFile,
    BacklogImport,
    BacklogMapping,
    BacklogRow,
    RowFate,
)
from integrations.models.connection import ClientKey, Connection, Fetch, Subscription
from integrations.models.event import NotifiedEvent, SourceClosing
from integrations.models.feed import Feed, FeedKey
from integrations.models.key import ApiKey, IdempotentRequest, Scope
from integrations.models.mapping import CodeMap, Tally, Unmapped
from integrations.models.message import InboundMessage, MessageState
from integrations.models.rhythm import FeedHour, FeedRhythm
from integrations.models.search import SavedSearch

__all__ = [
    "ApiKey", "BacklogFile", "BacklogImport", "BacklogMapping", "BacklogRow", "ClientKey",
    "CodeMap", "Connection", "Feed", "FeedHour", "FeedKey", "FeedRhythm", "Fetch",
    "IdempotentRequest", "InboundMessage", "MessageState", "NotifiedEvent", "RowFate",
    "SavedSearch", "Scope", "SourceClosing", "Subscription", "Tally", "Unmapped",
]  # fmt: skip
