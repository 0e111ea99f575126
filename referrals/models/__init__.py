"""Referrals, every fact that was told of them, and the work that they asked for."""

from referrals.models.fact import Fact
from referrals.models.referral import Referral
from referrals.models.work import FollowUp

__all__ = ["Fact", "FollowUp", "Referral"]
