"""By when one task is due, why by then, and what its clocks did: for the page of the task."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dashboards.queries import ladders
from dashboards.queries.desk import Desk
from dashboards.queries.escalation_offers import actions
from dashboards.queries.escalations import calls_of
from dashboards.rows import Fact, Timing
from escalation import policies
from escalation.models import Clock
from escalation.policies import NoPolicy
from routing.models import Task

HERE = ("call", "extend", "override")
"""Of the actions on late work, those that the page of a task has no other control for."""


def timing(task: Task, desk: Desk) -> Timing:
    """Its running clocks with their ladders, those that ended, and the target that won."""
    seen = ladders.sight(desk, [task], ended=True)
    held = seen.clocks.get(task.pk, ())
    running = [clock for clock in held if clock.ended_at is None]
    ended = [clock for clock in held if clock.ended_at is not None]
    offered = [one for one in actions(task, desk, held) if one.code in HERE]
    return Timing(
        clocks=tuple(ladders.ladder_of(seen, task, clock) for clock in running),
        ended=tuple(ladders.ladder_of(seen, task, clock) for clock in reversed(ended)),
        calls=tuple(calls_of(desk, [task])[task.pk]),
        target=_target(task, held, desk),
        actions=tuple(offered) if task.is_open else (),
        undated=_undated(task, held),
    )


def _target(task: Task, held: Sequence[Clock], desk: Desk) -> tuple[Fact, ...]:
    """Which target won over which others, and why: none is overridden in silence."""
    if not held:
        return ()
    try:
        book = policies.load(now=desk.now)
    except NoPolicy:
        return ()
    version = book.policies.get(held[-1].policy_id)
    matching = book.matching(task, held[-1].policy_id)
    if version is None or not matching:
        return ()
    won = policies.why_wins(matching)
    facts = [
        Fact(_("Target"), won.winner),
        Fact(_("Policy"), _("Version %(version)s") % {"version": version.version}),
    ]
    if won.beaten:
        facts += [
            Fact(_("Why this one"), won.because),
            Fact(_("It won over"), "; ".join(won.beaten)),
        ]
    return tuple(facts)


def _undated(task: Task, held: Sequence[Clock]) -> str:
    if held or not task.is_open:
        return ""
    return _("No clock runs on it: no published policy names a time for such work.")
