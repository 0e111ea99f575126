"""The practice's accounts with carriers: which there are, how they do, what can be opened."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import words
from dashboards.carrier_words import ASKS, KINDS, SIDES
from dashboards.queries.connecting import free_slug
from dashboards.queries.desk import Desk
from dashboards.rows.carriers import (
    CarrierList,
    CarrierPage,
    CarrierRow,
    Opening,
    Standing,
)
from dashboards.sending_words import TROUBLES
from integrations.carriers.trying import Tried
from outbox.phones import shown
from referrals.models import Carrier, Receipt, Transmission
from referrals.ways import UNDER_WAY, Passage
from referrals.wire.answers import Trouble

OURS = (Trouble.SIGN_IN, Trouble.UNREACHED, Trouble.NO_ACCOUNT)
"""What says something of our account, and nothing of whom the packet was for."""


def find(carrier_id: UUID) -> Carrier | None:
    found: Carrier | None = _rows().filter(pk=carrier_id).first()
    return found


def newest(kind: str) -> Carrier | None:
    """The account of this kind that was opened last, closed or not."""
    rows = Carrier.objects.filter(kind=kind).order_by("-opened_at", "-pk")
    found: Carrier | None = rows.first()
    return found


def slug_for(kind: str, practice_slug: str) -> str:
    """Of the feed as which comes what it brings: its address stays the same for ever."""
    last = newest(kind)
    return last.feed_slug if last else free_slug(practice_slug, f"{kind} packets")


def listed(desk: Desk) -> CarrierList:
    """Those in use, those that were closed, and what can be opened beside them."""
    order = list(KINDS)
    rows = sorted(_rows().order_by("-opened_at"), key=lambda one: order.index(one.kind))
    held = [row for row in rows if row.closed_at is None]
    kinds = {row.kind for row in held}
    return CarrierList(
        tuple(_row(row, desk, among=held) for row in held),
        tuple(_row(row, desk) for row in rows if row.closed_at is not None),
        tuple(
            Opening(str(name), reverse("dashboards:new_carrier", args=[kind]))
            for kind, name in KINDS.items()
            if kind not in kinds
        ),
    )


def page(row: Carrier, desk: Desk, *, host: str) -> CarrierPage:
    """Everything on the screen but its forms; `host`: where this product is reached."""
    is_fax = row.kind != Carrier.Kind.HISP
    held = list(_rows().filter(closed_at__isnull=True))
    under_way = Transmission.objects.filter(carrier=row, passage__in=UNDER_WAY)
    return CarrierPage(
        id=str(row.pk), row=_row(row, desk, among=held), facts=tuple(_facts(row)),
        callback=host + reverse("integrations:fax", args=[row.feed_slug]) if is_fax else "",
        is_open=row.closed_at is None, waiting=under_way.count(),
    )  # fmt: skip


def found(tried: Sequence[Tried]) -> Iterator[Standing]:
    """What a test came to, side by side."""
    for one in tried:
        good, name = SIDES[one.side]
        if one.trouble is None:
            yield Standing(str(good), "arriving")
        else:
            said = {"side": name, "trouble": TROUBLES[one.trouble]}
            yield Standing(_("%(side)s: %(trouble)s") % said, "quiet")


def _rows() -> Any:
    heard = Receipt.objects.filter(carrier=OuterRef("pk")).order_by().values("carrier")
    sent = Transmission.objects.filter(carrier=OuterRef("pk")).order_by().values("carrier")
    return Carrier.objects.annotate(
        last_heard=Subquery(heard.annotate(at=Max("heard_at")).values("at")),
        last_sent=Subquery(sent.annotate(at=Max("sent_at")).values("at")),
    )


def _row(row: Any, desk: Desk, *, among: Sequence[Any] = ()) -> CarrierRow:
    def moment(at: datetime | None) -> words.Moment | None:
        return words.moment(at, zone=desk.zone, now=desk.now) if at else None

    agreed = words.long_date(row.baa_on) if row.baa_on else ""
    return CarrierRow(
        name=str(KINDS[row.kind]), address=shown(row.address),
        url=reverse("dashboards:carrier", args=[row.pk]), sent=moment(row.last_sent),
        heard=moment(row.last_heard), agreed=agreed, closed=moment(row.closed_at),
        standing=() if row.closed_at else tuple(_standing(row, desk, among)),
    )  # fmt: skip


def _standing(row: Any, desk: Desk, among: Sequence[Any]) -> Iterator[Standing]:
    """Each thing that is wrong with it, else that it works."""
    wrong = [*_without_agreement(row), *_failing(row, desk), *_unread(row, desk)]
    yield from wrong
    first = min((one for one in among if one.is_usable and one.way is row.way),
                key=lambda one: one.opened_at, default=row)  # fmt: skip
    if row.is_usable and first.pk != row.pk:
        said = {"other": KINDS[first.kind]}
        yield Standing(_("Stands by while %(other)s is open") % said, "never")
    elif not wrong and (row.last_sent or row.mail_read_at):
        yield Standing(_("Working"), "arriving")
    elif not wrong:
        yield Standing(_("Open, and not used yet"), "never")


def _without_agreement(row: Any) -> Iterator[Standing]:
    if row.baa_on is None:
        yield Standing(_("No agreement (BAA) on file: nothing goes by it"), "quiet")


def _failing(row: Any, desk: Desk) -> Iterator[Standing]:
    """Packets that our own account did not take, since the last one that went."""
    failed = Transmission.objects.filter(carrier=row, passage=Passage.FAILED, trouble__in=OURS)
    if row.last_sent:
        failed = failed.filter(ended_at__gt=row.last_sent)
    first = failed.order_by("ended_at").first()
    if first is not None and first.ended_at is not None:
        said = _told(first.trouble, first.ended_at, desk)
        yield Standing(_("Failing since %(when)s: %(trouble)s") % said, "quiet")


def _unread(row: Any, desk: Desk) -> Iterator[Standing]:
    """A mailbox that nobody gets into, since it was read last."""
    if row.mail_trouble:
        said = _told(row.mail_trouble, row.mail_read_at or row.opened_at, desk)
        yield Standing(_("Mailbox not read since %(when)s: %(trouble)s") % said, "quiet")


def _told(trouble: str, since: datetime, desk: Desk) -> dict[str, str]:
    when = words.at_words(since, zone=desk.zone, now=desk.now)
    return {"when": when, "trouble": str(TROUBLES[trouble])}


def _facts(row: Carrier) -> Iterator[tuple[str, str]]:
    """What it was opened with beside its address, secrets left out."""
    for ask in ASKS[row.kind]:
        if not ask.is_secret and ask.name != "address":
            yield str(ask.label), str(getattr(row, ask.name))
