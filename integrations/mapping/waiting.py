"""Which open tasks wait for a map: those of items that hold its value unmapped."""

from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from django.db import connection
from django.db.models import Q

from charts.models import ChartItem
from charts.values import Code
from integrations import dictionary
from integrations.dictionary import PEOPLE, Dictionary
from integrations.loinc import is_loinc
from integrations.mapping.proposals import Proposal
from integrations.models import Feed, Unmapped
from routing.models import Task
from tenants import scope

Kind = Unmapped.Kind


def items(proposal: Proposal) -> list[ChartItem]:
    """The items with an open task that hold the value, locked."""
    found = ChartItem.objects.filter(pk__in=Task.objects.open().values("item_id"))
    if proposal.feed_id is not None:
        found = found.filter(source=Feed.objects.get(pk=proposal.feed_id).slug)
    ids = found.filter(_holds(proposal)).values_list("pk", flat=True)
    return list(ChartItem.objects.lock(list(ids)))


def _holds(proposal: Proposal) -> Q:
    value = proposal.value
    if proposal.kind == Kind.LOCATION:
        return Q(location_code=value[:80])
    if proposal.kind == Kind.PROVIDER:
        named = Q()
        for role in PEOPLE:
            named |= Q(**{f"people__{role}__id": value})
        return named
    return Q(code=value[:80]) | Q(observations__contains=[{"code": value}])


def recoded(found: Iterable[ChartItem]) -> list[ChartItem]:
    """Those of the items whose stored words the maps of today change, changed."""
    book = dictionary.load()
    feeds = dict(Feed.objects.values_list("slug", "pk"))
    return [item for item in found if item.source in feeds and _recode(item, book, feeds)]


def _recode(item: ChartItem, book: Dictionary, feeds: dict[str, UUID]) -> bool:
    feed = feeds[item.source]
    was = (item.alternate_code, item.observations, item.location_code, item.people)
    found = _loinc(book, feed, item.code, item.code_system)
    if found and not is_loinc(item.alternate_code):
        item.alternate_code = found.code[:80]
    item.observations = [_observation(book, feed, row) for row in item.observations]
    place = book.places.get((feed, item.location_code))
    if place is None and item.location_code not in book.sites:
        place = book.places.get((None, item.location_code))
    item.location_code = (place or item.location_code)[:80]
    item.people = {
        role: _person(book, item.source, person) if role in PEOPLE else person
        for role, person in item.people.items()
    }
    return was != (item.alternate_code, item.observations, item.location_code, item.people)


def _loinc(book: Dictionary, feed: UUID, code: str, system: str) -> Code | None:
    if system != "local":
        return None
    return book.codes.get((feed, code)) or book.codes.get((None, code))


def _observation(book: Dictionary, feed: UUID, row: dict[str, object]) -> dict[str, object]:
    alternate = row.get("alternate")
    if isinstance(alternate, dict) and alternate.get("system") != "local":
        return row
    found = _loinc(book, feed, str(row["code"]), str(row["system"]))
    return {**row, "alternate": asdict(found)} if found else row


def _person(book: Dictionary, slug: str, person: dict[str, str]) -> dict[str, str]:
    known = (person.get("id", ""), slug) in book.providers
    return {**person, "assigner": slug} if known and not person.get("assigner") else person


COUNTS = {
    Kind.LOCATION: """
SELECT i.source, i.location_code, count(*) FROM charts_chartitem i
JOIN routing_task t ON t.practice_id = i.practice_id AND t.item_id = i.id AND t.ended_at IS NULL
WHERE i.practice_id = %s AND i.location_code = ANY(%s) GROUP BY 1, 2
""",
    Kind.PROVIDER: """
SELECT i.source, p.id, count(DISTINCT i.id) FROM charts_chartitem i
JOIN routing_task t ON t.practice_id = i.practice_id AND t.item_id = i.id AND t.ended_at IS NULL
CROSS JOIN LATERAL (SELECT v ->> 'id' AS id FROM jsonb_each(i.people) AS e (k, v)
                    WHERE k IN ('orderer', 'signer', 'author')) p
WHERE i.practice_id = %s AND p.id = ANY(%s) GROUP BY 1, 2
""",
    Kind.CODE: """
SELECT i.source, c.code, count(DISTINCT i.id) FROM charts_chartitem i
JOIN routing_task t ON t.practice_id = i.practice_id AND t.item_id = i.id AND t.ended_at IS NULL
CROSS JOIN LATERAL (SELECT i.code AS code UNION SELECT o ->> 'code'
                    FROM jsonb_array_elements(i.observations) o) c
WHERE i.practice_id = %s AND c.code = ANY(%s) GROUP BY 1, 2
""",
}


def counts(kind: str, values: list[str]) -> dict[tuple[str, str], int]:
    """How many open tasks wait, by the feed's slug and the value, in one statement."""
    if kind not in COUNTS or not values:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS[Kind(kind)], [scope.current(), values])
        return {(source, value): count for source, value, count in cursor.fetchall()}
