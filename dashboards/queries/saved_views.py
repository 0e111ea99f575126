"""The views of the work lists that a member kept, and those that colleagues share."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Operation, may
from dashboards.lists import VIEWS, WorkList
from dashboards.queries.desk import Desk
from dashboards.rows import KeptView
from routing.models import SavedView

OPENS = {SavedView.Screen.QUEUE: Operation.WORK_TASKS, SavedView.Screen.TEAM: Operation.SEE_TEAM}


def saved(desk: Desk, at: WorkList) -> tuple[KeptView, ...]:
    """Mine first, then the team's, each by name; those of screens that I may open."""
    me = desk.member
    screens = [screen for screen, needs in OPENS.items() if may(me.roles, needs)]
    kept = SavedView.objects.filter(Q(member=me) | Q(is_shared=True), screen__in=screens)
    rows = [_row(view, desk, at) for view in kept.select_related("member")]
    return tuple(sorted(rows, key=lambda row: (bool(row.by), row.name.casefold())))


def _row(kept: SavedView, desk: Desk, at: WorkList) -> KeptView:
    is_mine = kept.member_id == desk.member.pk
    leads_to = WorkList.read(kept.screen, {"view": kept.view, **kept.filters})
    where = [kept.get_screen_display(), str(VIEWS[leads_to.screen][leads_to.view])]
    if kept.is_shared:
        where.append(_("shared") if is_mine else _("by %s") % kept.member.name)
    return KeptView(
        name=kept.name,
        url=leads_to.url(),
        words=", ".join(where),
        by="" if is_mine else kept.member.name,
        drop_url=reverse("dashboards:drop_view", args=[kept.pk]) if is_mine else "",
        here=leads_to == at,
    )
