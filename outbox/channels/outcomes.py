"""What is handed to a channel, and what can come of it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from outbox.failures import Broken


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to one address, fit to leave the product."""

    intent_id: UUID
    contact_id: UUID | None
    address: str
    subject: str
    body: str
    reference: str
    is_page: bool
    since: datetime
    """No attempt was made before."""
    at: datetime
    """When it is sent."""
    status_url: str
    """Where the provider reports what becomes of it."""
    answer_url: str
    """Where the keys pressed in a call are reported."""
    language: str = "en"
    """In which a voice reads it out."""
    link: str = ""
    """Where to go on, under a mail; a patient has no place here."""
    recipient: str = ""
    """Of a patient's portal: `assigner|number`, by which it knows them."""
    until: float | None = None
    """The monotonic second after which nothing may be put on the line any more."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider, or the other side itself, has it."""

    provider_id: str = ""
    is_delivered: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not sent, and never will be this way."""

    why: str
    broken: Broken | None = None
    """Why nobody can be reached at this address any more."""
    provider_id: str = ""
    """Where the provider took it first."""


@dataclass(frozen=True, slots=True)
class Busy:
    """It was certainly not sent; it may be later."""

    why: str
    until: datetime | None = None
    """Not before; None: after a while."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been sent or not."""

    why: str


@dataclass(frozen=True, slots=True)
class Moot:
    """It was not sent, and need not be."""

    why: str


Outcome = Accepted | Refused | Busy | Unknown | Moot


@dataclass(frozen=True, slots=True)
class Sighting:
    """A message or call as the provider shows it: it may be the one asked about."""

    provider_id: str
    status: str
    code: str = ""
    """Of what went wrong."""
