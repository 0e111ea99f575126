"""Make the demonstration: three invented practices, their people, and sixty days of work."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from config.demo import history
from config.demo.cast import PRACTICES
from config.demo.partners import open_partners
from config.demo.setting import PortTaken, give_ports, hashed, open_practice
from config.demo.telling import as_text, story
from tenants import scope


class Command(BaseCommand):
    help = "Make the demonstration. A second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the demo listens, and how it tells about itself."""
        parser.add_argument("--json", action="store_true", help="tell the story as JSON")
        parser.add_argument("--port", type=int, default=8000, help="of the web server (8000)")
        parser.add_argument("--mllp-port", type=int, default=2575, help="of the first feed (2575)")
        parser.add_argument("--carrier-port", type=int, default=8026, help="of the faxes (8026)")
        parser.add_argument(
            "--no-history", dest="history", action="store_false", help="empty queues"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Open what is missing, then play the days that lead up to now."""
        if not settings.DEMO:
            raise CommandError(
                "This fills the database with invented people. Set DEMO=1 to want it."
            )
        now = timezone.now()
        try:
            with transaction.atomic():
                opened, password = now - history.LOOKS_BACK, hashed()
                stages = [open_practice(plan, password=password, now=opened) for plan in PRACTICES]
                give_ports(stages, first=options["mllp_port"], now=now)
                for stage in stages:
                    with scope.scoped(stage.practice.pk):
                        port = options["carrier_port"]
                        open_partners(stage.plan, carrier_port=port, now=now)
                told = story(stages, web_port=options["port"])
        except PortTaken as error:
            raise CommandError(str(error)) from error
        if options["history"]:
            history.tell_all(stages, now=now)
        self.stdout.write(json.dumps(told, indent=2) if options["json"] else as_text(told))
