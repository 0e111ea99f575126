"""The fake provider as a process of its own, with a record of what it received."""

import json
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

HOSTILE = {"drop": 0.02, "drop-after": 0.03, "stall": 0.005, "stall-after": 0.01, "429": 0.03,
           "500": 0.02, "500-after": 0.03}  # fmt: skip
"""Shares of the requests."""

STALL_SECONDS = 7.0


def serve(port: int, record: Path, *, hostile: int = 0, seed: int = 1) -> None:
    """Serve for ever; the first `hostile` requests are treated badly at random."""
    from outbox.fake import Callbacks, Mode, Provider
    from outbox.fake.server import Server, handler_of

    chance = random.Random(seed)
    modes = [*(Mode(name) for name in HOSTILE), Mode.ACCEPT]
    weights = [*HOSTILE.values(), 1 - sum(HOSTILE.values())]
    out = record.open("a", buffering=1)

    class Hostile(Provider):
        def mode_now(self) -> Mode:
            with self.lock:
                self.requests += 1
                is_bad = self.requests <= hostile
                return chance.choices(modes, weights)[0] if is_bad else Mode.ACCEPT

        def keep(self, *args: Any, callback: str, to: str, **more: Any) -> Any:
            kept = super().keep(*args, callback=callback, to=to, **more)
            intent = parse_qs(urlsplit(callback).query)["intent"][0]
            with self.lock:
                out.write(json.dumps({"intent": intent, "to": to, "at": time.time()}) + "\n")
            return kept

    class Quiet(Server):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Whoever asked was killed, and waits for no answer."""

    held = Hostile(stall_s=STALL_SECONDS, callbacks=Callbacks.LOST)
    Quiet(("127.0.0.1", port), handler_of(held)).serve_forever()


def lines(record: Path) -> list[dict[str, Any]]:
    """Of a file of JSON lines; the last one may be half, the file may be missing."""
    if not record.exists():
        return []
    whole = [line for line in record.read_text().splitlines() if line.endswith("}")]
    return [json.loads(line) for line in whole]


def received(record: Path) -> Counter[str]:
    """How often each intent."""
    return Counter(one["intent"] for one in lines(record))
