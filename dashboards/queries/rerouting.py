"""Which open tasks many-at-once may move, and what would become of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.queries.worklist import active_members, all_queues
from dashboards.rows.backlog import ReroutePage, RouteLine, StayLine
from dashboards.rows.task import Choice
from dashboards.words import later
from integrations.models import BacklogImport, BacklogRow
from routing.categories import Category
from routing.models import Task
from routing.operations import MOST_AT_ONCE, Destination, Moved, planned
from routing.said import title_of

Filter = tuple[str, str, str, tuple[Choice, ...]]
"""Name, label, what is chosen, and what may be."""

SHOWN = 50
ANY, NOBODY, RULES = "any", "nobody", "rules"
AGES = (
    ("30", later("Older than 30 days")),
    ("90", later("Older than 90 days")),
    ("365", later("Older than a year")),
)


def uuid_of(text: str) -> UUID | None:
    """None for what is no id."""
    try:
        return UUID(text)
    except ValueError:
        return None


def matching(said: Mapping[str, str], desk: Desk) -> QuerySet[Task]:
    """Open tasks about items, oldest first."""
    tasks = Task.objects.open().filter(item__isnull=False)
    made = BacklogRow.objects.filter(item=OuterRef("item"))
    if backlog := uuid_of(said.get("import", "")):
        tasks = tasks.filter(Exists(made.filter(backlog=backlog)))
    elif said.get("import") != ANY:
        tasks = tasks.filter(Exists(made))
    if said.get("category"):
        tasks = tasks.filter(category=said["category"][:30])
    if queue := uuid_of(said.get("queue", "")):
        tasks = tasks.filter(queue=queue)
    if said.get("owner") == NOBODY:
        tasks = tasks.filter(owner__isnull=True)
    elif owner := uuid_of(said.get("owner", "")):
        tasks = tasks.filter(owner=owner)
    if said.get("older") in dict(AGES):
        tasks = tasks.filter(issued_at__lt=desk.now - timedelta(days=int(said["older"])))
    return tasks.order_by("issued_at", "pk")


def destination(text: str) -> Destination | None:
    """`rules`, `queue:…` or `member:…`; None where it names none of ours."""
    kind, _, value = text.partition(":")
    if text == RULES:
        return Destination()
    if kind == "queue":
        queue = next((one for one in all_queues() if str(one.pk) == value), None)
        return Destination(queue=queue) if queue else None
    owner = next((one for one in active_members() if str(one.pk) == value), None)
    return Destination(owner=owner) if kind == "member" and owner else None


def page(said: Mapping[str, str], desk: Desk) -> ReroutePage:
    """The filters; where a destination is asked for, what would become of the first tasks."""
    to = destination(said.get("to", ""))
    tasks = matching(said, desk)
    answers: list[Moved] = []
    many = tasks.count()
    if to is not None:
        looked_at = tasks.prefetch_related("item__patient", "queue", "claimed_by")[:MOST_AT_ONCE]
        answers = planned(list(looked_at), to, now=desk.now)
    going = [one for one in answers if not one.why_not]
    return ReroutePage(
        filters=_filters(said),
        destinations=_destinations(),
        to=said.get("to", ""),
        asked=to is not None,
        matching=words.plural("%(count)s task", "%(count)s tasks", many),
        seen=" ".join(f"{one.task.pk}:{one.task.version}" for one in going),
        going=len(going),
        routes=routes(going),
        staying=staying(answers),
        staying_in_all=len(answers) - len(going),
        rest=gettext("The oldest %(number)s of them are looked at; move these, then the next.")
        % {"number": MOST_AT_ONCE}
        if to is not None and many > MOST_AT_ONCE
        else "",
    )


def routes(going: Sequence[Moved]) -> tuple[RouteLine, ...]:
    """From where to where, the most first."""
    counted = Counter((one.was.name, _place(one)) for one in going)
    return tuple(RouteLine(was, to, f"{many:,}") for (was, to), many in counted.most_common())


def staying(answers: Sequence[Moved]) -> tuple[StayLine, ...]:
    """The first of those that stay."""
    return tuple(
        StayLine(
            reverse("dashboards:task", args=[one.task.pk]),
            title_of(one.task.category, one.task.title), one.was.name, one.why_not,
        )
        for one in [one for one in answers if one.why_not][:SHOWN]
    )  # fmt: skip


def _place(one: Moved) -> str:
    return f"{one.owner.name} ({one.queue.name})" if one.owner else one.queue.name


def _filters(said: Mapping[str, str]) -> tuple[Filter, ...]:
    return tuple(
        (
            name,
            label,
            said.get(name, ""),
            tuple(Choice(value=one, label=text) for one, text in held),
        )
        for name, label, held in _offered()
    )


def _offered() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Name, label, and values with their words, of each filter."""
    imports = BacklogImport.objects.filter(finished_at__isnull=False).order_by("-uploaded_at")
    whole = [("", gettext("Of any import")), (ANY, gettext("Every open task"))]
    yield "import", gettext("Tasks"), whole + [(str(one.pk), _named(one)) for one in imports[:20]]
    any_one = [("", gettext("Any"))]
    yield "category", gettext("Category"), any_one + [(one.value, one.label) for one in Category]
    queues = [(str(one.pk), one.name) for one in all_queues()]
    yield "queue", gettext("Queue"), any_one + queues
    people = [(str(one.pk), one.name) for one in active_members()]
    anybody = [("", gettext("Anybody")), (NOBODY, gettext("Nobody yet"))]
    yield "owner", gettext("Owner"), anybody + people
    yield "older", gettext("Age"), any_one + list(AGES)


def _named(backlog: BacklogImport) -> str:
    """Without the name of its file, which may be a patient's."""
    on, rows = (
        words.long_date(backlog.uploaded_at.date()),
        words.plural("%(count)s row", "%(count)s rows", backlog.total),
    )
    return gettext("Of the import of %(on)s, %(rows)s") % {"on": on, "rows": rows}


def _destinations() -> tuple[Choice, ...]:
    return (
        Choice(value=RULES, label=gettext("Wherever the rules in effect send each")),
        *(
            Choice(value=f"queue:{one.pk}", label=gettext("Queue: %(one)s") % {"one": one.name})
            for one in all_queues()
        ),
        *(
            Choice(value=f"member:{one.pk}", label=gettext("Owner: %(one)s") % {"one": one.name})
            for one in active_members()
        ),
    )
