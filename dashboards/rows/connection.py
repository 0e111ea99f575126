"""The screen on which a feed's EHR is connected."""

from dataclasses import dataclass

from dashboards.words import Moment


@dataclass(frozen=True, slots=True)
class KeyRow:
    pk: str
    kid: str
    algorithm: str
    made: Moment
    signs: bool
    """The newest signs; the other one is only still known."""


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    pk: str
    topic: str
    """The last part of its address."""
    address: str
    criteria: str
    status: str
    """For the shape beside it: `arriving`, `quiet`, `never` or `off`."""
    status_words: str
    heard: Moment | None
    gap: str
    expires: Moment | None
    failure: str


@dataclass(frozen=True, slots=True)
class ConnectionPage:
    feed: str
    feed_id: str
    is_set: bool
    state: str
    """One sentence: how it stands."""
    status: str
    has_secret: bool
    uses_keys: bool
    jwks_url: str
    keys: tuple[KeyRow, ...]
    may_make_key: bool
    subscriptions: tuple[SubscriptionRow, ...]
    waiting: str
    """How much is still to be read."""
    polled: Moment | None
