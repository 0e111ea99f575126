"""Every write to referrals: opening, telling what happened, sending, closing, matching reports."""

from referrals.operations.answering import answer_question, ask_again, tell_patient
from referrals.operations.asking import NEEDLESS, REPLACED, TRUE_NOW, ask, end_work, open_work
from referrals.operations.carriers import (
    Account,
    CarrierRefused,
    close_carrier,
    mark_mailbox,
    open_carrier,
    replace_secrets,
    reseal_carriers,
    sign_baa,
)
from referrals.operations.carrying import Job, claim, settle, settle_found, still_ours, unclaimed
from referrals.operations.cases import Cases, Chosen, cadence_for, hold
from referrals.operations.chasing import chase
from referrals.operations.closing import ClosingRefused, close, follow_order, reopen
from referrals.operations.directory import (
    NoSpecialist,
    add_specialist,
    address_to,
    change_specialist,
    doubt_fax,
    insure,
    retire_specialist,
    verify_fax,
)
from referrals.operations.hearing import Heard, hear
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
from referrals.operations.packets import make_packet
from referrals.operations.papers import (
    Fetch,
    NotFiled,
    file_paper,
    keep_pages,
    receive_paper,
    set_aside_paper,
)
from referrals.operations.publishing import publish_cadence
from referrals.operations.refusals import Hindrance, NotSent
from referrals.operations.replying import (
    EmptyReply,
    InvitationShut,
    answer_by_fax,
    answer_by_form,
)
from referrals.operations.saying import Word, say
from referrals.operations.sending import hindrance_of, send_referral
from referrals.operations.telling import (
    NoFact,
    NoReferral,
    Overtaken,
    Telling,
    UnknownValue,
    locked,
    tell,
    undo,
)

__all__ = [
    "NEEDLESS", "REPLACED", "TRUE_NOW", "Account", "CarrierRefused", "Cases", "Chosen",
    "ClosingRefused", "EmptyReply", "Fetch", "Heard", "Hindrance", "InvitationShut", "Invited",
    "Job", "NoFact", "NoInvitation", "NoReferral", "NoSpecialist", "NotFiled", "NotInvited",
    "NotMatched", "NotOpened", "NotSent", "Opened", "Opening", "Outcome", "Overtaken", "Telling",
    "UnknownValue", "Word", "add_specialist", "address_to", "answer_by_fax", "answer_by_form",
    "answer_question", "ask", "ask_again", "ask_whose", "cadence_for", "change_specialist", "chase",
    "claim", "close", "close_carrier", "doubt_fax", "end_work", "file_paper", "follow_merge",
    "follow_order", "hear", "hindrance_of", "hold", "insure", "invite", "keep_pages", "locked",
    "make_packet", "mark_mailbox", "match", "open_by_hand", "open_carrier", "open_for_item",
    "open_invitation", "open_listed", "open_work", "publish_cadence", "receive_paper", "refresh",
    "reopen", "replace_secrets", "reseal_carriers", "retire_specialist", "revoke_invitation", "say",
    "send_referral", "set_aside_paper", "settle", "settle_found", "sign_baa", "still_ours", "tell",
    "tell_patient", "unclaimed", "undo", "unmatch", "verify_fax", "withdraw_report",
]  # fmt: skip
