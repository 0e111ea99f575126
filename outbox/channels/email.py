"""Mail over SMTP. A server cannot be asked what it took, so a mail may come twice after a failure;
it then bears the same Message-ID."""

import smtplib
import socket
import time
from contextlib import nullcontext, suppress
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext_noop as _

from outbox.channels import pace
from outbox.channels.outcomes import Accepted, Busy, Outcome, Parcel, Refused, Unknown
from outbox.failures import Broken
from outbox.wire import transport

PERMANENT = 500
NOT_CONNECTED = (ConnectionRefusedError, socket.gaierror, smtplib.SMTPConnectError)
UNREACHED = Busy(_("the mail server cannot be reached"))


def send(parcel: Parcel) -> Outcome:
    """Hand it to the mail server; never raises."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    mail = EmailMessage(
        subject=parcel.subject,
        body="\n\n".join(part for part in (parcel.body, parcel.link) if part) + "\n",
        to=[parcel.address], headers={"Message-ID": f"<{parcel.intent_id}@{host}>"},
    )  # fmt: skip
    server = get_connection(timeout=pace.WHOLE_S)
    try:
        server.open()
    except smtplib.SMTPResponseException as error:
        return outcome_of(error)
    except Exception:  # noqa: BLE001 - whatever it is, no mail was handed over
        return UNREACHED
    try:
        return _hand_over(mail, server, until=parcel.until)
    except Exception as error:  # noqa: BLE001 - whatever it is, the mail may have been taken
        return outcome_of(error)
    finally:
        with suppress(Exception):  # a farewell changes nothing
            server.close()


def _hand_over(mail: EmailMessage, server: Any, *, until: float | None) -> Outcome:
    """Within the seconds of a request as a whole, however slowly the server answers each step."""
    if until is not None and time.monotonic() > until:
        return Busy(_("the mail server took too long to connect"))
    line = getattr(server, "connection", None)
    with nullcontext() if line is None else transport.deadline(line, pace.WHOLE_S):
        server.send_messages([mail])
    return Accepted()


def outcome_of(error: Exception) -> Outcome:
    """What a failure says of the mail: taken, not taken, or nobody knows."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        if codes and min(codes) >= PERMANENT:
            return Refused(_("The mailbox does not exist."), broken=Broken.NO_NUMBER)
        return Busy(_("mailbox busy"))
    if isinstance(error, NOT_CONNECTED):
        return UNREACHED
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPAuthenticationError):
        return Busy(_("the mail server does not accept our sign-in or sender"))
    if isinstance(error, smtplib.SMTPResponseException):
        permanent = error.smtp_code >= PERMANENT
        return (
            Refused(_("the mail was refused")) if permanent else Busy(_("the mail server is busy"))
        )
    return Unknown(_("no answer of the mail server"))
