"""Every write of intents and contacts: said once by key, called off, claimed and settled."""

from outbox.operations.claiming import (
    Claimed,
    claim,
    said_another_way,
    still_ours,
    unclaimed_sighting,
)
from outbox.operations.consenting import (
    bring_patient_contact,
    opt_in,
    opt_out,
    record_consent,
    set_letterhead,
    write_down_contact,
)
from outbox.operations.contacts import (
    ContactNotFound,
    add_contact,
    break_contact,
    bring_contact,
    mend_contacts,
    raise_contact,
    remove_contact,
    send_code,
    verify_contact,
)
from outbox.operations.diverting import has_free_way
from outbox.operations.hearing import hear_patient, is_patients_phone, written_lately
from outbox.operations.intending import Saying, call_off, intend, reference, say
from outbox.operations.pins import Compared, compare_pin, remove_pin, set_pin, takes_pin
from outbox.operations.preferring import mark_seen, prefer, send_test
from outbox.operations.returning import deliver, give_up_pages, pass_on
from outbox.operations.settling import settle
from outbox.operations.unheard import doubt
from outbox.operations.withdrawing import call_off_patient, unsent_about
from outbox.operations.writing import NotWritten, Written, ways_to, whom, write_to_patient
from outbox.places import ContactRefused

__all__ = [
    "Claimed", "Compared", "ContactNotFound", "ContactRefused", "NotWritten", "Saying", "Written",
    "add_contact", "break_contact", "bring_contact", "bring_patient_contact", "call_off",
    "call_off_patient", "claim", "compare_pin", "deliver", "doubt", "give_up_pages", "has_free_way",
    "hear_patient", "intend", "is_patients_phone", "mark_seen", "mend_contacts", "opt_in",
    "opt_out", "pass_on", "prefer", "raise_contact", "record_consent", "reference",
    "remove_contact", "remove_pin", "said_another_way", "say", "send_code", "send_test",
    "set_letterhead", "set_pin", "settle", "still_ours", "takes_pin", "unclaimed_sighting",
    "unsent_about", "verify_contact", "ways_to", "whom", "write_down_contact", "write_to_patient",
    "written_lately",
]  # fmt: skip
