"""Every write of intents: said once by key, called off, claimed and settled."""

from outbox.operations.intending import Saying, call_off, intend, reference

__all__ = ["Saying", "call_off", "intend", "reference"]
