"""The practice's accounts with whoever carries its packets."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from outbox.phones import NotAPhone, e164
from referrals.directory import EntryRefused, direct_address
from referrals.models import Carrier
from tenants import sealing


class CarrierRefused(Exception):
    """The account cannot be kept so; the text says what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as somebody here writes it down; secrets are sealed before they are kept."""

    kind: str
    feed_slug: str
    address: str
    secret: str = field(repr=False)
    url: str = ""
    mail_url: str = ""
    user: str = ""
    connection: str = ""
    callback_secret: str = field(default="", repr=False)
    baa_on: date | None = None


NEEDED = {
    Carrier.Kind.HISP: ("url", "mail_url", "user"),
    Carrier.Kind.DOCUMO: ("user", "callback_secret"),
    Carrier.Kind.TELNYX: ("connection", "callback_secret"),
}
"""Beside the address and the secret."""


@transaction.atomic
def open_carrier(*, account: Account, actor: Actor, now: datetime) -> Carrier:
    """Begin to use an account. Without an agreement (BAA) it is kept, and nothing goes by it.

    Raises:
        CarrierRefused: something is missing or wrong, or one of its kind is open already.
    """
    if account.kind not in Carrier.Kind.values:
        raise CarrierRefused(_("No carrier of this kind is known."))
    missing = [name for name in NEEDED[Carrier.Kind(account.kind)] if not getattr(account, name)]
    if missing or not account.secret:
        raise CarrierRefused(_("Fill in every field of the account."))
    row = Carrier(
        kind=account.kind, feed_slug=account.feed_slug, address=_address(account),
        url=account.url.strip(), mail_url=account.mail_url.strip(), user=account.user.strip(),
        secret=sealing.seal(account.secret), connection=account.connection.strip(),
        callback_secret=sealing.seal(account.callback_secret) if account.callback_secret else "",
        baa_on=account.baa_on, opened_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise CarrierRefused(_("An account of this kind is open. Close it first.")) from None
    log.record("carrier.opened", entity=row, detail={"kind": row.kind}, actor=actor, now=now)
    return row


@transaction.atomic
def sign_baa(*, carrier_id: UUID, baa_on: date, actor: Actor, now: datetime) -> Carrier:
    """An agreement with the carrier is on file: packets may go by it.

    Raises:
        CarrierRefused: there is no such open account.
    """
    row = _open(carrier_id)
    row.baa_on = baa_on
    row.save(update_fields=["baa_on"])
    log.record("carrier.agreed", entity=row, actor=actor, now=now)
    return row


@transaction.atomic
def replace_secrets(
    *, carrier_id: UUID, secret: str = "", callback_secret: str = "", actor: Actor, now: datetime
) -> Carrier:
    """Sign in with other secrets from now on; an empty one stays as it is.

    Raises:
        CarrierRefused: there is no such open account, or nothing was given.
    """
    row = _open(carrier_id)
    given = {"secret": secret, "callback_secret": callback_secret}
    named = [name for name, value in given.items() if value]
    if not named:
        raise CarrierRefused(_("Enter what is to be replaced."))
    for name in named:
        setattr(row, name, sealing.seal(given[name]))
    row.save(update_fields=named)
    log.record("carrier.secrets-replaced", entity=row, detail={"names": ", ".join(named)},
               actor=actor, now=now)  # fmt: skip
    return row


@transaction.atomic
def close_carrier(*, carrier_id: UUID, actor: Actor, now: datetime) -> Carrier:
    """Use an account no more: what waits for it goes another way; receipts are still heard.

    Raises:
        CarrierRefused: there is no such open account.
    """
    row = _open(carrier_id)
    row.closed_at = now
    row.save(update_fields=["closed_at"])
    log.record("carrier.closed", entity=row, actor=actor, now=now)
    return row


@transaction.atomic
def reseal_carriers(*, actor: Actor, now: datetime) -> int:
    """Seal every secret of the practice's accounts anew under the first key; returns how many.

    Raises:
        SealBroken: one cannot be opened; nothing is changed.
    """
    count = 0
    for row in Carrier.objects.order_by("pk").select_for_update():
        named = [name for name in ("secret", "callback_secret") if getattr(row, name)]
        for name in named:
            setattr(row, name, sealing.reseal(getattr(row, name)))
        row.save(update_fields=named)
        count += len(named)
    log.record("carrier.secrets-resealed", detail={"count": count}, actor=actor, now=now)
    return count


@transaction.atomic
def mark_mailbox(
    *, carrier_id: UUID, validity: int, seen: int, trouble: str, actor: Actor, now: datetime
) -> Carrier:
    """Up to which message the mailbox of a HISP was taken in, or why it could not be read.

    Raises:
        CarrierRefused: there is no such open account.
    """
    row = _open(carrier_id)
    if row.mail_trouble != trouble:
        log.record("carrier.mailbox", entity=row, outcome="failed" if trouble else "success",
                   detail={"trouble": trouble}, actor=actor, now=now)  # fmt: skip
    row.mail_validity, row.mail_seen = validity, seen
    row.mail_trouble, row.mail_read_at = trouble, row.mail_read_at if trouble else now
    row.save(update_fields=["mail_validity", "mail_seen", "mail_trouble", "mail_read_at"])
    return row


def _open(carrier_id: UUID) -> Carrier:
    row: Carrier | None = Carrier.objects.lock([carrier_id]).first()
    if row is None or row.closed_at is not None:
        raise CarrierRefused(_("This account is closed already."))
    return row


def _address(account: Account) -> str:
    """Ours, written one way."""
    try:
        if account.kind == Carrier.Kind.HISP:
            ours = direct_address(account.address)
        else:
            ours = e164(account.address)
    except (EntryRefused, NotAPhone) as error:
        raise CarrierRefused(str(error)) from None
    if not ours:
        raise CarrierRefused(_("Fill in every field of the account."))
    return ours
