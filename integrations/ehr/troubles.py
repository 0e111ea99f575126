"""Whether an EHR can be read: noted on its connection; one human task where it stays broken."""

import random
from datetime import datetime, timedelta

from audit.actors import Actor
from integrations.ehr.faults import Busy, EhrFault
from integrations.models import Connection, Fetch
from routing import operations as routing

ACTOR = Actor.machine("integrations.ehr")

LONG_ATTEMPTS = 10
"""Reached after about an hour of waiting twice as long each time."""
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 3600.0
MOST_DOUBLINGS = 12
MOST_COUNTED = 30_000


def wait(fault: Exception, attempts: int) -> timedelta:
    """How long until the next try: doubling, scattered so that not all return at once, and never
    sooner than the server asks for."""
    doubled = min(FIRST_WAIT_S * 2 ** min(max(attempts - 1, 0), MOST_DOUBLINGS), LONGEST_WAIT_S)
    seconds = doubled * random.uniform(0.5, 1.0)  # noqa: S311 - scatters, hides nothing
    if isinstance(fault, Busy) and fault.retry_after_s is not None:
        seconds = max(seconds, fault.retry_after_s)
    return timedelta(seconds=seconds)


def note_success(connection: Connection, *, now: datetime) -> None:
    """The server answered as it should. The task about it closes, unless something still fails."""
    connection.last_ok_at = now
    fields = ["last_ok_at"]
    if connection.last_failure and not _still_failing(connection):
        connection.last_failure = ""
        fields.append("last_failure")
        routing.close_message_task(message_ids=[connection.pk], actor=ACTOR, now=now)
    connection.save(update_fields=fields)


def note_failure(connection: Connection, fault: EhrFault, *, is_long: bool, now: datetime) -> None:
    """The server did not. Where that has lasted, a person is told, once for the feed."""
    connection.last_failed_at, connection.last_failure = now, fault.phrase[:120]
    connection.save(update_fields=["last_failed_at", "last_failure"])
    if is_long:
        # It is about no message: the connection's own id keeps it to one open task.
        routing.open_message_task(
            message_id=connection.pk,
            title=f"{connection.feed.name}: the EHR cannot be read",
            reason=fault.phrase,
            actor=ACTOR,
            now=now,
        )


def _still_failing(connection: Connection) -> bool:
    """Something else of the same server still waits after a failure."""
    if connection.poll_failures:
        return True
    waiting = Fetch.objects.filter(feed=connection.feed_id, state=Fetch.State.WAITING)
    return waiting.exclude(failure="").exists()
