"""How a member says where they can be reached, and proves that it is theirs."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.languages import speaking_to
from accounts.models import Membership
from audit import log
from audit.actors import Actor
from outbox.choosing import RANK
from outbox.failures import Broken
from outbox.models import Channel, Contact, Intent, Urgency
from outbox.operations.intending import Saying, intend
from outbox.operations.withdrawing import leave_alone
from outbox.places import PHONES, ContactRefused, address_of
from tenants import scope, wake
from tenants.models import Door, DoorKind, Topic

CODE_LASTS = timedelta(minutes=10)
CODE_AGAIN = timedelta(minutes=1)
CODES_AN_HOUR = 6
TRIES = 5
MOST = 8
"""Contacts of one member."""

VERIFIES = "verify"
"""The template of what is sent to a contact before it is verified: its code, and nothing else."""

LETTERS, DIGITS = "CDFGHJKMNPQRTVWX", "23456789"


class ContactNotFound(Exception):
    """No contact of that member has that id."""


@transaction.atomic
def add_contact(
    *, member: Membership, channel: Channel, address: str, actor: Actor, now: datetime
) -> Contact:
    """A further way to reach a member; its code is on the way to it.

    A number that they proved for text messages needs no proof again for calls.

    Raises:
        ContactRefused: it is no such address, they have it already, or they have too many.
    """
    list(Membership.objects.lock([member.pk]).values_list("pk"))
    clean = address_of(channel, address)
    held = Contact.objects.filter(member=member, removed_at__isnull=True)
    if held.filter(channel=channel, address=clean).exists():
        raise ContactRefused(_("You have this one already. It stands in the list above."))
    if held.count() >= MOST:
        raise ContactRefused(
            _("You have {many} ways already. Remove one that you no longer use.").format(many=MOST)
        )
    last = held.aggregate(last=Max("position"))["last"]
    contact = Contact.objects.create(
        member=member, channel=channel, address=clean, position=0 if last is None else last + 1
    )
    log.record("contact.added", entity=contact, detail={"channel": channel}, actor=actor, now=now)
    proven = held.filter(channel__in=PHONES, address=clean, verified_at__isnull=False)
    if channel in PHONES and proven.exists():
        _verified(contact, actor=actor, now=now)
    else:
        _send_code(contact, actor=actor, now=now)
    return contact


@transaction.atomic
def bring_contact(
    *, member: Membership, channel: Channel, address: str, actor: Actor, now: datetime
) -> Contact:
    """A way that was proven elsewhere, as in the paging service that the practice had before.

    Raises:
        ContactRefused: it is no such address.
    """
    clean = address_of(channel, address)
    contact = Contact.objects.create(member=member, channel=channel, address=clean)
    log.record("contact.brought", entity=contact, detail={"channel": channel}, actor=actor, now=now)
    _verified(contact, actor=actor, now=now)
    return contact


@transaction.atomic
def send_code(*, contact_id: UUID, member: Membership, actor: Actor, now: datetime) -> Contact:
    """Send another code; one that was broken has to be proven again.

    Raises:
        ContactNotFound: they have none of that id.
        ContactRefused: it is verified and works, or codes were asked for too often.
    """
    contact = _locked(contact_id, member)
    if contact.verified_at and not contact.broken_at:
        raise ContactRefused(_("It is verified already."), field="code")
    if contact.broken_reason == Broken.OPTED_OUT:
        raise ContactRefused(_("That phone refuses our texts. Text START from it."), field="code")
    if contact.code_sent_at and now - contact.code_sent_at < CODE_AGAIN:
        raise ContactRefused(_("A code is on its way. Wait a minute for it."), field="code")
    contact.verified_at = contact.broken_at = None
    contact.broken_reason = ""
    contact.save(update_fields=["verified_at", "broken_at", "broken_reason"])
    _send_code(contact, actor=actor, now=now)
    return contact


@transaction.atomic
def verify_contact(
    *, contact_id: UUID, member: Membership, code: str, actor: Actor, now: datetime
) -> bool:
    """Take the code that they read there: True, or False where it is another one.

    Raises:
        ContactNotFound: they have none of that id.
        ContactRefused: the code is too old, or was guessed at too often; ask for another.
    """
    contact = _locked(contact_id, member)
    if contact.verified_at:
        return True
    sent = contact.code_sent_at
    if not contact.code_digest or sent is None or now - sent > CODE_LASTS:
        raise ContactRefused(_("That code is too old. Ask for another one."), field="code")
    if contact.code_tries >= TRIES:
        raise ContactRefused(_("Too many wrong codes. Ask for another one."), field="code")
    said = "".join(letter for letter in code.upper() if letter.isalnum())
    if not hmac.compare_digest(_digest(contact.pk, said), contact.code_digest):
        contact.code_tries += 1
        contact.save(update_fields=["code_tries"])
        log.record("contact.code-refused", entity=contact, outcome="denied",
                   detail={"tries": contact.code_tries}, actor=actor, now=now)  # fmt: skip
        return False
    _verified(contact, actor=actor, now=now)
    return True


@transaction.atomic
def remove_contact(*, contact_id: UUID, member: Membership, actor: Actor, now: datetime) -> Contact:
    """Nothing is sent there any more; what was sent stays in the history.

    Raises:
        ContactNotFound: they have none of that id.
    """
    contact = _locked(contact_id, member)
    contact.removed_at, contact.code_digest = now, ""
    contact.save(update_fields=["removed_at", "code_digest"])
    others = Contact.objects.filter(address=contact.address, removed_at__isnull=True)
    if not others.exists():
        Door.objects.filter(
            kind=DoorKind.PHONE, key=phone_key(contact.address), practice_id=scope.current()
        ).delete()
    _look_again(contact, now=now)
    log.record("contact.removed", entity=contact, actor=actor, now=now)
    return contact


@transaction.atomic
def break_contact(*, contact_id: UUID, why: Broken, actor: Actor, now: datetime) -> None:
    """Nothing is sent there any more, until they say so or prove it again."""
    contact = Contact.objects.lock([contact_id]).filter(broken_at__isnull=True).first()
    if contact is None:
        return
    contact.broken_at, contact.broken_reason = now, why
    contact.save(update_fields=["broken_at", "broken_reason"])
    log.record("contact.broken", entity=contact, detail={"why": why}, actor=actor, now=now)
    if contact.patient_id is not None:
        leave_alone(contact, why, actor=actor, now=now)
    else:
        _look_again(contact, now=now)


@transaction.atomic
def raise_contact(*, contact_id: UUID, member: Membership, actor: Actor, now: datetime) -> None:
    """Have a page tried there before the one above it.

    Raises:
        ContactNotFound: they have none of that id.
    """
    chosen = _locked(contact_id, member)
    rows = list(
        Contact.objects.filter(member=member, removed_at__isnull=True)
        .order_by("position", "pk")
        .select_for_update(of=("self",))
    )
    at = rows.index(chosen)
    if at:
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])
    log.record("contact.raised", entity=chosen, actor=actor, now=now)


@transaction.atomic
def mend_contacts(*, contact_ids: Collection[UUID], actor: Actor, now: datetime) -> int:
    """Whoever opted out wants text messages again."""
    refused = Contact.objects.lock(contact_ids).filter(broken_reason=Broken.OPTED_OUT)
    held = list(refused)
    for contact in held:
        contact.broken_at, contact.broken_reason = None, ""
        contact.save(update_fields=["broken_at", "broken_reason"])
        log.record("contact.opted-in", entity=contact, actor=actor, now=now)
    return len(held)


def open_door(number: str) -> None:
    """What a phone writes to a number of several practices finds its way here."""
    Door.objects.get_or_create(
        kind=DoorKind.PHONE, key=phone_key(number), practice_id=scope.current()
    )


def phone_key(number: str) -> str:
    """Under which its door is found: a digest that gives no number away."""
    secret = settings.FEED_KEY_SECRET.encode()
    return hmac.new(secret, f"phone:{number}".encode(), hashlib.sha256).hexdigest()


def _locked(contact_id: UUID, member: Membership) -> Contact:
    rows = Contact.objects.lock([contact_id])
    contact = rows.filter(member=member, removed_at__isnull=True).first()
    if contact is None:
        raise ContactNotFound(_("No such contact."))
    return contact


def _look_again(contact: Contact, *, now: datetime) -> None:
    """It may have been the last way to them: pages may have to find somebody else."""
    if contact.member_id is not None:
        wake.call(Topic.STAFF, [(contact.member_id, now)])


def _verified(contact: Contact, *, actor: Actor, now: datetime) -> None:
    contact.verified_at, contact.code_digest = now, ""
    contact.broken_at, contact.broken_reason = None, ""
    contact.save(update_fields=["verified_at", "code_digest", "broken_at", "broken_reason"])
    if contact.channel in PHONES:
        open_door(contact.address)
    log.record("contact.verified", entity=contact, actor=actor, now=now)


def _send_code(contact: Contact, *, actor: Actor, now: datetime) -> None:
    lately = Intent.objects.filter(
        member=contact.member_id, template=VERIFIES, created_at__gt=now - timedelta(hours=1)
    )
    if lately.count() >= CODES_AN_HOUR:
        raise ContactRefused(_("Many codes were sent within the hour. Try again later."))
    code = "".join(secrets.choice(kind) for kind in (LETTERS, DIGITS) * 3)
    contact.code_digest, contact.code_sent_at = _digest(contact.pk, code), now
    contact.code_tries = 0
    contact.save(update_fields=["code_digest", "code_sent_at", "code_tries"])
    said = ", ".join(code) if contact.channel == Channel.VOICE else f"{code[:3]} {code[3:]}"
    with speaking_to(contact.member):
        subject = _("Your ClearChart code")
        body = _(
            "ClearChart: your code is {said}. It is good for ten minutes. Nobody of ours will ask "
            "you for it."
        ).format(said=said)
    intend(
        [
            Saying(
                key=f"{VERIFIES}:{contact.pk}:{now.timestamp():.0f}", member_id=contact.member_id,
                task_id=None, channel=Channel(contact.channel), contact_id=contact.pk,
                urgency=Urgency.NOTICE, template=VERIFIES, subject=subject,
                body=body,
                rank=RANK[Urgency.PAGE] + 1, at=now,
            )
        ],
        actor=actor, now=now,
    )  # fmt: skip


def _digest(contact_id: UUID, code: str) -> str:
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, f"contact:{contact_id}:{code}".encode(), hashlib.sha256).hexdigest()
