"""Referrals read: pages of them, and one whole."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from audit import log
from integrations.api import idempotency
from integrations.api.authentication import actor_of
from integrations.api.describing import IDEMPOTENCY_KEY, REFUSALS, of_reading
from integrations.api.problems import invalid
from integrations.api.referrals import queries
from integrations.api.referrals.answered import ReferralPage, ReferralRow, ReferralWhole
from integrations.api.referrals.asked import ReferralFilter, ReferralOpening
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
        asked = ReferralFilter(data=request.query_params)
        try:
            asked.is_valid(raise_exception=True)
        except ValidationError as error:
            raise invalid(error, status=400) from error
        limit = asked.validated_data["limit"]
        found = queries.page(asked.validated_data)
        shown, more = found[:limit], found[limit:]
        log.record("referrals.looked-through", detail={"count": len(shown)},
                   actor=actor_of(request), now=clock.now())  # fmt: skip
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
            said, actor = acting(request, ReferralOpening)
            opening = Opening(patient_id=queries.patient(said.pop("patient")), **said)
            referral, _ = operations.open_by_hand(opening=opening, actor=actor, now=now)
            return answer_with(referral)

        return idempotency.once(request, work, now=now)


class OneReferral(PracticeView):
    required_scope = Scope.REFERRALS_READ

    @extend_schema(operation_id="getReferral", responses={200: ReferralWhole} | of_reading(404))
    def get(self, request: Request, referral_id: UUID) -> Response:
        """One referral with its patient, its question, and all that was told of it."""
        referral = queries.one(referral_id)
        if referral is None:
            raise NoReferral
        log.record("referral.viewed", entity=referral, patient_id=referral.patient_id,
                   actor=actor_of(request), now=clock.now())  # fmt: skip
        etag = f'"{referral.version}"'
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"ETag": etag})
        return Response(ReferralWhole(referral).data, headers={"ETag": etag})
