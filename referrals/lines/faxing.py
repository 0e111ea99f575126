"""A fax service by HTTP. Nothing here raises."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from outbox.wire import addresses, transport
from outbox.wire.faults import AddressRefused, Fault, NotConnected
from outbox.wire.transport import Answer, Patience
from referrals.wire.answers import Outcome, Refused, Taken, Trouble, Unsure, of_status
from referrals.wire.documo import Documo
from referrals.wire.fax import LARGEST, Account, Request, Service, Sheet, Sighting
from referrals.wire.telnyx import Telnyx

SERVICES: dict[str, Service] = {"documo": Documo(), "telnyx": Telnyx()}

PATIENCE = Patience(connect_s=5.0, read_s=30.0, whole_s=60.0)
PAGES = (b"%PDF-", b"II*\x00", b"MM\x00*")
"""How PDF and TIFF begin; what else comes in their place is an error page."""
LARGEST_ANSWER = 1024 * 1024


def send(service: str, sheet: Sheet, account: Account, *, address: str = "") -> Outcome:
    """Hand one fax over.

    Args:
        service: a name of `SERVICES`.
        sheet: what is sent where.
        account: of the practice.
        address: of another server than the service's own, for tests and demos.
    """
    if len(sheet.pdf) > LARGEST:
        return Refused(Trouble.TOO_LARGE)
    speaks = SERVICES[service]
    try:
        answer = _asked(speaks.send(sheet, account), address or speaks.address)
    except AddressRefused:
        return Refused(Trouble.NO_ACCOUNT)
    except NotConnected:
        return Refused(Trouble.UNREACHED)
    except Fault:
        return Unsure()
    return speaks.sent(answer.status, answer.body)


def find(
    service: str, *, to: str, since: datetime, account: Account, address: str = ""
) -> Sequence[Sighting] | None:
    """What the service knows to have gone to a number since then; None where it cannot say."""
    speaks = SERVICES[service]
    try:
        answer = _asked(speaks.find(to, since, account), address or speaks.address)
    except Fault:
        return None
    return speaks.found(answer.body, to=to, since=since) if answer.is_ok else None


def try_out(service: str, *, account: Account, address: str = "", now: datetime) -> Trouble | None:
    """Whether the service lets us in: it is asked for what went to our own number, and sends
    nothing. None: it does."""
    speaks = SERVICES[service]
    try:
        answer = _asked(speaks.find(account.number, now, account), address or speaks.address)
    except AddressRefused:
        return Trouble.NO_ACCOUNT
    except NotConnected:
        return Trouble.UNREACHED
    except Fault:
        return Trouble.NO_ANSWER
    if answer.is_ok:
        listed = speaks.found(answer.body, to=account.number, since=now)
        return Trouble.NO_ANSWER if listed is None else None
    outcome = of_status(answer.status)
    return None if isinstance(outcome, Taken) else outcome.why


def fetch(
    service: str, *, fax_id: str, url: str, account: Account, address: str = ""
) -> bytes | None:
    """The pages of a fax that came; None where the service does not give them now."""
    speaks = SERVICES[service]
    try:
        request = speaks.file(fax_id, url, account)
        answer = _asked(request, address or speaks.address, largest=LARGEST)
    except Fault:
        return None
    are_pages = answer.body.startswith(PAGES)
    return answer.body if answer.is_ok and are_pages else None


def _asked(request: Request, address: str, *, largest: int = LARGEST_ANSWER) -> Answer:
    where = request.path if "://" in request.path else address + request.path
    target = addresses.resolve(where, allow_loopback=settings.EHR_LOOPBACK)
    return transport.send(
        request.method, target, headers=request.headers, body=request.body or None,
        largest=largest, patience=PATIENCE, ca_file=settings.EHR_CA_FILE,
    )  # fmt: skip
