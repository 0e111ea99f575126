"""What was said to a member inside the product, and how much of it is new."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.rows.reach import NoticeRow
from outbox.models import Channel, Intent, Reply
from outbox.states import IntentState
from tenants.querysets import PracticeQuerySet

LATEST = 50
CAP = 99
UNREAD = "reply"


def unseen(desk: Desk) -> int:
    """How many are new."""
    return _new(desk.member.pk, desk.now).count()


def counted(member: UUID, now: datetime) -> Subquery:
    """The same, inside of another statement."""
    by_member = _new(member, now).order_by().values("member").annotate(count=Count("pk"))
    return Subquery(by_member.values("count"))


def capped(count: int) -> str:
    """Empty for none, `99+` for many."""
    return "" if not count else f"{CAP}+" if count > CAP else str(count)


def _new(member: UUID, now: datetime) -> PracticeQuerySet[Intent]:
    return _rows(member, now).filter(seen_at__isnull=True)


def notices(desk: Desk) -> tuple[NoticeRow, ...]:
    """The newest first."""
    rows = list(
        _rows(desk.member.pk, desk.now).select_related("task").order_by("-created_at")[:LATEST]
    )
    replies = _replies(rows)
    return tuple(_row(one, replies.get(_about(one)), desk) for one in rows)


def _rows(member: UUID, now: datetime) -> PracticeQuerySet[Intent]:
    said = Intent.objects.filter(member=member, channel=Channel.IN_APP)
    return said.filter(next_at__lte=now).exclude(state=IntentState.CANCELLED)


def _about(one: Intent) -> UUID | None:
    """The answer that it is about, by the key that names the occasion."""
    named = one.key.split(":")
    return UUID(named[1]) if one.template == UNREAD and len(named) > 1 else None


def _replies(rows: list[Intent]) -> dict[UUID | None, Reply]:
    ids = {about for one in rows if (about := _about(one)) is not None}
    found = Reply.objects.filter(pk__in=ids).select_related("member") if ids else ()
    return {reply.pk: reply for reply in found}


def _inside(one: Intent) -> str:
    """The words as they read in the product: a page's are its title and its link."""
    if one.task_id and one.template == "page":
        return ""
    text = one.body.removeprefix("ClearChart: ")
    return text[:1].upper() + text[1:]


def _row(one: Intent, reply: Reply | None, desk: Desk) -> NoticeRow:
    """What a person wrote may name a patient: it is for those who see patients."""
    by, quote = "", ""
    if reply is not None:
        by = reply.member.name if reply.member else _("A phone of nobody here")
        quote = (
            reply.body if desk.sees_patients else _("Ask somebody who sees patients to read it.")
        )
    return NoticeRow(
        id=str(one.pk), title=one.subject or (_("Read a reply") if reply else _("Notice")),
        text=_inside(one),
        when=words.moment(one.created_at, zone=desk.zone, now=desk.now),
        is_new=one.seen_at is None, quote=quote, by=by,
        url=reverse("dashboards:task", args=[one.task_id]) if one.task_id else "",
    )  # fmt: skip
