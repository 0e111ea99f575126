"""Every write of intents: said once by key, called off, claimed and settled."""

from outbox.operations.intending import Saying, call_off, intend, reference
from outbox.operations.returning import break_contact, deliver, give_up

__all__ = ["Saying", "break_contact", "call_off", "deliver", "give_up", "intend", "reference"]
