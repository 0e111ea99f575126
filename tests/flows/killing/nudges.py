"""The life of one nudge: written, sent, answered by the patient, and heard by their referral."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import transaction

from audit.actors import Actor
from audit.models import AuditEvent
from charts.models import Patient
from outbox import delivery
from outbox import operations as outbox
from outbox.consent import Basis, ConsentSource, PatientWay
from outbox.models import Consent, Intent, PatientMessage
from outbox.patient_words import Template
from referrals import hearing, operations
from referrals.models import FollowUp, Referral
from tests.flows.killing.lives import MINUTE, Results, Tell
from tests.people import Elm

ACTOR = Actor.machine("tests.nudges")


@dataclass
class Nudge:
    """Of a patient with a phone of their own, at noon in New York: at night nothing goes out."""

    elm: Elm
    number: int
    begun: datetime

    @cached_property
    def now(self) -> datetime:
        return self.begun.replace(hour=17, minute=0, second=0, microsecond=0)

    @property
    def phone(self) -> str:
        return f"+1202556{self.number:04}"

    def referral(self) -> Referral:
        """Of a patient who agreed to texts; as the practice had it before."""
        with self.elm.scoped(), transaction.atomic():
            patient, _ = Patient.objects.get_or_create(
                phone=self.phone, defaults={"state": "NY", "updated_at": self.now}
            )
            agreed = Consent.objects.filter(patient=patient, way=PatientWay.SMS).count() == len(
                Basis
            )
        if not agreed:
            with self.elm.scoped():
                outbox.set_letterhead(name="Elm Street", phone="+12025550100", actor=ACTOR,
                                      now=self.now)  # fmt: skip
                outbox.record_consent(
                    patient_id=patient.pk, way=PatientWay.SMS, bases=list(Basis), given=True,
                    source=ConsentSource.FORM, at=self.now, actor=ACTOR, now=self.now,
                )  # fmt: skip
        opening = operations.Opening(
            patient_id=patient.pk, number=f"N{self.number}", ordered_at=self.now
        )
        with self.elm.scoped():
            return operations.open_by_hand(opening=opening, actor=ACTOR, now=self.now)[0]

    def live(self, tell: Tell) -> None:
        """All of it, once; `tell` hears of each answer that somebody outside was given."""
        referral = self.referral()
        tell("begun")
        self._write(referral, now=self.now)
        tell("written")
        sweep(now=self.now)
        self._answer(now=self.now)
        tell("heard")
        sweep(now=self.now)

    def recover(self) -> None:
        """Whoever wrote it does so again under its key; what was heard is heard once."""
        later = self.now + 2 * MINUTE
        self._write(self.referral(), now=later)
        sweep(now=later)
        self._answer(now=later)
        sweep(now=later + MINUTE)

    def _write(self, referral: Referral, *, now: datetime) -> None:
        with self.elm.scoped():
            outbox.write_to_patient(
                patient_id=referral.patient_id, key=f"nudge:{referral.pk}", way=PatientWay.SMS,
                template=Template.NUDGE, about_id=referral.pk, actor=ACTOR, now=now,
            )  # fmt: skip

    def _answer(self, *, now: datetime) -> None:
        with self.elm.scoped():
            outbox.hear_patient(provider_id=f"SM{self.number}", number=self.phone, body="call me",
                                actor=ACTOR, now=now)  # fmt: skip

    def account(self, received: Counter[str]) -> dict[str, Any]:
        """Everything that it left, less ids and instants."""
        with self.elm.scoped(), transaction.atomic():
            rows = list(PatientMessage.objects.filter(patient__phone=self.phone))
            intents = list(Intent.objects.filter(pk__in=[row.intent_id for row in rows]))
            return {
                "messages": sorted((row.direction, row.template, row.meaning) for row in rows),
                "intents": sorted((one.template, one.channel, received[str(one.pk)])
                                  for one in intents),
                "unsent": [one.state for one in intents if one.state not in ("sent", "delivered")],
                "asked": list(
                    FollowUp.objects.filter(referral__patient__phone=self.phone)
                    .values_list("work", flat=True)
                ),
                "audit": sorted(
                    AuditEvent.objects.filter(entity_id__in=[row.pk for row in rows])
                    .values_list("entity", "action")
                ),
            }  # fmt: skip

    def broken_promises(self, found: dict[str, Any], told: Iterable[str]) -> list[str]:
        """A text that the provider was told we have, and a nudge that its writer counts on."""
        held = {row[0] for row in found["messages"]}
        asked = {"written": "out", "heard": "in"}
        return [f"lost: {word}" for word in told if word in asked and asked[word] not in held]


class Nudges(Results):
    """One nudge after the other."""

    def life(self, number: int, now: datetime) -> Nudge:  # type: ignore[override]
        return Nudge(self.elm, number, now)


SWEEPS: tuple[Callable[..., int], ...] = (delivery.sweep, hearing.sweep)


def sweep(*, now: datetime) -> None:
    """Each until nothing is left to do."""
    for one in SWEEPS:
        while one(now=now):
            pass
