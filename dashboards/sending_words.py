"""What ways, passages, troubles and the parts of a packet are called on the screens. Tables."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from dashboards.words import later
from referrals.models import Part
from referrals.ways import Passage, Way
from referrals.wire.answers import Trouble

WAYS: Mapping[str, str] = {
    Way.DIRECT: later("Direct message"), Way.FAX: later("Fax"), Way.PHONE: later("Phone call"),
}  # fmt: skip
PASSAGES: Mapping[str, tuple[str, str]] = {
    Passage.QUEUED: (later("Waiting to be sent"), ""),
    Passage.SENDING: (later("Being sent"), ""),
    Passage.SENT: (later("Handed over, no receipt yet"), ""),
    Passage.PROCESSED: (later("Taken by their side, not yet delivered"), ""),
    Passage.DELIVERED: (later("Delivered"), "good"),
    Passage.UNKNOWN: (later("Nobody says whether it came"), "warn"),
    Passage.FAILED: (later("Did not go"), "warn"),
}
"""With the tone of its badge. Delivered is not accepted."""
TROUBLES: Mapping[str, str] = {
    Trouble.NO_SUCH_ADDRESS: later("the address or number does not exist"),
    Trouble.NOT_TRUSTED: later("their mail service and ours do not trust each other"),
    Trouble.REFUSED: later("it was refused"),
    Trouble.TOO_LARGE: later("it is too large for them"),
    Trouble.BUSY: later("busy"),
    Trouble.NO_PICK_UP: later("no fax machine answers"),
    Trouble.CUT_OFF: later("the call broke off"),
    Trouble.SIGN_IN: later("our own account was not let in"),
    Trouble.UNREACHED: later("no connection"),
    Trouble.NO_ANSWER: later("no answer; it may have gone"),
    Trouble.NO_RECEIPT: later("no receipt in time"),
    Trouble.NO_ACCOUNT: later("the practice has no account for this way"),
    Trouble.NOT_VERIFIED: later("nobody has made sure of the number"),
    Trouble.NOT_NEEDED: later("it was not needed any more"),
    Trouble.OTHER: later("another trouble"),
}
PARTS: Mapping[str, str] = {
    Part.DEMOGRAPHICS: later("who the patient is"), Part.QUESTION: later("reason and question"),
    Part.INSURANCE: later("insurance"), Part.PROBLEM: later("problems"),
    Part.MEDICATION: later("medications"), Part.RESULT: later("results"),
    Part.NOTE: later("notes"), Part.DOCUMENT: later("documents as files"),
}  # fmt: skip
COUNTED = {Part.PROBLEM, Part.MEDICATION, Part.RESULT, Part.NOTE, Part.DOCUMENT}


def ways(said: Iterable[str]) -> str:
    """`Direct message, then fax, then phone call`."""
    first, *others = [str(WAYS[one]) for one in said]
    return ", ".join([first, *(_("then %(way)s") % {"way": one.lower()} for one in others)])
