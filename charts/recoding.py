"""Items in the words of a map that was made after they came. What was reported stays a version."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from audit import log
from audit.actors import Actor
from charts.models import ChartItem
from tenants import bulk

COLUMNS = ("alternate_code", "observations", "location_code", "people")


@transaction.atomic
def recode(items: Sequence[ChartItem], *, actor: Actor, now: datetime) -> None:
    """Write what a map says of items that the caller has locked and changed."""
    bulk.put(ChartItem, items, key=["id"], columns=COLUMNS)
    log.record_all(
        log.entry("item.recoded", entity=item, patient_id=item.patient_id, actor=actor, now=now)
        for item in items
    )
