"""Our HISP: messages handed over by SMTP, and its mailbox read by IMAP. Nothing here raises."""

import imaplib
import logging
import re
import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from outbox.wire.faults import AddressRefused, Fault, NotConnected
from outbox.wire.transport import deadline
from referrals.lines import servers
from referrals.wire.answers import Outcome, Refused, Taken, Trouble, Unsure
from referrals.wire.direct import LARGEST

logger = logging.getLogger(__name__)

WHOLE_S = 60.0
"""Of handing one message over, and of reading a mailbox once."""
MOST = 50
"""Messages read in one pass."""

PERMANENT = 500
BY_CODE = {
    452: Trouble.BUSY, 535: Trouble.SIGN_IN, 550: Trouble.NO_SUCH_ADDRESS,
    551: Trouble.NO_SUCH_ADDRESS, 552: Trouble.TOO_LARGE, 553: Trouble.NO_SUCH_ADDRESS,
    554: Trouble.NOT_TRUSTED,
}  # fmt: skip
BY_ENHANCED = {
    "5.1": Trouble.NO_SUCH_ADDRESS, "5.2": Trouble.NO_SUCH_ADDRESS, "5.7": Trouble.NOT_TRUSTED,
    "5.3.4": Trouble.TOO_LARGE, "5.2.3": Trouble.TOO_LARGE,
}  # fmt: skip
"""RFC 3463; the longer of two that fit."""
ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
UID, SIZE, VALIDITY = re.compile(rb"UID (\d+)"), re.compile(rb"RFC822\.SIZE (\d+)"), b"0"


@dataclass(frozen=True, slots=True)
class Edge:
    """Our account at a HISP."""

    smtp_url: str
    imap_url: str
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Post:
    """What came since a place in the mailbox, in its order."""

    validity: int
    """Numbers of another one say nothing: the mailbox was made anew."""
    messages: tuple[tuple[int, bytes], ...] = field(default=(), repr=False)
    """Each with its number; one that is too large comes empty."""
    trouble: Trouble | None = None


def hand_over(raw: bytes, *, sender: str, recipient: str, edge: Edge) -> Outcome:
    """Give one message to the HISP."""
    return _signed_in(edge, lambda client: client.sendmail(sender, [recipient], raw))


def try_out(edge: Edge) -> Trouble | None:
    """Whether the HISP would take a message of ours; none is given to it. None: it would."""
    outcome = _signed_in(edge, lambda client: client.noop())
    return None if isinstance(outcome, Taken) else outcome.why


def _signed_in(edge: Edge, run: Callable[[smtplib.SMTP], object]) -> Outcome:
    try:
        client = servers.smtp(servers.server(edge.smtp_url, servers.SMTP_PORTS))
    except AddressRefused:
        return Refused(Trouble.NO_ACCOUNT)
    except smtplib.SMTPResponseException as error:
        return Refused(trouble_of(error.smtp_code, error.smtp_error))
    except (Fault, OSError, smtplib.SMTPException, ValueError):
        return Refused(Trouble.UNREACHED)
    try:
        with deadline(client, WHOLE_S):
            if edge.user:
                client.login(edge.user, edge.password)
            run(client)
        return Taken()
    except Exception as error:  # noqa: BLE001 - whatever it is, it says what became of the message
        return outcome_of(error)
    finally:
        with suppress(Exception):  # a farewell changes nothing
            client.close()


def outcome_of(error: Exception) -> Outcome:
    """What a failure says of the message: not taken, or nobody knows."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return Refused(trouble_of(code, said))
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
        return Refused(Trouble.SIGN_IN)
    if isinstance(error, smtplib.SMTPResponseException):
        return Refused(trouble_of(error.smtp_code, error.smtp_error))
    return Unsure()


def trouble_of(code: int, said: bytes | str) -> Trouble:
    """What a refusal says; its words are kept nowhere."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    if code < PERMANENT:
        return Trouble.BUSY
    if found := ENHANCED.search(text):
        kind, subject, detail = found.groups()
        exact, rough = f"{kind}.{subject}.{detail}", f"{kind}.{subject}"
        if trouble := BY_ENHANCED.get(exact) or BY_ENHANCED.get(rough):
            return trouble
    return BY_CODE.get(code, Trouble.REFUSED)


def collect(edge: Edge, *, validity: int, after: int) -> Post:
    """What came to the mailbox after a number. Nothing is marked, moved or answered there.

    Args:
        edge: our account.
        validity: of the mailbox whose numbers are known; 0: none is.
        after: the last number that was taken.
    """
    return _opened(edge, validity, lambda client: _read(client, validity, after))


def try_mailbox(edge: Edge) -> Trouble | None:
    """Whether the mailbox can be read; nothing in it is. None: it can."""
    return _opened(edge, 0, lambda _: Post(0)).trouble


def _opened(edge: Edge, validity: int, run: Callable[[imaplib.IMAP4], Post]) -> Post:
    try:
        client = servers.imap(servers.server(edge.imap_url, servers.IMAP_PORTS))
    except (Fault, OSError, imaplib.IMAP4.error, ValueError) as error:
        known = isinstance(error, Fault) and not isinstance(error, NotConnected)
        return Post(validity, trouble=Trouble.NO_ACCOUNT if known else Trouble.UNREACHED)
    try:
        with deadline(client, WHOLE_S):
            if not _lets_in(client, edge):
                return Post(validity, trouble=Trouble.SIGN_IN)
            client.select("INBOX", readonly=True)
            return run(client)
    except Exception:  # noqa: BLE001 - a server that talks nonsense is asked again later
        logger.warning("mailbox not read")
        return Post(validity, trouble=Trouble.NO_ANSWER)
    finally:
        with suppress(Exception):
            client.shutdown()


def _lets_in(client: imaplib.IMAP4, edge: Edge) -> bool:
    try:
        client.login(edge.user, edge.password)
    except imaplib.IMAP4.error:
        return False
    return True


def _read(client: imaplib.IMAP4, validity: int, after: int) -> Post:
    said = client.response("UIDVALIDITY")[1]
    now = int(said[0] or VALIDITY) if said else 0
    first = after + 1 if now == validity else 1
    listed = client.uid("SEARCH", "UID", f"{first}:*")[1]
    # `7:*` names the last message even where its number is below 7.
    uids = sorted(uid for uid in map(int, (listed[0] or b"").split()) if uid >= first)
    return Post(now, tuple(_fetched(client, uids[:MOST])))


def _fetched(client: imaplib.IMAP4, uids: list[int]) -> Iterator[tuple[int, bytes]]:
    began = time.monotonic()
    for uid in uids:
        if time.monotonic() - began > WHOLE_S / 2:
            return  # the rest is the next pass's
        sizes = client.uid("FETCH", str(uid), "(RFC822.SIZE)")[1]
        size = SIZE.search(_flat(sizes))
        if size and int(size[1]) > LARGEST:
            yield uid, b""
            continue
        parts = client.uid("FETCH", str(uid), "(BODY.PEEK[])")[1]
        yield uid, next((one[1] for one in parts if isinstance(one, tuple)), b"")


def _flat(parts: list[object]) -> bytes:
    rows = (b" ".join(one) if isinstance(one, tuple) else one for one in parts)
    return b" ".join(row for row in rows if isinstance(row, bytes))
