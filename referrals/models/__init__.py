"""Referrals, every fact that was told of them, how they are chased, and the work they asked for."""

from referrals.models.cadence import Cadence, CadenceStep, CameTo
from referrals.models.fact import Fact
from referrals.models.invitation import Invitation, Remark
from referrals.models.referral import Referral
from referrals.models.work import FollowUp

__all__ = [
    "Cadence", "CadenceStep", "CameTo", "Fact", "FollowUp", "Invitation", "Referral", "Remark",
]  # fmt: skip
