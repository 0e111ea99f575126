"""The EHR's own closing signals (LabResult.close, Encounter.signoff) end our tasks, whichever of
signal and result comes first."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from audit.actors import Actor
from charts.models import ChartItem, ItemVersion
from charts.values import ItemKind, ItemStatus
from integrations.fhir.subscriptions import Happening
from integrations.models import Feed, SourceClosing
from integrations.notifications import targets, topics
from routing import operations as routing
from routing.categories import Category
from routing.models import Task
from tenants import bulk
from tenants.ids import uuid7

REVISED = frozenset(
    {ItemStatus.CORRECTED.value, ItemStatus.AMENDED.value, ItemStatus.WITHDRAWN.value}
)
"""A sender may leave the time of issue as it was, so of these we go by when they came to us: what
was changed after it was closed there is looked at here."""

CATEGORIES = {"result": Category.RESULT_REVIEW, "document": Category.INCOMPLETE_NOTE}
"""The work that the signal ends, by the kind of item it is about."""

COLUMNS = ("is_closed", "at")


def note(
    feed: Feed, topic: str, happenings: Sequence[Happening], *, actor: Actor, now: datetime
) -> None:
    """Keep what the events say of work at the EHR, and close what is open here and done there."""
    closing = topics.closing_of(topic)
    if closing is None or not happenings:
        return
    newest: dict[str, datetime] = {}
    for one in happenings:
        for name in targets.known_as(one):
            newest[name] = max(newest.get(name, one.at or now), one.at or now)
    turned = _keep(feed, closing, newest)
    if not closing.is_closed or not turned:
        return
    by_name = {row.name: row for row in turned}
    open_ones = Task.objects.open().filter(category=CATEGORIES[closing.kind]).values("item_id")
    asked_for = ChartItem.objects.filter(source=feed.slug, kind=closing.kind, pk__in=open_ones)
    known = asked_for.filter(_named(closing.kind, list(by_name)))
    _close(closing.kind, [one for one in known if _is_over(one, turned)], actor=actor, now=now)


def apply(feed: Feed, items: Iterable[ChartItem], *, actor: Actor, now: datetime) -> None:
    """Close what was filed just now and is finished at the EHR already."""
    if not SourceClosing.objects.filter(feed=feed, is_closed=True).exists():
        return  # most feeds never tell of it
    held = {kind: [one for one in items if one.kind == kind] for kind in ("result", "document")}
    for kind, ours in held.items():
        names = {name for item in ours for name in _names(item)}
        if not names:
            continue
        rows = list(
            SourceClosing.objects.filter(feed=feed, kind=kind, name__in=names, is_closed=True)
        )
        done = [item for item in ours if _is_over(item, rows)]
        _close(kind, done, actor=actor, now=now)


def _close(kind: str, items: Sequence[ChartItem], *, actor: Actor, now: datetime) -> None:
    if items:
        ids = [item.pk for item in items]
        routing.close_at_source(item_ids=ids, category=CATEGORIES[kind], actor=actor, now=now)


def _keep(feed: Feed, closing: topics.Closing, newest: dict[str, datetime]) -> list[SourceClosing]:
    """The newest word on each name is kept; returns those that this event has the last word on."""
    rows = SourceClosing.objects.filter(feed=feed, kind=closing.kind, name__in=list(newest))
    held = {row.name: row for row in rows.order_by("name").select_for_update(of=("self",))}
    told = []
    for name, at in sorted(newest.items()):
        row = held.get(name)
        if row is not None and (row.at, row.is_closed) > (at, closing.is_closed):
            continue
        told.append(
            SourceClosing(
                pk=row.pk if row else uuid7(), feed=feed, kind=closing.kind, name=name,
                is_closed=closing.is_closed, at=at,
            )
        )  # fmt: skip
    bulk.put(SourceClosing, told, key=["feed_id", "kind", "name"], columns=COLUMNS)
    return told


def _named(kind: str, names: list[str]) -> Q:
    if kind == ItemKind.DOCUMENT:
        return Q(encounter_number__in=names)
    keyed = Q(key__in=names) | Q(filler__in=names) | Q(placer__in=names)
    for name in names:
        keyed |= Q(key__startswith=f"{name}|")
    return keyed


def _names(item: ChartItem) -> set[str]:
    """By what the EHR may have named it."""
    if item.kind == ItemKind.DOCUMENT:
        return {item.encounter_number} - {""}
    return {item.key, item.key.partition("|")[0], item.filler, item.placer} - {""}


def _is_over(item: ChartItem, rows: Iterable[SourceClosing]) -> bool:
    """Whether it was closed there after it was issued."""
    names = _names(item)
    at = max((row.at for row in rows if row.name in names), default=None)
    if at is None:
        return False
    since = _came_at(item) if item.status in REVISED else item.issued_at
    return since is None or at >= since


def _came_at(item: ChartItem) -> datetime | None:
    versions = ItemVersion.objects.filter(item=item).order_by("-number")
    return versions.values_list("received_at", flat=True).first()
