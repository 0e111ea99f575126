"""How long each part of sending may take. Pure."""

from datetime import datetime, timedelta

from outbox.wire.transport import Patience

CONNECT_S, WHOLE_S = 2.0, 5.0
"""Of one request to a provider: to connect, and for its answer."""

LEASE = timedelta(seconds=15)
"""Nobody else takes an intent for so long; after it the outcome is not known and is asked for. By
then the provider lists what it accepted."""

LEFT = timedelta(seconds=WHOLE_S + 1)
"""With less of the lease left nothing is put on the line any more."""

WAITS = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 4, 8, 15, 30))
"""After a definite refusal; the last one again and again."""

UNHEARD_AFTER = timedelta(minutes=2)
"""A page that the provider took and that nobody reported as delivered is said another way then."""

COMPANY_AFTER = 2
"""A page that was tried so often and not accepted is also tried another way."""


def patience(until: float | None) -> Patience:
    """Of a request that must be on the line by a monotonic second."""
    return Patience(CONNECT_S, WHOLE_S, WHOLE_S, until)


def after(attempts: int, now: datetime) -> datetime:
    """When to try again after so many attempts."""
    return now + WAITS[min(attempts, len(WAITS)) - 1]
