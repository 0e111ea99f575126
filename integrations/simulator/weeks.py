"""Days that are over: of each what asked for work, in the shape of a working week. Pure."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from integrations.simulator.clinic import Clinic, Sending, wall_clock
from integrations.simulator.clinic_day import clinic_day

SHAPE = (1.3, 1.1, 1.0, 0.95, 0.8, 0.0, 0.0)
"""Monday's share of an average working day, Tuesday's, …: what the weekend brought comes first."""

ASKS: dict[str, tuple[bytes, ...]] = {
    "ORU^R01": (b"||CH|F",),
    "MDM^T02": (b"|CN|", b"|DO||AV", b"|IN||AV", b"|DI||AV"),
    "REF^I12": (b"",),
    "RDE^O25": (b"",),
    "SIU^S26": (b"",),
    "Task": (b"",),
    "ServiceRequest": (b'"status":"draft"', b'"performerType"'),
}
"""Which messages ask for work, by a mark in their bytes: final results, consult notes, what is
unsigned, referrals out, requests."""

LIVE = re.compile(rb"\|P\|2\.|^\{")
NUMBER = re.compile(rb"\b[LNDRFKA]\d{6}-\d+")
"""Of a result, a note, a draft, a referral, a refill, a request, an appointment."""
UNSIGNED = re.compile(rb"\|(DO|IN|DI)\|\|AV")
REFERRAL = re.compile(rb"\bR\d{6}-\d+")
SENT_OUT = re.compile(rb"\|(1989-3|2276-4|3016-3)\^")
"""Vitamin D, ferritin, TSH."""
DANGEROUS = re.compile(rb"\|(HH|LL)\|")
ANSWERED_WITHIN = timedelta(days=21)
NEVER_ANSWERED = 0.06


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of a day that is over, and when it was sent."""

    at: datetime
    sending: Sending

    @property
    def is_dangerous(self) -> bool:
        """Whether it brings a critical value."""
        return bool(DANGEROUS.search(self.sending.body))

    @property
    def is_sent_out(self) -> bool:
        """Whether another laboratory measured it."""
        return bool(SENT_OUT.search(self.sending.body))

    @property
    def referral(self) -> bytes:
        """The number of the referral that it sends or answers; of all else nothing."""
        found = REFERRAL.search(self.sending.body)
        return found.group() if found else b""

    @property
    def answers(self) -> bool:
        """Whether it is the report on a referral."""
        return self.sending.kind == "MDM^T02" and bool(self.referral)


@dataclass(frozen=True, slots=True)
class Busy:
    """A clinician who has left every note unsigned since a day."""

    number: str
    since: date

    def keeps(self, sending: Sending, day: date) -> bool:
        """Whether it is one of those notes."""
        is_theirs = self.number.encode() in sending.body
        return is_theirs and day >= self.since and bool(UNSIGNED.search(sending.body))


def past(
    clinic: Clinic, *, first: date, last: date, share: float, busy: Busy | None = None
) -> list[Sent]:
    """What asked for work from one day to another, in order; of an average day this share.

    All but a few referrals of more than three weeks ago have had their answer.
    """
    days = [first + timedelta(days=back) for back in range((last - first).days + 1)]
    sent = [one for day in days for one in _day(clinic, day, share, busy)]
    gone_out = {one.referral for one in sent if one.referral and not one.answers}
    answered = {one.referral for one in sent if one.answers}
    rng = random.Random(f"referrals of {clinic.slug}")  # noqa: S311 - a play, not a secret
    return [
        one for one in sent
        if not one.referral
        or (one.answers and one.referral in gone_out)
        or (not one.answers and (one.referral in answered or last - one.at.date() < ANSWERED_WITHIN
                                 or rng.random() < NEVER_ANSWERED))
    ]  # fmt: skip


def comes(sending: Sending, share: float) -> bool:
    """Whether it is in this share of a day: all messages of one item are, or none; what is about
    no item or nobody always is."""
    number = NUMBER.search(sending.body)
    return not number or not _has_patient(sending) or random.Random(number.group()).random() < share  # noqa: S311 - a play


def _day(clinic: Clinic, day: date, share: float, busy: Busy | None) -> Iterator[Sent]:
    kept = share * SHAPE[day.weekday()]
    if not kept:
        return
    clock = wall_clock(day, clinic.zone)
    seen = set[str]()
    for sending in clinic_day(clinic, day):
        if sending.id in seen or not _asks(sending):
            continue
        if comes(sending, kept) or (busy and busy.keeps(sending, day)):
            seen.add(sending.id)
            yield Sent(clock.at(sending.minute), sending)


def _asks(sending: Sending) -> bool:
    marks = ASKS.get(sending.kind, ())
    return _has_patient(sending) and bool(LIVE.search(sending.body)) and any(
        mark in sending.body for mark in marks
    )  # fmt: skip


def _has_patient(sending: Sending) -> bool:
    return b"PID|" in sending.body or sending.body.startswith(b"{")
