"""What an entry of the directory may say: checked and written one way before it is kept."""

import re
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from outbox.phones import NotAPhone, e164
from referrals.specialties import Specialty
from referrals.ways import Way

ADDRESS = re.compile(r"[^\s@<>\"',;:()]{1,64}@[A-Za-z0-9.-]{1,120}\.[A-Za-z]{2,}")
NPI_LENGTH, NPI_PREFIX = 10, "80840"


class EntryRefused(Exception):
    """An entry cannot be kept so; the text says what to write. `column` names what is wrong."""

    def __init__(self, column: str, text: str) -> None:
        super().__init__(text)
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A specialist as somebody here writes them down."""

    organization: str
    person: str = ""
    npi: str = ""
    specialty: Specialty | None = None
    direct_address: str = ""
    fax: str = ""
    phone: str = ""
    ways: tuple[Way, ...] = tuple(Way)
    """The one they like best first."""
    takes_360x: bool = False
    agreement_on: date | None = None


def checked(entry: Entry) -> Entry:
    """The entry, written one way.

    Raises:
        EntryRefused: something in it is not what it must be.
    """
    organization, person = _line(entry.organization), _line(entry.person)
    if not organization:
        raise EntryRefused("organization", _("Name the practice or hospital."))
    if not entry.ways or len(set(entry.ways)) < len(entry.ways):
        raise EntryRefused("ways", _("Name each way once, the one they like best first."))
    return replace(
        entry, organization=organization, person=person, npi=_npi(entry.npi),
        direct_address=direct_address(entry.direct_address),
        fax=_number("fax", entry.fax), phone=_number("phone", entry.phone),
    )  # fmt: skip


def direct_address(text: str) -> str:
    """A Direct address as it is compared: in small letters.

    Raises:
        EntryRefused: it is none.
    """
    bare = text.strip().lower()
    if bare and not ADDRESS.fullmatch(bare):
        raise EntryRefused(
            "direct_address", _("A Direct address looks like name@direct.example.org.")
        )
    return bare


def is_npi(digits: str) -> bool:
    """Whether the last digit is the one that the others ask for (Luhn, with the prefix 80840)."""
    if len(digits) != NPI_LENGTH or not (digits.isascii() and digits.isdigit()):
        return False
    every = [int(one) for one in reversed(NPI_PREFIX + digits)]
    doubled = [sum(divmod(2 * one, 10)) for one in every[1::2]]
    return (sum(every[::2]) + sum(doubled)) % 10 == 0


def _npi(text: str) -> str:
    bare = text.strip().replace(" ", "").replace("-", "")
    if bare and not is_npi(bare):
        raise EntryRefused(
            "npi", _("This is no NPI: it has ten digits, and the last one checks the others.")
        )
    return bare


def _number(column: str, text: str) -> str:
    if not text.strip():
        return ""
    try:
        return e164(text)
    except NotAPhone as error:
        raise EntryRefused(column, str(error)) from None


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:120]
