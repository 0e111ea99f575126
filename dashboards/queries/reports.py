"""What a replay came to, or would: each message counted once."""

from collections import Counter
from collections.abc import Sequence

from dashboards import words
from dashboards.queries import message_page, message_rows
from dashboards.queries.desk import Desk
from dashboards.rows import CameRow, MadeRow, Report
from integrations.replaying import Came, Verdict
from routing.categories import Category
from routing.models import Task

V = Verdict

COUNTED: dict[Verdict, tuple[str, str, str, str]] = {
    V.CREATED: ("will create a task", "will create tasks", "created a task", "created tasks"),
    V.CHANGED: ("will change a task", "will change tasks", "changed a task", "changed tasks"),
    V.HELD: ("exists and is skipped", "exist and are skipped",
             "existed and was skipped", "existed and were skipped"),
    V.NO_WORK: ("will be filed and asks for no work", "will be filed and ask for no work",
                "was filed and asks for no work", "were filed and ask for no work"),
    V.BEHIND: ("waits for an older message", "wait for an older message",
               "waits for an older message", "wait for an older message"),
    V.PUT_OFF: ("would have to wait, as the fault is ours", "would wait, as the fault is ours",
                "is in line and tried again by itself", "are in line and tried again"),
    V.FAILED: ("would be set aside again", "would be set aside again",
               "was set aside again", "were set aside again"),
    V.GONE: ("was dealt with by somebody else", "were dealt with by somebody else",
             "was dealt with by somebody else", "were dealt with by somebody else"),
}  # fmt: skip
"""One before, many before, one after, many after; in the order in which they are told."""

BEFORE = {
    V.CREATED: "Will create", V.CHANGED: "Will change", V.HELD: "Exists, skipped",
    V.NO_WORK: "No work", V.BEHIND: "Waits", V.PUT_OFF: "Waits", V.FAILED: "Fails again",
    V.GONE: "Gone",
}  # fmt: skip
AFTER = BEFORE | {
    V.CREATED: "Created", V.CHANGED: "Changed", V.NO_WORK: "Filed, no work",
    V.FAILED: "Failed again", V.PUT_OFF: "In line",
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
        ready=f"Replay {words.plural(len(came), 'message')}" if is_preview and gain else "",
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
    return ", ".join(parts) + "." if parts else "Nothing is left to replay."


def _made(came: Sequence[Came], desk: Desk) -> dict[object, MadeRow]:
    ids = [task.task_id for one in came for task in one.tasks]
    tasks = Task.objects.select_related("queue").filter(pk__in=ids)
    return {task.pk: message_page.made_row(task, desk) for task in tasks}


def _planned(category: str) -> MadeRow:
    return MadeRow(title=Category(category).label, state="", queue="")
