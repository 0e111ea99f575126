"""Invitations made and revoked: the ways in which a specialist answers without an account."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from integrations.api.asked import Verb
from integrations.api.describing import of_verb
from integrations.api.referrals import asked, queries
from integrations.api.referrals.answered import InvitedRow, ReferralRow
from integrations.api.referrals.verbs import ReferralVerb
from referrals import operations
from referrals.models import Referral


class Invite(ReferralVerb):
    secret = ("link", "code")

    @of_verb("inviteToAnswerReferral", Verb, InvitedRow)
    def post(self, request: Request, referral_id: UUID) -> Response:
        """A link and a code by which the specialist answers. The secrets are said this once."""
        return super().post(request, referral_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Any:  # noqa: ARG002
        return operations.invite(**common)

    def answer(self, done: Any, referral_id: UUID) -> Response:
        """The invitation."""
        version = operations.locked(referral_id).version
        body = {"id": done.invitation_id, "version": version, "link": done.link, "code": done.code,
                "address": done.address, "expires_at": done.until}  # fmt: skip
        return Response(InvitedRow(body).data, headers={"ETag": f'"{version}"'})


class RevokeInvitation(ReferralVerb):
    body = asked.InvitationRevoking

    @of_verb("revokeReferralsInvitation", asked.InvitationRevoking, ReferralRow)
    def post(self, request: Request, referral_id: UUID) -> Response:
        """Its link and its code open nothing any more."""
        return super().post(request, referral_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Referral:
        referral_id = common.pop("referral_id")
        queries.require_invitation(said["invitation"], referral_id)
        operations.revoke_invitation(invitation_id=said["invitation"], **common)
        return operations.locked(referral_id)
