"""Searches of the message desk: kept by name, shared, given up."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from integrations.models import SavedSearch

KEPT = ("view", "feed", "type", "cause", "period")
"""What may be kept; the words of a search never are."""
MOST = 30


class TooManySearches(Exception):
    """A member keeps at most thirty searches: give one up first."""


@transaction.atomic
def save_search(
    *, member: Membership, name: str, filters: Mapping[str, str], shared: bool,
    actor: Actor, now: datetime,
) -> SavedSearch:  # fmt: skip
    """Keep the filters under a name; the same name again takes the place of the first.

    Raises:
        TooManySearches: thirty are kept already.
    """
    mine = SavedSearch.objects.filter(member=member)
    if mine.exclude(name=name).count() >= MOST:
        raise TooManySearches("You keep thirty searches. Give one up first.")
    kept = {key: filters[key] for key in KEPT if filters.get(key)}
    search, _ = SavedSearch.objects.update_or_create(
        member=member,
        name=name,
        defaults={"filters": kept, "is_shared": shared, "created_at": now},
    )
    log.record("search.saved", entity=search, detail={"shared": shared}, actor=actor, now=now)
    return search


@transaction.atomic
def drop_search(*, search_id: UUID, member: Membership, actor: Actor, now: datetime) -> bool:
    """Give up a search of one's own; false where there is none."""
    search = SavedSearch.objects.filter(pk=search_id, member=member).first()
    if search is None:
        return False
    log.record("search.dropped", entity=search, actor=actor, now=now)
    search.delete()
    return True
