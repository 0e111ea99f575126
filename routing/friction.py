"""How much it takes to close a task: it grows with severity and risk. Pure."""

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
