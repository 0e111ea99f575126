"""Addresses of contacts as they are kept: phones, mailboxes, webhooks."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from outbox.models import Channel
from outbox.phones import NotAPhone, e164

LONGEST = 400
PHONES = (Channel.SMS, Channel.VOICE)


class ContactRefused(ValueError):
    """Nothing was saved; the text says what to do. `field` is where it is said."""

    def __init__(self, sentence: str, *, field: str = "address") -> None:
        super().__init__(sentence)
        self.field = field


def address_of(channel: Channel, text: str) -> str:
    """The address as it is kept.

    Raises:
        ContactRefused: it is none of that kind; the text says what one looks like.
    """
    try:
        if channel in PHONES:
            return e164(text)
        if channel == Channel.EMAIL:
            validate_email(text.strip())
            return text.strip().lower()
    except NotAPhone as error:
        raise ContactRefused(str(error)) from None
    except ValidationError:
        raise ContactRefused(_("Write an e-mail address such as name@practice.example.")) from None
    return _https(text.strip())


def _https(text: str) -> str:
    try:
        parts = urlsplit(text)
        named = parts.scheme == "https" and "." in (parts.hostname or "") and not parts.username
    except ValueError:
        named = False
    if not named or len(text) > LONGEST:
        raise ContactRefused(_("Paste the whole address of the webhook. It begins with https://."))
    return text
