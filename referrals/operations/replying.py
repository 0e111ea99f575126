"""What a specialist replies without an account: by the form, or on the sheet that they fax back.

Each part is a fact of its own. The same sending, however often it arrives, is told once.
"""

import hashlib
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from referrals.models import Invitation, Referral, Remark
from referrals.operations.asking import ask
from referrals.operations.inviting import NoInvitation
from referrals.operations.telling import Telling, tell
from referrals.replies import MOST_WORDS, Part, Reply, parts_of
from referrals.states import Acceptance, Source
from referrals.works import Work
from routing.rulebook import NoRules


class InvitationShut(Exception):
    """It opens nothing: over its time, revoked, locked, or its referral is closed."""


class EmptyReply(Exception):
    """It says nothing."""


@transaction.atomic
def answer_by_form(
    *, invitation_id: UUID, reply: Reply, sending: UUID, actor: Actor, now: datetime
) -> Referral:
    """Tell what the specialist said on our page.

    Args:
        sending: names this form as it was handed out: sent twice, it is one reply.

    Raises:
        InvitationShut: it is not live, or there is none.
        EmptyReply: it says nothing.
    """
    row = Invitation.objects.lock([invitation_id]).select_related("referral").first()
    if row is None or not row.is_live(now):
        raise InvitationShut(_("This link does not work any more."))
    return _answer(row, reply, sending, Source.FORM, actor=actor, now=now)


@transaction.atomic
def answer_by_fax(
    *, invitation_id: UUID, reply: Reply, sending: UUID, actor: Actor, now: datetime
) -> Referral:
    """Tell what the specialist ticked on the sheet that came back. Paper comes late, so neither its
    time nor a lock is asked for.

    Raises:
        NoInvitation: the practice has no such invitation.
        EmptyReply: it says nothing.
    """
    row = Invitation.objects.lock([invitation_id]).select_related("referral").first()
    if row is None:
        raise NoInvitation(_("No such invitation."))
    return _answer(row, reply, sending, Source.FAX, actor=actor, now=now)


def _answer(
    row: Invitation, reply: Reply, sending: UUID, source: Source, *, actor: Actor, now: datetime
) -> Referral:
    if reply.is_empty:
        raise EmptyReply(_("Choose at least one answer."))
    said = list(parts_of(reply))
    tellings = [_telling(row, part, sending, source, now) for part in said]
    referral = tell(referral_id=row.referral_id, tellings=tellings, actor=actor, now=now)
    if reply.question:
        _keep_words(row, reply.question, sending, source, actor=actor, now=now)
    _ask_us(referral, reply, sending, actor=actor, now=now)
    row.answered_at = now
    row.save(update_fields=["answered_at"])
    return referral


def _ask_us(
    referral: Referral, reply: Reply, sending: UUID, *, actor: Actor, now: datetime
) -> None:
    """A no and a question are work for a person at once, whatever the cadence says; a question that
    came beside an answer shows on no axis."""
    works = [Work.FIND_ANOTHER] if reply.takes is False else []
    if reply.question:
        alone = referral.acceptance == Acceptance.QUESTION
        works.append(Work.ANSWER_QUESTION if alone else Work.READ_QUESTION)
    for work in works:
        with suppress(NoRules):  # the cadence asks when there are rules
            ask(referral_id=referral.pk, work=work, key=f"reply:{sending.hex}:{work}", actor=actor,
                now=now)  # fmt: skip


def _telling(row: Invitation, part: Part, sending: UUID, source: Source, now: datetime) -> Telling:
    return Telling(
        key=f"{source}:{sending.hex}:{part.key}", axis=part.axis, value=part.value, at=now,
        source=source, appointment_at=part.appointment_at,
        detail={"invitation": str(row.pk), "sending": sending.hex, **part.detail},
    )  # fmt: skip


def _keep_words(
    row: Invitation, text: str, sending: UUID, source: Source, *, actor: Actor, now: datetime
) -> None:
    """The words themselves stand apart: a fact holds codes."""
    said = text.replace("\x00", "")[:MOST_WORDS]
    key = f"{sending.hex}:{hashlib.sha256(said.encode()).hexdigest()[:16]}"
    remark, is_new = Remark.objects.get_or_create(
        invitation=row, key=key,
        defaults={"referral": row.referral, "text": said, "at": now, "source": source},
    )  # fmt: skip
    if is_new:
        log.record("remark.kept", entity=remark, patient_id=row.referral.patient_id,
                   detail={"referral": str(row.referral_id)}, actor=actor, now=now)  # fmt: skip
