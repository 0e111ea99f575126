"""Queues, rules, tasks."""

from routing.models.delegation import Delegation
from routing.models.queue import CodeList, ListedCode, Queue
from routing.models.rule import PRECEDENCE, Assignee, Rule, RuleScope, RuleSet
from routing.models.task import (
    NOT_CHOSEN,
    Outcome,
    RoutingDecision,
    Task,
    TaskCopy,
    TaskTransition,
)

__all__ = [
    "NOT_CHOSEN", "PRECEDENCE", "Assignee", "CodeList", "Delegation", "ListedCode", "Outcome",
    "Queue", "RoutingDecision", "Rule", "RuleScope", "RuleSet", "Task", "TaskCopy",
    "TaskTransition",
]  # fmt: skip
