"""Every write to referrals: opening, telling what happened, closing, matching reports."""

from referrals.operations.answering import answer_question, tell_patient
from referrals.operations.asking import NEEDLESS, REPLACED, TRUE_NOW, ask, end_work, open_work
from referrals.operations.chasing import Chosen, cadence_for, chase
from referrals.operations.closing import ClosingRefused, close, follow_order, reopen
from referrals.operations.inviting import (
    Invited,
    NoInvitation,
    NotInvited,
    Opened,
    invite,
    open_invitation,
    revoke_invitation,
)
from referrals.operations.listing import Outcome, open_listed
from referrals.operations.matching import NotMatched, ask_whose, match, unmatch, withdraw_report
from referrals.operations.merging import follow_merge
from referrals.operations.opening import NotOpened, Opening, open_by_hand, open_for_item, refresh
from referrals.operations.publishing import publish_cadence
from referrals.operations.replying import (
    EmptyReply,
    InvitationShut,
    answer_by_fax,
    answer_by_form,
)
from referrals.operations.telling import (
    NoFact,
    NoReferral,
    Telling,
    UnknownValue,
    locked,
    tell,
    undo,
)

__all__ = [
    "NEEDLESS", "REPLACED", "TRUE_NOW", "Chosen", "ClosingRefused", "EmptyReply", "InvitationShut",
    "Invited", "NoFact", "NoInvitation", "NoReferral", "NotInvited", "NotMatched", "NotOpened",
    "Opened", "Opening", "Outcome", "Telling", "UnknownValue", "answer_by_fax", "answer_by_form",
    "answer_question", "ask", "ask_whose", "cadence_for", "chase", "close", "end_work",
    "follow_merge", "follow_order", "invite", "locked", "match", "open_by_hand", "open_for_item",
    "open_invitation", "open_listed", "open_work", "publish_cadence", "refresh", "reopen",
    "revoke_invitation", "tell", "tell_patient", "undo", "unmatch", "withdraw_report",
]  # fmt: skip
