"""The roles a person may hold at a practice (FHIR PractitionerRole.code). Pure but for the language
they are said in."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    PHYSICIAN = "physician"
    NURSE = "nurse"
    MEDICAL_ASSISTANT = "medical-assistant"
    CARE_COORDINATOR = "care-coordinator"
    SUPERVISOR = "supervisor"
    PRACTICE_MANAGER = "practice-manager"
    IT = "it"
    PRIVACY_OFFICER = "privacy-officer"

    @property
    def label(self) -> str:
        """As people read it."""
        return str(LABELS[self])

    @property
    def noun(self) -> str:
        """Amid a sentence: `nurse`, `IT`."""
        return self.label if self.label.isupper() else self.label.lower()


LABELS = {
    Role.PHYSICIAN: _("Physician"),
    Role.NURSE: _("Nurse"),
    Role.MEDICAL_ASSISTANT: _("Medical assistant"),
    Role.CARE_COORDINATOR: _("Care coordinator"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.PRACTICE_MANAGER: _("Practice manager"),
    Role.IT: _("IT"),
    Role.PRIVACY_OFFICER: _("Privacy officer"),
}

CHOICES = [(role.value, label) for role, label in LABELS.items()]

CLINICAL = frozenset({Role.PHYSICIAN, Role.NURSE, Role.MEDICAL_ASSISTANT, Role.CARE_COORDINATOR})
CLINICIANS = frozenset({Role.PHYSICIAN, Role.NURSE})
"""Who may judge a result that is not plainly normal."""
