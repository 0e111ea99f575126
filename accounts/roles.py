"""The roles a person may hold at a practice (FHIR PractitionerRole.code). Pure."""

from enum import StrEnum


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
        return {"it": "IT"}.get(self.value, self.value.replace("-", " ").capitalize())


CHOICES = [(role.value, role.label) for role in Role]

CLINICAL = frozenset({Role.PHYSICIAN, Role.NURSE, Role.MEDICAL_ASSISTANT, Role.CARE_COORDINATOR})
CLINICIANS = frozenset({Role.PHYSICIAN, Role.NURSE})
"""Who may judge a result that is not plainly normal."""
