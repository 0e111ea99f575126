"""One task: what it is, who it is about, why it is here, what was done, what may be done."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.urls import reverse

from accounts.permissions import Operation, may
from charts.models import PatientIdentifier
from dashboards import words
from dashboards.queries import offers, values
from dashboards.queries.clocks import dues_of
from dashboards.queries.desk import Desk, zone_of
from dashboards.queries.ehr_link import link_of
from dashboards.queries.history import history
from dashboards.queries.listing import friction, lease_of, patient_line
from dashboards.queries.timing import timing
from dashboards.queries.why import why
from dashboards.rows import Fact, Notice, PatientLine, TaskPage, ValueLine
from dashboards.rows.due import UNDATED
from integrations.models import InboundMessage
from routing.categories import Category
from routing.models import Outcome, Task
from routing.states import TaskStatus

DETAIL_LABELS = {
    "specialty": "Specialty",
    "question": "Question",
    "drug": "Drug",
    "reason": "Reason",
    "request": "Request",
    "response": "Answer",
    "response_reason": "Reason given",
    "appointment": "Appointment",
    "document_type": "Document",
}


def find(task_id: UUID) -> Task | None:
    """The task with all that its page speaks of."""
    found: Task | None = (
        Task.objects.filter(pk=task_id)
        .select_related("patient", "item", "queue", "owner", "claimed_by", "ended_by", "location")
        .first()
    )
    return found


def page(
    task: Task, desk: Desk, *, back: str, notices: Sequence[Notice] = (), whole: bool = False
) -> TaskPage:
    """Everything the pane of a task shows; `whole`: with its ladders, for a page of its own."""
    zone = zone_of(task.location, desk.member)
    ids = _ids(task)
    level = values.level_of(task.severity)
    here = desk.now.astimezone(zone)
    message = _message(task)
    may_open = bool(may(desk.member.roles, Operation.SEE_MESSAGES))
    query = f"?back={back}" if back else ""
    return TaskPage(
        id=str(task.pk),
        number=task.number,
        url=reverse("dashboards:task", args=[task.pk]) + query,
        version=task.version,
        level=level,
        kind=Category(task.category).label,
        title=task.title,
        patient=_patient(task, desk, ids),
        state=_state(task, desk),
        state_words=_state_words(task, desk),
        waiting=words.waited(task.authored_at, zone=zone, now=desk.now),
        why=why(task, desk, message=message, may_open=may_open),
        history=history(task, desk),
        actions=offers.main_actions(task, desk),
        more_actions=offers.more_actions(task, desk),
        item_status=values.status_words(task.item.status) if task.item else "",
        values=_values(task, desk),
        text=task.item.text if task.item else "",
        details=_details(task),
        notices=(*notices, *_standing_notices(task, desk, may_open=may_open)),
        friction=friction(task.category, task.severity),
        outcomes=offers.outcomes(task),
        back_to=back,
        done_url=reverse("dashboards:move", args=[task.pk, "complete"]),
        zone=here.tzname() or "",
        now_local=f"{here:%Y-%m-%dT%H:%M}",
        ehr=link_of(task.item, ids),
        chart_url=_chart_url(task),
        dues=dues_of(desk, [task]).get(task.pk, UNDATED),
        timing=timing(task, desk) if whole else None,
    )


def _ids(task: Task) -> list[PatientIdentifier]:
    if task.patient is None:
        return []
    return list(PatientIdentifier.objects.filter(patient=task.patient).order_by("pk"))


def _patient(task: Task, desk: Desk, ids: Sequence[PatientIdentifier]) -> PatientLine:
    line = patient_line(task.patient, desk)
    if task.patient is None:
        return line
    numbers = [one.value for one in ids if one.type in {"MR", ""}] or [one.value for one in ids]
    return replace(line, mrn=", ".join(numbers[:3]))


def _chart_url(task: Task) -> str:
    return reverse("dashboards:patient", args=[task.patient_id]) if task.patient_id else ""


def _values(task: Task, desk: Desk) -> tuple[ValueLine, ...]:
    if task.item is None:
        return ()
    zone = zone_of(task.location, desk.member)
    today = desk.now.astimezone(zone).date()
    return values.lines(task.item, values.earlier_values(task.item), zone=zone, today=today)


def _details(task: Task) -> tuple[Fact, ...]:
    item = task.item
    if item is None:
        return ()
    facts = [
        Fact(DETAIL_LABELS[name], str(item.details[name]))
        for name in DETAIL_LABELS
        if item.details.get(name)
    ]
    people = {
        "orderer": "Ordered by",
        "author": "Author",
        "signer": "Signer",
        "recipient": "Sent to",
    }
    for role, label in people.items():
        person = item.people.get(role) or {}
        name = ", ".join(part for part in (person.get("family"), person.get("given")) if part)
        if name:
            facts.append(Fact(label, name))
    if item.due_date:
        facts.append(Fact("Due", words.long_date(item.due_date)))
    return tuple(facts)


def _message(task: Task) -> str:
    """`ORU^R01 88121 from Quest lab`: what arrived, without its body."""
    if task.message_id is None:
        return ""
    row = (
        InboundMessage.objects.filter(pk=task.message_id)
        .values_list("type", "control_id", "feed__name")
        .first()
    )
    return f"{row[0] or 'Message'} {row[1]} from {row[2]}" if row else ""


def _state(task: Task, desk: Desk) -> str:
    if task.status == TaskStatus.COMPLETED:
        return "done"
    if task.status in {TaskStatus.CANCELLED, TaskStatus.ON_HOLD}:
        return "cancelled" if task.status == TaskStatus.CANCELLED else "hold"
    return "claimed" if lease_of(task, desk) else "open"


def _state_words(task: Task, desk: Desk) -> str:
    zone = zone_of(task.location, desk.member)
    if not task.is_open:
        return _ended_words(task, desk)
    owner = "you" if task.owner_id == desk.member.pk else task.owner.name if task.owner else ""
    if task.status == TaskStatus.ON_HOLD:
        until = f" until {words.long_date(task.recheck_date)}" if task.recheck_date else ""
        return f"On hold with {owner or task.queue.name}{until}: {task.status_reason}"
    lease = lease_of(task, desk)
    if lease and task.claimed_until:
        until = f"{task.claimed_until.astimezone(zone):%H:%M}"
        return f"{'You have' if lease.mine else lease.who + ' has'} this until {until}"
    if owner:
        return "Yours to close" if owner == "you" else f"With {owner}"
    return f"Nobody has it yet: {task.queue.name}"


def _ended_words(task: Task, desk: Desk) -> str:
    assert task.ended_at is not None
    zone = zone_of(task.location, desk.member)
    when = words.at_words(task.ended_at, zone=zone, now=desk.now)
    mine = task.ended_by_id == desk.member.pk
    who = "you" if mine else task.ended_by.name if task.ended_by else "the EHR"
    if task.status == TaskStatus.CANCELLED:
        return f"Cancelled {when} by {who}: {task.status_reason}"
    told = f"; {task.told} was told" if task.told else ""
    return f"Done {when} by {who}: {Outcome(task.outcome).label if task.outcome else 'done'}{told}"


MISSING = {
    Category.OVERDUE_RESULT: "Ordered {when}; no final result has come.",
    Category.MISSING_NOTE: "The visit ended {when}; no signed note has come.",
    Category.MISSING_REPORT: "Referred {when}; no report has come.",
    Category.SILENT_FEED: "Nothing has come since {when}, which is beyond its usual rhythm.",
}


def _missing_notice(task: Task, desk: Desk, *, may_open: bool) -> Notice:
    """What did not come, and that nobody need watch for it."""
    zone = zone_of(task.location, desk.member)
    when = words.at_words(task.issued_at, zone=zone, now=desk.now)
    text = f"{MISSING[Category(task.category)].format(when=when)} If it comes, this task ends."
    if task.category == Category.SILENT_FEED and may_open:
        return Notice(
            text=text, tone="warn", action="See the feeds", url=reverse("dashboards:feeds")
        )
    return Notice(text=text, tone="warn")


def _standing_notices(task: Task, desk: Desk, *, may_open: bool) -> tuple[Notice, ...]:
    """What must be read before anything is done."""
    if task.category in MISSING and task.is_open:
        return (_missing_notice(task, desk, may_open=may_open),)
    if task.category == Category.QUARANTINED_MESSAGE and task.message_id:
        url = reverse("dashboards:message", args=[task.message_id]) if may_open else ""
        text = f"The message could not be processed: {task.status_reason or 'see the message'}."
        return (Notice(text=text, tone="warn", action="Open the message", url=url),)
    if task.item is None or not task.is_open:
        return ()
    status = values.badge(task.item.status)
    said = {
        "Partial": "Partial: more of this result is still to come.",
        "Corrected": "The source corrected this. Read it again before you close it.",
        "Amended": "The source amended this. Read it again before you close it.",
        "Withdrawn": "The source withdrew this. Another patient may be missing it.",
    }.get(status)
    return (Notice(text=said, tone="warn"),) if said else ()
