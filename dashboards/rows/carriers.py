"""Accounts with carriers: words ready to be read, no model, no query and no secret."""

from dataclasses import dataclass

from dashboards.words import Moment


@dataclass(frozen=True, slots=True)
class Standing:
    """How one side of an account does."""

    words: str
    dot: str
    """As the dots of feeds: `arriving`, `quiet` or `never`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierRow:
    """One account in the list."""

    name: str
    address: str
    url: str
    standing: tuple[Standing, ...]
    sent: Moment | None
    heard: Moment | None
    agreed: str
    """Since when the agreement is on file; empty: none is."""
    closed: Moment | None


@dataclass(frozen=True, slots=True)
class Opening:
    """A kind of which no account is open."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class CarrierList:
    rows: tuple[CarrierRow, ...]
    closed: tuple[CarrierRow, ...]
    openings: tuple[Opening, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """A field of the form, as it stands on the page."""

    name: str
    label: str
    hint: str
    type: str
    is_secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierPage:
    """One account."""

    id: str
    row: CarrierRow
    facts: tuple[tuple[str, str], ...]
    callback: str
    """The address at which a fax service tells us what became of a fax; empty: it has none."""
    is_open: bool
    waiting: int
    """Attempts that are under way by it."""
