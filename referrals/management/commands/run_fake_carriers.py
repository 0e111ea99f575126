"""Serve the fake HISP and the fake fax service: a referral goes out, and receipts come back."""

import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from referrals.fake import fax, mail
from referrals.fake.hisp import Hisp
from referrals.fake.house import FaxHouse
from tenants import clock

PORT = 8026


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Serve carriers of referrals that carry nothing: a HISP and a fax service."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where, and whom the fax service tells how each fax ended."""
        parser.add_argument("--port", type=int, default=PORT, help="faxes; then SMTP, then IMAP")
        parser.add_argument(
            "--account", action="append", default=[], metavar="KEY=ADDRESS",
            help="an account of the fax service, and where its call-backs go",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop."""
        port = options["port"]
        lines = dict(one.split("=", 1) for one in options["account"])
        # Mailboxes are empty again: whoever knows the numbers of earlier ones must not trust them.
        hisp = Hisp(validity=int(clock.now().timestamp()))
        fax.start(FaxHouse(lines=lines), port=port)
        mail.start(hisp, smtp_port=port + 1, imap_port=port + 2)
        self.stdout.write(f"Faxes: http://127.0.0.1:{port}; SMTP {port + 1}, IMAP {port + 2}")
        threading.Event().wait()
