"""Publish the starter rules as a practice's next version, with its queues and code lists."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from audit.actors import Actor
from routing import starter
from tenants import scope
from tenants.models import Practice

ACTOR = Actor.machine("command:install_starter_pack")


class Command(BaseCommand):
    help = "Publish the starter rules as a practice's next version, with queues and code lists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which practice, and which clinician answers for the rules."""
        parser.add_argument("--practice", required=True, help="name or slug")
        parser.add_argument("--clinical-approver", required=True, help="who approved the rules")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Install and say which version is in effect."""
        wanted = options["practice"]
        practice = (
            Practice.objects.filter(name=wanted).first()
            or Practice.objects.filter(slug=wanted).first()
        )
        if practice is None:
            raise CommandError("No practice has this name or slug.")
        with scope.scoped(practice.pk), transaction.atomic():
            rules = starter.install(
                clinical_approver=options["clinical_approver"], actor=ACTOR, now=timezone.now()
            )
        self.stdout.write(f"{practice.name}: version {rules.version} of the rules is in effect.")
