"""The one client of Twilio, at the address of the settings, and the meaning of its answers."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop as _
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from outbox.channels.outcomes import Accepted, Busy, Outcome, Refused, Sighting, Unknown
from outbox.channels.twilio_http import Addressed
from outbox.failures import failure_of
from outbox.wire.faults import AddressRefused, Fault, NotConnected

LATER = frozenset({401, 403, 429})
"""Not sent, and not the number's fault: our account's, or there was too much at once."""

NO_ACCOUNT = Busy(_("no account for text messages and calls is set up"))


def client(*, until: float | None = None) -> Client:
    """Signed in as the settings say; nothing is put on the line after `until` (monotonic)."""
    http = Addressed(settings.TWILIO_ADDRESS, until)
    return Client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=http)


def is_set() -> bool:
    """Whether there is an account to send with."""
    return bool(settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN and settings.TWILIO_FROM)


def hand_over(create: Callable[[Client], Any], *, until: float | None) -> Outcome:
    """Have the account make a message or a call; never raises."""
    if not is_set():
        return NO_ACCOUNT
    try:
        made = create(client(until=until))
    except Exception as error:  # noqa: BLE001 - whatever it is, it may have been sent
        return outcome_of(error)
    return Accepted(provider_id=made.sid or "")


def sighting(listed: Any) -> Sighting:
    """One message or call of its lists; a call has no code of what went wrong."""
    code = getattr(listed, "error_code", None)
    return Sighting(listed.sid or "", str(listed.status or ""), str(code or ""))


def outcome_of(error: Exception) -> Outcome:
    """What an exception of the client says of the message: sent, not sent, or nobody knows."""
    if isinstance(error, TwilioRestException):
        return _refusal(error)
    if isinstance(error, NotConnected | AddressRefused):
        return Busy(_("the provider cannot be reached"))
    if isinstance(error, TwilioException | Fault):
        return Unknown(_("no answer of the provider"))
    return Unknown(_("an answer of the provider that cannot be read"))


def _refusal(error: TwilioRestException) -> Outcome:
    known = failure_of(str(error.code))
    if known.breaks:
        return Refused(known.words, broken=known.breaks)
    if error.status in LATER:
        return Busy(f"refused with status {error.status}")
    if 400 <= error.status < 500 and error.status != 408:
        return Refused(f"refused with code {error.code or error.status}")
    return Unknown(f"status {error.status}")
