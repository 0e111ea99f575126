"""Each attempt to bring a packet to its specialist, and each receipt that came of one."""

import pgtrigger
from django.db import models

from referrals.models.packet import Packet
from referrals.models.referral import Referral
from referrals.models.specialist import Carrier
from referrals.ways import UNDER_WAY, Passage, Step, Way
from referrals.wire.answers import Trouble
from tenants.columns import choices, known
from tenants.models import PracticeForeignKey, PracticeModel


class Transmission(PracticeModel):
    """One attempt. Delivered is not accepted: nothing here says that anybody said yes."""

    referral = PracticeForeignKey(Referral, related_name="transmissions")
    packet = PracticeForeignKey(Packet, related_name="transmissions")
    """All attempts of one packet are one sending: retries, and other ways."""
    number = models.PositiveSmallIntegerField()
    """Of the attempts with this packet, from 1."""
    carrier = PracticeForeignKey(Carrier, related_name="+")
    way = models.CharField(max_length=6, choices=choices(Way))
    to_address = models.CharField(max_length=200)
    """As the directory had it then."""
    passage = models.CharField(max_length=9, choices=choices(Passage), default=Passage.QUEUED)
    next_at = models.DateTimeField(null=True)
    """When it is looked at next: to be sent, asked after, or missed; None: it is over."""
    fence = models.PositiveIntegerField(default=0)
    """Counts the claims; whoever holds an older one changes nothing."""
    lease_until = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=120)
    """Ours, the same in every try: of Direct the Message-ID, which receipts name."""
    provider_id = models.CharField(max_length=120, blank=True)
    """By which a fax service names it."""
    trouble = models.CharField(max_length=20, choices=choices(Trouble), blank=True)
    queued_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    """When it was claimed first: nothing can have left before."""
    sent_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    """When a receipt last moved it."""
    ended_at = models.DateTimeField(null=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "packet", "number"], name="transmission_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "referral"],
                condition=models.Q(passage__in=sorted(UNDER_WAY)),
                name="one_transmission_under_way",
            ),
            models.UniqueConstraint(
                fields=["practice", "message_id"], name="one_transmission_a_message"
            ),
            models.UniqueConstraint(
                fields=["practice", "carrier", "provider_id"],
                condition=~models.Q(provider_id=""),
                name="one_transmission_a_fax",
            ),
            models.UniqueConstraint(
                fields=["practice", "carrier", "to_address"],
                condition=models.Q(passage="sending", way="fax"),
                name="one_fax_at_a_time_to_a_number",
            ),
            known("way", Way, name="transmission_way_known"),
            known("passage", Passage, name="transmission_passage_known"),
            known("trouble", Trouble, name="transmission_trouble_known", blank=True),
        ]
        indexes = [
            models.Index(
                fields=["practice", "next_at"], name="transmissions_due",
                condition=models.Q(next_at__isnull=False),
            ),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]


class Receipt(PracticeModel):
    """What the other side, or whoever carries it, told of one message; kept once, as it was."""

    carrier = PracticeForeignKey(Carrier, related_name="+")
    key = models.CharField(max_length=250)
    """By which its sender names this happening: told twice, it is one receipt."""
    about = models.CharField(max_length=250)
    """What it names: our Message-ID, or the service's id of a fax."""
    step = models.CharField(max_length=7, choices=choices(Step), blank=True)
    """What it says; empty: nothing that moves anything."""
    trouble = models.CharField(max_length=20, choices=choices(Trouble), blank=True)
    heard_at = models.DateTimeField()
    transmission = PracticeForeignKey(Transmission, null=True, related_name="receipts")
    """None: nobody here knows the message yet, or nobody ever sent it."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "carrier", "key"], name="receipt_once"),
            known("step", Step, name="receipt_step_known", blank=True),
            known("trouble", Trouble, name="receipt_trouble_known", blank=True),
        ]
        indexes = [
            models.Index(fields=["practice", "carrier", "about"], name="receipts_about"),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="told_once", fields=["key", "about", "step", "trouble", "heard_at"]
            ),
        ]
