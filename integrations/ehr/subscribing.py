"""Subscriptions at EHRs: made, renewed before they end, turned off. Each request stands outside of
any transaction; what came of it is written after."""

import logging
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from audit import log
from audit.actors import Actor
from integrations import signing
from integrations.ehr.access import Access, access_of
from integrations.ehr.client import Client
from integrations.ehr.faults import EhrFault, Gone, Refused
from integrations.models import Connection, FeedKey, Subscription
from tenants.rounds import each_practice
from tenants.trouble import is_away

logger = logging.getLogger(__name__)

ACTOR = Actor.machine("integrations.ehr")

PROFILE = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
FHIR = "application/fhir+json"
TIMEOUT_S, MOST_EVENTS = 30, 20

LONGER = timedelta(days=30)
"""For how long a subscription that ends is asked for anew."""
EARLY = timedelta(days=1)
TRY_AGAIN = timedelta(minutes=15)

NOT_HEARD = "The EHR could not deliver to our address."


def resource_of(row: Subscription) -> dict[str, Any]:
    """The R4 Subscription, topic-based, as a server of the backport guide takes it."""
    channel: dict[str, Any] = {
        "type": "rest-hook",
        "endpoint": row.endpoint,
        "header": [_header(row)],
        "payload": FHIR,
        "_payload": {"extension": [_extension("payload-content", "valueCode", row.payload)]},
    }
    if not row.restarts_counts:
        channel["extension"] = [
            *([_extension("heartbeat-period", "valueUnsignedInt", row.heartbeat_s)]
              if row.heartbeat_s else []),
            _extension("timeout", "valueUnsignedInt", TIMEOUT_S),
            _extension("max-count", "valuePositiveInt", MOST_EVENTS),
        ]  # fmt: skip
    resource: dict[str, Any] = {
        "resourceType": "Subscription",
        "meta": {"profile": [f"{PROFILE}backport-subscription"]},
        "status": "requested",
        "reason": "Work of the practice",
        "criteria": row.topic,
        "channel": channel,
    }
    if row.criteria:
        named = _extension("filter-criteria", "valueString", row.criteria)
        resource["_criteria"] = {"extension": [named]}
    return resource


def _extension(name: str, kind: str, value: object) -> dict[str, Any]:
    return {"url": f"{PROFILE}backport-{name}", kind: value}


def _header(row: Subscription) -> str:
    """What proves later that a notification is the EHR's."""
    if not row.restarts_counts:
        secret = signing.channel_secret_of(row.pk, master=settings.FEED_KEY_SECRET)
        return f"Authorization: Bearer {secret}"
    keys = FeedKey.objects.filter(feed=row.feed_id, revoked_at__isnull=True)
    key = keys.order_by("-created_at").first()
    assert key is not None
    return f"X-Hub-Secret: {signing.secret_of(key.pk, master=settings.FEED_KEY_SECRET)}"


def create(subscription_id: UUID, *, actor: Actor, now: datetime) -> str:
    """Ask the EHR for it; returns why it did not work, or nothing."""
    row, access = _found(subscription_id)
    try:
        with transaction.atomic():
            resource = resource_of(row)
        made = Client(access, now=now).create(resource)
    except EhrFault as fault:
        return _failed(row.pk, fault.phrase, actor=actor, now=now)
    return _made(row.pk, made, actor=actor, now=now)


def renew(subscription_id: UUID, *, actor: Actor, now: datetime) -> str:
    """Ask for a further while; one that the EHR has lost is made anew. Returns why not, or
    nothing."""
    row, access = _found(subscription_id)
    if not row.remote_id:
        return create(subscription_id, actor=actor, now=now)
    client = Client(access, now=now)
    try:
        held = client.read(f"Subscription/{row.remote_id}").value
        if held.get("status") in ("error", "off"):
            held = held | {"status": "requested"}
        with transaction.atomic():
            channel = held.get("channel") or {}
            # Servers do not give headers back; without ours nothing that they send is believed.
            channel = channel | {"header": [_header(row)]}
        end = (now + LONGER).astimezone(UTC).isoformat(timespec="seconds")
        made = client.update(held | {"channel": channel} | ({"end": end} if row.expires_at else {}))
    except Gone:
        _forgotten(row.pk, actor=actor, now=now)
        return create(subscription_id, actor=actor, now=now)
    except EhrFault as fault:
        return _failed(row.pk, fault.phrase, actor=actor, now=now)
    return _made(row.pk, made, actor=actor, now=now)


def turn_off(subscription_id: UUID, *, actor: Actor, now: datetime) -> str:
    """End it at the EHR and here; returns why the EHR did not, or nothing."""
    row, access = _found(subscription_id)
    client = Client(access, now=now)
    reference = f"Subscription/{row.remote_id}"
    try:
        if row.remote_id:
            _end(client, reference)
    except Gone:
        pass
    except EhrFault as fault:
        return _failed(row.pk, fault.phrase, actor=actor, now=now)
    with transaction.atomic():
        row = Subscription.objects.lock([row.pk]).get()
        row.status, row.renew_after, row.last_failure = Subscription.Status.OFF, None, ""
        row.save(update_fields=["status", "renew_after", "last_failure"])
        log.record("ehr.subscription-off", entity=row, actor=actor, now=now)
    return ""


def _end(client: Client, reference: str) -> None:
    try:
        client.delete(reference)
    except Refused:
        # Some servers delete nothing: there it is switched off.
        client.update(client.read(reference).value | {"status": "off"})


def _found(subscription_id: UUID) -> tuple[Subscription, Access]:
    with transaction.atomic():
        row = Subscription.objects.get(pk=subscription_id)
        connection = Connection.objects.select_related("feed").get(feed=row.feed_id)
        return row, access_of(connection)


@transaction.atomic
def _made(subscription_id: UUID, made: dict[str, Any], *, actor: Actor, now: datetime) -> str:
    """What the server answered; its handshake may have set the status before."""
    row = Subscription.objects.lock([subscription_id]).get()
    row.remote_id = str(made.get("id", ""))[:120] or row.remote_id
    row.expires_at = _moment(made.get("end"))
    row.renew_after = _before(row.expires_at, now=now)
    row.last_failure = NOT_HEARD if made.get("status") == "error" else ""
    if row.last_failure:
        row.status = Subscription.Status.ERROR
    elif made.get("status") == "active":
        row.status = Subscription.Status.ACTIVE
    row.save(update_fields=["remote_id", "expires_at", "renew_after", "last_failure", "status"])
    log.record("ehr.subscription-made", entity=row, actor=actor, now=now)
    return row.last_failure


@transaction.atomic
def _failed(subscription_id: UUID, phrase: str, *, actor: Actor, now: datetime) -> str:
    row = Subscription.objects.lock([subscription_id]).get()
    row.last_failure = phrase[:120]
    if not row.remote_id:
        row.status = Subscription.Status.ERROR
    row.save(update_fields=["last_failure", "status"])
    log.record("ehr.subscription-refused", entity=row, outcome="failed", actor=actor, now=now)
    return phrase


@transaction.atomic
def _forgotten(subscription_id: UUID, *, actor: Actor, now: datetime) -> None:
    row = Subscription.objects.lock([subscription_id]).get()
    row.remote_id, row.status = "", Subscription.Status.REQUESTED
    row.save(update_fields=["remote_id", "status"])
    log.record("ehr.subscription-lost", entity=row, actor=actor, now=now)


def _moment(said: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return at if at is None or at.tzinfo else at.replace(tzinfo=UTC)


def _before(end: datetime | None, *, now: datetime) -> datetime | None:
    """A day before the end; a third of what is left, where that is less."""
    return None if end is None else end - min(EARLY, max(end - now, timedelta(0)) / 3)


def sweep(*, now: datetime) -> int:
    """Renew what ends soon; returns how many were renewed."""
    return each_practice(partial(_renew_due, now=now))


def _renew_due(_: UUID, *, now: datetime) -> int:
    """Each by itself: one that fails is left for its next turn."""
    done = 0
    while (subscription_id := _claimed(now=now)) is not None:
        try:
            done += not renew(subscription_id, actor=ACTOR, now=now)
        except Exception as error:
            if is_away(error):
                raise
            logger.exception("subscription not renewed", extra={"entity": str(subscription_id)})
    return done


@transaction.atomic
def _claimed(*, now: datetime) -> UUID | None:
    row = (
        Subscription.objects.filter(renew_after__lte=now, feed__is_active=True)
        .exclude(status=Subscription.Status.OFF)
        .order_by("renew_after", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if row is None:
        return None
    row.renew_after = now + TRY_AGAIN
    row.save(update_fields=["renew_after"])
    return row.pk
