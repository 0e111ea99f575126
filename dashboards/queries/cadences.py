"""The cadences of a practice, each in its versions."""

from collections import defaultdict
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from charts.values import Priority
from dashboards import cadence_words as said
from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.referral_words import SPECIALTIES, URGENCIES
from dashboards.rows.cadence import (
    CadenceBranch,
    CadenceCard,
    CadenceRow,
    CadencesPage,
    CadenceVersion,
)
from referrals.cadence import Branch, Row
from referrals.cadences import built_in, read
from referrals.models import Cadence

ANY = "any"
"""In an address: of every specialty, or every urgency, that has none of its own."""
Which = tuple[str, str]
"""Specialty and urgency, each empty where it is any."""
USUAL: Sequence[Which] = (("", ""), ("", Priority.URGENT))
"""Those that everybody has, for the product brings them."""


def page(desk: Desk) -> CadencesPage:
    """Each cadence with its versions, the widest first."""
    versions = _versions()
    which = sorted({*USUAL, *versions})
    return CadencesPage(
        tuple(_card(one, versions[one], desk) for one in which),
        _choices(SPECIALTIES, _("Every specialty")), _choices(URGENCIES, _("Every urgency")),
        reverse("dashboards:cadence_for"),
    )  # fmt: skip


def rows_of(which: Which) -> tuple[tuple[Row, ...], bool]:
    """The rows in force for these, and whether a payer's silence pauses the booking."""
    specialty, urgency = which
    newest = (
        Cadence.objects.filter(specialty=specialty, urgency=urgency).order_by("-version").first()
    )
    if newest is None:
        return built_in(urgency or Priority.ROUTINE), False
    return read(newest.rows), newest.pauses_booking


def title(which: Which) -> str:
    """`Cardiology, urgent`; `Every referral`."""
    specialty, urgency = which
    named = [str(SPECIALTIES[specialty])] if specialty else []
    named += [str(URGENCIES[urgency])] if urgency else []
    return ", ".join(named) or _("Every other referral")


def address(which: Which) -> str:
    """Where it is changed."""
    return reverse("dashboards:cadence", args=[which[0] or ANY, which[1] or ANY])


def _choices(table: object, every: str) -> tuple[tuple[str, str], ...]:
    assert isinstance(table, dict)
    return ((ANY, every), *((code, str(label)) for code, label in table.items()))


def _versions() -> dict[Which, list[Cadence]]:
    found: dict[Which, list[Cadence]] = defaultdict(list)
    for one in Cadence.objects.select_related("published_by").order_by("-version"):
        found[one.specialty, one.urgency].append(one)
    return found


def _card(which: Which, versions: Sequence[Cadence], desk: Desk) -> CadenceCard:
    cards = [_version(one, desk) for one in versions] or [_brought(which)]
    code = "-".join(part or ANY for part in which)
    return CadenceCard(code, title(which), cards[0], tuple(cards[1:]), address(which))


def _brought(which: Which) -> CadenceVersion:
    rows = built_in(which[1] or Priority.ROUTINE)
    return CadenceVersion(_("As ClearChart brings it"), _branches(rows), "")


def _version(one: Cadence, desk: Desk) -> CadenceVersion:
    day = words.long_date(one.published_at.astimezone(desk.zone).date())
    who = one.published_by.name if one.published_by else _("ClearChart's starter")
    name = _("Version %(number)d, %(day)s, by %(who)s")
    rows = read(one.rows)
    note = _("While the payer is silent, nobody is asked to book.") if one.pauses_booking else ""
    if not rows:
        note = _("These referrals are not chased.")
    return CadenceVersion(
        name % {"number": one.version, "day": day, "who": who}, _branches(rows), note
    )


def _branches(rows: Sequence[Row]) -> tuple[CadenceBranch, ...]:
    """The rows of each branch, as they come."""
    found = ((branch, [row for row in rows if row.branch is branch]) for branch in Branch)
    return tuple(
        CadenceBranch(str(said.BRANCHES[branch]), tuple(_row(row) for row in of_it))
        for branch, of_it in found
        if of_it
    )


def _row(row: Row) -> CadenceRow:
    return CadenceRow(row.name, said.when(row), str(said.TESTS[row.tests]), said.does(row))
