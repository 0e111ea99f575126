"""What somebody sees who asks for the measure at the command line."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.measurereport import MeasureReport

from metrics.measures.editions import CONSULTANT_REPORT
from tests.metrics.measures.cases import GOLDEN, PATIENT, bundle

PRACTICE, CODES = GOLDEN / "practice.json", GOLDEN / "codes.tsv"
POPULATIONS = ("initial-population", "denominator", "numerator")


def ask(*more, over=PRACTICE, codes=CODES, start="2026-01-01", end="2026-12-31"):
    out, err = StringIO(), StringIO()
    call_command(
        "measure", "cms50", "--bundle", str(over), "--codes", str(codes),
        "--start", start, "--end", end, *more, stdout=out, stderr=err,
    )  # fmt: skip
    return json.loads(out.getvalue()), err.getvalue()


def refusal(**changed):
    with pytest.raises(CommandError) as refused:
        ask(**changed)
    assert refused.value.returncode == 1
    return str(refused.value)


def counts(report):
    (group,) = report["group"]
    found = {one["code"]["coding"][0]["code"]: one["count"] for one in group["population"]}
    return tuple(found[one] for one in POPULATIONS)


def test_the_summary_counts_each_population_and_is_fhir():
    report, said = ask()
    assert counts(report) == (3, 3, 2)
    assert report["group"][0]["measureScore"] == {"value": 0.6667}
    assert MeasureReport.model_validate(report).type == "summary"
    assert said == ""


def test_each_patient_has_a_report_of_their_own_with_its_evidence():
    found, _ = ask("--type", "individual")
    Bundle.model_validate(found)
    reports = {one["resource"]["subject"]["reference"]: one["resource"] for one in found["entry"]}
    assert {who: counts(one) for who, one in reports.items()} == {
        "Patient/assessed": (1, 1, 1),
        "Patient/closed": (1, 1, 1),
        "Patient/never-seen": (0, 0, 0),
        "Patient/second-only": (1, 1, 0),
        "Patient/too-late": (0, 0, 0),
    }
    assert [one["reference"] for one in reports["Patient/closed"]["evaluatedResource"]] == [
        "Patient/closed", "Encounter/v1", "ServiceRequest/r1", "Task/t1",
    ]  # fmt: skip


def test_nothing_of_a_patient_is_printed_but_ids():
    printed = json.dumps(ask("--type", "individual")[0])
    assert "Testpatient" not in printed
    assert "1980-01-01" not in printed


def test_no_patient_is_no_rate_and_still_fhir(tmp_path):
    (tmp_path / "empty.json").write_text('{"resourceType": "Bundle", "type": "collection"}')
    report, said = ask(over=tmp_path)
    assert counts(report) == (0, 0, 0)
    assert "There is no Patient here." in said
    assert "measureScore" not in report["group"][0]
    MeasureReport.model_validate(report)
    Bundle.model_validate(ask("--type", "individual", over=tmp_path)[0])


@pytest.mark.parametrize(
    "content, says",
    [
        (None, "cannot be read: No such file"),
        (b"once upon a time", "is not JSON (line 1)"),
        (b"[1, 2]", "is not a JSON object"),
        (b"\xff\xfe\x00", "is not text in UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (json.dumps(PATIENT).encode(), "is no FHIR Bundle. Give a Bundle, or a folder"),
    ],
)
def test_a_file_that_is_no_bundle_is_refused_in_words(tmp_path, content, says):
    file = tmp_path / "bundle.json"
    if content is not None:
        file.write_bytes(content)
    assert says in refusal(over=file)


def test_a_file_of_a_folder_is_named_by_its_place_as_its_name_may_be_a_patients(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(bundle(PATIENT)))
    (tmp_path / "Testpatient_Ada.json").write_text("{")
    said = refusal(over=tmp_path)
    assert "File 1 of 2" in said
    assert "Testpatient" not in said


def test_an_empty_folder_is_refused(tmp_path):
    assert "holds no *.json or *.ndjson or *.jsonl file" in refusal(over=tmp_path)
    assert "holds no *.json or *.ndjson or *.jsonl or *.tsv file" in refusal(codes=tmp_path)


@pytest.mark.parametrize(
    "content, says",
    [
        (None, "cannot be read: No such file"),
        ("system\tcode\nx\ty\n", "does not name the columns value_set, system and code"),
        ("value_set\tsystem\tcode\n1.2.3\t\tx\n", "line 2 lacks a value set, a system or a code"),
        ("value_set\tsystem\tcode\n1.2.3\ts\tx\n", "The codes lack what the measure needs"),
    ],
)
def test_codes_that_cannot_be_used_are_refused_in_words(tmp_path, content, says):
    file = tmp_path / "codes.tsv"
    if content is not None:
        file.write_text(content)
    assert says in refusal(codes=file)


def test_visits_without_codes_are_said(tmp_path):
    few = [line for line in CODES.read_text().splitlines() if "Office Visit" not in line]
    (tmp_path / "codes.tsv").write_text("\n".join(few))
    report, said = ask(codes=tmp_path / "codes.tsv")
    assert counts(report) == (1, 1, 1)
    assert "no visits are counted, of: Office Visit (http://cts.nlm" in said


def test_dates_are_refused_in_words():
    assert "Swap --start and --end" in refusal(start="2026-12-31", end="2026-01-01")
    assert "write a day as 2026-01-31" in refusal(start="1 January")
    assert "after 31 October" in refusal(start="2026-11-01")


def test_a_zone_says_whose_midnight_ends_the_day():
    assert counts(ask("--zone", "Pacific/Kiritimati")[0]) == (2, 2, 1)
    with pytest.raises(CommandError, match="name a time zone as America/Chicago"):
        ask("--zone", "Nowhere/Near")


def test_an_edition_may_be_asked_for_by_its_version():
    report, _ = ask("--edition", "0.3.000")
    assert (
        report["measure"]
        == "https://madie.cms.gov/Measure/CRLReceiptofSpecialistReportFHIR|0.3.000"
    )
    assert counts(report) == (2, 2, 1)
    with pytest.raises(CommandError, match="invalid choice: '9'"):
        ask("--edition", "9")
    with pytest.raises(CommandError, match="leave --edition out"):
        call_command(
            "measure", "cms50", "--practice", "any", "--edition", "0.3.000",
            "--start", "2026-01-01", "--end", "2026-12-31",
        )  # fmt: skip


def test_a_resource_a_line_is_read_as_a_folder_is(tmp_path):
    entries = json.loads(PRACTICE.read_text())["entry"]
    lines = [json.dumps(one["resource"]) for one in entries]
    (tmp_path / "all.ndjson").write_text("\n".join(lines) + "\n\n")
    assert counts(ask(over=tmp_path / "all.ndjson")[0]) == (3, 3, 2)
    assert counts(ask(over=tmp_path)[0]) == (3, 3, 2)
    (tmp_path / "all.ndjson").write_text("\n".join([*lines, "{"]))
    assert f"all.ndjson line {len(lines) + 1} is not JSON" in refusal(over=tmp_path / "all.ndjson")


def test_hidden_files_are_nobodys_data(tmp_path):
    (tmp_path / "one.json").write_bytes(PRACTICE.read_bytes())
    (tmp_path / "._one.json").write_bytes(b"\x00\x05\x16\x07")
    assert counts(ask(over=tmp_path)[0]) == (3, 3, 2)


def test_why_a_value_set_that_is_needed_cannot_be_used_is_said(tmp_path):
    rule = {
        "resourceType": "ValueSet", "url": CONSULTANT_REPORT,
        "compose": {"include": [{"system": "http://loinc.org"}]},
    }  # fmt: skip
    few = [line for line in CODES.read_text().splitlines() if "Consultant Report" not in line]
    (tmp_path / "codes.tsv").write_text("\n".join(few))
    (tmp_path / "rule.json").write_text(json.dumps(rule))
    assert f"Consultant Report ({CONSULTANT_REPORT}): it describes its codes by a rule" in refusal(
        codes=tmp_path
    )


def test_what_is_left_out_is_said_file_by_file_and_of_many_files_in_one_line(tmp_path):
    odd = bundle(PATIENT, {"resourceType": "Testpatient", "id": "ada"})
    for number in range(22):
        (tmp_path / f"{number:02}.json").write_text(json.dumps(odd))
    lines = ask(over=tmp_path)[1].splitlines()
    assert (
        lines[0] == f"File 1 of 22 in {tmp_path}, by name: left out what is no FHIR R4 resource: 1."
    )
    assert lines[20:] == ["2 more files: left out what is no FHIR R4 resource: 2."]
    assert "Testpatient" not in "".join(lines)


def test_half_a_character_in_an_id_is_no_crash(tmp_path):
    (tmp_path / "one.json").write_text(json.dumps(bundle(PATIENT | {"id": "\ud800"})))
    found, _ = ask("--type", "individual", over=tmp_path)
    assert len(found["entry"]) == 1


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9" * 5000])
def test_a_number_beyond_reading_is_refused(tmp_path, number):
    (tmp_path / "one.json").write_text(f'{{"resourceType": "Bundle", "total": {number}}}')
    assert "holds a number that nobody can read" in refusal(over=tmp_path)


def test_resources_of_nobody_are_counted(tmp_path):
    lost = {"resourceType": "Task", "id": "lost", "for": {"reference": "Patient/nobody"}}
    page = bundle(PATIENT, lost, type_="searchset")
    (tmp_path / "page.json").write_text(json.dumps(page))
    assert ask(over=tmp_path)[1] == (
        f"File 1 of 1 in {tmp_path}, by name: left out what belongs to no Patient here: 1.\n"
    )
