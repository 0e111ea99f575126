"""By which ways a patient may be written to: what they said, on which basis. Pure.

HIPAA lets a practice write to its patients about their treatment unless they object; the TCPA asks
for consent before a text. The two are told apart, kept apart and withdrawn apart.
"""

from collections.abc import Mapping
from enum import StrEnum

from outbox.failures import Broken


class PatientWay(StrEnum):
    """How a patient is reached. The last two are a person's work."""

    SMS = "sms"
    PORTAL = "portal"
    EMAIL = "email"
    VOICE = "voice"
    LETTER = "letter"


BY_MACHINE = (PatientWay.SMS, PatientWay.PORTAL, PatientWay.EMAIL)
BY_A_PERSON = (PatientWay.VOICE, PatientWay.LETTER)
LINTED = (PatientWay.SMS, PatientWay.EMAIL)
"""Whoever stands beside the phone reads these. A portal asks who reads, a letter is sealed."""


class Basis(StrEnum):
    """What a consent is for."""

    TREATMENT = "treatment"
    """HIPAA: to be written to about their care this way."""
    TCPA = "tcpa"
    """To be sent text messages."""


class ConsentSource(StrEnum):
    """From where it is known."""

    STAFF = "staff"
    FORM = "form"
    REPLY = "reply"
    PROVIDER = "provider"
    """The provider of text messages refuses the number, for they opted out there."""
    IMPORT = "import"


class WhyNot(StrEnum):
    """Why nothing was written."""

    NO_CONSENT = "no-consent"
    OPTED_OUT = "opted-out"
    NO_ADDRESS = "no-address"
    LANDLINE = "landline"
    UNREACHABLE = "unreachable"
    """Nobody is reached at that number or address, or it is somebody else's."""
    BLOCKED = "blocked"
    """The words say something about the patient."""
    DECEASED = "deceased"
    NO_LETTERHEAD = "no-letterhead"
    """The practice has not said under which name and phone number it writes."""


class Need(StrEnum):
    """What a way asks of a basis."""

    GIVEN = "given"
    NOT_WITHDRAWN = "not-withdrawn"


NEEDS: Mapping[PatientWay, Mapping[Basis, Need]] = {
    PatientWay.SMS: {Basis.TREATMENT: Need.NOT_WITHDRAWN, Basis.TCPA: Need.GIVEN},
    PatientWay.EMAIL: {Basis.TREATMENT: Need.GIVEN},
    PatientWay.PORTAL: {Basis.TREATMENT: Need.NOT_WITHDRAWN},
}
"""Mail is not encrypted, so a patient must have asked for it (45 CFR 164.522(b)); a text needs its
own consent (47 CFR 64.1200). A person who calls or writes a letter decides for themselves."""

BROKEN: Mapping[Broken, WhyNot] = {
    Broken.OPTED_OUT: WhyNot.OPTED_OUT, Broken.LANDLINE: WhyNot.LANDLINE,
}  # fmt: skip
"""What else is wrong with an address makes it one where nobody is reached."""


def objection(way: PatientWay, said: Mapping[Basis, bool]) -> WhyNot | None:
    """Why they may not be written to this way, by what they said last; None where they may."""
    for basis, need in NEEDS.get(way, {}).items():
        if said.get(basis) is False:
            return WhyNot.OPTED_OUT
        if need is Need.GIVEN and basis not in said:
            return WhyNot.NO_CONSENT
    return None
