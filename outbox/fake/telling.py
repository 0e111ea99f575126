"""Call-backs and replies, signed as Twilio signs them."""

import html
import re
import secrets
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from urllib.parse import urlencode, urljoin, urlsplit

from twilio.request_validator import RequestValidator

from outbox.fake.provider import Callbacks, Kind, Provider, Sent

PATIENCE_S = 10.0
REPLIES = "/twilio/reply/"
WENT_WELL = {Kind.MESSAGE: ("sent", "delivered"), Kind.CALL: ("ringing",)}
ANSWERED = ("in-progress", "completed")
NAMES = {Kind.MESSAGE: ("MessageSid", "MessageStatus"), Kind.CALL: ("CallSid", "CallStatus")}

SAY = re.compile(r"<Say[^>]*>(.*?)</Say>", re.DOTALL)
ACTION = re.compile(r'<Gather[^>]*action="([^"]*)"')
MESSAGE = re.compile(r"<Message[^>]*>(.*?)</Message>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def report(provider: Provider, sent: Sent) -> None:
    """Tell what became of it, as the provider's call-backs are set; in a thread of its own."""
    failed = provider.undelivered.get(sent.to)
    statuses = ("sent", "undelivered") if failed else WENT_WELL[sent.kind]
    how = provider.callbacks
    if how is Callbacks.REVERSED:
        statuses = statuses[::-1]
    if how is Callbacks.DUPLICATED:
        statuses = tuple(status for status in statuses for _ in range(2))
    sent.error = failed
    sent.status = "undelivered" if failed else WENT_WELL[sent.kind][-1]
    if sent.callback and how is not Callbacks.LOST:
        delay = provider.late_s if how is Callbacks.LATE else 0.05
        timer = threading.Timer(delay, _report, (provider, sent, statuses))
        timer.daemon = True
        timer.start()


def _report(provider: Provider, sent: Sent, statuses: tuple[str, ...]) -> None:
    for status in statuses:
        tell_status(provider, sent, status)


def tell_status(provider: Provider, sent: Sent, status: str) -> int:
    """Post one status; the product's answer, or 0 where it is not there."""
    sid, name = NAMES[sent.kind]
    form = {"AccountSid": provider.account, sid: sent.sid, name: status, "To": sent.to,
            "From": sent.sender}  # fmt: skip
    if sent.error and status in ("undelivered", "failed"):
        form["ErrorCode"] = str(sent.error)
    return _post(provider, sent.callback, form)[0]


def reply(provider: Provider, phone: str, body: str) -> str:
    """Write back from a phone; returns what the phone is told."""
    last = next((one for one in reversed(provider.received(phone)) if one.callback), None)
    url = provider.reply_url or (_beside(last.callback) if last else "")
    to = last.sender if last else provider.number
    form = {"AccountSid": provider.account, "MessageSid": f"SM{secrets.token_hex(16)}",
            "From": phone, "To": to, "Body": body}  # fmt: skip
    _, text = _post(provider, url, form)
    answer = spoken(MESSAGE, text)
    provider.heard(sender=phone, to=to, body=body, answer=answer)
    return answer


def _beside(callback: str) -> str:
    """Where the product takes replies, known from where it takes statuses."""
    parts = urlsplit(callback)
    return f"{parts.scheme}://{parts.netloc}{REPLIES}"


def press(provider: Provider, call: Sent, digits: str) -> str:
    """Answer a call and press keys; returns what is said then."""
    action = call.asks or _action(call.body)
    form = {"AccountSid": provider.account, "CallSid": call.sid, "From": call.sender,
            "To": call.to, "CallStatus": "in-progress", "Digits": digits}  # fmt: skip
    if action and digits:
        _, text = _post(provider, action, form)
        call.answer, call.asks = spoken(SAY, text), _action(text, action)
    call.status = ANSWERED[0] if call.asks else ANSWERED[-1]
    if call.callback:
        for status in ANSWERED[: ANSWERED.index(call.status) + 1]:
            tell_status(provider, call, status)
    return call.answer


def _action(twiml: str, base: str = "") -> str:
    """Where the keys go that are waited for; empty where none are."""
    found = ACTION.search(twiml)
    return urljoin(base, html.unescape(found.group(1))) if found else ""


def spoken(pattern: re.Pattern[str], text: str) -> str:
    """The words inside of TwiML."""
    found = pattern.search(text)
    return html.unescape(TAG.sub(" ", found.group(1))).strip() if found else ""


def _post(provider: Provider, url: str, form: Mapping[str, str]) -> tuple[int, str]:
    if not url.startswith(("http://", "https://")):
        return 0, ""
    signature = RequestValidator(provider.token).compute_signature(url, form)
    request = urllib.request.Request(  # noqa: S310 - checked above
        url, data=urlencode(form).encode(), headers={"X-Twilio-Signature": signature}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
            return int(answer.status), answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return int(error.code), ""
    except OSError:
        return 0, ""
