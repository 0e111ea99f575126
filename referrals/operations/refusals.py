"""Why a referral does not go out, each with what to do about it."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Hindrance(StrEnum):
    CLOSED = "closed"
    NO_SPECIALIST = "no-specialist"
    RETIRED = "retired"
    NO_ADDRESS = "no-address"
    NOT_VERIFIED = "not-verified"
    NO_CARRIER = "no-carrier"
    NO_AGREEMENT = "no-agreement"
    UNDER_WAY = "under-way"
    TOO_LARGE = "too-large"


SAID: dict[Hindrance, str | Promise] = {
    Hindrance.CLOSED: _("This referral is closed. Open it again before you send it."),
    Hindrance.NO_SPECIALIST: _("Say to whom it goes: choose a specialist of the directory."),
    Hindrance.RETIRED: _(
        "This specialist was taken out of the directory. Choose another one."
    ),
    Hindrance.NO_ADDRESS: _(
        "The directory has neither a Direct address nor a fax number of this specialist. Add "
        "one, or call them."
    ),
    Hindrance.NOT_VERIFIED: _(
        "Nobody has made sure that the fax number is theirs. Call them, then mark it as verified."
    ),
    Hindrance.NO_CARRIER: _(
        "The practice has no account that reaches this specialist: neither for Direct nor for "
        "fax. Have one opened, or call them."
    ),
    Hindrance.NO_AGREEMENT: _(
        "The account has no business associate agreement on file. Record it before anything is "
        "sent."
    ),
    Hindrance.UNDER_WAY: _("It is on its way already. Wait until it came or failed."),
    Hindrance.TOO_LARGE: _(
        "The packet is too large for any way. Shorten the reason or the question."
    ),
}  # fmt: skip


class NotSent(Exception):
    """A referral does not go out; `why` is the cause, the text says what to do."""

    def __init__(self, why: Hindrance) -> None:
        super().__init__(str(SAID[why]))
        self.why = why
