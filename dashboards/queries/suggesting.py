"""What a person is likely to do with a result, by what they did with the last ones like it."""

from accounts.roles import Role
from charts.values import Severity
from dashboards.queries.desk import Desk
from dashboards.rows import Choice
from routing.categories import Category
from routing.models import Task

LIKE_IT = 3
"""So many in a row ended alike; fewer are no habit."""
LOOKED_AT = 200
"""Of the person's newest closed tasks."""


def suggested(task: Task, desk: Desk, choices: tuple[Choice, ...]) -> Choice | None:
    """The outcome that this clinician gave the last three abnormal results of the same test; never
    for a critical one, which is thought about each time."""
    item = task.item
    asked = (
        item is not None and item.code and task.is_open and task.severity == Severity.ABNORMAL
        and task.category == Category.RESULT_REVIEW and Role.PHYSICIAN in desk.member.roles
    )  # fmt: skip
    if not asked or item is None:
        return None
    done = Task.objects.filter(owner=desk.member, ended_at__isnull=False).order_by("-ended_at")
    alike = Task.objects.filter(
        pk__in=done.values("pk")[:LOOKED_AT], category=task.category, severity=task.severity,
        item__code=item.code, item__code_system=item.code_system,
    )  # fmt: skip
    last = list(alike.order_by("-ended_at").values_list("outcome", flat=True)[:LIKE_IT])
    if len(last) < LIKE_IT or len(set(last)) > 1:
        return None
    return next((choice for choice in choices if choice.value == last[0]), None)
