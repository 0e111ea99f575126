"""The audit trail: one table, append-only."""

import pgtrigger
from django.db import models

from tenants.models import PracticeModel


class AuditEvent(PracticeModel):
    """Who did what, when, to which row (FHIR AuditEvent). Ids and codes, never a patient's data."""

    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    """Noun and past tense: `task.completed`, `patient.viewed`."""
    outcome = models.CharField(max_length=10, default="success")
    actor_kind = models.CharField(max_length=10)
    actor_name = models.CharField(max_length=120)
    user_id = models.UUIDField(null=True)
    membership_id = models.UUIDField(null=True)
    patient_id = models.UUIDField(null=True)
    entity = models.CharField(max_length=40, blank=True)
    """The kind of row: `task`, `chartitem`."""
    entity_id = models.UUIDField(null=True)
    request_id = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=45, blank=True)
    detail = models.JSONField(default=dict)

    class Meta(PracticeModel.Meta):
        indexes = [
            models.Index(fields=["practice", "at"], name="audit_by_time"),
            models.Index(fields=["practice", "entity_id", "at"], name="audit_by_entity"),
            models.Index(
                fields=["practice", "patient_id", "at"],
                name="audit_by_patient",
                condition=models.Q(patient_id__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(actor_name=""), name="audit_never_nobody"),
            models.CheckConstraint(
                condition=models.Q(actor_kind__in=["person", "machine"]),
                name="audit_actor_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["success", "denied", "failed"]),
                name="audit_outcome_known",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'the audit trail is append-only';",
            ),
        ]
