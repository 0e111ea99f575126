"""What a person of the practice adds to a fact that they tell, as codes. Pure."""

from enum import StrEnum


class Heard(StrEnum):
    """How whoever tells it came to know."""

    PHONE = "phone"
    FAX = "fax"
    LETTER = "letter"
    PORTAL = "portal"
    PATIENT = "patient"
    IN_PERSON = "in-person"


class Declining(StrEnum):
    """Why a specialist does not take a patient."""

    NO_CAPACITY = "no-capacity"
    WRONG_SPECIALTY = "wrong-specialty"
    INSURANCE = "insurance"
    MORE_NEEDED = "more-needed"
    TOO_FAR = "too-far"
    OTHER = "other"


class Mistake(StrEnum):
    """Why a fact is taken back."""

    SLIP = "slip"
    ANOTHERS = "anothers"
    TAKEN_BACK = "taken-back"
