"""Whom a referral is addressed to, what goes along, what went out and what they asked back."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Operation, may
from charts.models import ChartItem
from dashboards import referral_words, words
from dashboards import sending_words as said
from dashboards.queries.desk import Desk
from dashboards.queries.referral_timeline import Look
from dashboards.rows.sending import AttemptLine, Choice, PacketLine, RemarkLine, SendingCard
from outbox.phones import shown
from referrals import packing
from referrals.models import Packet, Referral, Remark, Specialist, Transmission
from referrals.operations import Hindrance, hindrance_of
from referrals.operations.refusals import SAID
from referrals.ways import Way

MOST = 20


def find_packet(referral: Referral, packet_id: UUID) -> Packet | None:
    """One packet of this referral."""
    found: Packet | None = Packet.objects.filter(pk=packet_id, referral=referral).first()
    return found


def card(referral: Referral, desk: Desk) -> SendingCard:
    """All that the card shows."""
    works = bool(may(desk.member.roles, Operation.WORK_REFERRALS)) and referral.is_open
    to, look = referral.specialist, Look(desk, may_undo=False)
    hindered = hindrance_of(referral) if works and to else None
    insure_url = reverse("dashboards:referral_act", args=[referral.pk, "insure"])
    return SendingCard(
        to=to.name if to else "", reached=tuple(reached(to)) if to else (),
        groups=tuple(_directory(referral)) if works else (), may=works,
        why_not=str(SAID[hindered]) if hindered else "", account_url=_account_url(hindered, desk),
        may_keep=bool(may(desk.member.roles, Operation.MANAGE_SPECIALISTS)),
        insurance=packing.insurance_of(referral), insure_url=insure_url if works else "",
        goes=tuple(_goes(referral, desk)) if works and to and not hindered else (),
        packets=tuple(_packets(referral, look)), remarks=tuple(_remarks(referral, look)),
    )  # fmt: skip


def insured(referral: Referral) -> dict[str, str]:
    """Who pays, and the rest of what the packet says of it, as the form takes them."""
    payer, whole = referral.payer, packing.insurance_of(referral)
    return {"payer": payer, "rest": whole.removeprefix(payer).lstrip(", ")}


def _account_url(hindered: Hindrance | None, desk: Desk) -> str:
    opens = may(desk.member.roles, Operation.MANAGE_CONNECTIONS)
    wanted = hindered in (Hindrance.NO_CARRIER, Hindrance.NO_AGREEMENT)
    return reverse("dashboards:carriers") if wanted and opens else ""


def reached(row: Specialist) -> Iterator[str]:
    """`Direct message: …`, `Fax: …, not verified`, in the order that they like."""
    checked = _("verified") if row.fax_verified_at else _("not verified")
    written = {
        Way.DIRECT: row.direct_address, Way.PHONE: shown(row.phone),
        Way.FAX: row.fax and _("%(number)s, %(checked)s")
        % {"number": shown(row.fax), "checked": checked},
    }  # fmt: skip
    return (f"{said.WAYS[way]}: {written[Way(way)]}" for way in row.ways if written[Way(way)])


def _directory(referral: Referral) -> Iterator[tuple[str, tuple[Choice, ...]]]:
    """Those of its specialty, then the others."""
    rows = list(Specialist.objects.filter(is_active=True).order_by("organization", "person"))
    code = referral.specialty
    theirs = [row for row in rows if code and row.specialty == code]
    others = [row for row in rows if row not in theirs]
    for label, group in ((referral_words.specialty(code), theirs), (_("Others"), others)):
        if group:
            yield (
                label,
                tuple(
                    Choice(str(row.pk), _named(row), row.pk == referral.specialist_id)
                    for row in group
                ),
            )


def _named(row: Specialist) -> str:
    kind = referral_words.SPECIALTIES.get(row.specialty, "")
    return f"{row.name} ({kind})" if kind else row.name


def _goes(referral: Referral, desk: Desk) -> Iterator[Choice]:
    offer = packing.offered(referral, now=desk.now)
    for item in (*offer.results, *offer.notes):
        yield Choice(str(item.pk), _titled(item, desk), offer.is_chosen)


def _titled(item: ChartItem, desk: Desk) -> str:
    at = item.effective_at or item.issued_at or item.received_at
    return f"{item.title}, {words.long_date(at.astimezone(desk.zone).date())}"


def _packets(referral: Referral, look: Look) -> Iterator[PacketLine]:
    """The newest first, each with its attempts."""
    rows = Packet.objects.filter(referral=referral).defer("pdf").select_related("specialist")
    newest = rows.prefetch_related("parts", "transmissions").order_by("-made_at", "-pk")[:MOST]
    for packet in newest:
        tried = sorted(packet.transmissions.all(), key=lambda one: -one.number)
        yield PacketLine(
            made=look.moment(packet.made_at), to=packet.specialist.name, pages=packet.pages,
            who=look.who(packet.member_id, packet.actor_name), left_out=packet.left_out,
            told=_told(packet), attempts=tuple(_attempt(one, look) for one in tried),
            url=reverse("dashboards:referral_packet", args=[referral.pk, packet.pk]),
        )  # fmt: skip


def _told(packet: Packet) -> str:
    """`who the patient is, medications (3), results (2)`."""
    counts: dict[str, int] = {}
    for part in packet.parts.all():
        counts[part.kind] = counts.get(part.kind, 0) + part.count
    return ", ".join(
        f"{name} ({counts[kind]})" if kind in said.COUNTED else str(name)
        for kind, name in said.PARTS.items()
        if kind in counts
    )


def _attempt(row: Transmission, look: Look) -> AttemptLine:
    phrase, tone = said.PASSAGES[row.passage]
    at = row.ended_at or row.heard_at or row.sent_at or row.queued_at
    return AttemptLine(
        way=str(said.WAYS[row.way]), to=shown(row.to_address), said=str(phrase), tone=tone,
        when=look.moment(at), trouble=str(said.TROUBLES.get(row.trouble, "")),
    )  # fmt: skip


def _remarks(referral: Referral, look: Look) -> Iterator[RemarkLine]:
    for row in Remark.objects.filter(referral=referral).order_by("-at", "-pk")[:MOST]:
        yield RemarkLine(row.text, look.moment(row.at), str(referral_words.SOURCES[row.source]))
