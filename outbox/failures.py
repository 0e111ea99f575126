"""What a provider's error codes mean for the contact, and in words. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_noop as _


class Broken(StrEnum):
    """Why nobody is reached at a contact any more."""

    OPTED_OUT = "opted-out"
    NO_NUMBER = "no-number"
    """Or no such mailbox."""
    BLOCKED = "blocked"
    LANDLINE = "landline"
    NOT_THEIRS = "not-theirs"
    """Whoever reads there says that it is somebody else's."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What is said of it, and whether the contact is of no more use."""

    words: str
    breaks: Broken | None = None


UNKNOWN = Failure(_("The provider could not deliver it and does not say why."))

FAILURES = {
    "21610": Failure(_("The person has opted out of text messages."), Broken.OPTED_OUT),
    "21211": Failure(_("The number does not exist."), Broken.NO_NUMBER),
    "21214": Failure(_("The number cannot be called."), Broken.NO_NUMBER),
    "21217": Failure(_("The number does not exist."), Broken.NO_NUMBER),
    "21612": Failure(_("The number cannot be reached from ours."), Broken.NO_NUMBER),
    "21614": Failure(_("The number cannot receive text messages."), Broken.LANDLINE),
    "30003": Failure(_("The phone is switched off or out of reach.")),
    "30004": Failure(_("The phone or its network blocks our messages."), Broken.BLOCKED),
    "30005": Failure(_("The number is not in use."), Broken.NO_NUMBER),
    "30006": Failure(_("The number is a landline: it receives no text messages."), Broken.LANDLINE),
    "30007": Failure(_("The network took the message for spam.")),
    "30008": UNKNOWN,
    "30034": Failure(_("Our number is not registered with the networks yet. Tell IT.")),
    "busy": Failure(_("The line was busy.")),
    "no-answer": Failure(_("Nobody picked up.")),
    "canceled": Failure(_("The provider gave it up.")),
}
"""By Twilio's error code, or the status of a call."""


def failure_of(code: str) -> Failure:
    """What a code means; of one that we do not know, that it failed."""
    return FAILURES.get(code, UNKNOWN)
