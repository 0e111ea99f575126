"""The directory of specialists: who is in it, how they are reached, how much is open with them."""

from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import referral_words, words
from dashboards import sending_words as said
from dashboards.queries.desk import Desk
from dashboards.queries.referral_sending import reached
from dashboards.rows.queue import Empty
from dashboards.rows.sending import SpecialistList, SpecialistPage, SpecialistRow
from outbox.phones import shown
from referrals.models import Referral, Specialist


def find(specialist_id: UUID) -> Specialist | None:
    """One that is in use."""
    found: Specialist | None = _rows().filter(pk=specialist_id).first()
    return found


def listed() -> SpecialistList:
    """All that are in use, by name."""
    rows = tuple(_row(one) for one in _rows().order_by("organization", "person"))
    empty = None if rows else Empty(
        _("The directory is empty."), _("Add whom you refer to: nothing can be sent before.")
    )  # fmt: skip
    return SpecialistList(rows, empty)


def page(row: Any, desk: Desk) -> SpecialistPage:
    """What its page shows beside the form."""
    at = row.fax_verified_at
    return SpecialistPage(
        id=str(row.pk), name=row.name, fax=row.fax, fax_shown=shown(row.fax),
        verified=words.exactly(at, desk.zone) if at else "", open_count=row.open_count,
    )  # fmt: skip


def _rows() -> Any:
    theirs = Referral.objects.filter(specialist_id=OuterRef("pk"), closed_at__isnull=True)
    counted = theirs.order_by().values("specialist_id").annotate(n=Count("pk")).values("n")
    active = Specialist.objects.filter(is_active=True)
    return active.annotate(open_count=Coalesce(Subquery(counted), 0))


def _row(row: Any) -> SpecialistRow:
    since = row.agreement_on
    return SpecialistRow(
        name=row.person or row.organization, place=row.organization if row.person else "",
        specialty=str(referral_words.SPECIALTIES.get(row.specialty, "")),
        reached=tuple(reached(row)), likes=said.ways(row.ways), open_count=row.open_count,
        agreement=_("agreement since %(day)s") % {"day": words.long_date(since)} if since else "",
        url=reverse("dashboards:specialist", args=[row.pk]),
    )  # fmt: skip
