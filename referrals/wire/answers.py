"""What can come of handing a packet over, in one list for all ways. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """Why a packet did not go, or may not have gone."""

    NO_SUCH_ADDRESS = "no-such-address"
    """The mailbox or the number does not exist, or takes none of these."""
    NOT_TRUSTED = "not-trusted"
    """The other side's HISP does not trust ours, or we do not trust theirs."""
    REFUSED = "refused"
    TOO_LARGE = "too-large"
    BUSY = "busy"
    NO_PICK_UP = "no-pick-up"
    """A number that rings, and no fax machine answers."""
    CUT_OFF = "cut-off"
    """The call ended before its last page."""
    SIGN_IN = "sign-in"
    """Our own account is not let in."""
    UNREACHED = "unreached"
    """No connection came to be: certainly nothing was sent."""
    NO_ANSWER = "no-answer"
    """It may have been taken or not."""
    NO_RECEIPT = "no-receipt"
    """Taken, and nobody said in time that the other side has it."""
    NO_ACCOUNT = "no-account"
    """The practice has no account for this way, or none with an agreement on file."""
    NOT_VERIFIED = "not-verified"
    """Nobody has made sure that the number is the specialist's."""
    NOT_NEEDED = "not-needed"
    """It was there by another way first, or the referral was closed: it never left."""
    OTHER = "other"


FOR_GOOD = frozenset({
    Trouble.NO_SUCH_ADDRESS, Trouble.NOT_TRUSTED, Trouble.REFUSED, Trouble.TOO_LARGE,
    Trouble.NO_RECEIPT, Trouble.NO_ACCOUNT, Trouble.NOT_VERIFIED, Trouble.NOT_NEEDED,
})  # fmt: skip
"""The same again would end the same: it goes another way, or to a person."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Whoever carries it has it. Nobody has read it, and nobody has accepted the patient."""

    carrier_id: str = ""
    """By which the carrier names it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not taken; whether it may be later, `FOR_GOOD` says."""

    why: Trouble


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may have been taken or not: the carrier is asked, where it can be."""

    why: Trouble = Trouble.NO_ANSWER


Outcome = Taken | Refused | Unsure

TIMED_OUT, TOO_LARGE, TOO_MANY = 408, 413, 429
BY_STATUS = {
    401: Trouble.SIGN_IN,
    402: Trouble.SIGN_IN,
    403: Trouble.SIGN_IN,
    TOO_LARGE: Trouble.TOO_LARGE,
    TOO_MANY: Trouble.BUSY,
}


def of_status(status: int, carrier_id: str = "") -> Outcome:
    """What the answer of an HTTP interface says of what it was sent."""
    if 200 <= status < 300:
        return Taken(carrier_id) if carrier_id else Unsure()
    if status >= 500 or status == TIMED_OUT:
        return Unsure()
    return Refused(BY_STATUS.get(status, Trouble.REFUSED))
