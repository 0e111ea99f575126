"""What kinds of accounts, and their fields, are called on the screens. Tables."""

from collections.abc import Mapping

from dashboards.rows.carriers import Ask
from dashboards.words import later
from integrations.carriers.trying import Side
from referrals.models import Carrier

KINDS: Mapping[str, str] = {
    Carrier.Kind.HISP: later("Direct (HISP)"), Carrier.Kind.DOCUMO: later("Fax (Documo)"),
    Carrier.Kind.TELNYX: later("Fax (Telnyx)"),
}  # fmt: skip
SIDES: Mapping[Side, tuple[str, str]] = {
    Side.OUT: (later("Sending: the server lets us in"), later("Sending")),
    Side.MAILBOX: (later("Mailbox: it can be read"), later("Mailbox")),
    Side.SERVICE: (later("The service lets us in"), later("The service")),
}
"""What is said where it went well, and the name where it did not."""

FAX = Ask("address", later("Our fax number"), later("As the service gave it, with area code."),
          "tel")  # fmt: skip
KEY = Ask("secret", later("API key"), "", "password", is_secret=True)
ASKS: Mapping[str, tuple[Ask, ...]] = {
    Carrier.Kind.HISP: (
        Ask("address", later("Our Direct address"), later("As referrals@practice.direct.example."),
            "text"),
        Ask("url", later("Server to send"), later("Begins with smtps:// or smtp://."), "text"),
        Ask("mail_url", later("Server of the mailbox"), later("Begins with imaps://."), "text"),
        Ask("user", later("User name"), "", "text"),
        Ask("secret", later("Password"), "", "password", is_secret=True),
    ),
    Carrier.Kind.DOCUMO: (
        FAX,
        KEY,
        Ask("user", later("User name of call-backs"),
            later("Choose one, and give it to Documo with the password below."), "text"),
        Ask("callback_secret", later("Password of call-backs"), "", "password", is_secret=True),
    ),
    Carrier.Kind.TELNYX: (
        FAX,
        KEY,
        Ask("connection", later("Fax application id"), later("Which of the account's sends."),
            "text"),
        Ask("callback_secret", later("Public key of call-backs"),
            later("Telnyx shows it under Keys and credentials."), "password", is_secret=True),
    ),
}  # fmt: skip
"""What an account of each kind is opened with, beside the day of its agreement."""


def secrets_of(kind: str) -> tuple[Ask, ...]:
    """What of it can be replaced."""
    return tuple(one for one in ASKS[kind] if one.is_secret)
