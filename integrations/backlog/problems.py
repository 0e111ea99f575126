"""What can be wrong with a row, and what to do: no sentence holds a value of a row.

The sentences are English; whoever shows one says it in the reader's language."""

from typing import NamedTuple

from django.utils.translation import gettext_noop as _


class Problem(NamedTuple):
    """The field it is about (empty: the whole row), and which of SENTENCES."""

    field: str
    code: str


SENTENCES: dict[str, str] = {
    "missing": _("Fill this cell: every row needs it."),
    "no-title": _("Give the item a title or a code."),
    "bad-date": _("This is no date in the chosen format. Correct it, or choose another format."),
    "short-year": _("Write the year with four digits."),
    "ahead": _("This date lies ahead. Check day, month and year."),
    "too-early": _("This date is before 1900. Check the year."),
    "unknown-kind": _("Write result, order, note, referral, refill or message."),
    "unknown-status": _(
        "Write open or closed, or a status such as unsigned, signed or preliminary."
    ),
    "unknown-billed": _("Write yes or no, or leave the cell empty."),
    "unknown-flag": _("Write critical, abnormal or normal, or leave the cell empty."),
    "too-long": _("This text is too long for its column. Shorten it."),
    "too-many-cells": _(
        "This row has more cells than the header. Put quotes round a cell that holds the delimiter."
    ),
    "other-birth-date": _(
        "This number belongs to a patient with another birth date. "
        "Check the number, who gave it, and the birth date."
    ),
    "another-patient": _("This item number belongs to another patient here. Check both numbers."),
    "not-filed": _("The row could not be filed. Import the rest, and show this row to support."),
}

REMARKS: dict[str, str] = {
    "provider-not-known": _("name a provider id that nobody here has, and go to a queue"),
    "no-code": _("are results without a code, so a later message will open a second task"),
    "no-number": _("have no EHR item id, so no later message can be joined to them"),
}
"""What does not stop a row; said with a count before it."""
