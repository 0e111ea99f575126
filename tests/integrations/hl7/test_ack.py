"""Who is answered, how, and with what bytes; hl7apy reads each kind of answer back."""

from datetime import datetime, timedelta, timezone

import pytest
from hl7apy.parser import parse_message

from integrations.hl7 import ack
from integrations.hl7.ack import AckPlan, Mode, decide
from integrations.hl7.faults import ErrorCode, Fault, Weight
from integrations.hl7.header import Header, glance
from tests.integrations.hl7 import golden

NOW = datetime(2026, 11, 23, 9, 5, 7, 999, tzinfo=timezone(timedelta(hours=-6)))
LONG_AGO = ["2.1", "2.2", "2.3", "2.3.1"]


def header(
    *, accept: str = "", application: str = "", kind: str = "ORU^R01", control: str = "C1",
    version: str = "2.5.1", delimiters: str = "|^~\\&", charset: str = "",
) -> Header:  # fmt: skip
    fields = ["LIS", "LAB", "CC", "ELM", "20261116", "", kind, control, "P", version, "", ""]
    line = [*fields, accept, application, "", charset]
    text = f"MSH{delimiters}" + "".join(delimiters[0] + one for one in line)
    return glance(text.replace("^", delimiters[1]).encode("latin-1"))


def answer(of: Header, code: str = "AA", faults: tuple[Fault, ...] = ()) -> bytes:
    return ack.build(of, code, control_id="OURS-1", now=NOW, faults=faults)


@pytest.mark.parametrize(
    ("accept", "application", "plan"),
    [
        ("", "", ("original", None, "AA")),
        ("NE", "NE", ("enhanced", None, None)),
        ("AL", "NE", ("enhanced", "CA", None)),
        ("SU", "NE", ("enhanced", "CA", None)),
        ("ER", "NE", ("enhanced", None, None)),
        ("NE", "AL", ("enhanced", None, "AA")),
        ("NE", "SU", ("enhanced", None, "AA")),
        ("NE", "ER", ("enhanced", None, None)),
        ("AL", "AL", ("enhanced", "CA", "AA")),
        ("AL", "", ("enhanced", "CA", None)),
        ("", "AL", ("enhanced", None, "AA")),
        ("al", "ne", ("enhanced", "CA", None)),
        ('""', '""', ("original", None, "AA")),
        ("XX", "", ("enhanced", "CA", None)),
    ],
)
def test_a_sound_message_is_answered_as_it_asks(accept, application, plan):
    found = decide(header(accept=accept, application=application))
    assert (found.mode, found.accept, found.application, found.refused) == (*plan, False)


@pytest.mark.parametrize(
    ("accept", "application", "plan"),
    [
        ("", "", ("original", None, "AE")),
        ("NE", "NE", ("enhanced", None, None)),
        ("ER", "NE", ("enhanced", "CE", None)),
        ("SU", "NE", ("enhanced", None, None)),
        ("NE", "ER", ("enhanced", None, "AE")),
        ("AL", "AL", ("enhanced", "CE", None)),
        ("SU", "AL", ("enhanced", None, "AE")),
    ],
)
def test_a_refused_message_is_answered_once(accept, application, plan):
    found = decide(header(accept=accept, application=application, control=""))
    assert (found.mode, found.accept, found.application, found.refused) == (*plan, True)


@pytest.mark.parametrize(
    ("of", "code"),
    [
        (header(kind=""), "AE"),
        (header(control=""), "AE"),
        (header(kind="{}"), "AR"),
        (header(kind="{}", control=""), "AR"),
        (header(kind="CUSTOM^PAT"), "AR"),
        (glance(b"hello"), "AR"),
        (header(kind="ZZZ^Z01"), "AA"),
        (header(version="9.9"), "AA"),
        (header(version=""), "AA"),
    ],
)
def test_missing_is_an_error_and_no_message_is_a_rejection(of, code):
    assert decide(of).application == code


@pytest.mark.parametrize("kind", ["ACK", "ACK^R01", "ACK^R01^ACK", "MCF"])
@pytest.mark.parametrize("accept", ["", "AL"])
def test_an_acknowledgment_is_never_acknowledged(kind, accept):
    mode = Mode.ENHANCED if accept else Mode.ORIGINAL
    assert decide(header(kind=kind, accept=accept, application=accept)) == AckPlan(mode, None, None)


@pytest.mark.parametrize(
    "version", [*LONG_AGO, "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8", "2.8.2"]
)
@pytest.mark.parametrize("code", ["AA", "CA", "AE", "CR"])
def test_hl7apy_reads_back_what_was_built(version, code):
    faults = decide(header(control="")).faults if code in ("AE", "CR") else ()
    of = header(version=version)
    parsed = parse_message(answer(of, code, faults).decode(), find_groups=False)
    assert parsed.msh.msh_3.value == "CC"
    assert parsed.msh.msh_4.value == "ELM"
    assert parsed.msh.msh_5.value == "LIS"
    assert parsed.msh.msh_6.value == "LAB"
    assert parsed.msh.msh_9.value == ("ACK" if version in LONG_AGO else "ACK^R01^ACK")
    assert parsed.msh.msh_10.value == "OURS-1"
    assert parsed.msh.msh_11.value == "P"
    assert parsed.msh.msh_12.value == version
    assert parsed.msa.msa_1.value == code
    assert parsed.msa.msa_2.value == "C1"
    explained = [segment.name for segment in parsed.children][2:]
    assert explained == ["ERR"] * len(faults if version >= "2.5" else ())


@pytest.mark.parametrize("version", ["2.4", "2.5", "2.5.1", "2.6"])
def test_hl7apy_finds_a_plain_answer_valid(version):
    parsed = parse_message(answer(header(version=version)).decode(), find_groups=False)
    assert parsed.validate()


@pytest.mark.parametrize("name", golden.NAMES)
def test_every_golden_message_can_be_answered(name):
    of = glance(golden.raw(name))
    said = glance(answer(of))
    assert said.code == "ACK"
    assert (said.application, said.receiving_application) == (
        of.receiving_application,
        of.application,
    )


def test_an_error_is_explained_in_err_from_2_5_on():
    faults = (Fault(ErrorCode.REQUIRED_FIELD, "MSH-10", "It is missing.", Weight.ERROR),)
    lines = answer(header(control=""), "AE", faults).decode().split("\r")
    assert lines[1] == "MSA|AE|"
    assert lines[2] == ("ERR||MSH^1^10|101^Required field missing^HL70357|E||||It is missing.")


def test_an_error_is_explained_in_msa_before_2_5():
    faults = (Fault(ErrorCode.REQUIRED_FIELD, "MSH-10", "It is missing.", Weight.ERROR),)
    lines = answer(header(control="", version="2.3"), "AE", faults).decode().split("\r")
    assert lines[1:] == ["MSA|AE||It is missing.", ""]


def test_the_answer_is_in_the_senders_delimiters():
    said = answer(header(delimiters="#*%!@")).decode()
    assert said.startswith(
        "MSH#*%!@#CC#ELM#LIS#LAB#20261123150507+0000##ACK*R01*ACK#OURS-1#P#2.5.1"
    )
    assert "MSA#AA#C1" in said


def test_a_letter_as_delimiter_does_not_break_the_explanation():
    of = header(delimiters="|^~\\e")
    faults = (Fault(ErrorCode.REQUIRED_FIELD, "MSH-10", "See here.", Weight.ERROR),)
    assert answer(of, "AE", faults).decode().split("\r")[2].split("|")[8] == "S   h r ."


def test_malformed_delimiters_are_answered_mended():
    of = glance(golden.raw("admit").replace(b"^~\\&", b"^~\\\\&", 1))
    assert answer(of).startswith(b"MSH|^~\\&|HUB")


def test_the_senders_characters_come_back_as_they_were():
    of = header(charset="8859/1")
    accented = of._replace(application="Müller")
    assert "Müller".encode() in answer(accented)
    latin = glance("MSH|^~\\&|M\xfcller|LAB|CC|ELM|2026||ORU^R01|1|P|2.5".encode("latin-1"))
    assert b"M\xfcller" in answer(latin)
    wide = glance("MSH|^~\\&|Müller|LAB|CC|ELM|2026||ORU^R01|1|P|2.5".encode("utf-16"))
    assert "Müller" in answer(wide).decode("utf-16")


def test_the_character_set_is_named_as_the_sender_did():
    fields = answer(header(charset="8859/1")).decode().split("\r")[0].split("|")
    assert fields[17] == "8859/1"


def test_no_header_at_all_still_gets_an_answer_that_can_be_read():
    parsed = parse_message(answer(glance(b"hello"), "AR").decode(), find_groups=False)
    assert (parsed.msa.msa_1.value, parsed.msh.msh_12.value) == ("AR", "2.3.1")
