"""Referrals: every fact that was told of them, the ways by which they are sent, how they are
chased, and the work that they asked for."""

from referrals.models.cadence import Cadence, CadenceStep, CameTo
from referrals.models.fact import Fact
from referrals.models.invitation import Invitation, Remark
from referrals.models.packet import Packet, PacketPart, Part, Purpose
from referrals.models.paper import Paper
from referrals.models.referral import Referral
from referrals.models.specialist import Carrier, Specialist
from referrals.models.transmission import Receipt, Transmission
from referrals.models.work import FollowUp

__all__ = [
    "Cadence", "CadenceStep", "CameTo", "Carrier", "Fact", "FollowUp", "Invitation", "Packet",
    "PacketPart", "Paper", "Part", "Purpose", "Receipt", "Referral", "Remark", "Specialist",
    "Transmission",
]  # fmt: skip
