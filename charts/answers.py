"""What the other side says of a referral, word by word: the item itself shows only the last.

Whoever follows a referral needs each of them: that it was accepted is not undone by the booking
that was told a minute later, or that came first.
"""

from datetime import datetime
from typing import Any

from charts.models import ChartItem
from charts.values import ANSWERS, ItemReport
from charts.versions import is_answer

OF_ANSWERS = (*sorted(ANSWERS), "response_reason", "appointment", "report")
OF_TASKS = (*OF_ANSWERS, "reason")
"""A Task gives the reason of the answer where others give that of the referral."""


def keep(item: ChartItem, report: ItemReport, *, now: datetime) -> None:
    """Add what a report answers, unless it was said before. Changes the instance only."""
    if not is_answer(report):
        return
    names = OF_TASKS if "answer" in report.details else OF_ANSWERS
    said: dict[str, Any] = {name: report.details[name] for name in names if name in report.details}
    said["issued_at"] = report.issued_at.isoformat() if report.issued_at else ""
    if not any(said.items() <= known.items() for known in item.answers):
        item.answers = [*item.answers, {**said, "told_at": now.isoformat()}]
