"""Mail over SMTP. A server cannot be asked what it took, so a mail may come twice after a failure;
it then bears the same Message-ID."""

import smtplib
import socket
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage

from outbox.channels.outcomes import Accepted, Busy, Outcome, Parcel, Refused, Unknown
from outbox.failures import Broken

PERMANENT = 500
NOT_CONNECTED = (ConnectionRefusedError, socket.gaierror, smtplib.SMTPConnectError)


def send(parcel: Parcel) -> Outcome:
    """Hand it to the mail server; never raises."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    mail = EmailMessage(
        subject=parcel.subject, body=f"{parcel.body}\n\n{settings.PUBLIC_URL}/\n",
        to=[parcel.address], headers={"Message-ID": f"<{parcel.intent_id}@{host}>"},
    )  # fmt: skip
    try:
        mail.send()
    except Exception as error:  # noqa: BLE001 - whatever it is, the mail may have been taken
        return outcome_of(error)
    return Accepted()


def outcome_of(error: Exception) -> Outcome:
    """What a failure says of the mail: taken, not taken, or nobody knows."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        if codes and min(codes) >= PERMANENT:
            return Refused("The mailbox does not exist.", broken=Broken.NO_NUMBER)
        return Busy("mailbox busy")
    if isinstance(error, NOT_CONNECTED):
        return Busy("the mail server cannot be reached")
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPAuthenticationError):
        return Busy("the mail server does not accept our sign-in or sender")
    if isinstance(error, smtplib.SMTPResponseException):
        permanent = error.smtp_code >= PERMANENT
        return Refused("the mail was refused") if permanent else Busy("the mail server is busy")
    return Unknown("no answer of the mail server")
