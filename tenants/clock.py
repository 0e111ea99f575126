"""What time it is for whoever answers a request: by the clock of the sweeps (settings.CLOCK).

What a person decides is fired and sent by that clock, so a host whose own one is wrong must neither
show nor write another time.
"""

from datetime import datetime
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class Tells(Protocol):
    def __call__(self) -> datetime: ...


def now() -> datetime:
    """Aware, and UTC."""
    return _named(settings.CLOCK)()


@cache
def _named(path: str) -> Tells:
    found: Tells = import_string(path)
    return found
