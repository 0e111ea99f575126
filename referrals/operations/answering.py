"""What people say of a report: whether it answered the question, and that the patient knows."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from referrals.models import Fact, Referral
from referrals.operations.closing import reopen
from referrals.operations.telling import Telling, locked, tell
from referrals.states import Answered, Axis, PatientTold, Source


@transaction.atomic
def answer_question(
    *, referral_id: UUID, answered: Answered, missing: str = "", version: int | None = None,
    actor: Actor, now: datetime,
) -> Referral:  # fmt: skip
    """Whoever asked says whether the report answers the clinical question; `missing`: what it
    leaves open, for whoever asks again.

    Raises:
        NoReferral: there is no such referral.
        Overtaken: it is not as whoever says it saw it.
    """
    locked(referral_id, version)
    detail = {"missing": missing[:250]} if missing and answered is not Answered.YES else {}
    return _say(referral_id, Axis.ANSWER, answered, Source.STAFF, detail, actor=actor, now=now)


@transaction.atomic
def ask_again(
    *, referral_id: UUID, missing: str = "", version: int | None = None, actor: Actor, now: datetime
) -> Referral:
    """The report does not answer the question: somebody waits for an answer again.

    Raises:
        NoReferral: there is no such referral.
        Overtaken: it is not as whoever says it saw it.
    """
    referral = answer_question(
        referral_id=referral_id, answered=Answered.NO, missing=missing, version=version,
        actor=actor, now=now,
    )  # fmt: skip
    return referral if referral.is_open else reopen(referral_id=referral_id, actor=actor, now=now)


@transaction.atomic
def tell_patient(
    *, referral_id: UUID, source: Source = Source.STAFF, version: int | None = None,
    actor: Actor, now: datetime,
) -> Referral:  # fmt: skip
    """The patient was told what came of it.

    Raises:
        NoReferral: there is no such referral.
        Overtaken: it is not as whoever says it saw it.
    """
    locked(referral_id, version)
    return _say(referral_id, Axis.TOLD, PatientTold.YES, source, {}, actor=actor, now=now)


def _say(
    referral_id: UUID, axis: Axis, value: str, source: Source, detail: dict[str, str], *,
    actor: Actor, now: datetime,
) -> Referral:  # fmt: skip
    """Each saying is an occasion of its own: people change their minds.

    It is about the report that stands, though its sender's clock may run before ours.
    """
    key = f"{axis}:{locked(referral_id).version}"
    told = Fact.objects.filter(referral_id=referral_id, axis=Axis.REPORT)
    at = max([now, *told.values_list("at", flat=True)])
    said = Telling(key=key, axis=axis, value=value, at=at, source=source, detail=detail)
    return tell(referral_id=referral_id, tellings=[said], actor=actor, now=now)
