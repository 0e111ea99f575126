"""The second route: mail and a web address of the operator's own, past the outbox and its engine.

What it says is lined up from constant sentences and counts; it names no practice and no person.
"""

import json
import logging
import smtplib
import ssl
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from django.conf import settings

from outbox.linter import HoldsPatientWords, require_clean
from watchdog.models import Breach
from watchdog.obligations import BY_NAME

logger = logging.getLogger(__name__)

SECONDS = 5.0
"""For each step of a route: one that hangs must not hold up the next audit for long."""

FAILURES = (OSError, smtplib.SMTPException, ValueError)
OPEN, OVER = "open", "over"


@dataclass(frozen=True, slots=True)
class Alarm:
    status: str
    subject: str
    body: str
    obligations: tuple[str, ...]


SAFE = "ClearChart: an obligation does not hold. Open the page System status."


def of_breaches(breaches: Iterable[Breach]) -> Alarm:
    """What does not hold, and what to do about it."""
    return of_names(Counter(breach.obligation for breach in breaches))


def of_names(counts: Counter[str]) -> Alarm:
    """The same for obligations that need no row: `database-away`."""
    lines = ["ClearChart does not hold what it must:", ""]
    for name, many in counts.most_common():
        one = BY_NAME[name]
        where = f" (in {many} practices)" if many > 1 else ""
        lines.append(f"- {one.broken}{where}. {one.do}")
    first = BY_NAME[counts.most_common(1)[0][0]].broken
    more = f" and {len(counts) - 1} more" if len(counts) > 1 else ""
    return _made(OPEN, f"ClearChart alarm: {first}{more}", lines, tuple(counts))


def of_ends(breaches: Iterable[Breach]) -> Alarm:
    """What was told and holds again."""
    names = tuple(dict.fromkeys(breach.obligation for breach in breaches))
    lines = ["These no longer need anybody:", ""]
    lines += [f"- {BY_NAME[name].broken}: over." for name in names]
    return _made(OVER, "ClearChart: what was told before is over", lines, names)


def _made(status: str, subject: str, lines: list[str], names: tuple[str, ...]) -> Alarm:
    body = "\n".join(lines)
    try:
        require_clean(f"{subject}\n{body}")
    except HoldsPatientWords:
        logger.exception("alarm text refused, safe text sent")
        body = subject = SAFE
    return Alarm(status, subject, body, names)


def tell(alarm: Alarm) -> bool:
    """Send by every route there is; whether one of them took it."""
    took = [_sent(name, send, alarm) for name, send in _routes()]
    if not took:
        logger.error("alarm has no route", extra={"count": len(alarm.obligations)})
    return any(took)


def has_route() -> bool:
    """Whether anybody would be told."""
    return bool(_routes())


def _routes() -> list[tuple[str, Callable[[Alarm], None]]]:
    routes: list[tuple[str, Callable[[Alarm], None]]] = []
    if settings.ALARM_EMAIL:
        routes.append(("mail", _mail))
    if settings.ALARM_WEBHOOK:
        routes.append(("webhook", _post))
    return routes


def _sent(name: str, send: Callable[[Alarm], None], alarm: Alarm) -> bool:
    try:
        send(alarm)
    except FAILURES as error:
        cause = type(error).__name__
        logger.error("alarm not sent", extra={"route": name, "cause": cause})  # noqa: TRY400 - its text may hold an address
        return False
    logger.info("alarm sent", extra={"route": name})
    return True


def _mail(alarm: Alarm) -> None:
    """Straight to the server that ALARM_SMTP_URL names; encrypted wherever it offers that."""
    server = urlsplit(settings.ALARM_SMTP_URL)
    message = EmailMessage()
    message["Subject"], message["From"] = alarm.subject, settings.ALARM_FROM
    message["To"] = ", ".join(settings.ALARM_EMAIL)
    message.set_content(alarm.body)
    with _connected(server.scheme, server.hostname or "", server.port) as smtp:
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(message)


def _connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS, context=context)
    smtp = smtplib.SMTP(host, port or 25, timeout=SECONDS)
    smtp.ehlo()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=context)
    return smtp


def _post(alarm: Alarm) -> None:
    said = {"text": f"{alarm.subject}\n{alarm.body}", "status": alarm.status,
            "obligations": alarm.obligations}  # fmt: skip
    fetch(settings.ALARM_WEBHOOK, json.dumps(said).encode())


def fetch(url: str, body: bytes | None = None) -> None:
    """GET, or POST of JSON, to an address of the operator's own.

    Raises:
        OSError: no answer, or one that is no success.
    """
    headers = {"User-Agent": "ClearChart"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - settings.py lets http and https pass only
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        answer.read(1024)
