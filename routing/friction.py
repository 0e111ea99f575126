"""How much it takes to close a task: it grows with severity and risk. Pure but for the language
it is said in."""

from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Operation
from accounts.roles import CLINICIANS, Role
from charts.values import Severity
from routing.categories import Category


def closing(category: str, severity: str, role: str) -> Operation:
    """What closing it asks of a person; `role` is that of its queue.

    A normal result is routine only where the rules delegate it: in a clinicians' queue it was not
    on the list, near a limit, or of a patient at raised risk.
    """
    if category in (Category.QUARANTINED_MESSAGE, Category.SILENT_FEED):
        return Operation.CLOSE_MESSAGE
    if severity == Severity.CRITICAL:
        return Operation.CLOSE_CRITICAL
    delegated = severity == Severity.NORMAL and Role(role) not in CLINICIANS
    if category == Category.RESULT_REVIEW and not delegated:
        return Operation.CLOSE_RESULT
    return Operation.CLOSE_ROUTINE


class Cell(NamedTuple):
    """A kind of work that a practice may delegate: of results by their severity."""

    category: str
    severity: str = ""

    @property
    def slug(self) -> str:
        """In an address: `result-review-normal`, `refill`."""
        return "-".join(filter(None, self))

    @property
    def words(self) -> str:
        """As one says it of many: `abnormal results`, `refill tasks`."""
        if self.severity:
            return str(GRADED[Severity(self.severity)])
        return gettext("{kind} tasks").format(kind=Category(self.category).label.lower())


GRADED = {
    Severity.ABNORMAL: _("abnormal results"),
    Severity.UNKNOWN: _("results that nobody graded"),
    Severity.NORMAL: _("normal results in a clinicians' queue"),
}
"""Critical ones are never delegated; normal ones that a rule sent to an assistant need not be."""

CELLS = (
    *(Cell(Category.RESULT_REVIEW.value, severity.value) for severity in GRADED),
    *(
        Cell(category.value)
        for category in Category
        if category != Category.RESULT_REVIEW
        and closing(category, "", Role.NURSE) == Operation.CLOSE_ROUTINE
    ),
)
"""All that a practice may delegate, in the order of the screen."""

BY_SLUG = {cell.slug: cell for cell in CELLS}


def cell_of(category: str, severity: str, role: str) -> Cell | None:
    """The kind of work a task is; None where the product's table alone says who closes it."""
    asked = closing(category, severity, role)
    if asked == Operation.CLOSE_RESULT:
        graded = severity if severity in GRADED else Severity.UNKNOWN.value
        return Cell(category, graded)
    routine = asked == Operation.CLOSE_ROUTINE and category != Category.RESULT_REVIEW
    return Cell(category) if routine else None
