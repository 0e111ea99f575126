"""One task: what it is, who it is about, why it is here, what was done, what may be done."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Operation, may
from charts.models import PatientIdentifier
from dashboards import words
from dashboards.queries import offers, values
from dashboards.queries.also import also
from dashboards.queries.clocks import dues_of
from dashboards.queries.desk import Desk, zone_of
from dashboards.queries.ehr_link import link_of
from dashboards.queries.informed import handed, informed
from dashboards.queries.listing import friction, lease_of, patient_line, record_numbers
from dashboards.queries.report_question import report_question
from dashboards.queries.standing import standing
from dashboards.queries.suggesting import suggested
from dashboards.queries.timeline import timeline
from dashboards.queries.timing import timing
from dashboards.queries.why import why
from dashboards.rows import Fact, Notice, PatientLine, TaskPage, ValueLine
from dashboards.rows.due import UNDATED
from dashboards.words import later
from integrations.models import InboundMessage
from routing.categories import Category
from routing.models import Task, outcome_names
from routing.said import spoken, title_of
from routing.states import TaskStatus

DETAIL_LABELS = {
    "specialty": later("Specialty"),
    "question": later("Question"),
    "drug": later("Drug"),
    "reason": later("Reason"),
    "request": later("Request"),
    "response": later("Answer"),
    "response_reason": later("Reason given"),
    "appointment": later("Appointment"),
    "document_type": later("Document"),
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
    choices = offers.outcomes(task)
    return TaskPage(
        id=str(task.pk),
        number=task.number,
        url=reverse("dashboards:task", args=[task.pk]) + query,
        version=task.version,
        level=level,
        kind=Category(task.category).label,
        title=title_of(task.category, task.title),
        patient=_patient(task, desk, ids),
        state=_state(task, desk),
        state_words=_state_words(task, desk),
        waiting=words.waited(task.authored_at, zone=zone, now=desk.now),
        why=why(task, desk, message=message, may_open=may_open),
        history=timeline(task, desk),
        actions=offers.main_actions(task, desk),
        more_actions=offers.more_actions(task, desk),
        item_status=values.status_words(task.item.status) if task.item else "",
        values=_values(task, desk),
        text=task.item.text if task.item else "",
        details=_details(task),
        notices=(*notices, *standing(task, desk, may_open=may_open)),
        friction=friction(task.category, task.severity),
        outcomes=choices,
        suggested=suggested(task, desk, choices),
        back_to=back,
        done_url=reverse("dashboards:move", args=[task.pk, "complete"]),
        zone=here.tzname() or "",
        now_local=f"{here:%Y-%m-%dT%H:%M}",
        ehr=link_of(task.item, ids),
        chart_url=_chart_url(task),
        question=report_question(task, desk),
        informed=informed(task, desk),
        linked=also(task, desk),
        handed=handed(task, desk),
        read_url=reverse("dashboards:move", args=[task.pk, "read"]),
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
    return replace(line, mrn=record_numbers(ids))


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
        "orderer": _("Ordered by"),
        "author": _("Author"),
        "signer": _("Signer"),
        "recipient": _("Sent to"),
    }
    for role, label in people.items():
        person = item.people.get(role) or {}
        name = ", ".join(part for part in (person.get("family"), person.get("given")) if part)
        if name:
            facts.append(Fact(label, name))
    if item.due_date:
        facts.append(Fact(_("Due"), words.long_date(item.due_date)))
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
    return (
        _("%(type)s %(control_id)s from %(feed)s")
        % {"type": row[0] or _("Message"), "control_id": row[1], "feed": row[2]}
        if row
        else ""
    )


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
    mine = task.owner_id == desk.member.pk
    owner = _("you") if mine else task.owner.name if task.owner else ""
    if task.status == TaskStatus.ON_HOLD:
        until = (
            _(" until %(date)s") % {"date": words.long_date(task.recheck_date)}
            if task.recheck_date
            else ""
        )
        return _("On hold with %(owner)s%(until)s: %(reason)s") % {
            "owner": owner or task.queue.name,
            "until": until,
            "reason": spoken(task.status_reason),
        }
    lease = lease_of(task, desk)
    if lease and task.claimed_until:
        until = f"{task.claimed_until.astimezone(zone):%H:%M}"
        said = _("You have this until %(time)s") if lease.mine else (
            _("%(who)s has this until %(time)s")
        )  # fmt: skip
        return said % {"who": lease.who, "time": until}
    if task.claimed_by and task.claimed_until:
        return _ran_out(task, desk, owner, mine=mine)
    if owner:
        return _("Yours to close") if mine else _("With %(owner)s") % {"owner": owner}
    return _("Nobody has it yet: %(name)s") % {"name": task.queue.name}


def _ran_out(task: Task, desk: Desk, owner: str, *, mine: bool) -> str:
    """Somebody had it and let it go by: the task is whoever's takes it up."""
    assert task.claimed_by is not None
    assert task.claimed_until is not None
    zone = zone_of(task.location, desk.member)
    held = task.claimed_by_id == desk.member.pk
    said = _("You had this") if held else _("%(who)s had this") % {"who": task.claimed_by.name}
    now = _("with %(who)s") % {"who": owner} if owner else _("nobody has it now")
    if mine:
        now = _("it is yours to close")
    until = _("until %(hour)s") % {"hour": f"{task.claimed_until.astimezone(zone):%H:%M}"}
    return f"{said} {until}; {now}"


def _ended_words(task: Task, desk: Desk) -> str:
    assert task.ended_at is not None
    zone = zone_of(task.location, desk.member)
    when = words.at_words(task.ended_at, zone=zone, now=desk.now)
    mine = task.ended_by_id == desk.member.pk
    who = _("you") if mine else task.ended_by.name if task.ended_by else _("the EHR")
    if task.status == TaskStatus.CANCELLED:
        return _("Cancelled %(when)s by %(who)s: %(reason)s") % {
            "when": when,
            "who": who,
            "reason": spoken(task.status_reason),
        }
    told = _("; %(told)s was told") % {"told": task.told} if task.told else ""
    outcome = outcome_names()[task.outcome] if task.outcome else _("done")
    return _("Done %(when)s by %(who)s: %(outcome)s%(told)s") % {
        "when": when,
        "who": who,
        "outcome": outcome,
        "told": told,
    }
