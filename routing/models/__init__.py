"""Queues, rules, tasks."""

from routing.models.backlog import BacklogChange, BacklogCount, CellKind, Stage
from routing.models.checklist import (
    ChartAnswer,
    Checklist,
    ChecklistLine,
    Reopening,
    VisitChart,
    VisitLine,
)
from routing.models.communication import OFFERED_CHANNELS, TELLS, Channel, Communication
from routing.models.decision import RoutingDecision
from routing.models.delegation import Delegation
from routing.models.note import LONGEST, NoteRead, TaskNote
from routing.models.outcome_name import RESULT_OUTCOMES, OutcomeName, outcome_names
from routing.models.queue import CodeList, ListedCode, Queue
from routing.models.rule import PRECEDENCE, Assignee, Rule, RuleScope, RuleSet
from routing.models.task import NOT_CHOSEN, Outcome, Task, TaskCopy, TaskTransition
from routing.models.view import SavedView

__all__ = [
    "LONGEST", "NOT_CHOSEN", "OFFERED_CHANNELS", "PRECEDENCE", "RESULT_OUTCOMES", "TELLS",
    "Assignee", "BacklogChange", "BacklogCount", "CellKind", "Channel", "ChartAnswer",
    "Checklist", "ChecklistLine", "CodeList", "Communication", "Delegation", "ListedCode",
    "NoteRead", "Outcome", "OutcomeName", "Queue", "Reopening", "RoutingDecision", "Rule",
    "RuleScope", "RuleSet", "SavedView", "Stage", "Task", "TaskCopy", "TaskNote",
    "TaskTransition", "VisitChart", "VisitLine", "outcome_names",
]  # fmt: skip
