"""Clocks of tasks, and the steps that fired."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from escalation.models.policy import LadderStep, Policy, Target
from routing.models import Task
from tenants.models import PracticeForeignKey, PracticeModel


class ClockKind(models.TextChoices):
    ACKNOWLEDGE = "acknowledge", _("Acknowledge by")
    CLOSE = "close", _("Close by")


class Clock(PracticeModel):
    """By when a task is to be acknowledged, or closed. It keeps the version it began with."""

    class End(models.TextChoices):
        MET = "met", _("In time")
        MISSED = "missed", _("Late")
        MOOT = "moot", _("No longer asked")

    task = PracticeForeignKey(Task, related_name="+")
    kind = models.CharField(max_length=11, choices=ClockKind)
    policy = PracticeForeignKey(Policy, related_name="+")
    target = PracticeForeignKey(Target, related_name="+")
    begun_at = models.DateTimeField()
    """When the result was issued, the order or the visit happened; or when it was opened again."""
    since_version = models.PositiveIntegerField()
    """The task's version that asked for it: opened, opened again, or given to somebody new."""
    due_at = models.DateTimeField()
    paused_since = models.DateTimeField(null=True)
    """On hold: nothing fires until it goes on."""
    next_at = models.DateTimeField(null=True)
    """When the next step of the ladder fires; None: none is left, or it is paused or ended."""
    lap = models.PositiveSmallIntegerField(default=0)
    """How often its ladder was begun anew: more time was given, or it moved to another policy."""
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=6, choices=End, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "task", "kind", "since_version"], name="one_clock_a_cause"
            ),
            models.UniqueConstraint(
                fields=["practice", "task", "kind"],
                condition=models.Q(ended_at__isnull=True),
                name="one_running_clock_a_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=ClockKind.values), name="clock_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(end__in=["", "met", "missed", "moot"]), name="clock_end_known"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, end="")
                | models.Q(ended_at__isnull=False, next_at__isnull=True) & ~models.Q(end=""),
                name="clock_ended_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "next_at"],
                name="clocks_due",
                condition=models.Q(next_at__isnull=False),
            ),
            models.Index(
                fields=["practice", "due_at"],
                name="clocks_running",
                condition=models.Q(ended_at__isnull=True),
            ),
        ]


class Extension(PracticeModel):
    """More time that a person gave, and why; never changed. `due_at` is worked out from these."""

    clock = PracticeForeignKey(Clock, related_name="extensions")
    minutes = models.PositiveIntegerField()
    """In the measure of the clock's target: open minutes, or minutes day and night."""
    reason = models.CharField(max_length=250)
    member = PracticeForeignKey(Membership, related_name="+")
    at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__gt=0) & ~models.Q(reason=""),
                name="extension_says_how_long_and_why",
            )
        ]
        indexes = [models.Index(fields=["practice", "clock"], name="extensions_of_clock")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class StepFired(PracticeModel):
    """That one step of a ladder fired, once, and what came of it; never changed."""

    class Result(models.TextChoices):
        FIRED = "fired"
        SKIPPED = "skipped"
        """Nobody to reach; the reason says why. The next one is tried at once."""
        PASSED = "passed"
        """A later step was due too, and said or asked as much."""

    clock = PracticeForeignKey(Clock, related_name="fired")
    step = PracticeForeignKey(LadderStep, related_name="+")
    lap = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    result = models.CharField(max_length=7, choices=Result)
    reason = models.CharField(max_length=120, blank=True)
    member = PracticeForeignKey(Membership, null=True, related_name="+")

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "clock", "step", "lap", "round"], name="a_step_fires_once"
            ),
            models.CheckConstraint(
                condition=models.Q(result__in=["fired", "skipped", "passed"]),
                name="step_result_known",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
