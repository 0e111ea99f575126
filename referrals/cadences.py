"""The cadences that a practice begins with, and cadences as rows keep them. Pure."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from charts.values import Priority
from outbox.wire.faults import gettext_noop as _
from referrals.cadence import Branch, Nudge, Row, Since
from referrals.lacking import Lack
from referrals.works import Work

B, S, L, W = Branch, Since, Lack, Work
HOUR = timedelta(hours=1)
LONGEST_H = 24 * 365


def _row(
    name: str, branch: Branch, since: Since, hours: float, tests: Lack, does: Work | Nudge
) -> Row:
    return Row(name, branch, since, timedelta(hours=hours), tests, does)


def _pack(day: float) -> tuple[Row, ...]:
    """With this many hours for each day of a routine referral; what the other side's clock
    decides does not shrink."""
    return (
        _row("first-nudge", B.PATIENT, S.ORDERED, day, L.BOOKED, Nudge.BOOK),
        _row("second-nudge", B.PATIENT, S.ORDERED, 7 * day, L.BOOKED, Nudge.BOOK),
        _row("reminder", B.PATIENT, S.APPOINTMENT, -48, L.ATTENDED, Nudge.REMIND),
        _row("nudge-again", B.PATIENT, S.UNBOOKED, day, L.BOOKED, Nudge.REBOOK),
        _row("send", B.SPECIALIST, S.ORDERED, day, L.SENT, W.SEND),
        _row("ask-specialist", B.SPECIALIST, S.ORDERED, 7 * day, L.ACCEPTED, W.ASK_SPECIALIST),
        _row("answer", B.SPECIALIST, S.ASKED, 0, L.OUR_ANSWER, W.ANSWER_QUESTION),
        _row("find-another", B.SPECIALIST, S.DECLINED, 0, L.ANOTHER_SPECIALIST, W.FIND_ANOTHER),
        _row("date", B.SPECIALIST, S.UNDATED, 48, L.DATED, W.ASK_DATE),
        _row("seen-by-now", B.SPECIALIST, S.UNDATED, 30 * 24, L.ATTENDED, W.ASK_ATTENDANCE),
        _row("attendance", B.SPECIALIST, S.APPOINTMENT, 24, L.ATTENDED, W.ASK_ATTENDANCE),
        _row("report", B.SPECIALIST, S.SEEN, 14 * day, L.REPORTED, W.ASK_REPORT),
        _row("coordinate", B.COORDINATOR, S.ORDERED, 14 * day, L.BOOKED, W.COORDINATE),
        _row("rebook", B.COORDINATOR, S.UNBOOKED, 7 * day, L.BOOKED, W.REBOOK),
        _row("call-and-letter", B.COORDINATOR, S.ORDERED, 30 * day, L.BOOKED, W.CALL_AND_LETTER),
        _row("call-again", B.COORDINATOR, S.UNBOOKED, 21 * day, L.BOOKED, W.CALL_AND_LETTER),
        _row("document-lost", B.COORDINATOR, S.UNBOOKED, 42 * day, L.REPORTED, W.DOCUMENT),
        _row("document", B.COORDINATOR, S.ORDERED, 60 * day, L.REPORTED, W.DOCUMENT),
        _row("tell-patient", B.COORDINATOR, S.REPORTED, 72, L.TOLD, W.TELL_PATIENT),
        _row("authorize", B.PAYER, S.AUTHORIZATION, 0, L.AUTHORIZATION, W.AUTHORIZE),
        _row("ask-payer", B.PAYER, S.AUTHORIZATION, 72, L.PAYERS_WORD, W.ASK_PAYER),
        _row("denied", B.PAYER, S.AUTHORIZATION, 0, L.WAY_ROUND_DENIAL, W.DENIED),
    )


ROUTINE = _pack(24)
SOON = _pack(4)
"""Days of a routine referral in four hours: a nudge the same day, a coordinator on the third."""


def built_in(urgency: str) -> tuple[Row, ...]:
    """The cadence of whoever has published none."""
    return ROUTINE if urgency == Priority.ROUTINE else SOON


class CadenceFault(ValueError):
    """The rows make no cadence. `phrase` is constant; `row` names the row, or is empty."""

    def __init__(self, phrase: str, row: str = "") -> None:
        self.phrase, self.row = phrase, row
        super().__init__(phrase)


def kept(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """As JSON keeps them."""
    return [
        {
            "name": row.name, "branch": row.branch.value, "since": row.since.value,
            "hours": row.after / HOUR, "tests": row.tests.value, "does": row.does.value,
        }
        for row in rows
    ]  # fmt: skip


def read(rows: Sequence[dict[str, Any]]) -> tuple[Row, ...]:
    """The rows that JSON kept.

    Raises:
        CadenceFault: two have one name, a word is none of ours, or a time is out of bounds.
    """
    found = tuple(_read(row) for row in rows)
    names = [row.name for row in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise CadenceFault(_("Two rows have the same name."), twice)
    return found


def _read(row: dict[str, Any]) -> Row:
    name = str(row.get("name", ""))
    try:
        since, hours = Since(row["since"]), float(row["hours"])
        read = _row(name, Branch(row["branch"]), since, hours, Lack(row["tests"]),
                    _does(row["does"]))  # fmt: skip
    except (KeyError, TypeError, ValueError, OverflowError):
        raise CadenceFault(_("A row holds a word that no cadence knows."), name) from None
    if not name or len(name) > 40 or name.count("@"):
        raise CadenceFault(_("A row needs a short name of its own."), name)
    earliest = -LONGEST_H if since is Since.APPOINTMENT else 0
    if not earliest <= hours <= LONGEST_H:
        raise CadenceFault(_("A row comes at most a year after what it counts from."), name)
    return read


def _does(word: str) -> Work | Nudge:
    return Nudge(word) if word in set(Nudge) else Work(word)
