"""Reports of a patient that answer no referral yet."""

from collections.abc import Iterator

from charts.links import is_consult_note, is_live
from charts.models import ChartItem
from charts.values import CONSULT_NOTE
from dashboards import words
from dashboards.queries.desk import Desk
from referrals.models import Referral
from referrals.people import name_of

MOST = 20


def choices(referral: Referral, desk: Desk) -> list[tuple[str, str]]:
    """The newest first, by id, as one tells them apart."""
    return [(str(one.pk), _words(one, desk)) for one in _unanswering(referral)]


def _unanswering(referral: Referral) -> Iterator[ChartItem]:
    taken = Referral.objects.filter(report__isnull=False).values("report")
    rows = ChartItem.objects.filter(
        patient=referral.patient_id, details__document_type=CONSULT_NOTE
    ).exclude(pk__in=taken)
    newest = rows.order_by("-received_at", "pk")[:MOST]
    return (one for one in newest if is_consult_note(one) and is_live(one))


def _words(report: ChartItem, desk: Desk) -> str:
    """`Cardiology consult, Hal Hart, Nov 16, 2026`."""
    at = report.effective_at or report.issued_at or report.received_at
    day = words.long_date(at.astimezone(desk.zone).date())
    return ", ".join(
        one for one in (report.title, name_of(report.people.get("author")), day) if one
    )
