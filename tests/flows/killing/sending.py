"""A referral that goes out, what moves it on, and what is left of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from audit.models import AuditEvent
from charts.models import ChartItem
from integrations import intake
from integrations.carriers import mailbox, opening
from integrations.models import InboundMessage
from referrals import carrying, following, operations
from referrals.models import FollowUp, Packet, Paper, Receipt, Referral, Specialist, Transmission
from referrals.operations import Account
from routing.models import Task
from tenants import clock
from tenants.models import Topic, Wake
from tests.flows.killing.lives import Tell
from tests.flows.killing.outside import Outside
from tests.people import Elm
from tests.referrals.sending.street import CORA
from tests.referrals.telling import ref, tell

PAUSES = (timedelta(minutes=3), timedelta(minutes=45))
"""After the end: its lease has run out; a fax of which nothing was told would be asked after."""

TOPICS = (Topic.CARRY, Topic.REFERRAL)
"""Whose sweeps run here."""


class Street:
    """Elm Street with an account at a carrier; all that is outside goes by the time of a life."""

    def __init__(self, elm: Elm, world: Outside, account: Account, *, now: datetime) -> None:
        self.elm, self.world = elm, world
        clock.now = world.clock
        with elm.scoped():
            self.carrier = opening.open_carrier(account=account, actor=CORA, now=now)

    def order(self, number: int, now: datetime, to: Specialist) -> UUID:
        """The EHR orders a referral for a patient of its own, and somebody says to whom."""
        patient = f"7{number:05}"
        order = ref(f"ref-{number}", number=f"R{number}").replace(b"508773", patient.encode())
        tell(self.elm, order, now=now)
        with self.elm.scoped():
            with transaction.atomic():
                row = Referral.objects.get(patient__identifiers__value=patient)
            operations.address_to(referral_id=row.pk, specialist_id=to.pk, actor=CORA, now=now)
        return row.pk

    def sweep(self, *, now: datetime) -> None:
        """Each sweep of the way until nothing of it is left to do."""
        each: tuple[Callable[..., int], ...] = (
            carrying.sweep, mailbox.sweep, partial(intake.sweep_practice, self.elm.practice.pk),
            following.sweep,
        )  # fmt: skip
        for one in each:
            while one(now=now):
                pass


@dataclass(frozen=True)
class Sending:
    """One referral; `now`: when it is sent."""

    street: Street
    number: int
    now: datetime
    referral_id: UUID

    def live(self, tell: Tell) -> None:
        """All of it, once; `tell` hears of each answer that somebody was given."""
        self.street.world.set_clock(self.now)
        self.send(now=self.now)
        tell("queued")
        self.go(self.now, tell)

    def go(self, now: datetime, tell: Tell) -> None:
        """What goes on by itself once it is in line."""
        raise NotImplementedError

    def recover(self) -> None:
        """After the end: Cora sends what is not in line, sweeps run, the other side tells again."""
        for pause in PAUSES:
            now = self.now + pause
            self.street.world.set_clock(now)
            self.send(now=now)
            self.go(now, lambda _: None)

    def send(self, *, now: datetime) -> None:
        with self.street.elm.scoped():
            with transaction.atomic():
                is_in_line = Transmission.objects.filter(referral=self.referral_id).exists()
            if not is_in_line:
                operations.send_referral(referral_id=self.referral_id, actor=CORA, now=now)

    def account(self, received: Counter[str]) -> dict[str, Any]:
        """Everything that it left, less ids and instants."""
        with self.street.elm.scoped(), transaction.atomic():
            row = Referral.objects.get(pk=self.referral_id)
            sent = list(Transmission.objects.filter(referral=row).order_by("number"))
            packets = list(Packet.objects.filter(referral=row))
            came = self._came()
            ids = [one.pk for rows in ([row], sent, packets, *came.values()) for one in rows]
            return {
                "attempts": [
                    (one.number, one.way, one.passage, one.trouble, one.next_at, one.lease_until)
                    for one in sent
                ],
                "packets": [(one.pages, one.parts.count()) for one in packets],
                "receipts": sorted((one.step, one.trouble, one.transmission_id in ids)
                                   for one in came["receipts"]),
                "papers": sorted(bytes(one.body) for one in came["papers"]),
                "messages": self.states(came["messages"]),
                "audit": sorted(
                    AuditEvent.objects.filter(entity_id__in=ids)
                    .exclude(entity="message").values_list("entity", "action")
                ),
                "taken": self.taken(packets, sent, received),
                **self._stands(row, ids),
            }  # fmt: skip

    def _came(self) -> dict[str, list[Any]]:
        """What came by the carrier while it lived, whatever it names."""
        until = self.now + PAUSES[-1]
        messages = InboundMessage.objects.filter(feed__slug=self.street.carrier.feed_slug)
        return {
            "receipts": list(Receipt.objects.filter(heard_at__range=(self.now, until))),
            "papers": list(Paper.objects.filter(came_at__range=(self.now, until))),
            "messages": list(messages.filter(received_at__range=(self.now, until))),
        }

    def _stands(self, row: Referral, ids: Sequence[UUID]) -> dict[str, Any]:
        """What stands of the referral, and what is still to be done about it."""
        tasks = Task.objects.filter(Q(patient=row.patient_id) | Q(about_id__in=ids))
        wakes = Wake.objects.filter(topic__in=TOPICS, at__lte=self.now + PAUSES[-1])
        items = ChartItem.objects.filter(patient=row.patient_id)
        return {
            "referral": (row.transmission, row.acceptance, row.is_open, row.closed_because),
            "facts": sorted(row.facts.values_list("axis", "value", "source", "held")),
            "work": sorted(FollowUp.objects.filter(referral=row).values_list("work", flat=True)),
            "tasks": sorted(tasks.values_list("category", "status")),
            "items": sorted(items.values_list("kind", "status", "version")),
            "invitations": row.invitations.filter(revoked_at__isnull=True).count(),
            "wakes": wakes.count(),
        }

    def states(self, messages: Iterable[InboundMessage]) -> list[str]:
        """Of what came that a machine reads."""
        return sorted(one.state for one in messages)

    def taken(
        self, packets: Sequence[Packet], sent: Sequence[Transmission], received: Counter[str]
    ) -> Any:
        """How often the other side has it."""
        raise NotImplementedError

    def broken_promises(self, found: dict[str, Any], told: Iterable[str]) -> list[str]:
        """What somebody outside had been told and is not there."""
        held = {"queued": found["attempts"], "told": found["messages"]}
        return [f"lost: {word}" for word in told if not held.get(word, True)]
