"""Serve the fake provider of text messages and calls, with its inbox page."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from outbox.fake import Callbacks, Mode, Provider
from outbox.fake.server import Server, handler_of
from outbox.fake.telling import REPLIES

PORT = 8025


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Serve a provider that sends nothing: phones of the demo, on a page of its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where, and how badly it behaves."""
        parser.add_argument("--port", type=int, default=PORT)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--mode", choices=list(Mode), default=Mode.ACCEPT)
        parser.add_argument("--callbacks", choices=list(Callbacks), default=Callbacks.IMMEDIATE)
        parser.add_argument("--reply-url", default=settings.PUBLIC_URL + REPLIES)
        parser.add_argument("--names", type=Path, help="file of lines NUMBER=NAME, for the page")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop."""
        lines = options["names"].read_text().splitlines() if options["names"] else ()
        provider = Provider(
            account=settings.TWILIO_ACCOUNT_SID or "ACfake",
            token=settings.TWILIO_AUTH_TOKEN or "fake-token",
            reply_url=options["reply_url"], number=settings.TWILIO_FROM, mode=Mode(options["mode"]),
            callbacks=Callbacks(options["callbacks"]),
            names=dict(one.split("=", 1) for one in lines),
        )  # fmt: skip
        server = Server((options["host"], options["port"]), handler_of(provider))
        self.stdout.write(f"Phones: http://{options['host']}:{options['port']}/")
        server.serve_forever()
