"""Play clinic days of a practice through its real MLLP and HTTP doors, faster than real time."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from integrations.simulator.casting import NotPlayable, clinic_of, senders_of
from integrations.simulator.clinic import Clinic, Clock, wall_clock
from integrations.simulator.clinic_day import OVERNIGHT, clinic_day
from integrations.simulator.player import Player
from tenants import scope
from tenants.models import Practice

OPENS = OVERNIGHT[0]


class Command(BaseCommand):
    help = "Play clinic days of a practice through its real MLLP and HTTP doors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose day, how fast, and where the doors are."""
        parser.add_argument("--practice", required=True, help="name or slug")
        parser.add_argument("--speed", type=float, default=1.0, help="times real time (1)")
        parser.add_argument("--loop", action="store_true", help="go on with the next day")
        parser.add_argument("--seed", type=int, help="the same seed gives the same day")
        parser.add_argument(
            "--http", default="http://127.0.0.1:8000", help="address of the web server"
        )
        parser.add_argument("--mllp-host", default="127.0.0.1")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Play from the present time of day; a day that is over begins anew."""
        if options["speed"] <= 0:
            raise CommandError("The speed is a number above 0.")
        practice = named(options["practice"])
        try:
            with scope.scoped(practice.pk), transaction.atomic():
                clinic = clinic_of(practice)
                senders = senders_of(practice, http=options["http"], mllp_host=options["mllp_host"])
        except NotPlayable as error:
            raise CommandError(str(error)) from error
        connection.close()  # the play needs the doors only
        player = Player(senders, timezone.now, self._say)
        seed = options["seed"] if options["seed"] is not None else int(timezone.now().timestamp())
        try:
            self._play(player, clinic, speed=options["speed"], seed=seed, loop=options["loop"])
        except KeyboardInterrupt:
            player.stop()

    def _play(self, player: Player, clinic: Clinic, *, speed: float, seed: int, loop: bool) -> None:
        now = timezone.now()
        day = now.astimezone(clinic.zone).date()
        clock = begin(now, clinic, speed=speed)
        while True:
            sendings = clinic_day(clinic, day, seed=seed, clock=clock)
            due = [one for one in sendings if one.minute >= clock.minute]
            if due:
                tally = player.play(due, clock)
                self._say(f"{clinic.slug}: {tally.sent} messages sent, {tally.refused} refused.")
                if not loop:
                    return
            day += timedelta(days=1)
            clock = following(timezone.now(), wall_clock(day, clinic.zone), speed=speed)

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


def named(practice: str) -> Practice:
    """The practice of that name or slug.

    Raises:
        CommandError: there is none.
    """
    by_name = Practice.objects.filter(name=practice, is_active=True)
    by_slug = Practice.objects.filter(slug=practice, is_active=True)
    found = by_name.first() or by_slug.first()
    if found is None:
        raise CommandError("No practice has this name or slug.")
    return found


def begin(now: datetime, clinic: Clinic, *, speed: float) -> Clock:
    """From the present minute on; faster than life, the night before opening is left out."""
    local = now.astimezone(clinic.zone)
    minute = local.hour * 60 + local.minute + local.second / 60
    return Clock(now, max(minute, OPENS) if speed > 1 else minute, speed)


def following(now: datetime, lived: Clock, *, speed: float) -> Clock:
    """The next day: at once where time is faster than life, else when it comes."""
    if speed > 1:
        return Clock(now, OPENS, speed)
    return Clock(now, (now - lived.start).total_seconds() / 60, speed)
