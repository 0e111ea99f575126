"""What a replay came to, or would: each message counted once."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from dashboards import words
from dashboards.queries import message_page, message_rows
from dashboards.queries.desk import Desk
from dashboards.rows import CameRow, MadeRow, Report
from dashboards.words import later
from integrations.replaying import Came, Verdict
from routing.categories import Category
from routing.models import Task

V = Verdict

COUNTED: dict[Verdict, tuple[str, str, str, str]] = {
    V.CREATED: (
        later("will create a task"),
        later("will create tasks"),
        later("created a task"),
        later("created tasks"),
    ),
    V.CHANGED: (
        later("will change a task"),
        later("will change tasks"),
        later("changed a task"),
        later("changed tasks"),
    ),
    V.HELD: (
        later("exists and is skipped"),
        later("exist and are skipped"),
        later("existed and was skipped"),
        later("existed and were skipped"),
    ),
    V.NO_WORK: (
        later("will be filed and asks for no work"),
        later("will be filed and ask for no work"),
        later("was filed and asks for no work"),
        later("were filed and ask for no work"),
    ),
    V.BEHIND: (
        later("waits for an older message"),
        later("wait for an older message"),
        later("waits for an older message"),
        later("wait for an older message"),
    ),
    V.PUT_OFF: (
        later("would have to wait, as the fault is ours"),
        later("would wait, as the fault is ours"),
        later("is in line and tried again by itself"),
        later("are in line and tried again"),
    ),
    V.FAILED: (
        later("would be set aside again"),
        later("would be set aside again"),
        later("was set aside again"),
        later("were set aside again"),
    ),
    V.GONE: (
        later("was dealt with by somebody else"),
        later("were dealt with by somebody else"),
        later("was dealt with by somebody else"),
        later("were dealt with by somebody else"),
    ),
}
"""One before, many before, one after, many after; in the order in which they are told."""

BEFORE = {
    V.CREATED: later("Will create"),
    V.CHANGED: later("Will change"),
    V.HELD: later("Exists, skipped"),
    V.NO_WORK: later("No work"),
    V.BEHIND: later("Waits"),
    V.PUT_OFF: later("Waits"),
    V.FAILED: later("Fails again"),
    V.GONE: later("Gone"),
}
AFTER = BEFORE | {
    V.CREATED: later("Created"), V.CHANGED: later("Changed"), V.NO_WORK: later("Filed, no work"),
    V.FAILED: later("Failed again"), V.PUT_OFF: later("In line"),
}  # fmt: skip


def report(came: Sequence[Came], desk: Desk, *, is_preview: bool) -> Report:
    """The sentence, and a row for each message."""
    ids = [one.message_id for one in came]
    heads = {head.pk: head for head in message_rows.heads().filter(pk__in=ids)}
    rows = dict(zip(heads, message_rows.rows(list(heads.values()), desk), strict=True))
    said = BEFORE if is_preview else AFTER
    made = {} if is_preview else _made(came, desk)
    gain = sum(one.verdict not in {V.FAILED, V.GONE, V.BEHIND} for one in came)
    return Report(
        sentence=sentence([one.verdict for one in came], is_preview=is_preview),
        rows=tuple(
            CameRow(
                rows[one.message_id],
                one.verdict.value,
                said[one.verdict] + (f": {one.cause}" if one.cause else ""),
                tuple(made.get(task.task_id) or _planned(task.category) for task in one.tasks),
            )
            for one in came
            if one.message_id in rows
        ),
        is_preview=is_preview,
        ready=words.plural("Replay %(count)s message", "Replay %(count)s messages", len(came))
        if is_preview and gain
        else "",
    )


def sentence(verdicts: Sequence[Verdict], *, is_preview: bool) -> str:
    """`9 will create tasks, 3 exist and are skipped.`"""
    counted = Counter(verdicts)
    at = 0 if is_preview else 2
    parts = [
        f"{counted[verdict]:,} {said[at if counted[verdict] == 1 else at + 1]}"
        for verdict, said in COUNTED.items()
        if counted[verdict]
    ]
    return ", ".join(parts) + "." if parts else _("Nothing is left to replay.")


def _made(came: Sequence[Came], desk: Desk) -> dict[object, MadeRow]:
    ids = [task.task_id for one in came for task in one.tasks]
    tasks = Task.objects.select_related("queue").filter(pk__in=ids)
    return {task.pk: message_page.made_row(task, desk) for task in tasks}


def _planned(category: str) -> MadeRow:
    return MadeRow(title=Category(category).label, state="", queue="")
