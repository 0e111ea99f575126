"""Made-up clinical documents."""

HEADER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc">'
)
CONSULT = (
    '<code code="11488-4" codeSystem="2.16.840.1.113883.6.1" displayName="Consultation note"/>'
    "<title>Cardiology consult</title>"
)
PATIENT = (
    '<recordTarget><patientRole><id root="1.2.3.4" extension="MRN7"/>'
    '<id root="2.16.840.1.113883.4.1" extension="000-00-0000"/><id nullFlavor="UNK"/>'
    '<telecom use="WP" value="tel:+1-555-0100"/><telecom use="MC" value="tel:+1-555-0101"/>'
    '<patient><name use="L"><given>Wilma</given><given qualifier="CL">Willi</given>'
    "<family>Testcase</family></name>"
    '<administrativeGenderCode code="F"/><birthTime value="19700203"/>'
    '<languageCommunication><languageCode code="es"/></languageCommunication></patient>'
    "</patientRole></recordTarget>"
)
AUTHOR = (
    '<author><time value="20261110"/><assignedAuthor><id root="9.9" extension="DEV1"/>'
    "<assignedAuthoringDevice/></assignedAuthor></author>"
    '<author><assignedAuthor><id root="5.5" extension="77"/>'
    '<id root="2.16.840.1.113883.4.6" extension="1999999999"/>'
    "<assignedPerson><name><given>Made</given><family>Up</family></name></assignedPerson>"
    "</assignedAuthor></author>"
)
RECIPIENT = (
    "<informationRecipient><intendedRecipient><informationRecipient><name><given>Ada</given>"
    "<family>Referrer</family></name></informationRecipient></intendedRecipient>"
    "</informationRecipient>"
)
SIGNED = (
    '<legalAuthenticator><time value="20261110"/><signatureCode code="S"/><assignedEntity>'
    '<id root="2.16.840.1.113883.4.6" extension="1999999999"/></assignedEntity>'
    "</legalAuthenticator>"
)
ORDER = '<inFulfillmentOf><order><id root="1.2.840.1" extension="REF-9"/></order></inFulfillmentOf>'
VISIT = (
    '<componentOf><encompassingEncounter><id root="1.2.3.5" extension="V1"/>'
    '<effectiveTime><low value="20261109"/></effectiveTime></encompassingEncounter></componentOf>'
)
BODY = (
    "<component><structuredBody><component><section><title>Findings</title><text>"
    "<paragraph>No &lt;script&gt; here.\n  All  well.</paragraph>"
    "<list><item>One</item><item>Two<br/>lines</item></list>"
    "<table><thead><tr><th>Test</th><th>Value</th></tr></thead>"
    "<tbody><tr><td>K</td><td>4.1</td></tr></tbody></table></text>"
    "<component><section><title>Inner</title><text>Deeper.</text></section></component>"
    "</section></component></structuredBody></component>"
)


def document(
    *, number="D1", kind=CONSULT, at="20261110093000-0500", set_id="", version="",
    patient=PATIENT, signed=SIGNED, order=ORDER, related="", body=BODY,
) -> bytes:  # fmt: skip
    """A document of these parts, in the order of the schema."""
    number = f'<id root="1.2.3" extension="{number}"/>' if number else ""
    group = f'<setId root="1.2.3.9" extension="{set_id}"/>' if set_id else ""
    group += f'<versionNumber value="{version}"/>' if version else ""
    parts = [HEADER, number, kind, f'<effectiveTime value="{at}"/>', group, patient, AUTHOR,
             RECIPIENT, signed, order, related, VISIT, body, "</ClinicalDocument>"]  # fmt: skip
    return "".join(parts).encode()


def related(kind: str, *, number="", set_id="") -> str:
    """relatedDocument: RPLC, APND or XFRM."""
    ids = f'<id root="1.2.3" extension="{number}"/>' if number else ""
    ids += f'<setId root="1.2.3.9" extension="{set_id}"/>' if set_id else ""
    return (
        f'<relatedDocument typeCode="{kind}"><parentDocument>{ids}</parentDocument>'
        "</relatedDocument>"
    )
