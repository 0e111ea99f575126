"""Consent and answers of patients, as the screens say them."""

from dataclasses import dataclass

from dashboards.words import later
from outbox.consent import Basis, ConsentSource, PatientWay, WhyNot
from outbox.linter import Finding
from outbox.patient_replies import Meaning


@dataclass(frozen=True, slots=True)
class StateWords:
    """A way that is shut: what is said of it, how loudly, and what to do."""

    state: str
    tone: str
    note: str


STATES = {
    WhyNot.NO_CONSENT: StateWords(
        later("No consent"), "warn", later("They have not agreed to it. Ask them, and record it.")
    ),
    WhyNot.OPTED_OUT: StateWords(
        later("Opted out"), "stop", later("They asked for no more. Call or mail instead.")
    ),
    WhyNot.NO_ADDRESS: StateWords(
        later("No address"), "warn", later("None is known. Ask them, and write it down.")
    ),
    WhyNot.LANDLINE: StateWords(
        later("Receives no texts"), "stop",
        later("The number can't receive texts. Call or mail instead."),
    ),
    WhyNot.UNREACHABLE: StateWords(
        later("Reaches nobody"), "stop",
        later("Nobody is reached there, or somebody else is. Call or mail instead."),
    ),
    WhyNot.BLOCKED: StateWords(
        later("Not sent"), "stop",
        later("The words say something about the patient. Others may read them."),
    ),
    WhyNot.DECEASED: StateWords(
        later("The patient has died"), "stop", later("Nothing is sent to them any more.")
    ),
    WhyNot.NO_LETTERHEAD: StateWords(
        later("Not set up"), "warn",
        later("The practice has not said under which name and phone it writes."),
    ),
}  # fmt: skip

WAYS_SAID = {
    PatientWay.SMS: later("Text message"), PatientWay.PORTAL: later("Patient portal"),
    PatientWay.EMAIL: later("E-mail to the patient"), PatientWay.VOICE: later("Phone call"),
    PatientWay.LETTER: later("Letter"),
}  # fmt: skip

BASES = {
    Basis.TREATMENT: later("To be written to about their care"),
    Basis.TCPA: later("To get text messages"),
}

SOURCES = {
    ConsentSource.STAFF: later("said to staff"), ConsentSource.FORM: later("on a signed form"),
    ConsentSource.REPLY: later("by text"),
    ConsentSource.PROVIDER: later("told by the network"),
    ConsentSource.IMPORT: later("brought from elsewhere"),
}  # fmt: skip

KINDS = {
    Finding.NAME: later("a name"), Finding.DATE: later("a date"),
    Finding.NUMBER: later("a number"), Finding.CODE: later("a code"),
    Finding.TEST: later("a test or its value"), Finding.SPECIALTY: later("a sensitive specialty"),
    Finding.LINK: later("an address that is not ours"),
}  # fmt: skip
"""What the linter finds."""

MEANINGS = {
    Meaning.CONFIRM: later("Confirms"), Meaning.RESCHEDULE: later("Wants another time"),
    Meaning.BOOKED: later("Has booked"), Meaning.SEEN: later("Was there"),
    Meaning.DECLINED: later("Does not want it"), Meaning.CALL_ME: later("Wants a call"),
    Meaning.STOP: later("Opts out"), Meaning.START: later("Opts in again"),
    Meaning.AGREES: later("Says yes"), Meaning.WRONG_PERSON: later("Says the number is wrong"),
    Meaning.HELP: later("Asks for help"), Meaning.NOTED: later("Says thanks"),
    Meaning.UNCLEAR: later("To be read by a person"),
}  # fmt: skip
