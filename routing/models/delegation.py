"""Who may close a kind of work, as the practice says; kept as versions."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Membership
from accounts.permissions import CLOSERS
from accounts.roles import CHOICES
from charts.values import Severity
from routing.categories import CHOICES as CATEGORIES
from routing.categories import Category
from tenants.models import PracticeForeignKey, PracticeModel


class Delegation(PracticeModel):
    """The roles that may close one kind of work for a time. Never changed: of those whose time it
    is, the one made last holds; where there is none, the product's own table does."""

    category = models.CharField(max_length=30, choices=CATEGORIES)
    severity = models.CharField(max_length=10, blank=True)
    """Of results; empty of all other work."""
    roles = ArrayField(models.CharField(max_length=30, choices=CHOICES))
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    """None: until another version holds."""
    delegated_by = PracticeForeignKey(Membership, related_name="+")
    """The physician whose word it is."""
    protocol = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        indexes = [
            models.Index(
                fields=["practice", "category", "severity", "made_at"], name="delegations_of_work"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(category__in=[one.value for one in Category]),
                name="delegation_category_known",
            ),
            models.CheckConstraint(
                condition=models.Q(severity__in=["", *(one.value for one in Severity)])
                & ~models.Q(severity=Severity.CRITICAL.value),
                name="delegation_never_critical",
            ),
            models.CheckConstraint(
                condition=models.Q(roles__len__gt=0)
                & models.Q(roles__contained_by=sorted(role.value for role in CLOSERS)),
                name="delegation_to_those_who_close_work",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gt=models.F("valid_from")),
                name="delegation_has_a_time",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
