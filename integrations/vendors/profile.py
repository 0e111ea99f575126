"""What a sender does in its own way. Each field is read by exactly one place in the code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

PATIENT_FIELDS = (3, 2, 4)
"""PID-3, and where it is empty PID-2, then PID-4."""

LOCAL_CODES = frozenset({"OBR-4", "OBX-3"})

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One vendor, or one feed with its own departures from it."""

    slug: str
    name: str
    delivers: tuple[str, ...] = ("hl7v2",)
    """How its events come: hl7v2, fhir (it posts resources), events (webhooks that carry an id),
    poll (nobody tells: we ask by `_lastUpdated`)."""
    advice: str = ""
    """What an interface analyst should know before the first message."""
    patient_fields: tuple[int, ...] = PATIENT_FIELDS
    """Where in PID the patient's number is looked for; the first field that holds one counts."""
    assigner: str = ""
    """Who gave a number that names no assigner: empty is the sending facility (MSH-4), `MSH-6` the
    receiving one (our own number comes back from a laboratory), anything else a name."""
    heeds_test_flag: bool = True
    """Whether MSH-11 `T` or `D` means that no live task is raised."""
    test_names: tuple[str, ...] = ()
    """Family names that begin so are made up by the sender's testers."""
    unsigned_orders: str = ""
    """`ORC-11`: an order that names nobody who verified it still waits for a signature."""
    time_zone: str = ""
    """Of times without an offset, where it is not the feed's (a sender that writes UTC)."""
    local_codes: frozenset[str] = LOCAL_CODES
    """The fields whose codes need a LOINC code from the code map: OBR-4, OBX-3."""
    loinc_unmarked: bool = False
    """Codes with the shape and check digit of LOINC are LOINC, though nothing says so."""
    registers_patients: bool = True
    """Whether it is a source of patients. Of one that is not (a laboratory), a patient nobody knew
    is registered all the same, so that nothing waits, and a person is asked who it is."""
    links: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """By kind of item, or `any`: the address of the item in the EHR, with placeholders for ids."""
    link_schemes: tuple[str, ...] = ()
    """Schemes besides https that the practice's computers hand to the EHR."""
