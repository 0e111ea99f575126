"""XML that means harm is refused or inert, quickly, and nothing is fetched."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.cda.reading import interpret
from tests.integrations.cda.documents import HEADER, document

ENTITY = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><ClinicalDocument>&x;'
LAUGHS = (
    b'<!DOCTYPE d [<!ENTITY a "ha">'
    + b"".join(
        f'<!ENTITY b{n} "{(f"&b{n - 1};" if n else "&a;") * 10}">'.encode() for n in range(9)
    )
    + b']><ClinicalDocument a="&b8;">&b8;</ClinicalDocument>'
)
REFUSED = {
    "empty": b"",
    "text": b"hello",
    "cut off": document()[:-40],
    "entity": ENTITY + b"</ClinicalDocument>",
    "laughs": LAUGHS,
    "a doctype behind comments": b"<!-- a --><?x y?>\n<!DOCTYPE d><ClinicalDocument/>",
    "a wide doctype": "\ufeff<!DOCTYPE d><ClinicalDocument/>".encode("utf-16"),
    "an unmarked wide doctype": "<!DOCTYPE d><ClinicalDocument/>".encode("utf-16-le"),
    "a doctype in UTF-7": b"<?xml version='1.0' encoding='utf-7'?>+ADwAIQ-DOCTYPE d>",
    "an external subset": b'<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x"><ClinicalDocument/>',
    "too deep": (HEADER + "<a>" * 100_000).encode(),
    "too wide": (HEADER + "<a/>" * 900_000 + "</ClinicalDocument>").encode(),
    "NUL": HEADER.encode() + b"<title>\x00</title></ClinicalDocument>",
    "a lone surrogate": HEADER.encode() + b"<title>\xed\xa0\x80</title></ClinicalDocument>",
    "an undefined entity": (HEADER + "<title>&nbsp;</title></ClinicalDocument>").encode(),
    "an attribute twice": (HEADER + '<id root="1" root="2"/></ClinicalDocument>').encode(),
    "a FHIR resource": b'<Patient xmlns="http://hl7.org/fhir"><id value="1"/></Patient>',
    "many comments": b"<!---->" * 5000 + b"<ClinicalDocument/>",
    "an open comment": b"<!--" + b"x" * 1_000_000,
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_in_words_and_at_once(raw):
    began = time.perf_counter()
    reading = interpret(raw, zone="UTC")
    assert time.perf_counter() - began < 2
    assert reading.type == "malformed"
    assert reading.events == ()
    assert reading.faults[0].text
    assert reading.faults[0].is_error


def test_the_largest_size_is_the_callers():
    assert interpret(document(), zone="UTC", max_bytes=100).faults[0].code == "too-costly"


def test_a_doctype_in_a_comment_or_in_a_text_is_only_words():
    raw = document().replace(b"<title>", b"<!-- <!DOCTYPE d> --><title>&lt;!DOCTYPE d&gt; ")
    assert interpret(raw, zone="UTC").type == "document"


def test_processing_instructions_and_scripts_are_inert():
    raw = document().replace(
        b"<paragraph>", b"<?php x ?><paragraph><![CDATA[<script>alert(1)</script>]]>"
    )
    assert "<script>alert(1)</script>No" in interpret(raw, zone="UTC").events[0].item.text


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(raw):
    assert interpret(b"<" + raw, zone="UTC").type == "malformed"


@settings(deadline=None)
@given(st.data())
def test_no_spoiled_document_crashes_the_reader(data):
    raw = document()
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 80)))
    spoiled = raw[:start] + data.draw(st.binary(max_size=12)) + raw[end:]
    assert interpret(spoiled, zone="Nowhere/AtAll").type
