"""Documents: whether they are signed, by whom they must be, and what they replace."""

import pytest

from charts.values import Code
from integrations.hl7.documents import content_type, document_type
from integrations.hl7.grammar import grammar_of
from tests.integrations.hl7.golden import item_of, reading_of

PLAIN = grammar_of("|", "^~\\&", "utf-8")


def txa(completion: str = "", *, number: str = "D1", kind: str = "PR", parent: str = "") -> str:
    people = "7^SEEN^BY||||8^WROTE^IT|9^SIGNS^IT"
    return f"TXA|1|{kind}||20261116|{people}||{number}|{parent}||||{completion}"


def document(completion: str = "", event: str = "T02", *lines: str, **said: str):
    header = f"MSH|^~\\&|EHR|ELM|CC|ELM|20261116120000||MDM^{event}|C1|P|2.5.1"
    return item_of("\n".join([header, "PID|1||5^^^ELM", txa(completion, **said), *lines]))


@pytest.mark.parametrize(
    ("status", "completions"),
    [
        ("final", ["AU", "LA", "au"]),
        ("preliminary", ["DO", "PA", "DI", "IN", "IP", "PR", "??"]),
        ("unknown", ["", '""']),
        ("withdrawn", ["CA"]),
    ],
)
def test_only_authenticated_is_signed(status, completions):
    assert {document(completion).status for completion in completions} == {status}


@pytest.mark.parametrize("event", [f"T{number:02}" for number in range(1, 12)])
def test_every_event_is_a_document_and_only_t11_takes_it_back(event):
    item = document("AU", event)
    assert item.kind == "document"
    assert item.status == ("withdrawn" if event == "T11" else "final")


@pytest.mark.parametrize("event", [f"T{number:02}" for number in range(1, 12)])
def test_only_a_replacement_replaces(event):
    item = document("AU", event, parent="D0")
    assert item.replaces == ("D0" if event in ("T09", "T10") else "")
    assert item.details.get("amends", "") == ("D0" if event in ("T05", "T06") else "")


def test_who_wrote_it_and_who_must_sign():
    item = document("DO")
    assert (item.author.id, item.signer.id, item.key) == ("8", "9", "D1")


def test_availability_can_take_a_document_back():
    assert document("AU||CA").status == "withdrawn"
    assert document("AU||AV").status == "final"


def test_the_text_and_the_attachments():
    lines = [
        "OBX|1|TX|11488-4^Consult note^LN||First.||||||F",
        "OBX|2|FT|11488-4^Consult note^LN||Second.\\.br\\Third.||||||F",
        "OBX|3|ED|PDF^Letter||^TEXT^RTF^A^a\\T\\b||||||F",
    ]
    item = document("AU", "T02", *lines)
    assert item.text == "First.\nSecond.\nThird."
    assert item.code.code == "11488-4"
    assert [(one.content_type, one.data) for one in item.attachments] == [("text/rtf", b"a&b")]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (Code("11488-4", "", "loinc"), "consult-note"),
        (Code("CN"), "consult-note"),
        (Code("X", "Cardiology consultation report"), "consult-note"),
        (Code("18842-5"), "discharge-summary"),
        (Code("PR"), "progress-note"),
        (Code("X", "Consult to cardiology"), ""),
        (Code("X", "Chest film"), ""),
    ],
)
def test_what_kind_of_document_it_is(code, kind):
    assert document_type(code) == kind


@pytest.mark.parametrize(
    ("main", "sub", "media"),
    [
        ("application", "pdf", "application/pdf"),
        ("AP", "PDF", "application/pdf"),
        ("PDF", "", "application/pdf"),
        ("application/pdf", "", "application/pdf"),
        ("IM", "JPEG", "image/jpeg"),
        ("image", "jpg", "image/jpeg"),
        ("TEXT", "", "text/octet-stream"),
        ("", "", "application/octet-stream"),
        ("<script>", "x", "application/octet-stream"),
    ],
)
def test_media_types_of_all_spellings(main, sub, media):
    assert content_type([main, sub], PLAIN) == media


def test_a_message_without_a_document_needs_a_person():
    reading = reading_of("MSH|^~\\&|A|B|C|D|2026||MDM^T02|1|P|2.5\nPID|1||5")
    assert (reading.events, reading.needs_person) == ((), True)


def test_a_document_without_a_number_has_a_key_all_the_same():
    first, again = document("DO", number=""), document("AU", number="")
    assert first.key == again.key
    assert first.key.startswith("~")
