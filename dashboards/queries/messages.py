"""Lists of messages: what arrived, what was made of it, what was answered. Nothing of a body."""

from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from audit import log
from audit.actors import Actor
from dashboards.queries import message_filters, message_rows, message_search
from dashboards.queries.desk import Desk
from dashboards.queries.message_filters import VIEWS, Filters
from dashboards.rows import Empty, MessageList, SearchRow, Tab
from integrations.models import InboundMessage, SavedSearch

PAGE = 50


def opening() -> MessageList:
    """The way in: nothing is searched for until somebody says what."""
    filters = Filters()
    return MessageList(
        tabs=_tabs(filters),
        sentence=gettext("Search, choose a list, or open a group of failures."),
        rows=(),
        fields=message_filters.choices(filters),
        asked=False,
    )


def page(desk: Desk, filters: Filters, *, query: str, before: int | None) -> MessageList:
    """One page of messages, newest first; with a query, those in which its number stands."""
    found = message_search.found(query) if query else InboundMessage.objects.all()
    wanted = message_rows.heads().filter(pk__in=found.values("pk")) if query else (
        message_rows.heads()
    )  # fmt: skip
    wanted = filters.apply(wanted, now=desk.now).newest_first()
    if before is not None:
        wanted = wanted.filter(arrived__lt=before)
    messages = list(wanted[: PAGE + 1])
    shown = messages[:PAGE]
    older = str(shown[-1].arrived) if len(messages) > PAGE else ""
    return MessageList(
        tabs=_tabs(filters),
        sentence=_sentence(filters, query),
        rows=message_rows.rows(shown, desk),
        fields=message_filters.choices(filters),
        type=filters.type,
        filtered=filters.narrows,
        hidden=tuple(filters.as_dict().items()),
        query=query,
        next_url=filters.url(before=older) if older and not query else "",
        first_url=filters.url() if before is not None else "",
        older=older if query else "",
        empty=_empty(filters, query),
    )


def note_search(found: MessageList, *, actor: Actor, desk: Desk) -> None:
    """Whoever looks for a number leaves a trace; the number does not."""
    ids = [row.id for row in found.rows]
    log.record("message.searched", detail={"found": ids}, actor=actor, now=desk.now)


def _tabs(filters: Filters) -> tuple[Tab, ...]:
    rest = {name: value for name, value in filters.as_dict().items() if name != "view"}
    return tuple(
        Tab(label, "", Filters(view=key, **rest).url(), here=key == filters.view)
        for key, (label, _) in VIEWS.items()
    )


def _sentence(filters: Filters, query: str) -> str:
    narrowed = filters.words() or gettext("none")
    if query:
        said = gettext("Messages with “%(query)s”, newest first. Filter: %(narrowed)s.")
        return said % {"query": query, "narrowed": narrowed}
    return gettext("Newest first. Filter: %(narrowed)s.") % {"narrowed": narrowed}


def _empty(filters: Filters, query: str) -> Empty:
    here = reverse("dashboards:messages")
    if query:
        text = gettext(
            "Looked for as a control id, an order, document or patient number, a task and a "
            "message. Type the whole number, as it was sent."
        )
        return Empty(gettext("No message holds this number"), text)
    if filters.narrows:
        return Empty(
            gettext("No message matches"), _sentence(filters, ""), gettext("Drop the filter"), here
        )
    if filters.view in {"", "all"}:
        text = gettext("Connect a feed: the page waits with you for its first message.")
        url = reverse("dashboards:connect_feed")
        return Empty(gettext("No message has arrived"), text, gettext("Connect a feed"), url)
    said = VIEWS[filters.view][0].lower()
    return Empty(
        gettext("Nothing is %(said)s") % {"said": said},
        gettext("Every message that came was processed."),
    )


def saved(desk: Desk) -> tuple[SearchRow, ...]:
    """One's own searches, and those that others share."""
    me = desk.member
    kept = SavedSearch.objects.filter(Q(member=me) | Q(is_shared=True)).select_related("member")
    return tuple(_saved(one, me.pk) for one in kept.order_by("name", "pk")[:60])


def _saved(one: SavedSearch, me: UUID) -> SearchRow:
    filters, mine = Filters.read(one.filters), one.member_id == me
    return SearchRow(
        name=one.name,
        url=filters.url(),
        words=(filters.words() or gettext("all messages"))
        + (gettext(", shared") if one.is_shared and mine else ""),
        by="" if mine else one.member.name,
        drop_url=reverse("dashboards:drop_search", args=[one.pk]) if mine else "",
    )
