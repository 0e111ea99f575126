"""Why a task went where it went."""

import pgtrigger
from django.db import models

from accounts.models import Membership
from routing.models.queue import Queue
from routing.models.rule import Rule, RuleSet
from routing.models.task import Task
from tenants.models import PracticeForeignKey, PracticeModel


class RoutingDecision(PracticeModel):
    """Which rule sent a task where, on which facts (FHIR Provenance); never changed."""

    task = PracticeForeignKey(Task, related_name="decisions")
    at = models.DateTimeField()
    message_id = models.UUIDField(null=True)
    rule_set = PracticeForeignKey(RuleSet, related_name="+")
    rule = PracticeForeignKey(Rule, related_name="+")
    queue = PracticeForeignKey(Queue, related_name="+")
    owner = PracticeForeignKey(Membership, null=True, related_name="+")
    facts = models.JSONField()

    class Meta(PracticeModel.Meta):
        indexes = [
            models.Index(fields=["practice", "task", "at"], name="decisions_of_task"),
            models.Index(fields=["practice", "message_id"], name="decisions_of_message"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
