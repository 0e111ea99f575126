"""Referrals read: pages of them, and one whole."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from integrations.api import idempotency
from integrations.api.authentication import actor_of
from integrations.api.describing import IDEMPOTENCY_KEY, REFUSALS, of_reading
from integrations.api.problems import invalid
from integrations.api.referrals import queries
from integrations.api.referrals.answered import ReferralPage, ReferralRow, ReferralWhole
from integrations.api.referrals.asked import ReferralFilter, ReferralOpening, ReferralReading
from integrations.api.referrals.seeing import asking, require_sight, shut_to
from integrations.api.referrals.verbs import acting, answer_with
from integrations.api.views.practice import PracticeView
from integrations.models import Scope
from referrals import operations
from referrals.operations import NoReferral, Opening
from tenants import clock


class Referrals(PracticeView):
    """The list, and one more in it."""

    @property
    def required_scope(self) -> Scope:  # type: ignore[override]
        """Opening one is a write."""
        posts = self.request.method == "POST"
        return Scope.REFERRALS_WRITE if posts else Scope.REFERRALS_READ

    @extend_schema(
        operation_id="listReferrals", parameters=[ReferralFilter],
        responses={200: ReferralPage} | of_reading(400),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Referrals, the newest first. Names no patient."""
        said, member = _asked(request, ReferralFilter)
        limit = said["limit"]
        found = queries.page(said, shut=shut_to(member))
        shown, more = found[:limit], found[limit:]
        log.record("referrals.looked-through", detail={"count": len(shown)},
                   actor=_actor(request, member), now=clock.now())  # fmt: skip
        return Response({
            "referrals": [ReferralRow(one).data for one in shown],
            "next_cursor": queries.cursor_at(shown[-1]) if more else None,
        })  # fmt: skip

    @extend_schema(
        operation_id="openReferral", request=ReferralOpening, parameters=[IDEMPOTENCY_KEY],
        responses={200: ReferralRow} | REFUSALS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Open a referral that no feed tells of. By its number it is opened once: again it is the
        same one."""
        now = clock.now()

        def work() -> Response:
            said, actor, member = acting(request, ReferralOpening)
            patient = queries.patient(said.pop("patient"))
            require_sight(member, patient)
            opening = Opening(patient_id=patient.pk, **said)
            referral, _ = operations.open_by_hand(opening=opening, actor=actor, now=now)
            return answer_with(referral)

        return idempotency.once(request, work, now=now)


def _asked(request: Request, names: type[ReferralReading]) -> tuple[Any, Membership | None]:
    """What the address asks, and on whose behalf."""
    asked = names(data=request.query_params)
    try:
        asked.is_valid(raise_exception=True)
    except ValidationError as error:
        raise invalid(error, status=400) from error
    said = dict(asked.validated_data)
    return said, asking(said, status=400)


def _actor(request: Request, member: Membership | None) -> Actor:
    key = actor_of(request)
    return replace(key, membership_id=member.pk) if member else key


class OneReferral(PracticeView):
    required_scope = Scope.REFERRALS_READ

    @extend_schema(
        operation_id="getReferral", parameters=[ReferralReading],
        responses={200: ReferralWhole} | of_reading(400, 404),
    )  # fmt: skip
    def get(self, request: Request, referral_id: UUID) -> Response:
        """One referral with its patient, its question, and all that was told of it."""
        _, member = _asked(request, ReferralReading)
        referral = queries.one(referral_id)
        if referral is None:
            raise NoReferral
        require_sight(member, referral.patient)
        log.record("referral.viewed", entity=referral, patient_id=referral.patient_id,
                   actor=_actor(request, member), now=clock.now())  # fmt: skip
        etag = f'"{referral.version}"'
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"ETag": etag})
        return Response(ReferralWhole(referral).data, headers={"ETag": etag})
