"""What is said back to a phone: names of staff and times, and never a patient.

Constants are English, so that one can be told from another; `said` says them in the language that
is spoken now. What the functions make is in that language already.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

HELP = _(
    "ClearChart: reply OK and the code of a page to take its task, or NO and the code to pass it "
    "on. STOP ends text messages."
)
STOPPED = _("You opted out of text messages. Pages go to your other contacts, or to somebody else.")
STARTED = _("ClearChart: text messages are on again.")
TESTED = _("ClearChart: your answer arrived. It was a test page.")
NOTHING = _("ClearChart: no page is open for this phone. Open ClearChart to see your work.")
NOBODY = _("ClearChart: this phone belongs to nobody who works here now.")
PRESS = _("Press 1 to take the task, or 2 to have somebody else called.")
PIN_ASKED = _("Enter your PIN.")
PIN_WRONG = _("That is not your PIN. Enter it again.")
PIN_LOCKED = _(
    "ClearChart: not taken. Too many wrong PINs were entered, so calls take no task. Open "
    "ClearChart to take it, and to set another PIN."
)
NO_PIN = _(
    "ClearChart: not taken. Whoever picks up a phone could press that key, so a call asks for your "
    "PIN, and you have none. Open ClearChart, or answer the text message."
)
LATE = _(" It was late: others had been called by then.")
ASKS_WHICH = _("ClearChart: {count} pages are open. Reply OK and the code of one: {codes}.")
UNCLEAR = _("ClearChart: that was not understood, and a person will read it. ")
HOW = _("Reply OK {code} to take the task or NO {code} to pass it on.")
PASSED_ON = _(
    "ClearChart: you passed it on. We are looking for somebody else. Call them yourself if you can."
)
NOT_YOURS = _(
    "ClearChart: not passed on. That page went to somebody else, who answers it. Reply OK and its "
    "code to take the task."
)
SHARED = _(
    "ClearChart: nothing was done. Several people answer from this phone, and that page went to "
    "none of them. Open ClearChart."
)
KEPT = _(
    "ClearChart: nothing was done, for your answer came while the task was changed. Open "
    "ClearChart, or answer again."
)
TWICE = _("ClearChart: nothing was done. Two practices use the code {code} now. Open ClearChart.")
ON_HOLD = _("The task is on hold.")
UNREAD = _("An answer from a phone was not understood. Read it below.")
STANDS = _("ClearChart: not passed on. You have that task; open ClearChart to give it to somebody.")

MINUTE, HOUR, DAY = 60, 3600, 86400


def said(words: str) -> str:
    """In the language that is spoken now."""
    return gettext(words) if words else ""


def taken(*, is_critical: bool, due_at: datetime | None, was_late: bool, now: datetime) -> str:
    """`Taken: you have the critical task, due in 40 minutes.`"""
    kind = gettext("critical task") if is_critical else gettext("task")
    answer = gettext("ClearChart: taken. You have the {kind}{due}.")
    return answer.format(kind=kind, due=due(due_at, now)) + (gettext(LATE) if was_late else "")


def has_it(*, due_at: datetime | None, now: datetime) -> str:
    """They took it before."""
    return gettext("ClearChart: you have that task already{due}.").format(due=due(due_at, now))


def somebody_has_it(who: str, when: datetime, *, ended: bool, now: datetime) -> str:
    """Who was first, and when."""
    answer = (
        gettext("ClearChart: {who} closed it {ago}. Nothing is asked of you.")
        if ended
        else gettext("ClearChart: {who} took it {ago}. Nothing is asked of you.")
    )
    return answer.format(who=who, ago=ago(now - when))


def not_taken(why: str) -> str:
    """Why it is not theirs, and where to go on."""
    return gettext("ClearChart: not taken. {why} Open ClearChart.").format(why=why)


def unclear(codes: Sequence[str]) -> str:
    """What can be answered, with the code of the page where one is open."""
    how = gettext(HOW).format(code=codes[0]) if len(codes) == 1 else gettext(HELP)
    return gettext(UNCLEAR) + how.removeprefix("ClearChart: ")


def which(codes: Sequence[str]) -> str:
    """More than one page is open."""
    if len(codes) == 1:
        return gettext(TWICE).format(code=codes[0])
    return gettext(ASKS_WHICH).format(count=len(codes), codes=", ".join(codes[:6]))


def due(at: datetime | None, now: datetime) -> str:
    """`, due in 40 minutes`, `, 2 hours late`; empty where nothing asks for it by then."""
    if at is None:
        return ""
    seconds = (at - now).total_seconds()
    words = gettext(", due in {length}") if seconds >= 0 else gettext(", {length} late")
    return words.format(length=length(abs(seconds)))


def ago(length_of: timedelta) -> str:
    """`3 minutes ago`."""
    seconds = length_of.total_seconds()
    if seconds < MINUTE:
        return gettext("just now")
    return gettext("{length} ago").format(length=length(seconds))


def length(seconds: float) -> str:
    """`40 minutes`, `1 hour`, `3 days`: rounded down, for a promise must not be too long."""
    days, hours, minutes = (int(seconds // unit) for unit in (DAY, HOUR, MINUTE))
    if days >= 2:
        return ngettext("{count} day", "{count} days", days).format(count=days)
    if hours >= 2:
        return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    if minutes:
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    return gettext("less than a minute")
