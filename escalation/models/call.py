"""Calls about late tasks, written down by whoever made them."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from routing.models import Task
from tenants.models import PracticeForeignKey, PracticeModel


class Call(PracticeModel):
    """That somebody was called about a task, and what they said; never changed."""

    class Outcome(models.TextChoices):
        SPOKE = "spoke", _("Spoke to them")
        MESSAGE = "message", _("Left a message to call back")
        NO_ANSWER = "no-answer", _("No answer")
        WRONG_NUMBER = "wrong-number", _("The number is wrong")

    task = PracticeForeignKey(Task, related_name="+")
    caller = PracticeForeignKey(Membership, related_name="+")
    member = PracticeForeignKey(Membership, null=True, related_name="+")
    """The colleague who was called; None: somebody else, named in `whom`."""
    whom = models.CharField(max_length=120)
    outcome = models.CharField(max_length=12, choices=Outcome)
    note = models.CharField(max_length=500, blank=True)
    took_it = models.BooleanField(default=False)
    """Whether the caller then took the task: a call alone stops no clock."""
    at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=["spoke", "message", "no-answer", "wrong-number"]),
                name="call_outcome_known",
            ),
            models.CheckConstraint(condition=~models.Q(whom=""), name="call_names_somebody"),
        ]
        indexes = [models.Index(fields=["practice", "task", "at"], name="calls_of_task")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
