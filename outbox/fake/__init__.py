"""A provider of text messages and calls that sends nothing: for demos and tests, over real sockets.

It answers as Twilio's REST does, keeps what each phone received, and calls back with signed
requests. What it does wrong is set by its mode. Knows nothing of the product.
"""

from outbox.fake.provider import Callbacks, Kind, Mode, Provider
from outbox.fake.server import Running, start

__all__ = ["Callbacks", "Kind", "Mode", "Provider", "Running", "start"]
