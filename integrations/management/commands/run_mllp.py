"""Listen for HL7 v2 over MLLP on the port of every feed that has one."""

import asyncio
import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from integrations.listener import Listener, Port, tls_context
from integrations.models import Feed
from tenants import scope
from tenants.models import Door, DoorKind

LOOK_AGAIN_SECONDS = 15


class Command(BaseCommand):
    requires_system_checks = ()  # the gate runs them; a worker starts at once
    help = "Listen for HL7 v2 over MLLP on the port of every feed that has one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and TLS."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--tls-certificate", default="")
        parser.add_argument("--tls-key", default="")
        parser.add_argument(
            "--tls-authorities", default="", help="senders must show a certificate they signed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop."""
        connection.ensure_connection()  # refuses a role that row security does not bind
        tls = None
        if options["tls_certificate"]:
            tls = tls_context(certificate=options["tls_certificate"], key=options["tls_key"],
                              authorities=options["tls_authorities"])  # fmt: skip
        params = {
            k: v
            for k, v in connection.get_connection_params().items()
            if k not in ("cursor_factory", "context", "prepare_threshold", "server_side_binding")
        }
        listener = Listener(params, host=options["host"], tls=tls, limit=settings.MAX_MESSAGE_BYTES)
        asyncio.run(_serve(listener))


async def _serve(listener: Listener) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await listener.start([])
    opened: set[int] = set()
    while not stop.is_set():
        for port in await asyncio.to_thread(ports):
            if port.number not in opened:
                try:
                    await listener.open(port)
                except OSError as error:
                    raise CommandError(
                        f"Port {port.number} is taken; give the feed another."
                    ) from error
                opened.add(port.number)
        try:
            await asyncio.wait_for(stop.wait(), LOOK_AGAIN_SECONDS)
        except TimeoutError:
            continue
    await listener.stop()


def ports() -> list[Port]:
    """The ports of all active feeds."""
    found = []
    practices = (
        Door.objects.filter(kind=DoorKind.MLLP_PORT)
        .values_list("practice_id", flat=True)
        .distinct()
    )
    for practice_id in practices:
        with scope.scoped(practice_id), transaction.atomic():
            feeds = Feed.objects.filter(is_active=True, mllp_port__isnull=False)
            found += [
                Port(feed.mllp_port, practice_id, feed.pk, feed.client_certificate)
                for feed in feeds
                if feed.mllp_port is not None
            ]
    return found
