"""The rows that an item has besides its own: measured values for trends, and documents."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from charts.models import Attachment, ChartItem
from charts.values import ItemKind, ItemReport, ItemStatus
from tenants.bulk import Row
from tenants.ids import uuid7


def values(item: ChartItem, now: datetime) -> Iterable[Row]:
    """One row a measured value; one that was corrected to words or withdrawn loses its number."""
    rows = item.observations if item.kind == ItemKind.RESULT else []
    measured = [row for row in rows if row["number"] is not None or item.version > 1]
    by_key = {(row["code"][:80], row["sub_id"][:40]): row for row in measured}
    for (code, sub_id), row in by_key.items():
        gone = row["withdrawn"] or item.status == ItemStatus.WITHDRAWN
        yield {
            "id": uuid7(),
            "patient_id": item.patient_id,
            "item_id": item.pk,
            "code": code,
            "sub_id": sub_id,
            "observed_at": row["observed_at"] or item.issued_at or now,
            "value": row["value"][:250],
            "number": None if gone else row["number"],
            "units": row["units"][:40],
            "severity": row["severity"],
        }


def attached(item: ChartItem, report: ItemReport) -> Iterable[Attachment]:
    """What a report brought along, each document once."""
    for one in report.attachments:
        digest = hashlib.sha256(one.data + one.url.encode()).hexdigest()
        yield Attachment(item=item, content_type=one.content_type[:80], title=one.title[:200],
                         url=one.url[:500], digest=digest, data=one.data)  # fmt: skip
