"""Play a clinic day through the doors in its own time: each door waits for itself only."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from integrations.simulator.clinic import Clock, Door, Sending
from integrations.simulator.senders import DoorDown, Refused, Sender

RETRY_SECONDS = 2.0


@dataclass(slots=True)
class Tally:
    """What became of a day."""

    sent: int = 0
    refused: int = 0


@dataclass(slots=True)
class Player:
    """Sends what is due, and again what was not taken."""

    senders: Mapping[Door, Sender]
    now: Callable[[], datetime]
    say: Callable[[str], None]
    retry_seconds: float = RETRY_SECONDS
    _stop: threading.Event = field(default_factory=threading.Event)

    def play(self, sendings: Sequence[Sending], clock: Clock) -> Tally:
        """Every message at its instant; returns when all are through, or after `stop`."""
        tallies = {door: Tally() for door in self.senders}
        threads = [
            threading.Thread(
                target=self._play_door, daemon=True,
                args=(sender, [one for one in sendings if one.door == door], clock, tallies[door]),
            )
            for door, sender in self.senders.items()
        ]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return Tally(sum(one.sent for one in tallies.values()),
                     sum(one.refused for one in tallies.values()))  # fmt: skip

    def stop(self) -> None:
        """Send nothing more."""
        self._stop.set()

    def _play_door(
        self, sender: Sender, sendings: Sequence[Sending], clock: Clock, tally: Tally
    ) -> None:
        for sending in sendings:
            wait = (clock.at(sending.minute) - self.now()).total_seconds()
            if self._stop.wait(max(0.0, wait)) or not self._taken(sender, sending, tally):
                return

    def _taken(self, sender: Sender, sending: Sending, tally: Tally) -> bool:
        """Try until the door answers; false where the play was stopped before."""
        said = False
        while True:
            try:
                sender.send(sending, now=self.now())
                tally.sent += 1
            except Refused as refused:
                tally.refused += 1
                self.say(f"{sender.name} refused {sending.kind} {sending.id}: {refused}.")
            except DoorDown:
                if not said:
                    self.say(f"{sender.name} does not answer; trying again every "
                             f"{self.retry_seconds:g} s.")  # fmt: skip
                    said = True
                if self._stop.wait(self.retry_seconds):
                    return False
                continue
            if said:
                self.say(f"{sender.name} answers again.")
            return True
