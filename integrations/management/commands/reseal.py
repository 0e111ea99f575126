"""Seal every kept secret, of EHRs and of second steps, anew under the first sealing key.

Then the old one can go.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts import sign_on
from accounts.operations import reseal_second_steps
from audit.actors import Actor
from integrations.ehr import operations
from referrals.operations import reseal_carriers
from tenants import scope
from tenants.models import Practice
from tenants.sealing import SealBroken

RESEALS = (operations.reseal, reseal_second_steps, sign_on.reseal, reseal_carriers)
ACTOR = Actor.machine("integrations.reseal")


class Command(BaseCommand):
    help = "Seal the secrets of all practices under the first of SEALING_SECRETS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Practice by practice; one that cannot be opened is named and stops it."""
        total = 0
        for practice in Practice.objects.order_by("pk"):
            with scope.scoped(practice.pk), transaction.atomic():
                try:
                    total += sum(reseal(actor=ACTOR, now=timezone.now()) for reseal in RESEALS)
                except SealBroken as broken:
                    raise CommandError(f"Practice {practice.pk}: {broken}") from None
        self.stdout.write(f"{total} secrets sealed anew.")
