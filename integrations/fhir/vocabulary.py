"""Names and codes of FHIR R4 that we rely on."""


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


CONTEXT = _names("Location Medication Organization Patient Practitioner PractitionerRole")
"""Types that say who and where. A flaw in one that comes along is no reason to refuse a result."""

READ = CONTEXT | _names("""
    Composition DiagnosticReport DocumentReference Encounter MedicationRequest Observation
    ServiceRequest Task
""")
"""Types whose content decides something here; the others are stored and make no work."""

PRIORITY = _names("routine urgent asap stat")
INTENT = _names("""
    proposal plan order original-order reflex-order filler-order instance-order option
""")

REQUIRED_CODES = {
    "Bundle": {
        "type": _names("""
            document message transaction transaction-response batch batch-response history searchset
            collection
        """),
    },
    "Composition": {"status": _names("preliminary final amended entered-in-error")},
    "DiagnosticReport": {
        "status": _names("""
            registered partial preliminary final amended corrected appended cancelled
            entered-in-error unknown
        """),
    },
    "DocumentReference": {
        "status": _names("current superseded entered-in-error"),
        "docStatus": _names("preliminary final amended entered-in-error"),
    },
    "Encounter": {
        "status": _names("""
            planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown
        """),
    },
    "MedicationRequest": {
        "status": _names("""
            active on-hold cancelled completed entered-in-error stopped draft unknown
        """),
        "intent": INTENT,
        "priority": PRIORITY,
    },
    "Observation": {
        "status": _names("""
            registered preliminary final amended corrected cancelled entered-in-error unknown
        """),
    },
    "ServiceRequest": {
        "status": _names("draft active on-hold revoked completed entered-in-error unknown"),
        "intent": INTENT | {"directive"},
        "priority": PRIORITY,
    },
    "Task": {
        "status": _names("""
            draft requested received accepted rejected ready cancelled in-progress on-hold failed
            completed entered-in-error
        """),
        "intent": INTENT | {"unknown"},
        "priority": PRIORITY,
    },
}

SYSTEMS = {
    "http://loinc.org": "loinc",
    "http://snomed.info/sct": "snomed",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "http://hl7.org/fhir/sid/ndc": "ndc",
    "http://www.ama-assn.org/go/cpt": "cpt",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10",
    "http://hl7.org/fhir/sid/icd-10": "icd10",
    "urn:oid:2.16.840.1.113883.6.1": "loinc",
    "urn:oid:2.16.840.1.113883.6.96": "snomed",
    "urn:oid:2.16.840.1.113883.6.88": "rxnorm",
    "urn:oid:2.16.840.1.113883.6.69": "ndc",
    "urn:oid:2.16.840.1.113883.6.12": "cpt",
    "urn:oid:2.16.840.1.113883.6.90": "icd10",
}
"""Code systems by their short names; the rest are local."""

NPI = "http://hl7.org/fhir/sid/us-npi"
