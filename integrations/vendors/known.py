"""The vendors. A row states what is publicly known of one; a site's own ways are its feed's."""

from integrations.vendors.profile import Profile

STANDARD = Profile(slug="", name="Any sender that keeps to the standard")

_ROWS = (
    Profile(
        slug="epic", name="Epic", delivers=("hl7v2", "fhir", "poll"),
        advice="Interfaces come through Bridges. Ask for the outgoing results, orders, ADT, "
               "document and referral notification interfaces. Departments arrive in PV1-3.",
    ),
    Profile(
        slug="athenahealth", name="athenahealth", delivers=("events", "fhir", "hl7v2"),
        advice="Events carry an id only, so the feed needs a FHIR connection. No event tells of a "
               "referral: it comes as an order. HL7 messages name ATHENANET in MSH-3 and often "
               "hold the patient's number in PID-2 or PID-4.",
    ),
    Profile(
        slug="eclinicalworks", name="eClinicalWorks", delivers=("hl7v2", "poll"),
        advice="The FHIR server answers reads and searches and tells nothing by itself: take "
               "events by HL7 v2 or let us poll. PID-3 may be empty; the number then stands in "
               "PID-2 or PID-4.",
    ),
    Profile(
        slug="nextgen", name="NextGen", delivers=("hl7v2", "poll"),
        advice="No public event feed: take HL7 v2, and poll the FHIR server for what it leaves "
               "out.",
    ),
    Profile(
        slug="greenway", name="Greenway", delivers=("hl7v2", "poll"),
        advice="No public event feed: take HL7 v2, and poll the FHIR server for what it leaves "
               "out.",
    ),
    Profile(
        slug="laboratory", name="A laboratory", delivers=("hl7v2",), registers_patients=False,
        advice="Panels and values often carry the laboratory's own codes: map them to LOINC on "
               "the screen of the unmapped. Where it sends your own number back in PID-2, set "
               "patient_fields and the assigner MSH-6.",
    ),
)  # fmt: skip

PROFILES = {profile.slug: profile for profile in _ROWS}

_ALSO = {
    "athena": "athenahealth",
    "athenanet": "athenahealth",
    "ecw": "eclinicalworks",
    "next gen": "nextgen",
    "greenway health": "greenway",
    "lab": "laboratory",
    "generic lab": "laboratory",
    "generic laboratory": "laboratory",
}


def named(vendor: str) -> Profile:
    """The profile that a feed's vendor names; of an unknown one, that of the standard."""
    slug = vendor.strip().casefold()
    return PROFILES.get(_ALSO.get(slug, slug), STANDARD)
