"""What a member may do to a task now, in a fixed order, and why not where they may not."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.permissions import Operation, may
from charts.values import Severity
from dashboards.queries.desk import Desk
from dashboards.queries.listing import friction, lease_of
from dashboards.rows import Action, Choice
from routing.categories import Category
from routing.models import RESULT_OUTCOMES, Outcome, Task, outcome_names
from routing.operations import PARTIAL, is_partial
from routing.states import TRANSITIONS, Move, TaskStatus

NOT_ALL_WELL = RESULT_OUTCOMES[2:]
"""What may be said of an abnormal or critical result; the keys stay where they were."""


def outcomes(task: Task) -> tuple[Choice, ...]:
    """The outcomes that fit, each under its own digit."""
    names = outcome_names()
    grave = task.severity in {Severity.ABNORMAL, Severity.CRITICAL}
    return tuple(
        Choice(value=outcome.value, label=names[outcome], key=str(digit))
        for digit, outcome in enumerate(RESULT_OUTCOMES, start=1)
        if not grave or outcome in NOT_ALL_WELL
    )


def plain_outcome(task: Task) -> str:
    """What one key says of a task that needs no more."""
    if task.category == Category.RESULT_REVIEW:
        return Outcome.NORMAL_QUIET.value
    return Outcome.DONE.value


def main_actions(task: Task, desk: Desk) -> tuple[Action, ...]:
    """The four that stand in the bar, always in the same places."""
    if not task.is_open:
        return (_reopen(task, desk),)
    lease = lease_of(task, desk)
    leased = (
        f"{lease.who} is doing this now, {lease.until.exact}." if lease and not lease.mine else ""
    )
    lease_move = "release" if lease and lease.mine else "claim"
    ran_out = lease is None and task.claimed_by_id not in (None, desk.member.pk)
    wait_move = "resume" if task.status == TaskStatus.ON_HOLD else "hold"
    return (
        _done(task, desk, leased),
        _action(
            task,
            lease_move,
            key="c",
            label="take-over" if ran_out else lease_move,
            why_not=leased or _not_now(task, lease_move) or _work(desk),
        ),
        _action(task, "assign", key="a", asks=True, why_not=leased or _assign(desk)),
        _action(
            task, wait_move, key="h", asks=wait_move == "hold", why_not=leased or _close(task, desk)
        ),
    )


def more_actions(task: Task, desk: Desk) -> tuple[Action, ...]:
    """Those in the menu."""
    words = (
        _action(task, "note", key="i", asks=True, why_not=_work(desk)),
        *((_action(task, "informed", asks=True, why_not=_work(desk)),) if task.patient_id else ()),
    )
    if not task.is_open:
        return words
    lease = lease_of(task, desk)
    theirs = lease is not None and not lease.mine
    leased = f"{lease.who} is doing this now." if lease and theirs else ""
    take_over = (_action(task, "take-over", why_not=_work(desk)),) if theirs else ()
    close = _close(task, desk)
    return (
        *take_over,
        _action(task, "acknowledge", key="y", why_not=leased or _seen(task) or _work(desk)),
        *words,
        _action(task, "copy", key="f", asks=True, why_not=_work(desk)),
        _action(task, "cancel", asks=True, why_not=leased or close),
    )


LABELS = {
    "complete": "Done",
    "claim": "Claim",
    "release": "Release",
    "take-over": "Take over",
    "acknowledge": "Acknowledge",
    "assign": "Assign",
    "hold": "Hold",
    "resume": "Resume",
    "copy": "Copy to",
    "cancel": "Cancel task",
    "reopen": "Open again",
    "await-final": gettext_noop("Close when final arrives"),
    "note": gettext_noop("Note for colleagues"),
    "informed": gettext_noop("Patient informed"),
}


def _action(
    task: Task, code: str, *, label: str = "", key: str = "", asks: bool = False, why_not: str = ""
) -> Action:
    return Action(
        code=code,
        label=_(LABELS[label or code]),
        key=key,
        url=reverse("dashboards:move", args=[task.pk, code]),
        asks=asks,
        why_not=why_not,
    )


def _done(task: Task, desk: Desk, leased: str) -> Action:
    if is_partial(task):
        return _await_final(task, desk, leased)
    refused = leased or _close(task, desk)
    return Action(
        code="complete",
        label=_(LABELS["complete"]),
        key="e",
        url=reverse("dashboards:move", args=[task.pk, "complete"]),
        asks=friction(task.category, task.severity) != "key",
        ends=True,
        main=True,
        why_not=refused,
    )


def _await_final(task: Task, desk: Desk, leased: str) -> Action:
    """A partial result is acknowledged; it is closed when the final one has come."""
    seen = str(PARTIAL) if task.status != TaskStatus.READY else ""
    return replace(
        _action(task, "await-final", key="e", why_not=leased or _close(task, desk) or seen),
        main=True,
    )


def _reopen(task: Task, desk: Desk) -> Action:
    return _action(task, "reopen", asks=True, why_not=_close(task, desk))


def _work(desk: Desk) -> str:
    return may(desk.member.roles, Operation.WORK_TASKS).reason


def _close(task: Task, desk: Desk) -> str:
    return desk.authority.may_close_task(desk.member.roles, task).reason


def _assign(desk: Desk) -> str:
    return may(desk.member.roles, Operation.ASSIGN).reason


def _not_now(task: Task, code: str) -> str:
    starts, _ = TRANSITIONS[Move(code)]
    return "" if task.status in starts else "It is on hold: resume it first."


def _seen(task: Task) -> str:
    if task.status == TaskStatus.ON_HOLD:
        return "It is on hold: resume it first."
    owner = task.owner.name if task.owner else "somebody"
    return f"{owner} acknowledged it." if task.status == TaskStatus.IN_PROGRESS else ""
