"""Which digits may be a PIN. Pure."""

from django.utils.translation import gettext as _

DIGITS = 4
TRIES = 5
"""Wrong ones in a row, over however many calls."""
RUNS = "0123456789", "9876543210"


class PinRefused(ValueError):
    """Nothing was saved; the text says what to choose."""


def chosen(text: str) -> str:
    """The PIN as typed.

    Raises:
        PinRefused: it is none, or one that is guessed first.
    """
    pin = text.strip()
    if not (pin.isascii() and pin.isdigit() and len(pin) == DIGITS):
        raise PinRefused(_("Write {digits} digits.").format(digits=DIGITS))
    if len(set(pin)) == 1 or any(pin in run for run in RUNS):
        raise PinRefused(_("Choose digits that are not guessed first, such as 1234 or 0000."))
    return pin
