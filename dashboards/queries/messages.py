"""What arrived, what was made of it, what was answered. Bodies are read by `message_body` alone."""

import re
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse

from accounts.permissions import Operation, may
from dashboards import words
from dashboards.queries import worklist
from dashboards.queries.desk import Desk
from dashboards.rows import Empty, Fact, MessageList, MessagePage, MessageRow, QueueRow, Tab
from integrations.models import InboundMessage, MessageState
from routing.categories import Category
from routing.models import RoutingDecision, Task

PAGE = 50

VIEWS = {
    "all": ("All", None),
    "quarantined": ("Quarantined", MessageState.QUARANTINED),
    "waiting": ("Waiting", MessageState.RECEIVED),
    "rejected": ("Rejected", MessageState.REJECTED),
}

STATES = {
    MessageState.RECEIVED: ("waiting", "Waiting"),
    MessageState.PROCESSED: ("done", "Processed"),
    MessageState.QUARANTINED: ("quarantined", "Quarantined"),
    MessageState.REJECTED: ("quarantined", "Rejected"),
    MessageState.DISCARDED: ("ignored", "Set aside"),
}

HEAD = (
    "id", "practice", "standard", "arrived", "received_at", "sender", "control_id", "type",
    "is_test", "reused_control_id", "state", "klass", "cause", "faults", "ack", "attempts",
    "processed_at", "feed__id", "feed__name", "feed__slug",
)  # fmt: skip
"""Everything but the body."""

ADVICE = {
    "no patient in the message": "The sender must name the patient in the message. "
    "Replay it once the feed is corrected, or set it aside.",
    "could not be read": "Compare the message with its parsed form, correct the sender, replay.",
    "refused by the database": "Replay it once. If it is refused again, keep its id for support.",
    "the database did not take it": "The database was busy for a long time. Replay it.",
}


def page(desk: Desk, *, view: str, query: str, feed: str, before: int | None) -> MessageList:
    """One page of messages, newest first; with a query, what its key finds."""
    found = _heads().order_by("-arrived")
    state = VIEWS[view][1]
    if state is not None:
        found = found.filter(state=state)
    if feed:
        found = found.filter(feed__slug=feed)
    if query:
        found = found.filter(_matching(query))
    if before is not None:
        found = found.filter(arrived__lt=before)
    messages = list(found[: PAGE + 1])
    shown = messages[:PAGE]
    made = _tasks_made([message.pk for message in shown])
    keep = _keep(view=view, feed=feed)
    here = reverse("dashboards:messages")
    return MessageList(
        tabs=_tabs(view, feed),
        sentence=_sentence(view, query, feed),
        rows=tuple(_row(message, desk, tasks=made.get(message.pk, 0)) for message in shown),
        query=query,
        next_url=f"{here}?{keep}before={shown[-1].arrived}"
        if len(messages) > PAGE and not query
        else "",
        first_url=f"{here}?{keep}" if before is not None else "",
        empty=_empty(view, query, feed),
    )


def _heads() -> Any:
    return InboundMessage.objects.select_related("feed").only(*HEAD)


def _matching(query: str) -> Q:
    """One box: a control id, or the number of an order, document or patient in the order key."""
    match = Q(control_id=query) | Q(order_key=query) | Q(order_key__endswith=query)
    if re.fullmatch(r"[0-9a-f-]{36}", query.lower()):
        match |= Q(pk=UUID(query))
    return match


def _keep(**chosen: str) -> str:
    return "".join(f"{name}={value}&" for name, value in chosen.items() if value not in {"", "all"})


def _tabs(view: str, feed: str) -> tuple[Tab, ...]:
    here = reverse("dashboards:messages")
    return tuple(
        Tab(label, "", f"{here}?{_keep(view=key, feed=feed)}".rstrip("?&"), here=key == view)
        for key, (label, _) in VIEWS.items()
    )


def _sentence(view: str, query: str, feed: str) -> str:
    chosen = [f"{VIEWS[view][0].lower()}" if view != "all" else "", f"feed {feed}" if feed else ""]
    chosen.append(f"\u201c{query}\u201d" if query else "")
    named = ", ".join(part for part in chosen if part)
    return f"Newest first. Filter: {named or 'none'}."


def _empty(view: str, query: str, feed: str) -> Empty:
    here = reverse("dashboards:messages")
    if query or feed:
        return Empty("No message matches", _sentence(view, query, feed), "Clear the filter", here)
    if view == "all":
        text = "Feeds shows how to send the first one."
        return Empty("No message has arrived", text, "Open Feeds", reverse("dashboards:feeds"))
    return Empty(f"Nothing is {VIEWS[view][0].lower()}", "Every message that came was processed.")


def _tasks_made(ids: list[UUID]) -> dict[UUID, int]:
    decided = RoutingDecision.objects.filter(message_id__in=ids).values_list("message_id")
    return dict(decided.annotate(made=Count("task", distinct=True)).order_by("message_id"))


def _row(message: InboundMessage, desk: Desk, *, tasks: int) -> MessageRow:
    status, said = STATES[MessageState(message.state)]
    kind = message.klass.replace("-", " ").capitalize() if message.klass else "not read"
    return MessageRow(
        id=str(message.pk),
        url=reverse("dashboards:message", args=[message.pk]),
        received=words.moment(message.received_at, zone=desk.zone, now=desk.now),
        feed=message.feed.name,
        type=message.type or "No type",
        type_words=f"{kind}, test" if message.is_test else kind,
        control_id=message.control_id,
        status=status,
        status_words=said,
        ack=message.ack,
        tasks=words.plural(tasks, "task") if tasks else "",
        reason=message.cause,
    )


def find(message_id: UUID) -> InboundMessage | None:
    """The head of a message; its body stays in the database."""
    found: InboundMessage | None = _heads().filter(pk=message_id).first()
    return found


def body_of(message_id: UUID) -> bytes:
    """The raw bytes. Whoever calls this writes it to the audit record."""
    return InboundMessage.objects.only("id", "practice", "raw").get(pk=message_id).body


def message_page(message: InboundMessage, desk: Desk) -> MessagePage:
    """The page of one message, its body closed."""
    tasks = _tasks_of(message, desk)
    roles = desk.member.roles
    quarantined = message.state == MessageState.QUARANTINED
    refused = may(roles, Operation.REPLAY).reason if quarantined else ""
    return MessagePage(
        id=str(message.pk),
        row=_row(message, desk, tasks=len(tasks)),
        open_url=reverse("dashboards:open_message", args=[message.pk]),
        open_why_not=may(roles, Operation.OPEN_MESSAGE).reason,
        facts=_facts(message, desk),
        ack=(message.ack,) if message.ack else (),
        faults=tuple(_fault(fault) for fault in message.faults),
        reason=message.cause,
        advice=ADVICE.get(message.cause, "Correct what is wrong, then replay.")
        if quarantined
        else "",
        tasks=tasks,
        replay_url=reverse("dashboards:replay", args=[message.pk]) if quarantined else "",
        discard_url=reverse("dashboards:discard", args=[message.pk]) if quarantined else "",
        replay_why_not=refused,
    )


def _facts(message: InboundMessage, desk: Desk) -> tuple[Fact, ...]:
    done = message.processed_at
    facts = [
        Fact("Feed", message.feed.name),
        Fact("Control id", message.control_id or "None sent"),
        Fact("Received", words.exactly(message.received_at, desk.zone)),
        Fact("Processed", words.exactly(done, desk.zone) if done else "Not yet"),
        Fact("Answered", _answer(message.ack)),
        Fact("Tries", str(message.attempts)),
    ]
    if message.sender:
        facts.insert(1, Fact("Sender", message.sender.replace("\x1f", " / ").replace("|", " / ")))
    if message.reused_control_id:
        facts.append(Fact("Note", "Another message came under this control id before"))
    return tuple(facts)


ANSWERS = {
    "AA": "AA, accepted",
    "AE": "AE, error",
    "AR": "AR, refused",
    "CA": "CA, stored",
    "CE": "CE, error",
    "CR": "CR, refused",
}


def _answer(ack: str) -> str:
    if not ack:
        return "No answer was asked for"
    return ", then ".join(ANSWERS.get(part, part) for part in re.split(r"[\s,+/]+", ack) if part)


def _fault(fault: dict[str, Any]) -> str:
    where = fault.get("location") or ""
    return f"{where}: {fault.get('text', '')}" if where else str(fault.get("text", ""))


def patients_of(message_id: UUID) -> list[UUID]:
    """Whom the message is about, as far as its tasks tell: for the audit record."""
    known = _made(message_id).filter(patient_id__isnull=False)
    return sorted(set(known.values_list("patient_id", flat=True)))


def _made(message_id: UUID) -> Any:
    decided = RoutingDecision.objects.filter(message_id=message_id).values("task_id")
    about = Q(message_id=message_id, category=Category.QUARANTINED_MESSAGE)
    return Task.objects.filter(Q(pk__in=decided) | about)


def _tasks_of(message: InboundMessage, desk: Desk) -> tuple[QueueRow, ...]:
    ids = list(_made(message.pk).values_list("pk", flat=True)[:20])
    rows = (worklist.one(desk, pk, back="") for pk in ids)
    seen = [row for row in rows if row is not None]
    return tuple(row for row in seen if desk.sees_patients or row.patient.name == "No patient")
