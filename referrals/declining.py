"""Why a specialist does not take a patient, as codes. Pure."""

from enum import StrEnum


class Declining(StrEnum):
    """The same words on our page, on the sheet and by the API."""

    NO_CAPACITY = "no-capacity"
    WRONG_SPECIALTY = "wrong-specialty"
    INSURANCE = "insurance"
    MORE_NEEDED = "more-needed"
    TOO_FAR = "too-far"
    OTHER = "other"
