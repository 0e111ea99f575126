"""What is wrong with a message, in the words of the ERR segment and never in the patient's."""

from enum import StrEnum
from typing import NamedTuple


class ErrorCode(StrEnum):
    """HL7 table 0357."""

    SEGMENT_SEQUENCE = "100"
    REQUIRED_FIELD = "101"
    DATA_TYPE = "102"
    TABLE_VALUE = "103"
    TOO_LONG = "104"
    UNSUPPORTED_TYPE = "200"
    UNSUPPORTED_EVENT = "201"
    UNSUPPORTED_VERSION = "203"
    UNKNOWN_KEY = "204"
    INTERNAL = "207"


ERROR_TEXT = {
    ErrorCode.SEGMENT_SEQUENCE: "Segment sequence error",
    ErrorCode.REQUIRED_FIELD: "Required field missing",
    ErrorCode.DATA_TYPE: "Data type error",
    ErrorCode.TABLE_VALUE: "Table value not found",
    ErrorCode.TOO_LONG: "Value too long",
    ErrorCode.UNSUPPORTED_TYPE: "Unsupported message type",
    ErrorCode.UNSUPPORTED_EVENT: "Unsupported event code",
    ErrorCode.UNSUPPORTED_VERSION: "Unsupported version id",
    ErrorCode.UNKNOWN_KEY: "Unknown key identifier",
    ErrorCode.INTERNAL: "Application internal error",
}


class Weight(StrEnum):
    """ERR-4, table 0516."""

    ERROR = "E"
    WARNING = "W"
    INFORMATION = "I"


class Fault(NamedTuple):
    """One thing wrong: its code, where (`MSH-10`), and a sentence without anybody's data in it.

    An ERROR means that a person must look: something in the message could not be used.
    """

    code: ErrorCode
    location: str
    text: str
    weight: Weight = Weight.WARNING

    @property
    def is_error(self) -> bool:
        """Whether a person must look."""
        return self.weight is Weight.ERROR


def missing(location: str, text: str, weight: Weight = Weight.WARNING) -> Fault:
    """A field or segment that should be there and is not."""
    return Fault(ErrorCode.REQUIRED_FIELD, location, text, weight)
