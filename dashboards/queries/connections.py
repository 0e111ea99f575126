"""How a feed's EHR is reached: its settings, keys, subscriptions, and what has become of them."""

from uuid import UUID

from django.utils.translation import gettext as _

from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.queries.sources import CAP
from dashboards.rows.connection import ConnectionPage, KeyRow, SubscriptionRow
from dashboards.words import later
from integrations.ehr.operations import ACTIVE_KEYS
from integrations.models import ClientKey, Connection, Feed, Fetch, Subscription
from routing.said import spoken

STATUS = {
    Subscription.Status.REQUESTED: (later("Asked for; no handshake yet"), "never"),
    Subscription.Status.ACTIVE: (later("Active"), "arriving"),
    Subscription.Status.ERROR: (later("In trouble"), "quiet"),
}


def feed_of(feed_id: UUID) -> Feed | None:
    return Feed.objects.filter(pk=feed_id).first()


def connection_of(feed: Feed) -> Connection | None:
    return Connection.objects.select_related("feed").filter(feed=feed).first()


def subscription_of(feed: Feed, subscription_id: UUID) -> Subscription | None:
    """One of this feed."""
    return Subscription.objects.filter(feed=feed, pk=subscription_id).first()


def page(feed: Feed, desk: Desk, *, jwks_url: str) -> ConnectionPage:
    """Everything on the screen but its forms."""
    connection = connection_of(feed)
    keys = list(ClientKey.objects.filter(retired_at__isnull=True).order_by("-created_at", "-pk"))
    live = Subscription.objects.filter(feed=feed).exclude(status=Subscription.Status.OFF)
    waiting = Fetch.objects.filter(feed=feed, state=Fetch.State.WAITING)[:CAP].count()
    state, status = _state(connection, desk)
    polled = connection.polled_until if connection and connection.poll_types else None
    return ConnectionPage(
        feed=feed.name,
        feed_id=str(feed.pk),
        is_set=connection is not None,
        state=state,
        status=status,
        has_secret=bool(connection and connection.secret),
        uses_keys=connection is None or connection.method == Connection.Method.SMART,
        jwks_url=jwks_url,
        keys=tuple(_key(key, desk, signs=at == 0) for at, key in enumerate(keys)),
        may_make_key=len(keys) < ACTIVE_KEYS,
        subscriptions=tuple(_subscription(row, desk) for row in live.order_by("topic", "pk")),
        waiting=words.count(waiting),
        polled=words.moment(polled, zone=desk.zone, now=desk.now) if polled else None,
    )


def _state(connection: Connection | None, desk: Desk) -> tuple[str, str]:
    if connection is None:
        return _("Not connected yet"), "never"
    if connection.last_failure:
        return spoken(connection.last_failure), "quiet"
    if connection.last_ok_at is None:
        return _("Set, and not used yet"), "never"
    when = words.moment(connection.last_ok_at, zone=desk.zone, now=desk.now)
    return _("Last read %(when)s") % {"when": when.words}, "arriving"


def _key(key: ClientKey, desk: Desk, *, signs: bool) -> KeyRow:
    made = words.moment(key.created_at, zone=desk.zone, now=desk.now)
    return KeyRow(str(key.pk), key.public["kid"][-12:], key.algorithm, made, signs)


def _subscription(row: Subscription, desk: Desk) -> SubscriptionRow:
    said, status = STATUS[Subscription.Status(row.status)]
    heard, ends = row.last_heard_at, row.expires_at
    return SubscriptionRow(
        pk=str(row.pk),
        topic=row.topic.rstrip("/").rpartition("/")[2] or row.topic,
        address=row.topic,
        criteria=row.criteria,
        status=status,
        status_words=said,
        heard=words.moment(heard, zone=desk.zone, now=desk.now) if heard else None,
        gap=_("Missing from event %(gap_from)s") % {"gap_from": row.gap_from}
        if row.gap_from is not None
        else "None",
        expires=words.moment(ends, zone=desk.zone, now=desk.now) if ends else None,
        failure=spoken(row.last_failure),
    )
