"""Files as people save them, and as people attack with them: read as meant, or refused."""

import csv
import io
import tracemalloc
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.backlog import dates
from integrations.backlog.guarding import DANGEROUS, guarded, unguarded, written
from integrations.backlog.mapping import KINDS, Mapping, NotWhole, check, guess
from integrations.backlog.problems import SENTENCES
from integrations.backlog.rows import Plan, read
from tenants import csvfile
from tenants.csvfile import Refused
from tests.conftest import NOW
from tests.integrations.backlog.files import HEADERS, mapping_of

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=12)
WIDTH = 4
NEW_YORK = ZoneInfo("America/New_York")
GRIDS = st.lists(st.lists(TEXT, min_size=WIDTH, max_size=WIDTH), min_size=1, max_size=6)


def saved(rows, *, delimiter=",", encoding="utf-8", ending="\r\n") -> bytes:
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL
    csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=quoting).writerows(rows)
    return out.getvalue().encode(encoding)


def cells(raw: bytes) -> list[tuple[str, ...]]:
    return [record.cells for record in csvfile.records(raw, csvfile.shape_of(raw))]


@settings(max_examples=60, deadline=None)
@given(
    grid=GRIDS, delimiter=st.sampled_from(csvfile.DELIMITERS),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    ending=st.sampled_from(["\r\n", "\n", "\r"]),
)  # fmt: skip
def test_whatever_is_saved_is_read_again_cell_by_cell(grid, delimiter, encoding, ending):
    rows = [["One", "Two", "Three", "Four"], *grid]
    meant = [tuple(row) for row in grid if any(cell.strip() for cell in row)]
    raw = saved(rows, delimiter=delimiter, encoding=encoding, ending=ending)
    assert csvfile.shape_of(raw).headers == ("One", "Two", "Three", "Four")
    assert cells(raw) == meant


@settings(max_examples=150, deadline=None)
@given(raw=st.binary(max_size=200) | TEXT.map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_sentence(raw):
    refused = ""
    try:
        list(csvfile.records(raw, csvfile.shape_of(raw)))
    except Refused as found:
        refused = str(found)
    assert refused == "" or refused.endswith(".")


@settings(max_examples=150, deadline=None)
@given(row=st.lists(TEXT, max_size=14))
def test_any_row_is_a_report_a_closed_item_or_problems_that_have_sentences(row):
    plan = Plan(mapping_of(), HEADERS, NEW_YORK, NOW)
    found = read(csvfile.Record(1, 2, tuple(row)), plan)
    assert all(code in SENTENCES for _, code in found.problems)
    assert found.item is None or not found.problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_each_encoding_is_told_apart(encoding):
    raw = saved([["Name", "Größe"], ["MÜLLER, Zoë", "½ €"]], encoding=encoding)
    assert cells(raw) == [("MÜLLER, Zoë", "½ €")]


def test_a_line_break_inside_quotes_belongs_to_its_cell_and_lines_are_counted_on():
    raw = b'a,b\r\n"one\r\ntwo",x\r\n\r\nthree,y\r\n'
    found = list(csvfile.records(raw, csvfile.shape_of(raw)))
    assert [(one.number, one.line, one.cells) for one in found] == [
        (1, 2, ("one\r\ntwo", "x")), (2, 5, ("three", "y")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\n\n\n", b"\xef\xbb\xbf", b"only one column\nx\n", b"a,b\nx,\x00y\n", b"%PDF-1.7",
        b"PK\x03\x04", b"\x1f\x8b\x08", b'a,b\n"x', b'a,b\n"x"y,z\n', b"a,b\n" + b"\x81\x8d" * 9,
        b"a,b\n" + b'"' + b"x" * 200_000, b"," * 101 + b"\nx,y\n", b"\xff\xfea",
    ],
)  # fmt: skip
def test_each_hostile_file_is_refused_in_words(raw):
    with pytest.raises(Refused, match=r"\.$"):
        csvfile.count(raw, csvfile.shape_of(raw))


def test_headers_without_a_name_or_with_the_same_one_can_still_be_chosen():
    assert csvfile.shape_of(b"a,,a, a ,\n1,2,3,4\n").headers == ("a", "Column 2", "a (3)", "a (4)")


def test_a_large_file_is_read_in_little_memory():
    raw = b"a,b,c\n" + b"700001,MADEUP,2026-01-01\n" * 20_000
    shape = csvfile.shape_of(raw)
    tracemalloc.start()
    assert csvfile.count(raw, shape) == 20_000
    assert len(list(islice(csvfile.records(raw, shape), 19_500, 20_000))) == 500
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < len(raw) + 2_000_000


@settings(max_examples=200, deadline=None)
@given(cell=st.text(max_size=20))
def test_no_cell_begins_as_a_formula_and_each_is_read_back_as_it_was(cell):
    said = guarded(cell)
    assert unguarded(said) == cell
    assert said[:1] not in DANGEROUS or said[1:].replace(".", "").replace(",", "").isdigit()


@pytest.mark.parametrize(
    ("cell", "said"),
    [("=1+1", "'=1+1"), ("+1 555 0100", "'+1 555 0100"), ("-5.2", "-5.2"), ("-1+2", "'-1+2"),
     ("@SUM", "'@SUM"), ("\tx", "'\tx"), ("\rx", "'\rx"), ("-", "'-"), ("O'Neil", "O'Neil"),
     ("'t Hooft", "''t Hooft"), ("", "")],
)  # fmt: skip
def test_formulas_and_phone_numbers_are_guarded_and_plain_negative_numbers_are_not(cell, said):
    assert guarded(cell) == said
    assert unguarded(said) == cell


@settings(max_examples=50, deadline=None)
@given(grid=GRIDS)
def test_a_written_file_is_read_again_with_its_guards_taken_off(grid):
    meant = [tuple(row) for row in grid if any(guarded(cell).strip() for cell in row)]
    raw = written([["One", "Two", "Three", "Four"], *grid]).encode()
    assert [tuple(map(unguarded, row)) for row in cells(raw)] == meant


@pytest.mark.parametrize(
    ("values", "format_name", "doubtful"),
    [
        (["2026-03-04", "20260305"], "iso", ""),
        (["03/04/2026", "12/25/2026"], "month-first", ""),
        (["03/04/2026", "25.12.2026"], "day-first", ""),
        (["03/04/2026", "05/06/2026"], "", "03/04/2026"),
        (["04/04/2026"], "month-first", ""),
        (["Mar 4, 2026", "4 Mar 2026"], "month-word", ""),
        (["nonsense"], "", ""),
        ([], "", ""),
    ],
)
def test_the_order_of_day_and_month_is_told_or_asked(values, format_name, doubtful):
    assert dates.sniff(values) == dates.Sniffed(format_name, doubtful)


@pytest.mark.parametrize(
    ("text", "format_name", "iso"),
    [
        ("3/4/2026 2:05 PM", "month-first", "2026-03-04T14:05:00-05:00"),
        ("3/4/2026 12:05 am", "month-first", "2026-03-04T00:05:00-05:00"),
        ("3/4/2026", "day-first", "2026-04-03T00:00:00-04:00"),
        ("2026-03-04T09:30:00Z", "day-first", "2026-03-04T09:30:00+00:00"),
    ],
)
def test_an_hour_is_on_the_clock_of_the_place(text, format_name, iso):
    assert dates.instant(text, format_name, NEW_YORK).isoformat() == iso


def test_headers_of_an_export_are_recognised():
    said = guess(
        ("MRN", "Last Name", "First Name", "DOB", "Accession #", "Type", "Date of Service")
    )
    assert said == {
        "number": "MRN", "family": "Last Name", "given": "First Name", "birth_date": "DOB",
        "date": "Date of Service", "title": "Type",
    } | {"item_id": "Accession #"}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"columns": {}}, "Patient number"),
        ({"date_format": ""}, "how the dates"),
        ({"columns": {"number": "MRN", "date": "Date", "title": "Title"}}, "kind of item"),
        ({"columns": {"number": "MRN", "date": "MRN"}}, "twice"),
        ({"columns": {"number": "Nowhere", "date": "Date"}}, "of this file"),
        ({"columns": {"number": "MRN", "date": "Date"}, "kind": KINDS[0]}, "title"),
    ],
)
def test_a_mapping_that_could_read_no_row_is_refused_with_what_to_choose(change, said):
    with pytest.raises(NotWhole, match=said):
        check(mapping_of(**change), HEADERS)
    check(Mapping.read(mapping_of().kept()), HEADERS)
