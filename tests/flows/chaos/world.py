"""The practice of a trial and the results that come to it."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.flows.chaos.trial import Trial
from tests.messages import oru

AHEAD = timedelta(minutes=6)
"""From a result's own time to the second step of its ladder; the first is due 5 minutes before."""

FAR = timedelta(minutes=4)
LONG_AFTER = 24 * 60
"""Minutes: no trial lasts so long."""
SECOND_STEP = 1


@dataclass(frozen=True, slots=True)
class World:
    practice_id: UUID
    port: int
    orderers: tuple[str, ...]


def open_world(trial: Trial, *, port: int) -> World:
    """One practice with a door, a policy, and as many phones as a crowd of pages needs."""
    from django.db import transaction

    from accounts import operations as accounts
    from accounts.roles import Role
    from escalation import starter as policies
    from integrations import operations as integrations
    from outbox.models import Channel, Contact
    from routing import starter as rules
    from tenants import scope
    from tests.people import SETUP

    _leave_later_steps_out(policies)
    now = datetime.now(UTC)
    count = max(20, trial.events // 5)
    with transaction.atomic():
        practice = accounts.open_practice(
            name="Trial", slug="trial", time_zone="UTC", actor=SETUP, now=now
        )
        with scope.scoped(practice.pk):
            accounts.add_location(name="Main", time_zone="UTC", codes=["ELM"], actor=SETUP, now=now)
            people = [
                _admit(f"test{number:04}", Role.PHYSICIAN, f"9{number:04}", now=now)
                for number in range(count)
            ]
            people.append(_admit("lead", Role.SUPERVISOR, "", now=now))
            Contact.objects.bulk_create(
                Contact(member=one, channel=Channel.SMS, address=f"+1202556{number:04}",
                        verified_at=now)
                for number, one in enumerate(people)
            )  # fmt: skip
            rules.install(clinical_approver="Dr Test0000", actor=SETUP, now=now)
            policies.install(clinical_approver="Dr Test0000", actor=SETUP, now=now)
            integrations.open_feed(name="Lab", slug="trial-lab", time_zone="UTC", mllp_port=port,
                                   actor=SETUP, now=now)  # fmt: skip
    return World(practice.pk, port, tuple(f"9{number:04}" for number in range(count)))


def _leave_later_steps_out(policies: Any) -> None:
    """Nobody is on call in a trial: from the third step on, all results would page one person."""
    first, later = slice(0, SECOND_STEP + 1), slice(SECOND_STEP + 1, None)
    steps = policies.LADDERS[policies.CRITICAL]
    policies.LADDERS[policies.CRITICAL] = (
        *steps[first], *({**step, "after_amount": LONG_AFTER} for step in steps[later])
    )  # fmt: skip


def _admit(name: str, role: str, provider_id: str, *, now: datetime) -> Any:
    """A member without a password: nobody signs in here, and making one takes long."""
    from accounts import operations as accounts
    from accounts.models import User
    from tests.people import SETUP

    user = User.objects.create(email=f"{name}@trial.example", first_name=name)
    ids = [provider_id] if provider_id else []
    return accounts.admit(user=user, roles=[role], provider_ids=ids, actor=SETUP, now=now)


def body(world: World, trial: Trial, number: int, *, begun: datetime, now: datetime) -> bytes:
    """The critical result of this number, as the laboratory makes it at this moment."""
    chance = random.Random(f"{trial.seed}-{number}")
    second = now + timedelta(seconds=chance.uniform(trial.soonest, trial.latest))
    if not trial.second_steps:
        second = now + FAR
    elif trial.due_from:
        second = begun + timedelta(seconds=trial.due_from + chance.uniform(0, trial.due_for))
    details: dict[str, Any] = {"pid": False} if number < trial.poison else {}
    return oru(
        control=f"c{number}", order=f"T{number:06}", mrn=f"8{number:06}", flag="HH", value="6.9",
        at=f"{second - AHEAD:%Y%m%d%H%M%S}+0000",
        provider=world.orderers[number % len(world.orderers)], **details,
    )  # fmt: skip
