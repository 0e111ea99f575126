"""Which referral a report answers: asked of a person where no number says it, and undone by one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit import log
from audit.actors import Actor
from charts import links
from charts import operations as charts
from charts.links import is_live
from charts.models import ChartItem
from referrals.matching import Match
from referrals.models import Fact, Referral
from referrals.operations.telling import NoFact, Telling, locked, tell, undo
from referrals.states import Axis, Report, Source
from routing import operations as routing
from routing.categories import Category
from routing.models import Task
from routing.operations import Absence, End, close_absences, open_absences
from routing.said import WHOSE_REPORT
from tenants import wake
from tenants.models import Topic

LIKELY = gettext_noop("It names no referral of ours. Say which one it answers.")
MATCHED = End(gettext_noop("the report was matched"))
GONE = End(gettext_noop("the report was withdrawn"), came=False)


class NotMatched(Exception):
    """The report cannot answer this referral; the text says why."""


@transaction.atomic
def ask_whose(
    *, report: ChartItem, found: Sequence[Match], actor: Actor, now: datetime
) -> list[Task]:
    """A person says which referral a report answers; one task for each report, once."""
    absence = Absence(
        category=Category.REFERRAL, about_id=report.pk, title=f"{WHOSE_REPORT}: {report.title}",
        reason=LIKELY, since=report.issued_at or report.received_at,
        patient_id=report.patient_id, location_code=report.location_code, people=report.people,
    )  # fmt: skip
    log.record("report.asked-after", entity=report, patient_id=report.patient_id, actor=actor,
               now=now, detail={"referrals": [str(one.id) for one in found],
                                "score": found[0].score})  # fmt: skip
    return open_absences([absence], actor=actor, now=now)


@transaction.atomic
def match(
    *, referral_id: UUID, report_id: UUID, source: Source = Source.STAFF,
    version: int | None = None, actor: Actor, now: datetime,
) -> Referral:  # fmt: skip
    """This report answers this referral: that closes its loop, and ends the question.

    Raises:
        NoReferral: there is no such referral.
        Overtaken: it is not as whoever matches it saw it.
        NotMatched: there is no such report, it was taken back, it is another patient's, or it
            answers another referral already.
    """
    report, order = _both(report_id, referral_id)
    report = _fitting(report, referral_id)
    told = _told_of(report, referral_id)
    issued = report.issued_at or report.received_at
    said = Telling(
        key=f"match:{report.pk}:{len(told)}", axis=Axis.REPORT, value=Report.RECEIVED,
        at=_after(told, now) if told else issued, source=source, item_id=report.pk,
    )  # fmt: skip
    referral = tell(referral_id=referral_id, tellings=[said], version=version, actor=actor,
                    now=now)  # fmt: skip
    close_absences({report.pk: MATCHED}, actor=actor, now=now)
    if order is not None and order.details.get("reported_by") != report.key:
        _note(order, report, answers=True, actor=actor, now=now)
    return referral


def _fitting(report: ChartItem | None, referral_id: UUID) -> ChartItem:
    """The report, where it may answer the referral."""
    if report is None or not is_live(report):
        raise NotMatched(_("There is no such report, or it was withdrawn."))
    if Referral.objects.filter(report=report).exclude(pk=referral_id).exists():
        raise NotMatched(_("This report answers another referral. Undo that match first."))
    theirs = Referral.objects.filter(pk=referral_id, patient_id=report.patient_id)
    if not theirs.exists() and Referral.objects.filter(pk=referral_id).exists():
        raise NotMatched(_("This report is about another patient."))
    return report


@transaction.atomic
def unmatch(
    *, referral_id: UUID, report_id: UUID, version: int | None = None, actor: Actor,
    now: datetime,
) -> Referral:  # fmt: skip
    """It was another's report: the loop is open again, and whose it is will be asked anew.

    Raises:
        NoReferral: there is no such referral.
        Overtaken: it is not as whoever takes it back saw it.
        NoFact: the report does not stand as an answer to it.
    """
    locked(referral_id, version)
    facts = Fact.objects.filter(referral_id=referral_id, item_id=report_id, axis=Axis.REPORT)
    standing = [fact for fact in facts.order_by("told_at") if not fact.undone_by.exists()]
    if not standing:
        raise NoFact(_("This report does not answer this referral."))
    for fact in standing:
        referral = undo(referral_id=referral_id, fact_id=fact.pk, actor=actor, now=now)
    report, order = _both(report_id, referral_id)
    if order is not None and report is not None:
        _note(order, report, answers=False, actor=actor, now=now)
    wake.call(Topic.REFERRAL, [(report_id, now)])
    return referral


@transaction.atomic
def withdraw_report(*, report: ChartItem, actor: Actor, now: datetime) -> bool:
    """The report was taken back: its referral waits again, and nobody need say whose it is;
    whether it answered one."""
    close_absences({report.pk: GONE}, actor=actor, now=now)
    referral = Referral.objects.filter(report=report).first()
    if referral is None:
        return False
    said = Telling(
        key=f"withdrawn:{report.pk}:{report.version}", axis=Axis.REPORT, value=Report.WITHDRAWN,
        at=_after(_told_of(report, referral.pk), now), source=Source.MESSAGE, item_id=report.pk,
    )  # fmt: skip
    tell(referral_id=referral.pk, tellings=[said], actor=actor, now=now)
    order = _both(report.pk, referral.pk)[1]
    if order is not None and order.details.get(links.MATCHED) == report.key:
        _note(order, report, answers=False, actor=actor, now=now)
    return True


def _both(report_id: UUID, referral_id: UUID) -> tuple[ChartItem | None, ChartItem | None]:
    """The report, and the order of the referral where a feed told one, locked in one order."""
    item_ids = Referral.objects.filter(pk=referral_id).values_list("item_id", flat=True)
    order_id = next(iter(item_ids), None)
    held = {item.pk: item for item in ChartItem.objects.lock([report_id, order_id])}
    return held.get(report_id), held.get(order_id) if order_id else None


def _note(
    order: ChartItem, report: ChartItem, *, answers: bool, actor: Actor, now: datetime
) -> None:
    """The work on the order ends, or begins again, as with any report that comes or goes."""
    filed = charts.note_report(order, report, answers=answers, actor=actor, now=now)
    routing.route(filed, actor=actor, now=now)


def _told_of(report: ChartItem, referral_id: UUID) -> list[datetime]:
    """When what was told of the report as an answer to this referral happened."""
    facts = Fact.objects.filter(referral_id=referral_id, item=report)
    return list(facts.values_list("at", flat=True))


def _after(told: Sequence[datetime], now: datetime) -> datetime:
    """Now, or with the last of these: the sender's clock may run before ours."""
    return max([now, *told])
