"""A clinical document in our words."""

import base64
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from charts.values import Code, Identifier, ProviderRef
from integrations.cda.reading import interpret, order_key_of
from tests.integrations.cda.documents import document, related

CORPUS = Path(os.environ.get("CLEARCHART_CORPUS", Path(__file__).parents[4] / "shared" / "corpus"))
PUBLISHED = sorted((CORPUS / "ccda").rglob("*.ccda"))


def item(raw: bytes):
    reading = interpret(raw, zone="America/New_York")
    assert not [fault for fault in reading.faults if fault.is_error]
    return reading.events[-1].item


def test_a_signed_consult_note_names_the_referral_that_it_answers():
    reading = interpret(document(), zone="America/New_York")
    [event] = reading.events
    found = event.item
    assert reading.type == "document"
    assert (found.kind, found.status, found.key) == ("document", "final", "1.2.3^D1|11488-4")
    assert found.code == Code("11488-4", "Cardiology consult", "loinc")
    assert (found.placer, found.details["order_assigner"]) == ("REF-9", "1.2.840.1")
    assert found.details["document_type"] == "consult-note"
    assert found.author == ProviderRef("1999999999", "Up", "Made", "NPI")
    assert found.signer == ProviderRef("1999999999", assigner="NPI")
    assert found.orderer == found.recipient == ProviderRef(family="Referrer", given="Ada")
    assert found.issued_at == datetime(2026, 11, 10, 14, 30, tzinfo=UTC)
    assert found.effective_at == datetime(2026, 11, 9, 5, 0, tzinfo=UTC)
    assert found.encounter == "V1"
    patient = event.patient
    assert patient.identifiers[0] == Identifier("MRN7", "1.2.3.4")
    assert len(patient.identifiers) == 2
    assert (patient.family, patient.given, patient.sex) == ("Testcase", "Wilma", "F")
    assert (patient.birth_date, patient.phone) == (date(1970, 2, 3), "+1-555-0101")
    assert patient.language == "es"


def test_the_narrative_is_plain_text():
    assert item(document()).text.split("\n") == [
        "Findings",
        "No <script> here. All well.",
        "One",
        "Two",
        "lines",
        "Test | Value",
        "K | 4.1",
        "",
        "Inner",
        "Deeper.",
    ]


@pytest.mark.parametrize("signed, status", [
    ("", "unknown"),
    ('<legalAuthenticator><signatureCode code="X"/></legalAuthenticator>', "unknown"),
    ('<legalAuthenticator><signatureCode code="S"/></legalAuthenticator>', "final"),
    ('<authenticator><signatureCode code="S"/></authenticator>', "final"),
])  # fmt: skip
def test_it_is_signed_if_somebody_signed(signed, status):
    assert item(document(signed=signed)).status == status


def test_versions_of_one_set_are_one_item():
    first, second = document(number="A", set_id="S"), document(number="B", set_id="S", version="2")
    assert item(first).key == item(second).key == "1.2.3.9^S|11488-4"


def test_a_replacement_and_an_addendum_name_the_other_document():
    replaced = item(document(number="B", related=related("RPLC", number="A")))
    assert replaced.replaces == "1.2.3^A|11488-4"
    added = item(document(number="B", related=related("APND", number="A")))
    assert (added.replaces, added.details["amends"]) == ("", "1.2.3^A|11488-4")
    same = item(document(number="B", set_id="S", related=related("RPLC", number="A", set_id="S")))
    assert same.replaces == ""
    assert item(document(related=related("XFRM", number="A"))).replaces == ""


def test_a_referral_note_is_a_referral_beside_the_document():
    kind = '<code code="57133-1" codeSystem="2.16.840.1.113883.6.1"/>'
    reading = interpret(document(kind=kind, order=""), zone="UTC")
    assert reading.type == "referral"
    assert [event.item.kind for event in reading.events] == ["referral", "document"]
    assert reading.events[0].item.status == "active"


def test_a_file_is_an_attachment():
    pdf = base64.b64encode(b"%PDF-made-up").decode()
    body = (
        '<component><nonXMLBody><text mediaType="application/pdf" representation="B64">'
        f"{pdf[:8]}\n{pdf[8:]}</text></nonXMLBody></component>"
    )
    [attached] = item(document(body=body)).attachments
    assert (attached.content_type, attached.data) == ("application/pdf", b"%PDF-made-up")
    body = (
        '<component><nonXMLBody><text mediaType="application/pdf">'
        '<reference value="https://x.example/1.pdf"/></text></nonXMLBody></component>'
    )
    [attached] = item(document(body=body)).attachments
    assert (attached.data, attached.url) == (b"", "https://x.example/1.pdf")
    body = (
        '<component><nonXMLBody><text mediaType="text/plain">Plain words.</text></nonXMLBody>'
        "</component>"
    )
    assert item(document(body=body)).text == "Plain words."


def test_a_document_of_nobody_says_so():
    reading = interpret(document(patient=""), zone="UTC")
    assert [event.patient for event in reading.events] == [None]
    assert reading.faults[0].is_error


def test_a_document_without_a_number_is_known_by_what_it_says():
    one, other = document(number=""), document(number="", at="20261111")
    keys = {interpret(raw, zone="UTC").events[0].item.key for raw in (one, one, other)}
    assert len(keys) == 2


def test_the_order_key_is_the_documents():
    assert order_key_of(interpret(document(), zone="UTC")) == "document 1.2.3^D1|11488-4"
    assert order_key_of(interpret(b"", zone="UTC")) == ""


@pytest.mark.skipif(not PUBLISHED, reason="the published documents are not on this machine")
@pytest.mark.parametrize("file", PUBLISHED, ids=lambda one: one.stem)
def test_a_published_document_is_read_without_a_fault(file):
    raw = file.read_bytes()
    reading = interpret(raw, zone="America/New_York")
    assert reading.events
    assert not [fault for fault in reading.faults if fault.is_error]
    found = reading.events[-1].item
    assert bool(found.placer) == (b"<inFulfillmentOf" in raw)
    assert bool(found.attachments) == (b"<nonXMLBody" in raw)
    assert found.issued_at
    assert found.details["origin"] == "outside"
