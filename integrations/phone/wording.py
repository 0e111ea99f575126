"""What is said back to a phone. Pure: names of staff and times, and never a patient."""

from collections.abc import Sequence
from datetime import datetime, timedelta

HELP = (
    "ClearChart: reply OK and the code of a page to take its task, or NO and the code to pass it "
    "on. STOP ends text messages."
)
STOPPED = "You opted out of text messages. Pages go to your other contacts, or to somebody else."
STARTED = "ClearChart: text messages are on again."
TESTED = "ClearChart: your answer arrived. It was a test page."
NOTHING = "ClearChart: no page is open for this phone. Open ClearChart to see your work."
NOBODY = "ClearChart: this phone belongs to nobody who works here now."
PRESS = "Press 1 to take the task, or 2 to have somebody else called."
PIN_ASKED = "Enter your PIN."
PIN_WRONG = "That is not your PIN. Enter it again."
PIN_LOCKED = (
    "ClearChart: not taken. Too many wrong PINs were entered, so calls take no task. Open "
    "ClearChart to take it, and to set another PIN."
)
NO_PIN = (
    "ClearChart: not taken. Whoever picks up a phone could press that key, so a call asks for your "
    "PIN, and you have none. Open ClearChart, or answer the text message."
)
LATE = " It was late: others had been called by then."
ASKS_WHICH = "ClearChart: {count} pages are open. Reply OK and the code of one: {codes}."
UNCLEAR = "ClearChart: that was not understood, and a person will read it. "
HOW = "Reply OK {code} to take the task or NO {code} to pass it on."
PASSED_ON = (
    "ClearChart: you passed it on. We are looking for somebody else. Call them yourself if you can."
)
NOT_YOURS = (
    "ClearChart: not passed on. That page went to somebody else, who answers it. Reply OK and its "
    "code to take the task."
)
SHARED = (
    "ClearChart: nothing was done. Several people answer from this phone, and that page went to "
    "none of them. Open ClearChart."
)
KEPT = (
    "ClearChart: nothing was done, for your answer came while the task was changed. Open "
    "ClearChart, or answer again."
)
TWICE = "ClearChart: nothing was done. Two practices use the code {code} now. Open ClearChart."
STANDS = "ClearChart: not passed on. You have that task; open ClearChart to give it to somebody."

MINUTE, HOUR, DAY = 60, 3600, 86400


def taken(*, is_critical: bool, due_at: datetime | None, was_late: bool, now: datetime) -> str:
    """`Taken: you have the critical task, due in 40 minutes.`"""
    kind = "critical task" if is_critical else "task"
    said = f"ClearChart: taken. You have the {kind}{due(due_at, now)}."
    return said + (LATE if was_late else "")


def has_it(*, due_at: datetime | None, now: datetime) -> str:
    """They took it before."""
    return f"ClearChart: you have that task already{due(due_at, now)}."


def somebody_has_it(who: str, when: datetime, *, ended: bool, now: datetime) -> str:
    """Who was first, and when."""
    did = "closed" if ended else "took"
    return f"ClearChart: {who} {did} it {ago(now - when)}. Nothing is asked of you."


def not_taken(why: str) -> str:
    """Why it is not theirs, and where to go on."""
    return f"ClearChart: not taken. {why} Open ClearChart."


def unclear(codes: Sequence[str]) -> str:
    """What can be answered, with the code of the page where one is open."""
    return UNCLEAR + (HOW.format(code=codes[0]) if len(codes) == 1 else HELP.partition(": ")[2])


def which(codes: Sequence[str]) -> str:
    """More than one page is open."""
    if len(codes) == 1:
        return TWICE.format(code=codes[0])
    return ASKS_WHICH.format(count=len(codes), codes=", ".join(codes[:6]))


def due(at: datetime | None, now: datetime) -> str:
    """`, due in 40 minutes`, `, 2 hours late`; empty where nothing asks for it by then."""
    if at is None:
        return ""
    seconds = (at - now).total_seconds()
    return f", due in {length(seconds)}" if seconds >= 0 else f", {length(-seconds)} late"


def ago(length_of: timedelta) -> str:
    """`3 minutes ago`."""
    seconds = length_of.total_seconds()
    return "just now" if seconds < MINUTE else f"{length(seconds)} ago"


def length(seconds: float) -> str:
    """`40 minutes`, `1 hour`, `3 days`: rounded down, for a promise must not be too long."""
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        count = int(seconds // unit)
        if count >= (2 if unit > MINUTE else 1):
            return f"{count} {name}" + ("" if count == 1 else "s")
    return "less than a minute"
