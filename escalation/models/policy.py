"""What is aimed at, and what happens after a breach, in published versions that never change."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.roles import CHOICES as ROLES
from accounts.roles import Role
from charts.values import Priority
from escalation.ladder import Aim, Anchor, Measure, Step
from routing.categories import CHOICES as CATEGORIES
from routing.categories import Category
from routing.models import Queue
from tenants.models import PracticeForeignKey, PracticeModel


class Policy(PracticeModel):
    """A version of the practice's targets and ladders (ITSM: SLA policy)."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        RETIRED = "retired"

    version = models.PositiveIntegerField()
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    author = models.CharField(max_length=120)
    clinical_approver = models.CharField(max_length=120, blank=True)
    effective_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=250, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "version"], name="policy_version_once"),
            models.UniqueConstraint(
                fields=["practice"],
                condition=models.Q(status="published"),
                name="one_published_policy",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "published", "retired"]),
                name="policy_status_known",
            ),
        ]


class Ladder(PracticeModel):
    """Ordered steps after a breach (on-call escalation policy)."""

    policy = PracticeForeignKey(Policy, related_name="ladders")
    name = models.CharField(max_length=80)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "policy", "name"], name="ladder_name_once")
        ]


class Target(PracticeModel):
    """By when tasks of a kind are to be acknowledged and closed. The most particular one wins."""

    policy = PracticeForeignKey(Policy, related_name="targets")
    category = models.CharField(max_length=30, choices=CATEGORIES, blank=True)
    """Empty: any."""
    priority = models.CharField(max_length=10, blank=True)
    queue = PracticeForeignKey(Queue, null=True, related_name="+")
    acknowledge_amount = models.PositiveIntegerField(null=True)
    """None: no clock for it."""
    acknowledge_measure = models.CharField(
        max_length=20, choices=[(m.value, m.value) for m in Measure], blank=True
    )
    close_amount = models.PositiveIntegerField(null=True)
    close_measure = models.CharField(
        max_length=20, choices=[(m.value, m.value) for m in Measure], blank=True
    )
    pauses = models.BooleanField(default=True)
    """Whether time on hold is not counted; never for critical work."""
    lapse_minutes = models.PositiveIntegerField(null=True)
    """The acknowledge timeout: how long an acknowledgement holds, in clock or business time as
    the target to acknowledge. Then the work goes back to its pool. None: until it is closed."""
    ladder = PracticeForeignKey(Ladder, related_name="+")

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "policy", "category", "priority", "queue"],
                name="target_scope_once", nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(category__in=["", *(c.value for c in Category)]),
                name="target_category_known",
            ),
            models.CheckConstraint(
                condition=models.Q(priority__in=["", *(p.value for p in Priority)]),
                name="target_priority_known",
            ),
            models.CheckConstraint(
                condition=models.Q(acknowledge_measure__in=["", *(m.value for m in Measure)]),
                name="target_acknowledge_measure_known",
            ),
            models.CheckConstraint(
                condition=models.Q(close_measure__in=["", *(m.value for m in Measure)]),
                name="target_close_measure_known",
            ),
        ]  # fmt: skip

    def aim(self, kind: str) -> Aim | None:
        """How long, for one kind of clock; None: no such clock."""
        amount = getattr(self, f"{kind}_amount")
        measure = getattr(self, f"{kind}_measure")
        return None if amount is None else Aim(amount, Measure(measure))

    def lapse(self) -> Aim | None:
        """How long an acknowledgement holds; None: until the work is closed."""
        if self.lapse_minutes is None:
            return None
        day_and_night = self.acknowledge_measure in ("", Measure.CLOCK)
        return Aim(self.lapse_minutes, Measure.CLOCK if day_and_night else Measure.BUSINESS)

    def weight(self) -> tuple[bool, bool, bool, bool]:
        """Which wins: one for critical work before all; else a queue, a category, a priority."""
        return (
            self.priority == Priority.STAT, self.queue_id is not None, bool(self.category),
            bool(self.priority),
        )  # fmt: skip


class Action(models.TextChoices):
    REMIND = "remind", _("Remind")
    TELL = "tell", _("Tell")
    PAGE = "page", _("Page")
    REASSIGN = "reassign", _("Reassign")
    FORCE_CLOSE = "force-close", _("Ask a physician to close it by override")
    """The engine never closes clinical work: a physician does, with a reason."""


class Receiver(models.TextChoices):
    OWNER = "owner", _("Owner, or who works the queue")
    ORDERER = "orderer", _("The clinician who ordered it")
    SUPERVISOR = "supervisor", _("The queue's supervisor")
    ON_CALL = "on-call", _("Whoever is on call")
    MEMBER = "member", _("One person")
    ROLE = "role", _("Everybody of a role")
    LEADS = "leads", _("Supervisors and managers, or else everybody")


class LadderStep(PracticeModel):
    """One rung: when, what, and to whom."""

    ladder = PracticeForeignKey(Ladder, related_name="steps")
    position = models.PositiveSmallIntegerField()
    clock = models.CharField(max_length=11)
    """Which clock's breach it follows: `acknowledge`, `close`, or empty for either."""
    after_amount = models.IntegerField(null=True)
    """Negative: before the due instant. None: at an anchor."""
    after_measure = models.CharField(max_length=20, blank=True)
    anchor = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=12, choices=Action)
    receiver = models.CharField(max_length=12, choices=Receiver)
    member = PracticeForeignKey(Membership, null=True, related_name="+")
    role = models.CharField(max_length=30, choices=ROLES, blank=True)
    rotation = PracticeForeignKey("escalation.Rotation", null=True, related_name="+")
    queue = PracticeForeignKey(Queue, null=True, related_name="+")
    """Where Reassign sends it, when not to a person."""
    repeat = models.PositiveSmallIntegerField(default=0)
    every_minutes = models.PositiveIntegerField(null=True)
    until_done = models.BooleanField(default=False)
    """Repeats without end, until somebody does what the clock asks for."""
    day_and_night = models.BooleanField(default=False)
    """Whether it fires in closed hours too; otherwise it waits for the opening."""

    class Meta(PracticeModel.Meta):
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "ladder", "position"], name="one_step_a_position"
            ),
            models.CheckConstraint(
                condition=models.Q(clock__in=["", "acknowledge", "close"]),
                name="step_clock_known",
            ),
            models.CheckConstraint(
                condition=models.Q(action__in=Action.values), name="step_action_known"
            ),
            models.CheckConstraint(
                condition=models.Q(receiver__in=Receiver.values), name="step_receiver_known"
            ),
            models.CheckConstraint(
                condition=models.Q(after_measure__in=["", *(m.value for m in Measure)]),
                name="step_measure_known",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["", *(r.value for r in Role)]), name="step_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(anchor__in=["", *(a.value for a in Anchor)]),
                name="step_anchor_known",
            ),
            models.CheckConstraint(
                condition=models.Q(after_amount__isnull=True) ^ models.Q(anchor=""),
                name="step_at_an_offset_or_an_anchor",
            ),
            models.CheckConstraint(
                condition=models.Q(repeat=0, until_done=False) | models.Q(every_minutes__gt=0),
                name="step_repeats_after_some_time",
            ),
        ]

    def timing(self) -> Step:
        """When it fires, for the pure ladder."""
        after = None
        if self.after_amount is not None:
            after = Aim(self.after_amount, Measure(self.after_measure))
        measure = Measure.CLOCK if self.day_and_night else Measure.BUSINESS
        every = Aim(self.every_minutes, measure) if self.every_minutes else None
        waits = not self.day_and_night and not self.anchor
        return Step(after, Anchor(self.anchor) if self.anchor else None, self.repeat, every,
                    is_endless=self.until_done, waits_for_opening=waits)  # fmt: skip
