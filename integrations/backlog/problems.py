"""What can be wrong with a row, and what to do. Pure: no sentence holds a value of a row."""

from typing import NamedTuple


class Problem(NamedTuple):
    """The field it is about (empty: the whole row), and which of SENTENCES."""

    field: str
    code: str


SENTENCES: dict[str, str] = {
    "missing": "Fill this cell: every row needs it.",
    "no-title": "Give the item a title or a code.",
    "bad-date": "This is no date in the chosen format. Correct it, or choose another format.",
    "short-year": "Write the year with four digits.",
    "ahead": "This date lies ahead. Check day, month and year.",
    "too-early": "This date is before 1900. Check the year.",
    "unknown-kind": "Write result, order, note, referral, refill or message.",
    "unknown-status": "Write open or closed, or a status such as unsigned, signed or preliminary.",
    "unknown-billed": "Write yes or no, or leave the cell empty.",
    "unknown-flag": "Write critical, abnormal or normal, or leave the cell empty.",
    "too-long": "This text is too long for its column. Shorten it.",
    "too-many-cells": (
        "This row has more cells than the header. Put quotes round a cell that holds the delimiter."
    ),
    "other-birth-date": (
        "This number belongs to a patient with another birth date. "
        "Check the number, who gave it, and the birth date."
    ),
    "another-patient": "This item number belongs to another patient here. Check both numbers.",
    "not-filed": "The row could not be filed. Import the rest, and show this row to support.",
}

REMARKS: dict[str, str] = {
    "provider-not-known": "name a provider id that nobody here has, and go to a queue",
    "no-code": "are results without a code, so a later message will open a second task",
    "no-number": "have no EHR item id, so no later message can be joined to them",
}
"""What does not stop a row; said with a count before it."""
