"""Referrals worked: each verb is one operation, on behalf of a member, once."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID, uuid4

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from accounts.permissions import Operation, require
from audit.actors import Actor
from integrations.api import idempotency
from integrations.api.asked import Verb
from integrations.api.authentication import actor_of
from integrations.api.describing import of_verb
from integrations.api.problems import Problem
from integrations.api.referrals import asked
from integrations.api.referrals.answered import ReferralRow
from integrations.api.referrals.seeing import asking, require_sight
from integrations.api.views.practice import PracticeView
from integrations.api.views.verbs import expected_version
from integrations.models import Scope
from referrals import operations
from referrals.models import Referral
from referrals.operations import Telling
from referrals.states import Answered, Appointment, Axis, Closure, Source
from tenants import clock

CHANGED = "The referral changed since you read it. Read it again, then decide."


def acting(
    request: Request, body: type[Verb], needs: Operation = Operation.WORK_REFERRALS
) -> tuple[dict[str, Any], Actor, Membership]:
    """What was sent, and the key at work for a member whose role allows it.

    Raises:
        ValidationError: the values cannot be used.
        Problem: no active member has the id.
        PermissionRefused: the member's role does not allow it.
    """
    sent = body(data=request.data)
    sent.is_valid(raise_exception=True)
    said = dict(sent.validated_data)
    member = asking(said)
    assert member is not None  # the body names one
    require(member.roles, needs)
    return said, replace(actor_of(request), membership_id=member.pk), member


def answer_with(referral: Referral) -> Response:
    """The referral as it now is."""
    return Response(ReferralRow(referral).data, headers={"ETag": f'"{referral.version}"'})


class ReferralVerb(PracticeView):
    """POST /referrals/{id}/<verb>."""

    required_scope = Scope.REFERRALS_WRITE
    body: type[Verb] = Verb
    needs: ClassVar[Operation] = Operation.WORK_REFERRALS
    secret: ClassVar[Collection[str]] = ()

    def post(self, request: Request, referral_id: UUID) -> Response:
        """Do it once, and answer with the referral as it now is."""
        now = clock.now()

        def work() -> Response:
            said, actor, member = acting(request, self.body, self.needs)
            referral = operations.locked(referral_id)
            require_sight(member, referral.patient)
            _refuse_stale(referral, expected_version(request))
            common = {"referral_id": referral_id, "actor": actor, "now": now}
            return self.answer(self.operate(said, **common), referral_id)

        return idempotency.once(request, work, secret=self.secret, now=now)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Any:
        """The operation behind the verb."""
        raise NotImplementedError

    def answer(self, done: Any, referral_id: UUID) -> Response:  # noqa: ARG002 - others need it
        """What the caller gets of it."""
        return answer_with(done)


def _refuse_stale(referral: Referral, expected: int | None) -> None:
    """It is held until the end of the transaction, so that nothing comes in between."""
    if expected not in (None, referral.version):
        raise Problem(412, CHANGED, kind="stale")


class Tell(ReferralVerb):
    body = asked.ReferralTelling

    @of_verb("tellReferral", asked.ReferralTelling, ReferralRow)
    def post(self, request: Request, referral_id: UUID) -> Response:
        """Tell one fact on one axis. One that cannot follow what stands is kept, and held."""
        return super().post(request, referral_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Referral:
        return operations.tell(tellings=[_telling(said, common["now"])], **common)


class Book(ReferralVerb):
    body = asked.ReferralBooking

    @of_verb("bookReferral", asked.ReferralBooking, ReferralRow)
    def post(self, request: Request, referral_id: UUID) -> Response:
        """An appointment was made, or moved."""
        return super().post(request, referral_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Referral:
        booked = {"axis": Axis.APPOINTMENT, "value": Appointment.BOOKED, **said}
        return operations.tell(tellings=[_telling(booked, common["now"])], **common)


class Close(ReferralVerb):
    body, needs = asked.ReferralClosing, Operation.CLOSE_REFERRAL

    @of_verb("closeReferral", asked.ReferralClosing, ReferralRow)
    def post(self, request: Request, referral_id: UUID) -> Response:
        """Nobody waits for it any more, for this reason; only a report closes it as reported."""
        return super().post(request, referral_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Referral:
        return operations.close(because=Closure(said["because"]), **common)


class ReopenReferral(ReferralVerb):
    needs = Operation.CLOSE_REFERRAL

    @of_verb("reopenReferral", Verb, ReferralRow)
    def post(self, request: Request, referral_id: UUID) -> Response:
        """Somebody waits for it again."""
        return super().post(request, referral_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Referral:  # noqa: ARG002
        return operations.reopen(**common)


class Match(ReferralVerb):
    body = asked.ReferralReport

    @of_verb("matchReferral", asked.ReferralReport, ReferralRow)
    def post(self, request: Request, referral_id: UUID) -> Response:
        """This report answers it: that closes the loop."""
        return super().post(request, referral_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Referral:
        return operations.match(report_id=said["report"], **common)


class Unmatch(ReferralVerb):
    body = asked.ReferralReport

    @of_verb("unmatchReferral", asked.ReferralReport, ReferralRow)
    def post(self, request: Request, referral_id: UUID) -> Response:
        """It was another's report: the loop is open again."""
        return super().post(request, referral_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Referral:
        return operations.unmatch(report_id=said["report"], **common)


class Undo(ReferralVerb):
    body = asked.ReferralUndoing

    @of_verb("undoReferralFact", asked.ReferralUndoing, ReferralRow)
    def post(self, request: Request, referral_id: UUID) -> Response:
        """Take a fact back: it stays, and counts for nothing."""
        return super().post(request, referral_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Referral:
        return operations.undo(fact_id=said["fact"], **common)


class PatientTold(ReferralVerb):
    @of_verb("tellReferralsPatient", Verb, ReferralRow)
    def post(self, request: Request, referral_id: UUID) -> Response:
        """The patient was told what came of it."""
        return super().post(request, referral_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Referral:  # noqa: ARG002
        return operations.tell_patient(**common)


class QuestionAnswered(ReferralVerb):
    body, needs = asked.ReferralAnswering, Operation.ANSWER_REFERRAL

    @of_verb("answerReferralsQuestion", asked.ReferralAnswering, ReferralRow)
    def post(self, request: Request, referral_id: UUID) -> Response:
        """Whether the report answers the clinical question."""
        return super().post(request, referral_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Referral:
        return operations.answer_question(answered=Answered(said["answered"]), **common)


def _telling(said: Mapping[str, Any], now: Any) -> Telling:
    """As the operation takes it; without a key of its own each telling is an occasion."""
    return Telling(
        key=f"api:{said.get('key') or uuid4().hex}", axis=Axis(said["axis"]), value=said["value"],
        at=said.get("at") or now, source=Source(said.get("way") or Source.STAFF),
        appointment_at=said.get("appointment_at"),
        detail={"reason": said["reason"]} if said.get("reason") else {},
    )  # fmt: skip
