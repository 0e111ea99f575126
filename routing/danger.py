"""How dangerous it is to leave a task: the first key of every queue's order. Pure; 0 is worst."""

from charts.values import Priority, Severity

DANGERS = (CRITICAL, SEVERE, RAISED, PLAIN) = 0, 1, 2, 3

BY_SEVERITY = {Severity.CRITICAL: CRITICAL, Severity.ABNORMAL: SEVERE, Severity.UNKNOWN: RAISED}
BY_PRIORITY = {Priority.STAT: CRITICAL, Priority.ASAP: SEVERE, Priority.URGENT: SEVERE}


def danger(severity: str, priority: str) -> int:
    """The worse of what the result says and how soon it was asked for."""
    return min(
        BY_SEVERITY.get(Severity(severity), PLAIN) if severity else PLAIN,
        BY_PRIORITY.get(Priority(priority), PLAIN) if priority else PLAIN,
    )
