"""Cells that a spreadsheet would run as a formula, made harmless and read back. Pure.

A phone number (`+1 555 0100`) would be calculated too, so it is guarded; a plain negative number is
only a number and stays one.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

DANGEROUS = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the wide forms are run as well
GUARD = "'"
_NUMBER = re.compile(r"-[0-9]+([.,][0-9]+)?")


def guarded(cell: str) -> str:
    """The cell as it may be opened in a spreadsheet."""
    if cell[:1] == GUARD or (cell[:1] in DANGEROUS and cell and not _NUMBER.fullmatch(cell)):
        return GUARD + cell
    return cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    if cell[:1] == GUARD and (cell[1:2] == GUARD or (len(cell) > 1 and cell[1] in DANGEROUS)):
        return cell[1:]
    return cell


def written(rows: Iterable[Sequence[str]]) -> str:
    """A CSV file, every cell guarded and quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()
