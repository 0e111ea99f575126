"""Validate a rule set and publish it: from then on it never changes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import transaction

from accounts.roles import CLINICIANS, Role
from audit import log
from audit.actors import Actor
from charts.values import ItemKind, Severity
from routing import conditions
from routing.categories import Category
from routing.conditions import BadCondition, holds, may_hold
from routing.facts import TYPES
from routing.models import Queue, Rule, RuleSet


class CannotPublish(ValueError):
    """The rule set would lose or misplace work; the text says which rule and why."""


@transaction.atomic
def publish(
    *,
    rule_set_id: UUID,
    clinical_approver: str,
    effective_at: datetime,
    actor: Actor,
    now: datetime,
) -> RuleSet:
    """Make a draft final, from a moment on.

    Raises:
        CannotPublish: no fallback, an unreadable condition, a role without a queue, no approver,
            or a critical result that could reach somebody who is not a clinician.
    """
    rule_set = RuleSet.objects.lock([rule_set_id]).get()
    rules = list(Rule.objects.filter(rule_set=rule_set).order_by("position"))
    if rule_set.status == RuleSet.Status.PUBLISHED:
        raise CannotPublish("This version is published. Make a new one.")
    if not clinical_approver.strip():
        raise CannotPublish("Name the clinician who approved these rules.")
    validate(rules)
    rule_set.status = RuleSet.Status.PUBLISHED
    rule_set.clinical_approver = clinical_approver
    rule_set.effective_at, rule_set.published_at = effective_at, now
    rule_set.save(update_fields=["status", "clinical_approver", "effective_at", "published_at"])
    log.record("rules.published", entity=rule_set, detail={"version": rule_set.version},
               actor=actor, now=now)  # fmt: skip
    return rule_set


def validate(rules: Sequence[Rule]) -> None:
    """Refuse rules under which a task could be lost or a critical result misplaced.

    Raises:
        CannotPublish: with the rule's name and what to change.
    """
    if not rules or not rules[-1].is_fallback or rules[-1].conditions != {"all": []}:
        raise CannotPublish(
            "The last rule must be the fallback: no conditions, so that no task is an orphan."
        )
    staffed = set(Queue.objects.values_list("role", flat=True))
    for rule in rules:
        try:
            conditions.check(rule.conditions, TYPES)
        except BadCondition as error:
            raise CannotPublish(f"Rule “{rule.name}”: {error}") from error
        if rule.role not in staffed:
            raise CannotPublish(
                f"Rule “{rule.name}” sends work to a role that has no queue: {rule.role}."
            )
    for _, group in groupby(sorted(rules, key=_reach), key=_reach):
        _refuse_misplaced_criticals(group)


def _reach(rule: Rule) -> tuple[str, str]:
    return (rule.scope, rule.scope_value)


CRITICAL = {
    "category": Category.RESULT_REVIEW.value,
    "kind": ItemKind.RESULT.value,
    "severity": Severity.CRITICAL.value,
}
"""What is known of every critical result; everything else may be as it likes."""


def _refuse_misplaced_criticals(rules: Iterable[Rule]) -> None:
    """Rules of one reach, in order: none may take a critical result to who cannot judge it.

    No critical result gets past a rule that takes them all; one that takes some is judged, and so
    are those after it.
    """
    for rule in rules:
        if may_hold(rule.conditions, CRITICAL) and Role(rule.role) not in CLINICIANS:
            raise CannotPublish(
                f"Rule “{rule.name}” would send a critical result to a {rule.role}."
            )
        if holds(rule.conditions, CRITICAL):
            return
