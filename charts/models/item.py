"""What keeps a chart open, and every report of it."""

from typing import Any

import pgtrigger
from django.db import models

from charts.models.patient import Patient
from charts.values import ItemKind, ItemStatus, Priority, Severity
from tenants.models import PracticeForeignKey, PracticeModel


def _values(enum: Any) -> list[str]:
    return [member.value for member in enum]


class ChartItem(PracticeModel):
    """One thing that keeps a chart open until somebody closes it (FHIR Task.focus)."""

    patient = PracticeForeignKey(Patient, related_name="items")
    source = models.CharField(max_length=80)
    """The feed that reports it; keys are the source's own."""
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=250)
    status = models.CharField(max_length=20)
    code = models.CharField(max_length=80, blank=True)
    code_system = models.CharField(max_length=20, blank=True)
    alternate_code = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=250, blank=True)
    severity = models.CharField(max_length=10, blank=True)
    """The gravest of the live observations and of `stated_severity`."""
    stated_severity = models.CharField(max_length=10, blank=True)
    """What the newest report says of itself as a whole."""
    priority = models.CharField(max_length=10, blank=True)
    placer = models.CharField(max_length=120, blank=True)
    filler = models.CharField(max_length=120, blank=True)
    encounter_number = models.CharField(max_length=120, blank=True)
    location_code = models.CharField(max_length=80, blank=True)
    people = models.JSONField(default=dict)
    """`orderer`, `author`, `signer`, `recipient`: {id, assigner, family, given}, in its words."""
    issued_at = models.DateTimeField(null=True)
    effective_at = models.DateTimeField(null=True)
    due_date = models.DateField(null=True)
    observations = models.JSONField(default=list)
    """Rows of `charts.versions.merged`."""
    details = models.JSONField(default=dict)
    answers = models.JSONField(default=list)
    """What the other side said of a referral, each word once (`charts.answers`)."""
    text = models.TextField(blank=True)
    revision = models.JSONField(default=list)
    """`charts.versions.revision` of the newest report."""
    older = models.JSONField(default=dict)
    """Facts that the newest report leaves out, each with the revision that it is from."""
    version = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField()
    look_at = models.DateTimeField(null=True)
    """When to look whether what it asks for has come (`charts.expecting`); None: no need."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "key", "kind", "source"], name="chart_item_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=_values(ItemKind)), name="item_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=_values(ItemStatus)), name="item_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(severity__in=["", *_values(Severity)]),
                name="item_severity_known",
            ),
            models.CheckConstraint(
                condition=models.Q(stated_severity__in=["", *_values(Severity)]),
                name="item_stated_severity_known",
            ),
            models.CheckConstraint(
                condition=models.Q(priority__in=["", *_values(Priority)]),
                name="item_priority_known",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "patient", "-received_at"], name="items_of_patient"),
            models.Index(
                fields=["practice", "look_at"],
                name="items_to_look_at",
                condition=models.Q(look_at__isnull=False),
            ),
        ]


class ItemVersion(PracticeModel):
    """One report of an item, as it was read; never changed. The item holds what they add up to."""

    item = PracticeForeignKey(ChartItem, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=20)
    severity = models.CharField(max_length=10, blank=True)
    issued_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    message_id = models.UUIDField(null=True)
    is_current = models.BooleanField()
    """Whether it was the newest when it came; a late one is kept and changes nothing."""
    observations = models.JSONField(default=list)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "item", "number"], name="item_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=_values(ItemStatus)), name="item_version_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(severity__in=["", *_values(Severity)]),
                name="item_version_severity_known",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class ResultValue(PracticeModel):
    """One value of a result, for trends and for the change since the last one."""

    patient = PracticeForeignKey(Patient, related_name="+")
    item = PracticeForeignKey(ChartItem, related_name="values")
    code = models.CharField(max_length=80)
    sub_id = models.CharField(max_length=40, blank=True)
    observed_at = models.DateTimeField()
    value = models.CharField(max_length=250, blank=True)
    number = models.FloatField(null=True)
    units = models.CharField(max_length=40, blank=True)
    severity = models.CharField(max_length=10, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "item", "code", "sub_id"], name="result_value_once"
            ),
            models.CheckConstraint(
                condition=models.Q(severity__in=["", *_values(Severity)]),
                name="result_value_severity_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "patient", "code", "-observed_at"], name="values_of_patient"
            ),
        ]


class Attachment(PracticeModel):
    """A document that came inside a message."""

    item = PracticeForeignKey(ChartItem, related_name="attachments")
    content_type = models.CharField(max_length=80)
    title = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64)
    data = models.BinaryField(default=b"")

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "item", "digest"], name="attachment_once"),
        ]
