"""What the provider's library sends by: our checked and bounded requests, to our address."""

import base64
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from twilio.http import HttpClient
from twilio.http.response import Response

from outbox.channels import pace
from outbox.wire import addresses, transport

REAL = "https://api.twilio.com"

LARGEST = 1024 * 1024

logger = logging.getLogger(__name__)


class Addressed(HttpClient):  # type: ignore[misc]
    """Sends to the address of the settings what is meant for the real one."""

    def __init__(self, address: str, until: float | None) -> None:
        super().__init__(logger, is_async=False)
        self.address, self.until = address, until

    def request(
        self, method: str, url: str, params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None, timeout: float | None = None,  # noqa: ARG002
        allow_redirects: bool = False,  # noqa: ARG002, FBT001, FBT002 - as the library calls it
    ) -> Response:  # fmt: skip
        """One request.

        Raises:
            Fault: not connected, or no whole answer.
        """
        query = f"?{urlencode(params, doseq=True)}" if params else ""
        sent = dict(headers or {})
        if auth:
            pair = base64.b64encode(":".join(auth).encode()).decode()
            sent["Authorization"] = f"Basic {pair}"
        answer = transport.send(
            method.upper(),
            addresses.of_settings(self.address + url.removeprefix(REAL) + query),
            headers=sent,
            body=urlencode(data, doseq=True).encode() if data else None,
            largest=LARGEST, patience=pace.patience(self.until),
        )  # fmt: skip
        text = answer.body.decode("utf-8", "replace")
        return Response(answer.status, text, dict(answer.headers))
