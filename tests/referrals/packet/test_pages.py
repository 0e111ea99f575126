"""Packets as pages: who sees what on which page, and how large one may become."""

import base64
import re
import zlib
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.packet.contents import AnswerBy, Contents, Entry, Party, Subject, Value
from referrals.packet.pages import TICKS, PacketTooLarge, lay_out
from referrals.saying import Declining

AT = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)


POTASSIUM = Value("Potassium", "6.1", "mmol/L", "3.5-5.1", "HH")


def contents(**more) -> Contents:
    return Contents(**{
        "sender": Party("Dr Ana Diaz", "Elm Street Family Medicine", phone="+1 202 555 0100"),
        "recipient": Party("Dr Fake Heart", "Heartfield Clinic", fax="+1 202 555 0123"),
        "subject": Subject("Canaryfield, Testa", date(1991, 3, 2), "female", "", ["508773 (ELM)"]),
        "number": "R-508", "at": AT, "reason": "Palpitations", "question": "Is it an arrhythmia?",
        "urgency": "urgent", "specialty": "cardiology", "medications": ["Metoprolol 25 mg"],
        "results": [Entry("Metabolic panel", AT, values=[POTASSIUM])],
        "notes": [Entry("Visit", AT, "Dr Ana Diaz", "final", "Heart races at night.")],
        **more,
    })  # fmt: skip


STREAM = re.compile(rb"FlateDecode.*?stream\r?\n(.*?)endstream", re.DOTALL)


def shown(pdf: bytes) -> list[bytes]:
    """What each page draws. Fonts are subsets, so the words are glyph numbers."""
    texts = [
        zlib.decompress(base64.a85decode(b"<~" + one.strip(), adobe=True))
        for one in STREAM.findall(pdf)
        if one.strip().endswith(b"~>")
    ]
    return [one for one in texts if b" Tj" in one]


def test_the_cover_is_the_same_whoever_the_patient_is_and_whatever_they_have():
    one = shown(lay_out(contents(results=[], notes=[])).pdf)
    other = shown(lay_out(contents(
        subject=Subject("Mx", None), reason="x", question="", urgency="", specialty="oncology",
        results=[], notes=[], medications=[],
    )).pdf)  # fmt: skip
    assert one[0] == other[0]
    assert one[1] != other[1]


def test_the_same_contents_are_the_same_bytes_and_no_clock_is_read():
    assert lay_out(contents()).pdf == lay_out(contents()).pdf


def test_its_title_and_author_name_no_patient():
    pdf = lay_out(contents()).pdf
    assert b"Canaryfield" not in pdf
    assert b"(Referral)" in pdf


def test_what_does_not_fit_is_left_out_the_oldest_first_and_the_packet_says_how_much():
    notes = [Entry(f"Visit {n}", AT, text="word " * 900) for n in range(12)]
    made = lay_out(contents(notes=notes), most_pages=6)
    assert made.count <= 6
    kept = [one.title for one in made.contents.notes]
    assert kept == [f"Visit {n}" for n in range(len(kept))]
    assert made.contents.left_out == 12 - len(kept) > 0
    assert made.contents.results == contents().results


def test_one_that_never_fits_is_refused_in_words():
    with pytest.raises(PacketTooLarge, match="Shorten"):
        lay_out(contents(question="word " * 4000), most_pages=3)
    with pytest.raises(PacketTooLarge):
        lay_out(contents(), largest=100)


def test_a_note_longer_than_any_is_cut_and_nothing_else_is_lost():
    made = lay_out(contents(notes=[Entry("Long", AT, text="word " * 60_000)]))
    assert 3 <= made.count < 10
    assert made.contents.left_out == 0


ODD = st.text(max_size=60) | st.sampled_from([
    "<b>", "</para>", "&nbsp;", '<img src="http://x.example/">', "a" * 3000, "\x00", "\ud800",
    "\u202e",    "Żółć Ñandú 漢字 🙂", "line\r\nline\ttab",
])  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(st.lists(ODD, min_size=8, max_size=8))
def test_whatever_a_chart_says_is_printed_as_text(odd):
    made = lay_out(contents(
        subject=Subject(odd[0], None, odd[1], odd[2], [odd[3]]), reason=odd[4], question=odd[5],
        notes=[Entry(odd[6], None, odd[7], odd[0], odd[1])], number=odd[2],
        results=[Entry(odd[3], AT, values=[Value(*odd[:5])])], medications=odd, problems=odd,
    ))  # fmt: skip
    assert made.pdf.startswith(b"%PDF-")
    assert b"http://x.example" not in made.pdf
    assert b"/URI" not in made.pdf


def test_the_cover_says_how_to_answer_and_has_boxes_to_tick_and_names_nobody():
    by = AnswerBy("https://clearchart.example/answer/", "K7QP-2MXD-9FTW", date(2027, 1, 15))
    plain, printed = lay_out(contents()), lay_out(contents(answer_by=by))
    assert plain.count == printed.count
    assert shown(plain.pdf)[0] != shown(printed.pdf)[0]
    assert shown(plain.pdf)[1:] == shown(printed.pdf)[1:]
    assert by.code not in repr(printed)
    other = lay_out(contents(answer_by=by, subject=Subject("Mx", None), reason="x", question=""))
    assert shown(other.pdf)[0] == shown(printed.pdf)[0]


def test_the_sheet_to_tick_knows_every_reason_to_decline():
    said = next(line for line in TICKS if line.startswith("We cannot"))
    assert len(said.partition(":")[2].split("/")) == len(Declining)
