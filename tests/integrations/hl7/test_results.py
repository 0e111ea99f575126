"""What the status of a result is, how bad it is as a whole, and which lines belong to it."""

import pytest

from charts.values import ItemStatus
from tests.integrations.hl7.golden import item_of, reading_of

HEADER = "MSH|^~\\&|LIS|LAB|CC|ELM|20261116120000||ORU^R01|C1|P|2.5.1\nPID|1||5^^^ELM^MR||A^B"


def obr(status: str = "F", *, filler: str = "F1", code: str = "X^Panel") -> str:
    return f"OBR|1|P1|{filler}|{code}|||20261116080000||||||||||||||||||{status}"


def obx(
    value: str = "5", flag: str = "", status: str = "F", *, limits: str = "", kind: str = "NM",
    code: str = "K^Potassium",
) -> str:  # fmt: skip
    return f"OBX|1|{kind}|{code}||{value}|mmol/L|{limits}|{flag}|||{status}"


def report(*lines: str):
    return item_of("\n".join([HEADER, *lines]))


CRITICAL, ABNORMAL, UNKNOWN, NORMAL = "critical", "abnormal", "unknown", "normal"


@pytest.mark.parametrize(
    ("lines", "severity"),
    [
        ([obx(flag="N"), obx(flag="H")], ABNORMAL),
        ([obx(flag="N"), obx()], UNKNOWN),
        ([obx(flag="N"), obx("4", limits="3-5")], UNKNOWN),
        ([obx(flag="N"), obx("9", limits="3-5")], ABNORMAL),
        ([obx(flag="N"), obx(flag="N")], NORMAL),
        ([obx(flag="N"), obx("", status="I")], UNKNOWN),
        ([obx(flag="N"), obx("", status="X")], UNKNOWN),
        ([obx(flag="N"), obx("", status="N")], NORMAL),
        ([obx(flag="N"), obx("", status="O")], NORMAL),
        ([obx(flag="N"), obx(flag="HH", status="W")], NORMAL),
        ([obx(flag="N"), obx(flag="HH", status="D")], NORMAL),
        ([obx(flag='""')], UNKNOWN),
        ([obx(flag="", kind="TX", value="CRITICAL VALUE called to nurse")], UNKNOWN),
        ([obx("<^2", limits="3-5", kind="SN")], ABNORMAL),
        ([obx("260385009^Negative^SCT", limits="1-5", kind="CWE")], UNKNOWN),
        ([obx("", status="U")], None),
        ([obx(flag="HH", status="U")], CRITICAL),
    ],
)
def test_a_report_is_as_bad_as_its_worst_value(lines, severity):
    assert report(obr(), *lines).severity == severity


def test_a_document_alone_is_for_a_clinician_and_one_beside_values_changes_nothing():
    document = "OBX|9|ED|PDF^Report||^application^pdf^Base64^JVBERg==||||||F"
    alone, beside = report(obr(), document), report(obr(), obx(flag="N"), document)
    assert (alone.severity, alone.status) == (UNKNOWN, "final")
    assert (beside.severity, len(beside.attachments)) == (NORMAL, 1)
    assert beside.attachments[0].data == b"%PDF"


def test_a_document_with_a_flag_is_graded_by_it():
    document = "OBX|9|ED|PDF^Report||^application^pdf^Base64^JVBERg==|||AA|||F"
    assert report(obr(), document).severity == CRITICAL


def test_a_pointer_is_kept_as_an_address():
    pointer = "OBX|9|RP|PDF^Report||https://pacs.example/1^PACS^application^pdf||||||F"
    (found,) = report(obr(), pointer).attachments
    assert (found.url, found.content_type, found.data) == (
        "https://pacs.example/1",
        "application/pdf",
        b"",
    )


@pytest.mark.parametrize("data", ["####", "JVBERg", "=", "A"])
def test_a_broken_attachment_never_breaks_the_report(data):
    document = f"OBX|9|ED|PDF||^application^pdf^Base64^{data}||||||F"
    assert len(report(obr(), obx(flag="H"), document).attachments) == 1


@pytest.mark.parametrize(
    ("stated", "lines", "status"),
    [
        ("F", [obx()], "final"),
        ("P", [obx(status="P")], "preliminary"),
        ("A", [obx()], "preliminary"),
        ("R", [obx()], "preliminary"),
        ("C", [obx()], "corrected"),
        ("f", [obx()], "final"),
        ("AU", [obx(status="AU")], "final"),
        ("F", [obx(status="C")], "corrected"),
        ("F", [obx(status="A")], "amended"),
        ("F", [obx(status="B")], "amended"),
        ("P", [obx(status="P"), obx(status="C")], "corrected"),
        ("F", [obx(), obx(status="W")], "corrected"),
        ("F", [obx(status="W")], "withdrawn"),
        ("F", [obx(status="D"), obx(status="W")], "withdrawn"),
        ("X", [obx()], "withdrawn"),
        ("", [obx()], "final"),
        ("", [obx(status="P"), obx()], "preliminary"),
        ("", [obx(status="I"), obx()], "preliminary"),
        ("", [obx("", status="I")], "registered"),
        ("", [obx("", status="X")], "final"),
        ("", [obx(status="C"), obx()], "corrected"),
        ("", [obx(status="")], "final"),
        ("P", [obx(status="")], "preliminary"),
        ("F", [], "registered"),
        ("", [], "registered"),
        ("I", [], "registered"),
        ("X", [], "withdrawn"),
    ],
)
def test_the_status_of_a_report_and_of_its_values(stated, lines, status):
    assert report(obr(stated), *lines).status == status


@pytest.mark.parametrize(
    ("letters", "status"),
    [
        ("FVU", "final"),
        ("PRS", "preliminary"),
        ("I", "registered"),
        ("C", "corrected"),
        ("AB", "amended"),
        ("XDW", "withdrawn"),
        ("ON", "unknown"),
    ],
)
def test_each_letter_of_obx_11_has_its_status(letters, status):
    found = [report(obr(), obx(status=letter)).observations[0].status for letter in letters]
    assert set(found) == {ItemStatus(status)}


def test_some_results_available_is_not_amended():
    assert report(obr("A"), obx(status="")).observations[0].status == "preliminary"


def test_a_value_without_any_status_is_final_and_noted():
    reading = reading_of("\n".join([HEADER, obr(""), obx(status="")]))
    assert reading.events[0].item.status == "final"
    assert [fault.location for fault in reading.faults] == ["OBX-11"]


def test_values_belong_to_the_nearest_report_and_notes_to_the_nearest_value():
    lines = [
        HEADER,
        obr(filler="F1"),
        "NTE|1||About the report.",
        obx("1"),
        "NTE|1||About the value.",
        "NTE|2||And more~of it.",
        obr(filler="F2"),
        obx("2"),
    ]
    first, second = (event.item for event in reading_of("\n".join(lines)).events)
    assert first.text == "About the report."
    assert first.observations[0].note == "About the value.\nAnd more\nof it."
    assert [one.value for one in second.observations] == ["2"]


def test_lines_of_one_text_are_one_value_with_the_flags_of_all():
    lines = [
        obx("Lungs clear.", kind="TX", code="R^Report"),
        obx("Nodule seen.", kind="TX", code="R^Report"),
        obx("Call today.", "AA", kind="TX", code="R^Report"),
        obx("Other", kind="TX", code="S^Other"),
    ]
    text, other = report(obr(), *lines).observations
    assert text.value == "Lungs clear.\nNodule seen.\nCall today."
    assert (text.flags, text.severity) == (("AA",), "critical")
    assert other.severity == "unknown"


def test_organisms_with_one_code_stay_apart():
    lines = [obx(f"{name}^{name}", kind="CE", code="ORG") for name in ("ECOLI", "KLEB")]
    assert [one.value for one in report(obr(), *lines).observations] == ["ECOLI", "KLEB"]


@pytest.mark.parametrize(
    ("kind", "sent", "value"),
    [
        ("NM", "5.10", "5.10"),
        ("ST", "A^B is text", "A^B is text"),
        ("TX", "one~two", "one\ntwo"),
        ("FT", "one\\.br\\two", "one\ntwo"),
        ("SN", "<^15", "<15"),
        ("SN", "^1^:^128", "1:128"),
        ("SN", ">=^5^-^9", ">=5-9"),
        ("CE", "C^Coded text^L", "Coded text"),
        ("CWE", "C^^L^^^^^^Said so", "Said so"),
        ("CE", "A^First~B^Second", "First; Second"),
        ("XPN", "DOE^JANE^Q", "JANE Q DOE"),
        ("XCN", "7^DOE^JANE", "JANE DOE"),
        ("", "28", "28"),
        ("NM", '""', ""),
    ],
)
def test_values_of_every_kind_read_as_a_person_would_write_them(kind, sent, value):
    assert report(obr(), obx(sent, kind=kind)).observations[0].value == value


def test_the_key_is_the_filler_or_placer_number_and_the_report():
    assert report(obr(), obx()).key == "F1|X"
    assert report(obr(filler=""), obx()).key == "P1|X"
    assert report("ORC|RE|P1|F7", obr(filler=""), obx()).key == "F7|X"


def test_without_any_number_the_same_sample_is_the_same_item_and_unreadable():
    bare = "OBR|1|||X^Panel|||20261116080000||||||||||||||||||{}"
    early, late = report(bare.format("P"), obx(status="P")), report(bare.format("F"), obx())
    other = report(bare.format("F").replace("0800", "0900"), obx())
    assert early.key == late.key != other.key
    assert "5" not in early.key.split("|")[0][:2]


def test_values_without_an_order_are_a_result_all_the_same():
    item = report(obx(flag="H"))
    assert (item.code.code, item.severity, item.status) == ("K", "abnormal", "final")


def test_a_result_without_a_patient_needs_a_person():
    reading = reading_of(HEADER.split("\n")[0] + "\n" + obr() + "\n" + obx())
    assert reading.events[0].patient is None
    assert reading.needs_person


def test_a_message_of_results_that_holds_none_asks_for_a_person():
    reading = reading_of(HEADER)
    assert (reading.type, reading.events) == ("result", ())
    assert reading.needs_person


@pytest.mark.parametrize("event", ["R01", "R30", "R32", "R03", ""])
def test_results_are_read_whatever_their_event(event):
    text = "\n".join([HEADER.replace("ORU^R01", f"ORU^{event}"), obr(), obx(flag="H")])
    assert reading_of(text).severity == "abnormal"


def test_waveforms_are_not_results():
    assert reading_of(HEADER.replace("R01", "W01") + "\n" + obr()).type == "ignored"


def test_a_patients_own_observation_before_the_order_is_not_a_result():
    item = report(obx("80", code="8867-4^Heart rate^LN"), obr(), obx("5", "N"))
    assert (len(item.observations), item.severity) == (1, "normal")


def test_when_it_was_issued():
    issued = "OBR|1|P1|F1|X^Panel|||20261116080000|||||||||||||||20261116090000|||F"
    timed = obx() + "|||20261116083000"
    header_only = obr().replace("20261116080000", "")
    cases = [(issued, obx()), (obr(), timed), (obr(), obx()), (header_only, obx())]
    hours = [report(*lines).issued_at.strftime("%H:%M") for lines in cases]
    assert hours == ["14:00", "13:30", "13:00", "17:00"]
