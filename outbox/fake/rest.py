"""Twilio's REST as far as the product uses it: messages and calls, made, listed and read."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from outbox.fake.provider import Kind, Mode, Provider, Sent

RESOURCES = {"Messages": Kind.MESSAGE, "Calls": Kind.CALL}
PATH = re.compile(r"/2010-04-01/Accounts/(\w+)/(Messages|Calls)(?:/(\w+))?\.json")
E164 = re.compile(r"\+[1-9]\d{6,14}")
PAGE = 50

BUSY_CODE, NO_NUMBER, NOT_SIGNED_IN, NO_SUCH = 20429, 21211, 20003, 20404

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: dict[str, Any]


def may_enter(provider: Provider, authorization: str) -> bool:
    expected = base64.b64encode(f"{provider.account}:{provider.token}".encode()).decode()
    return authorization == f"Basic {expected}"


def post(provider: Provider, kind: Kind, form: Form, mode: Mode) -> tuple[Answer, Sent | None]:
    """Keep it unless something forbids; the answer that the mode lets out."""
    to = form.get("To", "")
    if not E164.fullmatch(to):
        return problem(400, NO_NUMBER), None
    if code := provider.errors.get(to):
        return problem(400, code), None
    if mode is Mode.BUSY:
        return problem(429, BUSY_CODE), None
    if mode is Mode.FAIL:
        return problem(500, 20500), None
    body = form.get("Body") or form.get("Twiml", "")
    kept = provider.keep(
        kind, to=to, sender=form.get("From", ""), body=body, callback=form.get("StatusCallback", "")
    )
    if mode is Mode.FAIL_AFTER:
        return problem(500, 20500), kept
    return Answer(201, shown(provider, kept)), kept


def listing(provider: Provider, resource: str, query: Form) -> Answer:
    """One page, newest first."""
    kind = RESOURCES[resource]
    rows = provider.listed(kind, to=query.get("To", ""))
    size = int(query.get("PageSize", PAGE))
    shortened = [shown(provider, one) for one in rows if _is_within(one.at, query)][:size]
    return Answer(200, {
        resource.lower(): shortened, "page": 0, "page_size": size, "next_page_uri": None,
        "uri": f"/2010-04-01/Accounts/{provider.account}/{resource}.json",
    })  # fmt: skip


def one(provider: Provider, sid: str) -> Answer:
    found = provider.found(sid)
    return Answer(200, shown(provider, found)) if found else problem(404, NO_SUCH)


def shown(provider: Provider, sent: Sent) -> dict[str, Any]:
    """The resource; like Twilio's it does not repeat the status address."""
    made = format_datetime(sent.at)
    held: dict[str, Any] = {
        "sid": sent.sid, "account_sid": provider.account, "to": sent.to, "from": sent.sender,
        "status": sent.status, "date_created": made, "date_updated": made,
        "api_version": "2010-04-01", "error_code": sent.error, "uri": "",
    }  # fmt: skip
    if sent.kind is Kind.MESSAGE:
        return held | {
            "body": sent.body,
            "date_sent": made,
            "direction": "outbound-api",
            "num_segments": "1",
        }
    return held | {"start_time": made, "direction": "outbound-api"}


def problem(status: int, code: int) -> Answer:
    return Answer(status, {
        "code": code, "message": "The fake provider refuses this.", "status": status,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
    })  # fmt: skip


def written(answer: Answer) -> bytes:
    return json.dumps(answer.body).encode()


def _is_within(at: datetime, query: Form) -> bool:
    """Filters by day, as Twilio has them."""
    day = at.date().isoformat()
    for name, value in query.items():
        held = value[:10]
        if name in ("DateSent", "StartTime") and day != held:
            return False
        if name in ("DateSent>", "StartTime>") and day < held:
            return False
        if name in ("DateSent<", "StartTime<") and day > held:
            return False
    return True
