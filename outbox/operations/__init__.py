"""Every write of intents: said once by key, called off, claimed and settled."""

from outbox.operations.claiming import (
    Claimed,
    claim,
    said_another_way,
    still_ours,
    unclaimed_sighting,
)
from outbox.operations.diverting import has_free_way
from outbox.operations.intending import Saying, call_off, intend, reference
from outbox.operations.returning import break_contact, deliver, give_up
from outbox.operations.settling import settle

__all__ = [
    "Claimed", "Saying", "break_contact", "call_off", "claim", "deliver", "give_up",
    "has_free_way", "intend", "reference", "said_another_way", "settle", "still_ours",
    "unclaimed_sighting",
]  # fmt: skip
