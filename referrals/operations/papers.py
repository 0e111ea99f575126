"""Documents of nobody yet: kept when they come, fetched where they are elsewhere, and filed by a
person, who also says which referral one answers."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit import log
from audit.actors import Actor
from charts import operations as charts
from charts.models import ChartItem, PatientIdentifier
from charts.operations import Filing
from charts.values import (
    CONSULT_NOTE,
    Attachment,
    Code,
    Identifier,
    ItemKind,
    ItemReport,
    ItemStatus,
    PatientDetails,
)
from referrals.models import Carrier, Paper
from referrals.operations.matching import match
from referrals.states import Source
from referrals.ways import Way
from referrals.wire.documents import TYPES, kind_of
from routing import operations as routing
from routing.categories import Category
from routing.operations import Absence, End, close_absences, open_absences
from tenants import wake
from tenants.ids import uuid7
from tenants.models import Topic

WAITS = (timedelta(minutes=1), timedelta(minutes=3), timedelta(minutes=10), timedelta(hours=1))
LEASE = timedelta(minutes=2)
TIFF = (b"II*\x00", b"MM\x00*")

TITLES = {Way.FAX: gettext_noop("A fax to file"), Way.DIRECT: gettext_noop("A document to file")}
NOBODYS = gettext_noop("It names no patient. Say whose it is.")
FILED = End(gettext_noop("the document was filed"))
ASIDE = End(gettext_noop("it belongs in no chart"), came=False)


class NotFiled(Exception):
    """The document cannot be filed so; the text says why."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """A fax whose pages are still at its service."""

    id: UUID
    carrier: Carrier
    fax_id: str
    url: str = field(repr=False)


@transaction.atomic
def receive_paper(
    *, carrier_id: UUID, key: str, sender: str = "", pages: int | None = None, body: bytes = b"",
    url: str = "", actor: Actor, now: datetime,
) -> Paper:  # fmt: skip
    """Keep a document once by its key, and ask a person whose it is.

    `key`: by which whoever brought it names it; of a fax its id. `body`: its bytes; empty: they
    are fetched from the service, from `url` if it says one.
    """
    carrier = Carrier.objects.lock([carrier_id]).get()
    known: Paper | None = Paper.objects.filter(carrier=carrier, key=key[:250]).first()
    if known is not None:
        return known
    paper = Paper(id=uuid7(), carrier=carrier, key=key[:250], sender=sender[:200], pages=pages,
                  url=url[:1000], came_at=now, next_at=None if body else now)  # fmt: skip
    if body:
        _hold(paper, body)
    paper.save(force_insert=True)
    if not body:
        wake.call(Topic.CARRY, [(paper.pk, now)])
    absence = Absence(category=Category.MISFILED_DOCUMENT, about_id=paper.pk, since=now,
                      title=TITLES[carrier.way], reason=NOBODYS)  # fmt: skip
    open_absences([absence], actor=actor, now=now)
    log.record("paper.received", entity=paper, actor=actor, now=now)
    return paper


def next_fetch(paper_id: UUID, *, now: datetime) -> Fetch | None:
    """The paper if its pages are to be fetched now; its next try is written before this one."""
    paper = Paper.objects.lock([paper_id]).select_related("carrier").first()
    if paper is None or paper.next_at is None or paper.next_at > now:
        return None
    tries = paper.attempts
    paper.attempts += 1
    paper.next_at = now + LEASE + WAITS[tries] if tries < len(WAITS) else None
    paper.save(update_fields=["attempts", "next_at"])
    if paper.next_at is not None:
        wake.call(Topic.CARRY, [(paper.pk, paper.next_at)])
    return Fetch(paper.pk, paper.carrier, paper.key, paper.url)


@transaction.atomic
def keep_pages(*, paper_id: UUID, body: bytes | None, actor: Actor, now: datetime) -> Paper:
    """Keep what was fetched; None: nothing was, and it is tried again while there is hope."""
    paper: Paper = Paper.objects.lock([paper_id]).get()
    if paper.is_here or not body:
        return paper
    _hold(paper, body)
    paper.next_at = None
    paper.save(update_fields=["body", "digest", "content_type", "next_at"])
    log.record("paper.fetched", entity=paper, actor=actor, now=now)
    return paper


@transaction.atomic
def file_paper(
    *, paper_id: UUID, patient_id: UUID, referral_id: UUID | None = None, title: str = "",
    actor: Actor, now: datetime,
) -> ChartItem:  # fmt: skip
    """A person says whose it is: it becomes a document of that chart and, where they say which
    referral it answers, the report that closes it.

    Raises:
        NotFiled: it is not here yet, was filed or set aside, or the patient has no number.
        NoReferral: there is no such referral.
        NotMatched: it cannot answer that one.
    """
    paper = _unfiled(paper_id)
    if not paper.is_here:
        raise NotFiled(_("Its pages are not here yet. Look for it at the fax service."))
    filing = Filing(_named(patient_id), _report(paper, title, is_report=bool(referral_id)),
                    paper.carrier.feed_slug)  # fmt: skip
    [filed] = charts.file_reports([filing], actor=actor, now=now)
    routing.route([filed], actor=actor, now=now)
    paper.item = filed.item
    paper.save(update_fields=["item"])
    close_absences({paper.pk: FILED}, actor=actor, now=now)
    log.record("paper.filed", entity=paper, patient_id=patient_id, actor=actor, now=now,
               detail={"item": str(filed.item.pk), "referral": str(referral_id or "")})  # fmt: skip
    if referral_id is not None:
        way = Source.FAX if paper.carrier.way is Way.FAX else Source.DIRECT
        match(referral_id=referral_id, report_id=filed.item.pk, source=way, actor=actor, now=now)
    return filed.item


@transaction.atomic
def set_aside_paper(*, paper_id: UUID, actor: Actor, now: datetime) -> Paper:
    """A person says that it belongs in no chart: an advertisement, another practice's. It stays.

    Raises:
        NotFiled: it was filed or set aside already.
    """
    paper = _unfiled(paper_id)
    paper.set_aside_at, paper.next_at = now, None
    paper.save(update_fields=["set_aside_at", "next_at"])
    close_absences({paper.pk: ASIDE}, actor=actor, now=now)
    log.record("paper.set-aside", entity=paper, actor=actor, now=now)
    return paper


def _hold(paper: Paper, body: bytes) -> None:
    paper.body, paper.digest = body, hashlib.sha256(body).hexdigest()
    paper.content_type = TYPES[kind_of(body)]
    if body.startswith(TIFF):
        paper.content_type = "image/tiff"


def _unfiled(paper_id: UUID) -> Paper:
    paper = Paper.objects.lock([paper_id]).select_related("carrier").first()
    if paper is None or paper.item_id is not None or paper.set_aside_at is not None:
        raise NotFiled(_("Somebody dealt with this document already."))
    return paper


def _named(patient_id: UUID) -> PatientDetails:
    known = PatientIdentifier.objects.filter(patient=patient_id).order_by("assigner", "value")
    ids = tuple(Identifier(one.value, one.assigner, one.type) for one in known)
    if not ids:
        raise NotFiled(_("This patient has no number here. Match them to their chart first."))
    return PatientDetails(identifiers=ids)


def _report(paper: Paper, title: str, *, is_report: bool) -> ItemReport:
    words = " ".join(title.replace("\x00", "").split())[:200] or _("Document")
    pages = Attachment(content_type=paper.content_type, title=words, data=bytes(paper.body))
    return ItemReport(
        kind=ItemKind.DOCUMENT, key=f"paper-{paper.pk.hex}", status=ItemStatus.UNKNOWN,
        code=Code("paper", words), attachments=(pages,), issued_at=paper.came_at,
        details={"document_type": CONSULT_NOTE} if is_report else {},
    )  # fmt: skip
