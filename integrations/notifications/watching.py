"""The sweep over subscriptions: which have fallen silent, whose missing events are here, and what
may be forgotten."""

from datetime import datetime, timedelta

from django.db import transaction

from audit import log
from audit.actors import Actor
from integrations.models import Connection, Fetch, NotifiedEvent, Subscription
from integrations.notifications import fetching, targets, topics
from integrations.notifications.fetching import Wanted
from integrations.notifications.operations import settle
from integrations.notifications.operations.counting import mark
from integrations.notifications.worries import LOST, SILENT, worry
from tenants.rounds import each_practice

ACTOR = Actor.machine("integrations.notifications")

GRACE = timedelta(minutes=1)
"""A heartbeat may be late by as much."""
RECOVERED_WITHIN = timedelta(minutes=5)
"""What the EHR sent once more has been taken in by then."""
KEPT = timedelta(days=30)
"""Longer than any EHR sends an event again."""

ACTIVE, ERROR = Subscription.Status.ACTIVE, Subscription.Status.ERROR


def sweep(*, now: datetime) -> int:
    """Look after the subscriptions of every practice; returns how many changed."""
    return each_practice(lambda _: _look_after(now=now))


@transaction.atomic
def _look_after(*, now: datetime) -> int:
    NotifiedEvent.objects.filter(at__lt=now - KEPT).delete()
    watched = Subscription.objects.filter(status__in=[ACTIVE, ERROR])
    rows = watched.order_by("pk").select_for_update(of=("self",), skip_locked=True)
    changed = 0
    for row in rows.select_related("feed"):
        changed += _is_silent(row, now=now)
        if row.gap_from is not None:
            changed += _recovered(row, now=now)
    return changed


def _is_silent(row: Subscription, *, now: datetime) -> bool:
    """Silence longer than the heartbeat means that it is broken."""
    if row.status != ACTIVE or not row.heartbeat_s:
        return False
    heard = row.last_heard_at or row.created_at
    if now - heard <= timedelta(seconds=row.heartbeat_s) + GRACE:
        return False
    row.status, row.last_failure = ERROR, SILENT
    row.save(update_fields=["status", "last_failure"])
    log.record("subscription.silent", entity=row, outcome="failed", actor=ACTOR, now=now)
    worry(row, SILENT, actor=ACTOR, now=now)
    return True


def _recovered(row: Subscription, *, now: datetime) -> bool:
    """How far the filling of a gap is: `$events`, then a search, then a person."""
    asked = list(Fetch.objects.filter(feed=row.feed_id, event_id=mark(row),
                                      asked_at__gte=row.gap_since))  # fmt: skip
    if any(fetch.state == Fetch.State.WAITING for fetch in asked):
        return False
    searches = [fetch for fetch in asked if "$events" not in fetch.reference]
    if not searches:
        if any(_is_pending(fetch, now=now) for fetch in asked):
            return False
        _search(row, now=now)
    elif any(fetch.state == Fetch.State.DONE for fetch in searches):
        settle(row, actor=ACTOR, now=now)
    elif row.last_failure != LOST:
        row.last_failure = LOST
        row.save(update_fields=["last_failure"])
        worry(row, LOST, actor=ACTOR, now=now)
    else:
        return False
    return True


def _is_pending(fetch: Fetch, *, now: datetime) -> bool:
    """The EHR answered, and its answer is still on the way through intake."""
    done = fetch.state == Fetch.State.DONE and fetch.finished_at is not None
    return done and now - (fetch.finished_at or now) < RECOVERED_WITHIN


def _search(row: Subscription, *, now: datetime) -> None:
    """The EHR does not send its events again, or not all: ask for what has changed since."""
    connection = Connection.objects.filter(feed=row.feed_id).first()
    otherwise = tuple(connection.poll_types) if connection else ()
    since = _last_before_gap(row)
    wanted = [
        Wanted(targets.changed_since(name, since), mark(row), alone=True)
        for name in topics.types_of(row.topic, row.criteria, otherwise)
    ]
    fetching.ask(row.feed, wanted, now=now)
    log.record("subscription.gap-searched", entity=row, actor=ACTOR, now=now)


def _last_before_gap(row: Subscription) -> datetime:
    before = NotifiedEvent.objects.filter(
        feed=row.feed_id, subscription=row.remote_id, number__lt=row.gap_from
    )
    newest = before.order_by("-number").values_list("at", flat=True).first()
    return newest or row.created_at
