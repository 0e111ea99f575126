"""The ways out, one module each, and the table of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from outbox.channels import chat, email, in_app, portal, sms, voice, webhook
from outbox.channels.outcomes import Outcome, Parcel, Sighting
from outbox.models import Channel


@dataclass(frozen=True, slots=True)
class Way:
    """How one channel sends, and how it is asked what became of an attempt."""

    send: Callable[[Parcel], Outcome]
    find: Callable[[Parcel], Sequence[Sighting]] | None = None
    """None: the other side cannot be asked; it is sent again under the same id, and whoever
    receives it twice can tell."""
    look: Callable[[str], Sighting] | None = None
    """What became of the one of this provider's id; None: the other side keeps no such record."""


CHANNELS: dict[Channel, Way] = {
    Channel.IN_APP: Way(in_app.send),
    Channel.EMAIL: Way(email.send),
    Channel.SMS: Way(sms.send, sms.find, sms.look),
    Channel.VOICE: Way(voice.send, voice.find, voice.look),
    Channel.WEBHOOK: Way(webhook.send),
    Channel.CHAT: Way(chat.send),
    Channel.PORTAL: Way(portal.send),
}
