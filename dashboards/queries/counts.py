"""The figures beside the places of the rail, in one statement whatever the backlog."""

from collections.abc import Collection, Mapping

from accounts.permissions import Operation, may
from dashboards import words
from dashboards.places import Place
from dashboards.queries import sources
from dashboards.queries.desk import Desk
from dashboards.queries.sources import Part
from routing.states import TaskStatus
from tenants import scope

UNOWNED = "ended_at IS NULL AND owner_id IS NULL"
OF_MINE = (
    "queue_id = ANY(ARRAY(SELECT id FROM routing_queue AS q WHERE q.practice_id = %s"
    " AND q.role = ANY(%s) AND coalesce(q.location_id = %s, true)))"
)
"""Queues of my roles; of no location, or of mine where I have one. Asked once, not for each row."""


NOTHING_COUNTED: Mapping[str, str] = {}


def of(
    desk: Desk, open_places: Collection[Place], known: Mapping[str, str] = NOTHING_COUNTED
) -> dict[str, str]:
    """What waits for me, and what nobody has; of the places that the member may open, and asked
    only where nobody knows it."""
    member = desk.member
    if not may(member.roles, Operation.WORK_TASKS):
        return {}
    owned = sources.owned_by(member).also("status <> %s", TaskStatus.ON_HOLD.value)
    unowned = Part(UNOWNED, ())
    pooled = unowned.also(OF_MINE, scope.current(), member.roles, member.location_id)
    idle = unowned.also("(claimed_until IS NULL OR claimed_until <= %s)", desk.now)
    lists = {
        "queue": [owned, pooled.also(sources.FREE, desk.now, member.pk)],
        "team": [idle],
    }
    names = [one.name for one in open_places if one.name in lists]
    shown = {name: lists[name] for name in names if name not in known}
    visible = [[sources.visible(desk, part) for part in parts] for parts in shown.values()]
    counted = sources.counts(visible) if visible else []
    asked = zip(shown, (words.count(one, sources.CAP) for one in counted), strict=True)
    return {name: said for name, said in (*known.items(), *asked) if said != "0"}
