"""Stored messages become work: claimed in batches, the oldest of each order key first, each
batch one transaction.

A message that fails costs itself only: the batch is tried again message by message, and one that
cannot be
processed is quarantined with its cause and a human task. It blocks its own order key and no other.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection, transaction

from audit.actors import Actor
from charts import operations as charts
from charts.operations import AnotherPatient, Filed, Filing
from charts.patients import TwoPatients
from integrations import asking, following, people, sightings
from integrations import outcomes as made
from integrations.carriers import faxes
from integrations.dictionary import Unknown
from integrations.events import ItemReported
from integrations.models import Feed, InboundMessage, MessageState, Unmapped
from integrations.outcomes import Outcome
from integrations.reading import Reading, profile_of, read
from routing import operations as routing
from routing import rulebook
from routing.rulebook import NoRules, Rulebook
from tenants import scope
from tenants.rounds import each_practice

logger = logging.getLogger(__name__)

ACTOR = Actor.machine("integrations.intake")

TWO_PATIENTS = "its numbers belong to two patients"

BATCH = 100
MOST_ATTEMPTS = 60
RETRY_AFTER = timedelta(seconds=5)

CLAIM = """
SELECT m.id FROM integrations_inboundmessage m
WHERE m.practice_id = %s AND m.state = 'received' AND m.next_at <= %s
  AND (m.order_key = '' OR NOT EXISTS (
       SELECT 1 FROM integrations_inboundmessage o
       WHERE o.practice_id = m.practice_id AND o.order_key = m.order_key AND o.order_key <> ''
         AND o.state IN ('received', 'quarantined') AND o.arrived < m.arrived))
ORDER BY m.arrived
LIMIT %s
FOR UPDATE OF m SKIP LOCKED
"""


class CannotProcess(Exception):
    """A message whose content cannot become work; `cause` is a short constant phrase."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


def sweep(*, now: datetime, batch: int = BATCH) -> int:
    """One batch of each practice; returns how many messages were finished. A practice in trouble
    is alone in it."""
    return each_practice(partial(sweep_practice, now=now, batch=batch))


def sweep_practice(practice_id: UUID, *, now: datetime, batch: int = BATCH) -> int:
    """One batch of one practice."""
    with scope.scoped(practice_id):
        with transaction.atomic():
            messages = _claim(now=now, limit=batch)
            if not messages:
                return 0
            try:
                with transaction.atomic():
                    _finish(process(messages, now=now), now=now)
                return len(messages)
            except Exception:  # noqa: BLE001 - whatever it is, find out which message it was
                logger.warning("batch failed, trying one by one", extra={"count": len(messages)})
            for message in messages:
                process_alone(message, now=now)
        return len(messages)


def _claim(*, now: datetime, limit: int) -> list[InboundMessage]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [scope.current(), now, limit])
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return []
    messages = list(InboundMessage.objects.filter(pk__in=ids).order_by("arrived"))
    feeds = Feed.objects.in_bulk({message.feed_id for message in messages})
    for message in messages:
        message.feed = feeds[message.feed_id]
    return messages


def process(messages: Sequence[InboundMessage], *, now: datetime) -> list[Outcome]:
    """Read the messages and apply what they say. Each order key occurs once among them.

    Raises:
        CannotProcess: one of them cannot become work.
    """
    outcomes = [Outcome(message, read(message, message.feed)) for message in messages]
    live = [outcome for outcome in outcomes if not _ignored(outcome, outcome.message.feed)]
    for outcome in live:
        _refuse_unusable(outcome.reading)
    made.translate(live)
    try:
        told = people.apply(live, actor=ACTOR, now=now)
        filings = _filings(live)
        book = rulebook.load(now=now) if filings else None
        filed = _apply_items(live, filings, book, now=now)
    except TwoPatients as error:
        raise CannotProcess(TWO_PATIENTS) from error
    if told or filed:
        routing.reassess(told, filed=filed, book=book, actor=ACTOR, now=now)
    following.follow(live, actor=ACTOR, now=now)
    faxes.take_in(live, actor=ACTOR, now=now)
    for outcome in live:
        if outcome.reading.concern:
            asking.ask_a_person(outcome, actor=ACTOR, now=now)
        if outcome.reading.unfiled:
            asking.have_it_filed(outcome, actor=ACTOR, now=now)
    return outcomes


def _refuse_unusable(reading: Reading) -> None:
    if reading.type == "malformed":
        raise CannotProcess("could not be read")
    for event in reading.events:
        if isinstance(event, ItemReported) and event.patient is None:
            raise CannotProcess("no patient in the message")


def _ignored(outcome: Outcome, feed: Feed) -> bool:
    """Training and debug traffic on a production feed raises no live task (MSH-11)."""
    profile = profile_of(feed)
    flagged = outcome.message.is_test and profile.heeds_test_flag
    is_test = flagged or (profile.test_names and made.is_of(profile.test_names, outcome.reading))
    if is_test and feed.environment == Feed.Environment.PRODUCTION:
        outcome.reading = outcome.reading.as_test()
        return True
    return False


def _filings(outcomes: Sequence[Outcome]) -> list[Filing]:
    return [
        Filing(event.patient, event.item, outcome.message.feed.slug, outcome.message.pk)
        for outcome in outcomes
        for event in outcome.reading.events
        if isinstance(event, ItemReported) and event.patient is not None
    ]


def _apply_items(
    outcomes: Sequence[Outcome], filings: Sequence[Filing], book: Rulebook | None, *, now: datetime
) -> list[Filed]:
    if not filings:
        return []
    try:
        filed = charts.file_reports(filings, actor=ACTOR, now=now)
    except AnotherPatient as error:
        raise CannotProcess("the number belongs to another patient") from error
    by_message = {outcome.message.pk: outcome for outcome in outcomes}
    made.note_strangers(filed, by_message)
    for placed in routing.route(filed, book=book, actor=ACTOR, now=now):
        if placed.task.message_id in by_message:
            by_message[placed.task.message_id].placed.append(placed)
    following.close_finished(filed, by_message, actor=ACTOR, now=now)
    return filed


FINISH = """
UPDATE integrations_inboundmessage m
SET state = 'processed', klass = d.klass, faults = d.faults, processed_at = %s,
    attempts = m.attempts + 1,
    reused_control_id = m.control_id <> '' AND EXISTS (
        SELECT 1 FROM integrations_inboundmessage o
        WHERE o.practice_id = m.practice_id AND o.feed_id = m.feed_id
          AND o.control_id = m.control_id
          AND o.sender = m.sender AND o.digest <> m.digest AND o.arrived < m.arrived)
FROM unnest(%s::uuid[], %s::text[], %s::jsonb[]) AS d (id, klass, faults)
WHERE m.practice_id = %s AND m.id = d.id
"""


def _finish(outcomes: Sequence[Outcome], *, now: datetime) -> None:
    rows = [(one.message.pk, one.reading.type, one.reading.faults_json()) for one in outcomes]
    ids, classes, faults = map(list, zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(FINISH, [now, ids, classes, faults, scope.current()])
    sightings.note(
        (
            (outcome.message.feed_id, outcome.message.pk, unknown)
            for outcome in outcomes
            for unknown in outcome.unknown
        ),
        now=now,
    )


def process_alone(message: InboundMessage, *, now: datetime) -> Outcome | None:
    """One message by itself; None where it was put off or quarantined."""
    try:
        with transaction.atomic():
            outcomes = process([message], now=now)
            _finish(outcomes, now=now)
        return outcomes[0]
    except (OperationalError, NoRules) as error:
        cause = type(error).__name__
        logger.warning("message put off", extra={"message_id": str(message.pk), "cause": cause})
        _put_off(message, now=now)
    except CannotProcess as error:
        _quarantine(message, error.cause, now=now)
    except Exception as error:
        logger.exception("message failed", extra={"message_id": str(message.pk)})
        refused = isinstance(error, DatabaseError)
        _quarantine(message, "refused by the database" if refused else "could not be read", now=now)
    return None


def _put_off(message: InboundMessage, *, now: datetime) -> None:
    """The fault is ours, not the message's: again later, for ever, less and less often."""
    message.attempts = min(message.attempts + 1, MOST_ATTEMPTS)
    message.next_at = now + RETRY_AFTER * message.attempts
    message.save(update_fields=["attempts", "next_at"])


def _quarantine(message: InboundMessage, cause: str, *, now: datetime) -> None:
    """Set aside with its cause, and a person told."""
    message.state, message.cause, message.processed_at = MessageState.QUARANTINED, cause, now
    message.attempts += 1
    message.save(update_fields=["state", "cause", "processed_at", "attempts"])
    if cause == TWO_PATIENTS:
        held = Unknown(Unmapped.Kind.TWO_PATIENTS, str(message.pk))
        sightings.note([(message.feed_id, message.pk, held)], now=now)
    routing.open_message_task(
        message_id=message.pk,
        title=f"{message.type or 'Message'} from {message.feed.name} was not processed",
        reason=cause,
        actor=ACTOR,
        now=now,
    )
    logger.warning(
        "message quarantined",
        extra={"message_id": str(message.pk), "cause": cause.replace(" ", "-")},
    )
