"""The life of a fax: queued, claimed, handed to its service, and told of by it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from integrations.models import InboundMessage
from referrals import carrying
from referrals.fake import posting
from referrals.models import Packet, Transmission
from tests.flows.killing.lives import Tell
from tests.flows.killing.outside import Outside
from tests.flows.killing.sending import Sending, Street
from tests.people import Elm
from tests.referrals.sending.street import account_of_fax, specialist


@dataclass(frozen=True)
class Fax(Sending):
    """To the one number that all of them go to: what the service lists may be another one's."""

    def go(self, now: datetime, tell: Tell) -> None:
        """It is sent; the service tells how it ended, again and again, and that is taken in."""
        self.street.sweep(now=now)
        for status in self._call_back():
            assert status == 204
            tell("told")
        self.street.sweep(now=now)

    def _call_back(self) -> Iterable[int]:
        world = self.street.world
        with self.street.elm.scoped(), transaction.atomic():
            digests = list(
                Packet.objects.filter(referral=self.referral_id).values_list("digest", flat=True)
            )
        for one in [fax for digest in digests for fax in world.faxes(digest)]:
            body, headers = posting.webhook(world.house, one)
            named = {f"HTTP_{name.upper().replace('-', '_')}": it for name, it in headers.items()}
            yield Client().post(
                reverse("integrations:fax", args=["elm-fax"]), data=body,
                content_type="application/json", **named,
            ).status_code  # fmt: skip

    def states(self, messages: Iterable[InboundMessage]) -> list[str]:
        """A service that tells again signs and dates it anew."""
        return sorted(set(super().states(messages)))

    def taken(
        self, packets: Sequence[Packet], sent: Sequence[Transmission], received: Counter[str]
    ) -> Any:
        """How often each packet went, and whether any of anybody went twice."""
        return [received[one.digest] for one in packets], max(received.values(), default=0)


class Faxes(Street):
    """One fax after the other."""

    service = ""

    def __init__(self, elm: Elm, world: Outside, *, now: datetime) -> None:
        super().__init__(elm, world, account_of_fax(world, self.service), now=now)
        with elm.scoped():
            self.to = specialist(now, direct_address="")

    @staticmethod
    def forget() -> None:
        """A fax of which nobody knows is sent again without asking its service."""
        carrying._is_known = lambda *_: False

    def life(self, number: int, now: datetime) -> Fax:
        return Fax(self, number, now, self.order(number, now, self.to))


class DocumoFaxes(Faxes):
    service = "documo"


class TelnyxFaxes(Faxes):
    service = "telnyx"
