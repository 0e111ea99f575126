"""What one Done may close along, as the boxes beside it say it."""

from dashboards.queries.desk import Desk
from dashboards.rows.task import LinkedLine
from routing import linking
from routing.categories import Category
from routing.linked import linked
from routing.models import Task
from routing.said import title_of


def also(task: Task, desk: Desk) -> tuple[LinkedLine, ...]:
    """Those that the member may close and nobody else is doing; none for a task that has ended."""
    if not task.is_open or not desk.sees_patients:
        return ()
    return tuple(
        LinkedLine(
            id=str(one.task.pk),
            title=title_of(one.task.category, one.task.title),
            kind=Category(one.task.category).label,
            because=str(linking.WORDS[one.tie]),
            owner=_owner(one.task, desk),
        )
        for one in linked(task)
        if _mine_to_close(one.task, desk)
    )


def _mine_to_close(task: Task, desk: Desk) -> bool:
    theirs = task.claimed_at(desk.now) and task.claimed_by_id != desk.member.pk
    return not theirs and bool(desk.authority.may_close_task(desk.member.roles, task))


def _owner(task: Task, desk: Desk) -> str:
    return task.owner.name if task.owner and task.owner_id != desk.member.pk else ""
