"""What a fake fax service posts to us, signed as the real ones sign."""

import base64
import json
import secrets
import urllib.error
import urllib.request
from typing import Any

from referrals.fake.house import FaxHouse, Sent

PATIENCE_S = 10.0


def webhook(house: FaxHouse, one: Sent, event: str = "") -> tuple[bytes, dict[str, str]]:
    """What the service posts of a fax: body and headers.

    Args:
        house: whose keys sign.
        one: the fax.
        event: of Telnyx: `fax.queued` and others; empty: how it ended.
    """
    if one.service == "telnyx":
        return _telnyx(house, one, event or ("fax.failed" if one.reason else "fax.delivered"))
    body = json.dumps({
        "messageId": one.id, "deliveryId": f"{one.id}-{event or 'end'}", "direction": "outbound",
        "faxNumber": one.to, "status": "failed" if one.reason else "success",
        "pagesCount": 2, "errorInfo": one.reason, "createdAt": one.at.isoformat(),
    }).encode()  # fmt: skip
    return body, _basic(house) | {"x-webhook-event": "fax.v1.outbound.complete"}


def _basic(house: FaxHouse) -> dict[str, str]:
    pair = base64.b64encode(f"{house.user}:{house.password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def _telnyx(house: FaxHouse, one: Sent, event: str) -> tuple[bytes, dict[str, str]]:
    return _posted(house, f"{one.id}-{event}", event, {
        "fax_id": one.id, "direction": "outbound", "to": one.to, "page_count": 2,
        "failure_reason": one.reason,
    })  # fmt: skip


def _posted(
    house: FaxHouse, name: str, event: str, payload: dict[str, Any]
) -> tuple[bytes, dict[str, str]]:
    body = json.dumps({"data": {
        "record_type": "event", "event_type": event, "id": name,
        "occurred_at": house.clock().isoformat(), "payload": payload,
    }}).encode()  # fmt: skip
    stamp = str(int(house.clock().timestamp()))
    signed = house.signer.sign(stamp.encode() + b"|" + body)
    return body, {
        "telnyx-signature-ed25519": base64.b64encode(signed).decode(), "telnyx-timestamp": stamp,
    }  # fmt: skip


def inbound(
    house: FaxHouse, service: str, pdf: bytes, *, sender: str, address: str, name: str = ""
) -> tuple[bytes, dict[str, str]]:
    """What the service posts of a fax that came to us: body and headers.

    Args:
        house: keeps its pages.
        service: as which it speaks.
        pdf: its pages.
        sender: the number it came from.
        address: of the fake, where its pages are fetched.
        name: of the fax; empty: another one.
    """
    name = name or secrets.token_hex(12)
    house.came[name] = pdf
    if service == "telnyx":
        return _posted(house, f"{name}-fax.received", "fax.received", {
            "fax_id": name, "direction": "inbound", "from": sender, "page_count": 2,
            "media_url": f"{address}/media/{name}.pdf",
        })  # fmt: skip
    body = json.dumps({
        "messageId": name, "deliveryId": f"{name}-end", "direction": "inbound",
        "faxNumber": "12025550100", "faxCallerId": sender.lstrip("+"), "status": "success",
        "pagesComplete": 2,
    }).encode()  # fmt: skip
    return body, _basic(house) | {"x-webhook-event": "fax.v1.inbound.complete"}


def tell(house: FaxHouse, one: Sent, url: str) -> int:
    """Post how a fax ended; the product's answer, or 0 where it is not there."""
    body, headers = webhook(house, one)
    if not url.startswith(("http://", "https://")):
        return 0
    request = urllib.request.Request(  # noqa: S310 - checked above
        url, data=body, headers={"Content-Type": "application/json", **headers}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return int(error.code)
    except OSError:
        return 0
