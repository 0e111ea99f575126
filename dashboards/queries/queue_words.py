"""What a list says of itself: the sentence above it, and why it is empty."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import Operation, may
from dashboards import words
from dashboards.lists import VIEWS, WorkList
from dashboards.queries import sources
from dashboards.queries.desk import Desk
from dashboards.rows import Empty
from dashboards.words import later
from routing.models import Queue

OWN_FILTER = {
    "critical": later("critical and stat"),
    "hold": later("on hold"),
    "done": later("done today"),
}
"""Tabs of My queue that are filters themselves."""

QUIET = {
    "critical": (
        later("Nothing critical"),
        later("No critical or stat task is yours or waits in your queues."),
    ),
    "hold": (later("Nothing is on hold"), later("A task on hold comes back on its recheck day.")),
    "done": (later("Nothing closed yet today"), later("What you close stays here until midnight.")),
    "open": (later("No unclaimed work"), later("New work shows here as it arrives.")),
    "now": (
        later("Nobody is on a task now"),
        later("Whoever claims a task stands here for ten minutes."),
    ),
    "owned": (
        later("Nobody owns open work"),
        later("Work that is assigned or acknowledged shows here."),
    ),
}


def sentence(at: WorkList, count: str, filters: Sequence[str], queues: Sequence[Queue]) -> str:
    """What is shown, in which order, narrowed by what."""
    if at.screen == "team":
        said = _("%(shown)s. Most dangerous first, then oldest. Filter: %(filters)s.")
        return said % {"shown": VIEWS["team"][at.view], "filters": _list(filters)}
    if at.view == "done" and not filters:
        return _("%(tasks)s closed since midnight, newest first.") % {"tasks": _tasks(count)}
    whose = _(", yours and unclaimed in your queues") if queues and at.view in OWN else ""
    own = [OWN_FILTER[at.view]] if at.view in OWN_FILTER else []
    return _("%(tasks)s%(whose)s. %(order)s Filter: %(filters)s.") % {
        "tasks": _tasks(count),
        "whose": whose,
        "order": _order(at.view),
        "filters": _list([*own, *filters]),
    }


OWN = {"mine", "due", "critical"}
"""Tabs that hold what is mine and what is free in my queues."""


def _order(view: str) -> str:
    if view == "due":
        return _("Overdue first, then due soonest; undated last.")
    return _("Newest first.") if view == "done" else _("Most dangerous first, then oldest.")


def _list(filters: Sequence[str]) -> str:
    return ", ".join(one.lower() for one in filters) or _("none")


def _tasks(count: str) -> str:
    """`48 tasks`; `1,000+ tasks` where counting stopped."""
    if not count:
        return _("Tasks")
    return ngettext("%(count)s task", "%(count)s tasks", 1 if count == "1" else 2) % {
        "count": count
    }


def empty(at: WorkList, desk: Desk) -> Empty:
    """Why nothing is here, and what comes next."""
    if not desk.sees_patients:
        return Empty(
            _("Nothing for your role"),
            _("Work about patients is not shown to %s.") % desk.member.role.label,
        )
    if at.filters:
        text = _("No task of this tab meets the filter. The tab without it may hold some.")
        return Empty(_("The filter hides everything"), text, _("Clear filter"), at.whole.url())
    if at.view in QUIET:
        return Empty(*QUIET[at.view])
    return _all_done(desk)


def _all_done(desk: Desk) -> Empty:
    """`Last task closed 13:52. 12 unclaimed in Team queue.`"""
    last = sources.newest_closed([sources.closed_by_me(desk, since=desk.midnight)], size=1)
    closed = (
        _("Last task closed %(time)s. ") % {"time": f"{last[0].at.astimezone(desk.zone):%H:%M}"}
        if last
        else ""
    )
    if not may(desk.member.roles, Operation.SEE_TEAM):
        return Empty(
            _("Nothing is yours"),
            _("%(closed)sNobody's work waits in your queues.") % {"closed": closed},
        )
    every = list(Queue.objects.all())
    (free,) = sources.counts([sources.team(desk, every, "open", ())])
    text = _("%(closed)s%(count)s unclaimed in Team queue.") % {
        "closed": closed,
        "count": words.count(free, sources.CAP),
    }
    return Empty(_("Nothing is yours"), text, _("See Team queue"), reverse("dashboards:team"))
