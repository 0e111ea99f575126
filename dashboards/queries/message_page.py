"""The page of one message, its body closed."""

import re
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Operation, may
from audit.models import AuditEvent
from charts.models import ItemVersion
from dashboards import words
from dashboards.queries import failures, message_mapping, message_rows
from dashboards.queries.desk import Desk
from dashboards.rows import Fact, HistoryRow, MadeRow, MessagePage
from dashboards.words import later
from integrations.listener import answer
from integrations.models import InboundMessage, MessageState
from integrations.operations import DISCARD_REASONS
from integrations.promises import application_answer
from integrations.receiver import Stored, arrival_of_hl7
from routing.categories import Category
from routing.models import RoutingDecision, Task
from routing.said import spoken, title_of
from tenants import scope

TASKS = 20

ANSWERS = {
    "AA": later("AA, accepted"),
    "AE": later("AE, error"),
    "AR": later("AR, refused"),
    "CA": later("CA, stored"),
    "CE": later("CE, error"),
    "CR": later("CR, refused"),
}

DONE = {
    "message.opened": later("Opened the body"),
    "message.replayed": later("Replayed it"),
    "message.discarded": later("Set it aside"),
}


def find(message_id: UUID) -> InboundMessage | None:
    """The head of a message; its body stays in the database."""
    found: InboundMessage | None = message_rows.heads().filter(pk=message_id).first()
    return found


def body_of(message_id: UUID) -> bytes:
    """The raw bytes. Whoever shows them writes it to the audit record."""
    return InboundMessage.objects.only("id", "practice", "raw").get(pk=message_id).body


def page(message: InboundMessage, desk: Desk) -> MessagePage:
    """All that is known of it, and nothing that names a patient."""
    tasks, roles = _tasks_of(message, desk), desk.member.roles
    quarantined = message.state == MessageState.QUARANTINED
    refused = may(roles, Operation.REPLAY).reason if quarantined else ""
    raw = body_of(message.pk)
    return MessagePage(
        id=str(message.pk),
        row=message_rows.row(message, desk, tasks=len(tasks)),
        open_url=_url("open_message", message),
        open_why_not=may(roles, Operation.OPEN_MESSAGE).reason,
        facts=_facts(message, desk),
        answers=_answers(message, raw),
        mapping=message_mapping.rows(message),
        faults=tuple(_fault(fault) for fault in message.faults),
        reason=spoken(message.cause),
        advice=failures.remedy(message.cause).advice if quarantined else "",
        tasks=tasks,
        history=_history(message, desk),
        preview_url=_url("preview", message) if quarantined else "",
        replay_url=_url("replay", message) if quarantined else "",
        discard_url=_url("discard", message) if quarantined else "",
        reasons=failures.reasons() if quarantined else (),
        cause_url=failures.cause_url(message.cause, message.feed.slug) if quarantined else "",
        cause_count=_same(message) if quarantined else "",
        replay_why_not=refused,
    )


def _url(name: str, message: InboundMessage) -> str:
    return reverse(f"dashboards:{name}", args=[message.pk])


def _same(message: InboundMessage) -> str:
    """`All 12 with this cause`, where there are more than this one."""
    many = failures.count(message.cause, message.feed.slug)
    return _("All %(many)s with this cause") % {"many": f"{many:,}"} if many > 1 else ""


def _facts(message: InboundMessage, desk: Desk) -> tuple[Fact, ...]:
    done = message.processed_at
    facts = [
        Fact(_("Feed"), message.feed.name),
        Fact(_("Control id"), message.control_id or _("None sent")),
        Fact(_("Received"), words.exactly(message.received_at, desk.zone)),
        Fact(_("Processed"), words.exactly(done, desk.zone) if done else _("Not yet")),
        Fact(_("Answered"), _answer(message.ack)),
        Fact(_("Tries"), str(message.attempts)),
    ]
    if message.sender:
        facts.insert(
            1, Fact(_("Sender"), message.sender.replace("\x1f", " / ").replace("|", " / "))
        )
    if message.reused_control_id:
        facts.append(Fact(_("Note"), _("Another message came under this control id before")))
    facts.append(Fact(_("Our id"), str(message.pk)))
    return tuple(facts)


def _answer(ack: str) -> str:
    if not ack:
        return _("No answer was asked for")
    parts = [part for part in re.split(r"[\s,+/]+", ack) if part]
    return _(", then ").join(str(ANSWERS.get(part, part)) for part in parts)


def _answers(message: InboundMessage, raw: bytes) -> tuple[str, ...]:
    """The acknowledgments as they went out: they repeat the header and nothing of the patient."""
    if message.standard != InboundMessage.Standard.HL7 or not message.ack:
        return ()
    arrival = arrival_of_hl7(raw, practice_id=scope.current(), feed_id=message.feed_id)
    sent = [answer(arrival, Stored(message.pk, fresh=False), now=message.received_at)]
    if arrival.header is not None and message.ack != arrival.ack:
        when = message.processed_at or message.received_at
        sent.append(application_answer(arrival.header, message.pk, message.ack[-2:], now=when))
    texts = (one.decode("utf-8", "replace").replace("\r", "\n").strip() for one in sent)
    return tuple(text for text in texts if text)


def _fault(fault: dict[str, Any]) -> str:
    where = fault.get("location") or ""
    return f"{where}: {fault.get('text', '')}" if where else str(fault.get("text", ""))


def patients_of(message_id: UUID) -> list[UUID]:
    """Whom the message is about, as far as its tasks and items tell: for the audit record."""
    tasks = _made(message_id).filter(patient_id__isnull=False)
    items = ItemVersion.objects.filter(message_id=message_id, item__patient_id__isnull=False)
    return sorted(
        {*tasks.values_list("patient_id", flat=True),
         *items.values_list("item__patient_id", flat=True)}
    )  # fmt: skip


def _made(message_id: UUID) -> Any:
    decided = RoutingDecision.objects.filter(message_id=message_id).values("task_id")
    about = Q(message_id=message_id, category=Category.QUARANTINED_MESSAGE)
    return Task.objects.filter(Q(pk__in=decided) | about)


def _tasks_of(message: InboundMessage, desk: Desk) -> tuple[MadeRow, ...]:
    tasks = _made(message.pk).select_related("queue").order_by("authored_at", "pk")
    return tuple(made_row(task, desk) for task in tasks[:TASKS])


def made_row(task: Task, desk: Desk) -> MadeRow:
    """A task by its kind; by its name, with a link, for those who may see it."""
    seen = desk.sees_patients or task.patient_id is None
    kind = Category(task.category).label
    return MadeRow(
        title=title_of(task.category, task.title) if seen else kind,
        state=task.status.replace("-", " ") if task.is_open else "done",
        queue=task.queue.name,
        url=reverse("dashboards:task", args=[task.pk]) if seen else "",
    )


def _history(message: InboundMessage, desk: Desk) -> tuple[HistoryRow, ...]:
    """What people did with it, newest first."""
    events = AuditEvent.objects.filter(
        entity="inboundmessage", entity_id=message.pk, action__in=DONE
    ).order_by("-at")
    seen: dict[tuple[Any, ...], HistoryRow] = {}
    for event in events[:60]:
        reason = spoken(DISCARD_REASONS.get(event.detail.get("reason", ""), ""))
        what = DONE[event.action] + (f": {reason[0].lower()}{reason[1:]}" if reason else "")
        at = words.moment(event.at, zone=desk.zone, now=desk.now)
        key = (event.at, event.action, event.actor_name)
        seen.setdefault(key, HistoryRow(at, event.actor_name, what))
    return tuple(seen.values())
