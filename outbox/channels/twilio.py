"""The one client of Twilio, at the address of the settings, and the meaning of its answers."""

import logging
from functools import cache
from typing import Any

import requests
from django.conf import settings
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from outbox.channels import pace
from outbox.channels.outcomes import Busy, Outcome, Refused, Unknown

REAL = "https://api.twilio.com"

OPTED_OUT = 21610

BROKEN = frozenset({
    21211, 21214, 21217,  # no such number
    21612, 21614,         # cannot receive text messages
    OPTED_OUT,
    30004, 30005, 30006,  # blocked, unknown, a landline
})  # fmt: skip
"""Codes that say that nobody can be reached at this number this way."""

LATER = frozenset({401, 403, 429})
"""Not sent, and not the number's fault: our account's, or there was too much at once."""

NO_ACCOUNT = Busy("no account for text messages and calls is set up")

NOT_CONNECTED = (requests.exceptions.ConnectTimeout, requests.exceptions.InvalidURL)

quiet = logging.getLogger("outbox.channels.twilio.http")
quiet.disabled = True
"""The library logs addresses, which hold phone numbers."""


class Addressed(TwilioHttpClient):  # type: ignore[misc]
    """Sends to the address of the settings, in bounded time."""

    def __init__(self, address: str) -> None:
        super().__init__(logger=quiet)
        self.address = address

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Send to our address what is meant for the real one."""
        kwargs["timeout"] = pace.WHOLE_S
        return super().request(method, self.address + url.removeprefix(REAL), *args, **kwargs)


def client() -> Client:
    """Signed in as the settings say."""
    return _client(settings.TWILIO_ADDRESS, settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN)


@cache
def _client(address: str, account: str, token: str) -> Client:
    return Client(account, token, http_client=Addressed(address))


def is_set() -> bool:
    """Whether there is an account to send with."""
    return bool(settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN and settings.TWILIO_FROM)


def outcome_of(error: Exception) -> Outcome:
    """What an exception of the client says of the message: sent, not sent, or nobody knows."""
    if isinstance(error, TwilioRestException):
        return _refusal(error)
    if isinstance(error, NOT_CONNECTED) or _never_connected(error):
        return Busy("the provider cannot be reached")
    if isinstance(error, TwilioException | requests.RequestException):
        return Unknown("no answer of the provider")
    return Unknown("an answer of the provider that cannot be read")


def _refusal(error: TwilioRestException) -> Outcome:
    if error.code in BROKEN:
        return Refused(f"refused with code {error.code}", is_broken=True)
    if error.status in LATER:
        return Busy(f"refused with status {error.status}")
    if 400 <= error.status < 500 and error.status != 408:
        return Refused(f"refused with code {error.code or error.status}")
    return Unknown(f"status {error.status}")


def _never_connected(error: Exception) -> bool:
    """Whether not a byte was sent: the connection was refused or its name is unknown."""
    if not isinstance(error, requests.exceptions.ConnectionError) or not error.args:
        return False
    reason = getattr(error.args[0], "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError")
