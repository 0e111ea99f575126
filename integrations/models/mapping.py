"""How a feed's own codes are to be read, and what of them nobody has said yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from charts.models import Patient
from integrations.models.feed import Feed
from tenants.models import Location, PracticeForeignKey, PracticeModel


class CodeMap(PracticeModel):
    """What a local code of a feed means here. Providers have `accounts.ProviderIdentifier`."""

    class Kind(models.TextChoices):
        CODE = "code", _("Code to LOINC")
        LOCATION = "location", _("Location code to location")

    feed = PracticeForeignKey(Feed, null=True, related_name="+")
    """None: of every feed that has no map of its own for the value."""
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=120)
    code = models.CharField(max_length=80, blank=True)
    """The LOINC code, of kind `code`."""
    display = models.CharField(max_length=200, blank=True)
    location = PracticeForeignKey(Location, null=True, related_name="+")
    """Of kind `location`."""
    made_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "feed", "kind", "value"], name="code_map_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["code", "location"]), name="code_map_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="code", location__isnull=True) & ~models.Q(code="")
                | models.Q(kind="location", location__isnull=False, code=""),
                name="code_map_leads_somewhere",
            ),
        ]  # fmt: skip


class Unmapped(PracticeModel):
    """What feeds sent and nothing here answers to: one row a value, however often it came."""

    class Kind(models.TextChoices):
        CODE = "code", _("Codes without LOINC")
        PROVIDER = "provider", _("Providers nobody knows")
        LOCATION = "location", _("Locations nobody knows")
        UNIDENTIFIED = "unidentified", _("Patients without a number")
        NEW_PATIENT = "new-patient", _("Patients nobody knew")
        TWO_PATIENTS = "two-patients", _("Numbers of two patients")

    class Resolution(models.TextChoices):
        MAPPED = "mapped"
        IGNORED = "ignored"

    feed = PracticeForeignKey(Feed, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    value = models.CharField(max_length=120)
    """The local code; of patients our own id of them, of two patients that of the message."""
    assigner = models.CharField(max_length=120, blank=True)
    display = models.CharField(max_length=200, blank=True)
    """What the sender calls it. Empty for patients."""
    patient = PracticeForeignKey(Patient, null=True, related_name="+")
    message_id = models.UUIDField(null=True)
    """The newest message that held it."""
    seen = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    resolution = models.CharField(max_length=7, choices=Resolution, blank=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "feed", "kind", "value", "assigner"], name="unmapped_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=["code", "provider", "location", "unidentified", "new-patient",
                              "two-patients"]
                ),
                name="unmapped_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(resolution__in=["", "mapped", "ignored"]),
                name="unmapped_resolution_known",
            ),
            models.CheckConstraint(
                condition=models.Q(resolution="", resolved_at__isnull=True)
                | ~models.Q(resolution="") & models.Q(resolved_at__isnull=False),
                name="unmapped_resolved_with_its_time",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["practice", "kind", "-seen"], name="unmapped_open",
                condition=models.Q(resolved_at__isnull=True),
            )
        ]  # fmt: skip


class Tally(PracticeModel):
    """What one batch of messages could not map, until a sweep counts it in `Unmapped`.

    Rows that every batch would change are hot: two workers would wait for each other's commit.
    """

    at = models.DateTimeField()
    counted = models.JSONField()
    """Objects: id, feed_id, kind, value, assigner, display, patient_id, message_id, seen."""
