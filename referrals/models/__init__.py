"""Referrals, and every fact that was told of them."""

from referrals.models.fact import Fact
from referrals.models.referral import Referral

__all__ = ["Fact", "Referral"]
