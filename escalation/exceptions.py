"""What a summary tells each member: what is late, what escalated, what waits. Counts, and no
words about anybody."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q

from escalation.models import Clock, StepFired
from routing.danger import CRITICAL
from routing.models import Task


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Of one member; the last three of the whole practice, for who leads."""

    late: int = 0
    escalated: int = 0
    waiting: int = 0
    critical: int = 0
    """Of what waits."""
    practice_late: int = 0
    nobodys: int = 0
    practice_escalated: int = 0

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return any((self.late, self.escalated, self.waiting, self.practice_late,
                    self.practice_escalated))  # fmt: skip


def exceptions(
    member_ids: Iterable[UUID], leads: Iterable[UUID], *, since: timedelta, now: datetime
) -> dict[UUID, Exceptions]:
    """For each member, in four statements however many they are."""
    late = _late(now)
    escalated, told = _escalated(since, now)
    waiting = {
        row["owner"]: (row["all"], row["grave"])
        for row in Task.objects.open()
        .filter(owner__isnull=False, acknowledged_at__isnull=True)
        .values("owner")
        .annotate(all=Count("pk"), grave=Count("pk", filter=Q(danger=CRITICAL)))
    }
    leading = set(leads)
    whole = (sum(late.values()), late[None], told)
    return {
        member_id: Exceptions(
            late[member_id], escalated[member_id], *waiting.get(member_id, (0, 0)),
            *(whole if member_id in leading else (0, 0, 0)),
        )
        for member_id in member_ids
    }  # fmt: skip


def _late(now: datetime) -> Counter[UUID | None]:
    """Tasks past a clock, by their owner; None: nobody's."""
    rows = Clock.objects.filter(ended_at__isnull=True, due_at__lt=now)
    counted = rows.values_list("task__owner").annotate(tasks=Count("task", distinct=True))
    return Counter(dict(counted.order_by()))


def _escalated(since: timedelta, now: datetime) -> tuple[Counter[UUID | None], int]:
    """Open tasks of which a ladder told somebody: by whom it told, and all of them."""
    rows = StepFired.objects.filter(
        at__gt=now - since, result=StepFired.Result.FIRED, member__isnull=False,
        clock__task__ended_at__isnull=True,
    )  # fmt: skip
    pairs = set(rows.values_list("member", "clock__task"))
    return Counter(member for member, _ in pairs), len({task for _, task in pairs})


def worded(found: Exceptions) -> tuple[str, str]:
    """Subject and body: the exceptions first, and where to look."""
    lines = [
        *_line(found.late, "{} of yours {} late."),
        *_line(found.escalated, "{} {} passed to you by a ladder and still open."),
        *_waiting(found),
        *_line(found.practice_late, "In the practice {} {} late", _nobodys(found)),
        *_line(found.practice_escalated, "In the practice {} {} escalated and still open."),
    ]
    body = "\n".join([*lines, "", f"Your queue: {settings.PUBLIC_URL}/queue/"])
    if found.practice_late or found.practice_escalated:
        body += f"\nEscalations: {settings.PUBLIC_URL}/escalations/"
    late = found.late or found.practice_late
    subject = f"{_tasks(late)} late" if late else "What waits for you"
    return f"ClearChart: {subject[0].lower()}{subject[1:]}", body


def _line(count: int, words: str, ending: str = "") -> list[str]:
    if not count:
        return []
    return [words.format(_tasks(count), "is" if count == 1 else "are") + ending]


def _waiting(found: Exceptions) -> list[str]:
    grave = f", {found.critical} of them critical" if found.critical else ""
    verb = "waits" if found.waiting == 1 else "wait"
    return [f"{_tasks(found.waiting)} {verb} for you{grave}."] if found.waiting else []


def _nobodys(found: Exceptions) -> str:
    return f", {found.nobodys} of them nobody's." if found.nobodys else "."


def _tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count} tasks"
