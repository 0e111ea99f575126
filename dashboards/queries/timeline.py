"""All that happened to a task, newest first: moves, rungs, calls, notes, word to the patient, newer
reports."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Operation, may
from charts.models import ItemVersion
from charts.values import ItemStatus
from dashboards import changes, rungs, words
from dashboards.queries import ladders
from dashboards.queries.desk import Desk, zone_of
from dashboards.queries.informed import told_words
from dashboards.queries.values import STATUS_WORDS
from dashboards.rows import HistoryLine
from dashboards.words import later
from escalation.models import Call, StepFired
from routing.models import (
    Communication,
    Outcome,
    RoutingDecision,
    Task,
    TaskNote,
    TaskTransition,
    outcome_names,
)
from routing.said import spoken
from routing.states import Move

VERBS = {
    Move.CREATE: later("Sent"),
    Move.CLAIM: later("Claimed"),
    Move.RELEASE: later("Released"),
    Move.ACKNOWLEDGE: later("Acknowledged"),
    Move.HOLD: later("Put on hold"),
    Move.RESUME: later("Taken up again"),
    Move.ASSIGN: later("Assigned"),
    Move.COPY: later("Copied"),
    Move.UPDATE: later("Changed at the source"),
    Move.REROUTE: later("Moved by the rules"),
    Move.COMPLETE: later("Done"),
    Move.FORCE_CLOSE: later("Closed by override"),
    Move.CANCEL: later("Cancelled"),
    Move.REOPEN: later("Opened again"),
}
CLOCK = "escalation.engine"
MACHINES = {"integrations.intake": later("the router"), CLOCK: later("the clock")}
SENT = frozenset({Move.CREATE, Move.REROUTE, Move.ASSIGN})
BY_RULE = frozenset({Move.CREATE, Move.REROUTE, Move.UPDATE, Move.REOPEN})
"""Moves that a rule may have made; it is their cause."""


@dataclass(frozen=True, slots=True)
class Look:
    """Whose timeline, and who reads it."""

    task: Task
    desk: Desk

    def line(self, at: datetime, what: str, *, member: UUID | None, name: str, **more: Any) -> Any:
        """When it happened, for the order, and how it reads."""
        zone = zone_of(self.task.location, self.desk.member)
        who = _("you") if member == self.desk.member.pk else MACHINES.get(name, name)
        when = words.moment(at, zone=zone, now=self.desk.now)
        return at, HistoryLine(when=when, what=what, who=who, **more)


Lines = Iterator[tuple[datetime, HistoryLine]]


def timeline(task: Task, desk: Desk) -> tuple[HistoryLine, ...]:
    """Everything, newest first; what happened at one instant, the latest written down first."""
    look = Look(task, desk)
    told = [line for source in SOURCES for line in source(look)]
    told.sort(key=lambda one: one[0])
    return tuple(line for _at, line in reversed(told))


def _moves(look: Look) -> Lines:
    rules = {one.at: one for one in _decisions(look.task)}
    names = outcome_names()
    moves = TaskTransition.objects.filter(task=look.task).select_related("queue", "owner")
    for move in moves.order_by("version"):
        rule = rules.get(move.at) if move.move in BY_RULE else None
        yield look.line(
            move.at, _what(move), member=move.member_id, name=move.actor_name,
            detail=_cause(rule) if rule else _detail(move, names),
            url=_message(look.desk, rule.message_id) if rule else "",
        )  # fmt: skip


def _decisions(task: Task) -> Any:
    return RoutingDecision.objects.filter(task=task).select_related("rule", "rule_set")


def _cause(decision: RoutingDecision) -> str:
    named = {"name": spoken(decision.rule.name), "version": decision.rule_set.version}
    return _("%(name)s (rules, version %(version)s)") % named


def _message(desk: Desk, message_id: UUID | None) -> str:
    """The way to the message, for those who may open it."""
    if message_id is None or not may(desk.member.roles, Operation.SEE_MESSAGES):
        return ""
    return reverse("dashboards:message", args=[message_id])


def _what(move: TaskTransition) -> str:
    verb = VERBS[Move(move.move)]
    if move.move in SENT:
        whom = move.owner.name if move.owner else move.queue.name
        return _("%(did)s to %(whom)s") % {"did": verb, "whom": whom}
    return verb


def _detail(move: TaskTransition, names: dict[str, str]) -> str:
    if move.move == Move.COMPLETE and move.reason in Outcome.values:
        return names[move.reason]
    reason = spoken(move.reason)
    return {"undo": _("Undo")}.get(move.reason, reason[:1].upper() + reason[1:])


KINDS = {
    TaskNote.Kind.COMMENT: later("Note"),
    TaskNote.Kind.HAND_OFF: later("Hand-off note"),
}


def _notes(look: Look) -> Lines:
    for note in TaskNote.objects.filter(task=look.task).select_related("to"):
        what = str(KINDS[TaskNote.Kind(note.kind)])
        if note.to:
            what = _("Hand-off note for %(name)s") % {"name": note.to.name}
        yield look.line(note.at, what, member=note.author_id, name=note.by_name, text=note.text)


def _told(look: Look) -> Lines:
    for one in Communication.objects.filter(task=look.task):
        detail = ""
        if one.withdrawn_at:
            detail = _("Taken back by %(name)s") % {"name": one.withdrawn_by_name}
        what = _("Patient: %(how)s") % {"how": told_words(one)}
        yield look.line(one.at, what, member=one.member_id, name=one.by_name, detail=detail)


def _reports(look: Look) -> Lines:
    """Every report of the item after its first, with what it changed folded away."""
    reports = list(ItemVersion.objects.filter(item=look.task.item_id).order_by("number"))
    changed = changes.between(one.observations for one in reports)
    for report, said in list(zip(reports, changed, strict=True))[1:]:
        status = STATUS_WORDS.get(ItemStatus(report.status), "")
        late = "" if report.is_current else _("It came late and changed nothing.")
        what = _("Report %(n)d: %(status)s") % {"n": report.number, "status": status}
        yield look.line(
            report.received_at, what, member=None, name=_("the source"), detail=late,
            changes=() if late else said, url=_message(look.desk, report.message_id),
        )  # fmt: skip


def _rungs(look: Look) -> Lines:
    """Whom the clock told, and where it found nobody to tell."""
    fired = StepFired.objects.filter(clock__task=look.task).exclude(result=StepFired.Result.PASSED)
    for one in fired.select_related("step__member", "member").order_by("at", "round"):
        what = rungs.what(one.step.action, one.step.receiver, name=ladders.named(one.step))
        detail = one.member.name if one.member else ""
        if one.result == StepFired.Result.SKIPPED:
            detail = _("Nobody: %(why)s") % {"why": spoken(one.reason)}
        yield look.line(one.at, what, member=None, name=CLOCK, detail=detail)


def _calls(look: Look) -> Lines:
    """Calls that people wrote down."""
    for one in Call.objects.filter(task=look.task).select_related("caller"):
        what = _("Called %(whom)s") % {"whom": one.whom}
        detail = one.get_outcome_display()
        yield look.line(
            one.at, what, member=one.caller_id, name=one.caller.name, detail=detail, text=one.note
        )


SOURCES: tuple[Callable[[Look], Lines], ...] = (_reports, _moves, _rungs, _calls, _told, _notes)
