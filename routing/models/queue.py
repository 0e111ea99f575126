"""Queues, and the lists that routing consults."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.roles import CHOICES, Role
from tenants.models import Location, PracticeForeignKey, PracticeModel


class Queue(PracticeModel):
    """A pool that may claim a task (FHIR Task.performerType): a role, at one location or at all."""

    name = models.CharField(max_length=120)
    role = models.CharField(max_length=30, choices=CHOICES)
    location = PracticeForeignKey(Location, null=True, blank=True, related_name="+")
    supervisor = PracticeForeignKey(Membership, null=True, blank=True, related_name="supervised")
    """Who answers for it; None: whoever holds the role `supervisor`, else the practice manager."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "role", "location"], name="queue_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="queue_role_known"
            ),
        ]


class CodeList(models.TextChoices):
    DELEGABLE_RESULT = "delegable-result", _("Results a medical assistant may close when normal")
    WATCHED_PROBLEM = "watched-problem", _("Problems that raise a patient's risk")
    WATCHED_MEDICATION = "watched-medication", _("Medications that raise a patient's risk")
    REFILL_PROTOCOL = "refill-protocol", _("Medications refilled under a protocol")


class ListedCode(PracticeModel):
    """A code on one of the practice's lists, with the protocol that says so."""

    list = models.CharField(max_length=20, choices=CodeList)
    system = models.CharField(max_length=20)
    code = models.CharField(max_length=80)
    display = models.CharField(max_length=200, blank=True)
    protocol = models.CharField(max_length=200, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "list", "system", "code"], name="listed_code_once"
            ),
            models.CheckConstraint(
                condition=models.Q(list__in=CodeList.values), name="code_list_known"
            ),
        ]
