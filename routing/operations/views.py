"""Views of the work lists: kept by name, shared, given up."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from routing.filters import Filters
from routing.models import SavedView

MOST = 30


class TooManyViews(Exception):
    """A member keeps at most thirty views."""


@transaction.atomic
def keep_view(
    *, member: Membership, name: str, screen: SavedView.Screen, view: str, filters: Filters,
    shared: bool, actor: Actor, now: datetime,
) -> SavedView:  # fmt: skip
    """Keep a tab and its filters under a name; the same name again takes the place of the first.

    Raises:
        TooManyViews: thirty are kept already.
    """
    mine = SavedView.objects.filter(member=member)
    if mine.exclude(name=name).count() >= MOST:
        raise TooManyViews(_("You keep thirty views. Delete one first."))
    kept, _is_new = SavedView.objects.update_or_create(
        member=member, name=name,
        defaults={"screen": screen, "view": view, "filters": filters.given(), "is_shared": shared,
                  "created_at": now},
    )  # fmt: skip
    log.record("view.saved", entity=kept, detail={"shared": shared}, actor=actor, now=now)
    return kept


@transaction.atomic
def drop_view(*, view_id: UUID, member: Membership, actor: Actor, now: datetime) -> bool:
    """Delete a view of one's own; false where there is none."""
    kept = SavedView.objects.filter(pk=view_id, member=member).first()
    if kept is None:
        return False
    log.record("view.dropped", entity=kept, actor=actor, now=now)
    kept.delete()
    return True
