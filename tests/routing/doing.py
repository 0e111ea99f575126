"""A move of a task, as its member."""

from audit.actors import Actor
from routing import operations


def do(move: str, task, member, now, **more):
    """One move, by that member."""
    actor = Actor.person(member)
    return getattr(operations, move)(task_id=task.pk, member=member, actor=actor, now=now, **more)


def fresh(task):
    """As the database has it now."""
    task.refresh_from_db()
    return task
