"""Messages through a HISP: what goes out shows nothing of the patient, what comes in is whole."""

import io
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes
from uuid import UUID
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.wire import direct, xdm
from referrals.wire.direct import Fault, Letter
from referrals.wire.documents import Kind, document, kind_of

AT = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
SET = UUID("01930000-0000-7000-8000-000000000001")

HL7 = document("order.hl7", b"MSH|^~\\&|ELM|ELM|HEART|HEART|20261116||OMG^O19|1|P|2.5.1\r")
CCDA = document("summary.xml", b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>')
PDF = document("referral.pdf", b"%PDF-1.4 made up")


def letter(*documents) -> Letter:
    return Letter("m-1@elm.direct.example", "referrals@elm.direct.example",
                  "scheduling@heart.direct.example", documents, AT)  # fmt: skip


@pytest.mark.parametrize("body, kind", [
    (HL7.body, Kind.HL7), (CCDA.body, Kind.CCDA), (PDF.body, Kind.PDF), (b"", Kind.OTHER),
    (b"\xef\xbb\xbf \n" + CCDA.body, Kind.CCDA), (b"<html>ClinicalDocument</html>", Kind.CCDA),
    (b'{"resourceType": "Bundle"}', Kind.FHIR), (b"{}", Kind.OTHER), (b"PK\x03\x04", Kind.ZIP),
])  # fmt: skip
def test_a_document_is_what_its_bytes_say(body, kind):
    assert kind_of(body) is kind


def test_the_same_letter_is_the_same_bytes_so_that_a_repeat_can_be_told():
    assert direct.compose(letter(PDF, CCDA)) == direct.compose(letter(PDF, CCDA))


def test_a_letter_asks_for_both_receipts_and_comes_back_as_it_went():
    raw = direct.compose(letter(PDF, CCDA, HL7))
    mail = message_from_bytes(raw)
    assert mail["Message-ID"] == "<m-1@elm.direct.example>"
    assert mail["Disposition-Notification-To"] == "referrals@elm.direct.example"
    assert mail["Disposition-Notification-Options"] == (
        "X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,true"
    )
    found = direct.read(raw)
    assert found.id == "m-1@elm.direct.example"
    assert [(one.name, one.body) for one in found.documents] == [
        (one.name, one.body) for one in (PDF, CCDA, HL7)
    ]
    assert found.faults == ()


def test_what_a_mail_program_shows_outside_of_the_documents_is_the_same_for_every_patient():
    secret = document("referral.pdf", b"%PDF-1.4 Testa Canaryfield, oncology")
    heads = [
        direct.compose(letter(one)).partition(b"Content-Disposition")[0] for one in (PDF, secret)
    ]
    boundary = [message_from_bytes(head + b"\r\n\r\n").get_boundary().encode() for head in heads]
    assert heads[0].replace(boundary[0], b"") == heads[1].replace(boundary[1], b"")


def test_an_address_that_would_add_a_header_is_refused():
    with pytest.raises(ValueError):
        direct.compose(Letter("m", "a@x.example", "b@x.example\r\nBcc: c@x.example", (PDF,), AT))


def test_a_package_holds_its_documents_an_index_and_metadata_that_name_them():
    packed = xdm.pack([HL7, CCDA], set_id=SET, to="scheduling@heart.direct.example", at=AT)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == [
            "INDEX.HTM", "README.TXT", "IHE_XDM/SUBSET01/METADATA.XML",
            "IHE_XDM/SUBSET01/DOC00001.HL7", "IHE_XDM/SUBSET01/DOC00002.XML",
        ]  # fmt: skip
        metadata = fromstring(archive.read("IHE_XDM/SUBSET01/METADATA.XML"))
    said = {one.text for one in metadata.iter(f"{{{xdm.RIM}}}Value")}
    assert {"DOC00001.HL7", "DOC00002.XML", "20261116150000"} <= said
    assert packed == xdm.pack([HL7, CCDA], set_id=SET, to="scheduling@heart.direct.example", at=AT)
    assert [one.body for one in xdm.unpack(packed).documents] == [HL7.body, CCDA.body]


def test_documents_in_a_package_inside_of_a_letter_are_found():
    packed = document("xdm.zip", xdm.pack([HL7, CCDA], set_id=SET, to="b@x.example", at=AT))
    found = direct.read(direct.compose(letter(packed)))
    assert [one.kind for one in found.documents] == [Kind.HL7, Kind.CCDA]


def zipped(*entries: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries:
            archive.writestr(name, body)
    return made.getvalue()


def test_a_bomb_costs_no_more_than_its_limit_and_leaves_what_came_before_it():
    bomb = zipped(("a.hl7", HL7.body), ("b.bin", b"\x00" * (xdm.LARGEST_UNPACKED + 1)))
    found = xdm.unpack(bomb)
    assert [one.name for one in found.documents] == ["a.hl7"]
    assert found.faults == (xdm.Fault.TOO_LARGE,)


@pytest.mark.parametrize("raw, fault", [
    (b"", xdm.Fault.UNREADABLE),
    (b"PK\x03\x04 and no more", xdm.Fault.UNREADABLE),
    (zipped(), xdm.Fault.EMPTY),
    (zipped(("README.TXT", b"x"), ("a/METADATA.XML", b"x")), xdm.Fault.EMPTY),
    (zipped(*((f"{n}.hl7", b"MSH") for n in range(101))), xdm.Fault.TOO_MANY),
    (b"\x00" * (xdm.LARGEST + 1), xdm.Fault.TOO_LARGE),
])  # fmt: skip
def test_each_fault_of_a_package_has_its_name(raw, fault):
    assert fault in xdm.unpack(raw).faults


def test_no_name_in_a_package_is_a_path():
    found = xdm.unpack(zipped(("../../etc/passwd", b"x"), ("C:\\a\\b.hl7", b"MSH")))
    assert [one.name for one in found.documents] == ["passwd", "b.hl7"]


def test_a_message_that_the_hisp_left_sealed_says_so():
    raw = b"From: a@x.example\r\nContent-Type: application/pkcs7-mime\r\n\r\nMIIB"
    assert Fault.SEALED in direct.read(raw).faults


def test_words_alone_are_an_empty_letter_and_a_document_as_the_body_is_not():
    assert direct.read(b"From: a@x.example\r\n\r\nHello").faults == (Fault.EMPTY,)
    assert direct.read(b"From: a@x.example\r\n\r\n" + HL7.body).documents[0].kind is Kind.HL7


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_package_crashes_its_reader(data):
    good = bytearray(zipped(("a.hl7", HL7.body), ("b.xml", CCDA.body)))
    for _ in range(data.draw(st.integers(1, 6))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(xdm.unpack(bytes(good)), xdm.Package)
