"""What was read of an EHR becomes a message of its feed, and takes the path of every message."""

from datetime import datetime

from django.db import transaction

from audit.actors import Actor
from charts.models import PatientIdentifier
from integrations import receiver
from integrations.ehr.access import Access
from integrations.ehr.gathering import Gathered
from integrations.fhir import body as fhir_body
from integrations.fhir import reading as fhir_reading
from integrations.models import Feed, InboundMessage, MessageState
from integrations.receiver import Stored
from routing import operations as routing
from tenants import scope

ACTOR = Actor.machine("integrations.ehr")

FLAWED = "not valid FHIR"


@transaction.atomic
def store(access: Access, gathered: Gathered, *, now: datetime) -> Stored:
    """Store a body that we asked for; the same one again finds its row.

    Nobody waits for a refusal here: a flawed body is kept in quarantine, and a person is told.
    """
    parsed = fhir_body.parse(gathered.raw, max_bytes=len(gathered.raw))
    arrival = receiver.arrival_of_fhir(
        gathered.raw,
        practice_id=access.practice_id,
        feed_id=access.feed_id,
        control_id=gathered.version,
        resource_type=gathered.version.partition("/")[0] or parsed.type,
        order_key=fhir_reading.order_key(parsed, zone=access.zone, source=access.source)
        if parsed.is_valid
        else "",
        cause="",
    )
    if not parsed.is_valid:
        arrival.state, arrival.cause = MessageState.QUARANTINED, FLAWED
    [stored] = receiver.store([arrival], now=now)
    if stored.fresh and not parsed.is_valid:
        _tell(access, arrival.type, stored, now=now)
    return stored


def _tell(access: Access, kind: str, stored: Stored, *, now: datetime) -> None:
    feed = Feed.objects.get(pk=access.feed_id)
    routing.open_message_task(
        message_id=stored.message_id,
        title=f"{kind or 'Message'} from {feed.name} was not processed",
        reason=FLAWED,
        actor=ACTOR,
        now=now,
    )


def knows_patient(access: Access, reference: str) -> bool:
    """Whether a message told us before who `Patient/12` of this source is."""
    with scope.scoped(access.practice_id), transaction.atomic():
        known = PatientIdentifier.objects.filter(value=reference, assigner=access.source)
        return known.exists()


def has_version(access: Access, version: str) -> bool:
    """Whether this very state of the resource is here already."""
    with scope.scoped(access.practice_id), transaction.atomic():
        held = InboundMessage.objects.filter(feed_id=access.feed_id, control_id=version)
        return held.exists()
