"""What a summary tells each member: what is late, what escalated, what waits. Counts, and no
words about anybody."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
    return Counter(member for member, _task in pairs), len({task for _member, task in pairs})


def worded(found: Exceptions) -> tuple[str, str]:
    """Subject and body: the exceptions first, and where to look."""
    lines = [*_own(found), *_of_practice(found)]
    body = "\n".join([*lines, "", f"{_('Your queue:')} {settings.PUBLIC_URL}/queue/"])
    if found.practice_late or found.practice_escalated:
        body += f"\n{_('Escalations:')} {settings.PUBLIC_URL}/escalations/"
    late = found.late or found.practice_late
    subject = (
        ngettext("{count} task late", "{count} tasks late", late).format(count=late)
        if late
        else _("what waits for you")
    )
    return f"ClearChart: {subject}", body


def _own(found: Exceptions) -> Iterator[str]:
    if found.late:
        yield ngettext(
            "{count} task of yours is late.", "{count} tasks of yours are late.", found.late
        ).format(count=found.late)
    if found.escalated:
        yield ngettext(
            "{count} task is passed to you by a ladder and still open.",
            "{count} tasks are passed to you by a ladder and still open.", found.escalated,
        ).format(count=found.escalated)  # fmt: skip
    if found.waiting:
        said = ngettext(
            "{count} task waits for you", "{count} tasks wait for you", found.waiting
        ).format(count=found.waiting)
        grave = _(", {count} of them critical").format(count=found.critical)
        yield f"{said}{grave if found.critical else ''}."


def _of_practice(found: Exceptions) -> Iterator[str]:
    if found.practice_late:
        said = ngettext(
            "In the practice {count} task is late", "In the practice {count} tasks are late",
            found.practice_late,
        ).format(count=found.practice_late)  # fmt: skip
        nobodys = _(", {count} of them nobody's").format(count=found.nobodys)
        yield f"{said}{nobodys if found.nobodys else ''}."
    if found.practice_escalated:
        yield ngettext(
            "In the practice {count} task is escalated and still open.",
            "In the practice {count} tasks are escalated and still open.",
            found.practice_escalated,
        ).format(count=found.practice_escalated)
