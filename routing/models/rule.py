"""Rule sets in published, immutable versions, and their rules."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import CHOICES, Role
from charts.values import Priority
from tenants.models import PracticeForeignKey, PracticeModel


class RuleScope(models.TextChoices):
    """Narrower scopes are asked first; within a scope, the rule's position decides."""

    PROVIDER = "provider"
    SPECIALTY = "specialty"
    LOCATION = "location"
    PRACTICE = "practice"


PRECEDENCE = (RuleScope.PROVIDER, RuleScope.SPECIALTY, RuleScope.LOCATION, RuleScope.PRACTICE)


class Assignee(models.TextChoices):
    """Who of the queue is to own the task, as the item names them."""

    NOBODY = "nobody", _("the queue")
    ORDERER = "orderer", _("the ordering clinician")
    AUTHOR = "author", _("the author")
    SIGNER = "signer", _("the signer")
    CLOSER = "closer", _("whoever closed it")


class RuleSet(PracticeModel):
    """Version n of a practice's rules. A published one never changes; decisions point at it."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"

    version = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    author = models.CharField(max_length=120)
    clinical_approver = models.CharField(max_length=120, blank=True)
    effective_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    margin_percent = models.PositiveSmallIntegerField(default=5)
    """A normal value within this part of its reference range from a limit is near it."""
    change_percent = models.PositiveSmallIntegerField(default=50)
    """A value that moved by this much since the last one raises the patient's risk."""
    risk_age = models.PositiveSmallIntegerField(default=65)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "version"], name="rule_set_version_once"),
            models.CheckConstraint(
                condition=models.Q(status="draft")
                | models.Q(
                    status="published", published_at__isnull=False, effective_at__isnull=False
                )
                & ~models.Q(clinical_approver=""),
                name="rule_set_published_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="published"),
            ),
        ]


REFUSE_PUBLISHED = """
IF EXISTS (SELECT 1 FROM routing_ruleset held
           WHERE held.practice_id IN (OLD.practice_id, NEW.practice_id)
             AND held.id IN (OLD.rule_set_id, NEW.rule_set_id) AND held.status = 'published') THEN
    RAISE EXCEPTION 'the rules of a published version never change';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


class Rule(PracticeModel):
    """Conditions, and where a task goes that meets them. First match wins."""

    rule_set = PracticeForeignKey(RuleSet, related_name="rules")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=160)
    """As a clinician would say it: `Normal labs on the delegation list go to the MA`."""
    scope = models.CharField(max_length=10, choices=RuleScope, default=RuleScope.PRACTICE)
    scope_value = models.CharField(max_length=80, blank=True)
    """Id of the location or member, or the specialty; empty for the practice."""
    conditions = models.JSONField(default=dict)
    role = models.CharField(max_length=30, choices=CHOICES)
    assignee = models.CharField(max_length=10, choices=Assignee, default=Assignee.NOBODY)
    priority = models.CharField(max_length=10)
    is_fallback = models.BooleanField(default=False)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "rule_set", "position"], name="rule_position_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "rule_set"],
                condition=models.Q(is_fallback=True),
                name="one_fallback",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="rule_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(scope__in=RuleScope.values), name="rule_scope_known"
            ),
            models.CheckConstraint(
                condition=models.Q(assignee__in=Assignee.values), name="rule_assignee_known"
            ),
            models.CheckConstraint(
                condition=models.Q(priority__in=[priority.value for priority in Priority]),
                name="rule_priority_known",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=REFUSE_PUBLISHED,
            ),
        ]
