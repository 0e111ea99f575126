"""What a list says of itself: the sentence above it, and why it is empty."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Operation, may
from dashboards import words
from dashboards.lists import VIEWS, WorkList
from dashboards.queries import sources
from dashboards.queries.desk import Desk
from dashboards.rows import Empty
from routing.models import Queue

OWN_FILTER = {"critical": "critical and stat", "hold": "on hold", "done": "done today"}
"""Tabs of My queue that are filters themselves."""

QUIET = {
    "critical": ("Nothing critical", "No critical or stat task is yours or waits in your queues."),
    "hold": ("Nothing is on hold", "A task on hold comes back on its recheck day."),
    "done": ("Nothing closed yet today", "What you close stays here until midnight."),
    "open": ("No unclaimed work", "New work shows here as it arrives."),
    "now": ("Nobody is on a task now", "Whoever claims a task stands here for ten minutes."),
    "owned": ("Nobody owns open work", "Work that is assigned or acknowledged shows here."),
}


def sentence(at: WorkList, count: str, filters: Sequence[str], queues: Sequence[Queue]) -> str:
    """What is shown, in which order, narrowed by what."""
    if at.screen == "team":
        shown = f"{VIEWS['team'][at.view]}. Most dangerous first, then oldest."
        return f"{shown} Filter: {_list(filters)}."
    if at.view == "done" and not filters:
        return f"{_tasks(count)} closed since midnight, newest first."
    whose = ", yours and unclaimed in your queues" if queues and at.view in OWN else ""
    own = [OWN_FILTER[at.view]] if at.view in OWN_FILTER else []
    return f"{_tasks(count)}{whose}. {_order(at.view)} Filter: {_list([*own, *filters])}."


OWN = {"mine", "due", "critical"}
"""Tabs that hold what is mine and what is free in my queues."""


def _order(view: str) -> str:
    if view == "due":
        return "Overdue first, then due soonest; undated last."
    return "Newest first." if view == "done" else "Most dangerous first, then oldest."


def _list(filters: Sequence[str]) -> str:
    return ", ".join(one.lower() for one in filters) or "none"


def _tasks(count: str) -> str:
    return f"{count} {'task' if count == '1' else 'tasks'}" if count else "Tasks"


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
    closed = f"Last task closed {last[0].at.astimezone(desk.zone):%H:%M}. " if last else ""
    if not may(desk.member.roles, Operation.SEE_TEAM):
        return Empty("Nothing is yours", f"{closed}Nobody's work waits in your queues.")
    every = list(Queue.objects.all())
    (free,) = sources.counts([sources.team(desk, every, "open", ())])
    text = f"{closed}{words.count(free, sources.CAP)} unclaimed in Team queue."
    return Empty("Nothing is yours", text, "See Team queue", reverse("dashboards:team"))
