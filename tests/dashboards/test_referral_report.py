"""Referrals in numbers, on the page and as files: against a practice that was counted by hand."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from charts.encounters import record_visit
from charts.values import Code, ItemKind, ItemStatus, VisitType
from dashboards import referral_report_words as words
from metrics import operations
from metrics.loops.periods import Length, Period
from metrics.measures.codes import from_table
from metrics.measures.record import MeasureBundle, Source
from metrics.models import LoadedValueSet, ReferralTarget
from referrals.states import Closure
from tests.metrics.loops.world import CORA, closed, opened, reported, say, walked
from tests.metrics.measures.cases import GOLDEN
from tests.reports import DIAZ, file, patient, report, result

pytestmark = pytest.mark.django_db

PAGE = "/referrals/report/"
SETTINGS = "/referrals/report/settings/"
ZONE = ZoneInfo("America/New_York")
TABLE = (GOLDEN / "codes.tsv").read_bytes()


@pytest.fixture
def quarters(right_now):
    """The newest quarter that is over for reports, and noon of a day of it."""
    current = Period.of(right_now.astimezone(ZONE).date(), Length.QUARTER)
    over = current.moved(-2)

    def day(number: int, of: Period = over) -> datetime:
        return of.begins(ZONE).astimezone(UTC) + timedelta(days=number, hours=12)

    return over, current, day


@pytest.fixture
def sent(elm_street, quarters):
    """Five sent: one back, one late, one ended, two overdue; one never sent; one now."""
    over, current, day = quarters
    with elm_street.scoped(), transaction.atomic():
        walked(day(3), of="1")
        late, ended, silent, seen = (opened(day(n), of=str(n)) for n in (4, 5, 6, 7))
        for one in (late, ended, silent, seen):
            say(one, "sent", one.ordered_at + timedelta(days=1))
        reported(late, current.begins(ZONE).astimezone(UTC) + timedelta(hours=3))
        closed(ended, Closure.PATIENT_DECLINED, day(20))
        say(seen, "seen", day(30))
        opened(day(8), of="8", specialty="neurology", to="")
        young = opened(current.begins(ZONE).astimezone(UTC) + timedelta(hours=1), of="9")
        say(young, "sent", young.ordered_at + timedelta(minutes=1))
    return over, current


def text_of(client, address=PAGE) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))


def body(answer) -> str:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def load(elm, now) -> None:
    with elm.scoped(), transaction.atomic():
        operations.load_value_sets(rows=from_table(TABLE.decode()), actor=CORA, now=now)


def test_the_page_tells_what_came_back_in_a_sentence_and_by_period(elm_street, signed_in, sent):
    over, current = (words.period(one) for one in sent)
    text = text_of(signed_in(elm_street.sam))
    assert (
        f"20 % of the 5 referrals sent in {over} came back with a report in time; 1 later, 1 ended "
        "without one, 2 overdue. 1 more was ordered and never sent." in text
    )
    assert f"It was 20 % of 5 in {over}, the first quarter here. That was few" in text
    assert "The target is 75 %." in text
    assert f"{over} 5 1 20 % 1 1 2 0 60 % 1 0" in text
    assert f"{current} 1 0 0 % so far 0 0 0 1 0 % 0 0" in text
    now = text_of(signed_in(elm_street.sam), f"{PAGE}?period={sent[1].name}")
    assert f"0 % of the 1 referral sent in {current} came back with a report so far;" in now


def test_medians_leaks_and_scores_are_those_of_the_period(elm_street, signed_in, sent):
    text = text_of(signed_in(elm_street.sam))
    assert "Ordered to sent 1.0 d 5" in text
    assert "Booked to seen 10 d 1" in text
    assert "4 of the 6 that were due have no report." in text
    assert "Most often they stopped at: Never booked (2)." in text
    assert "Cardiology" in text
    assert "Neurology , those underway 1 1 0 0 0 0 0 1" in text
    assert "Hal Hart few cases, so they say little 6 2.0 d of 1" in text
    assert "2 of 6 0 0 1 of 1" in text


def test_by_month_the_cohorts_are_months(elm_street, signed_in, sent):
    month = Period.of(sent[0].first, Length.MONTH)
    text = text_of(signed_in(elm_street.sam), f"{PAGE}?by=month&period={month.name}")
    assert f"referrals sent in {words.period(month)} came back with a report" in text
    assert text_of(signed_in(elm_street.sam), f"{PAGE}?by=month&period=nonsense")


def test_a_practice_without_referrals_reads_why_the_page_is_empty(elm_street, signed_in):
    assert "No referral is known yet" in text_of(signed_in(elm_street.sam))


def test_without_codes_cms50_is_not_known_and_says_what_is_missing(elm_street, signed_in, sent):
    sam = signed_in(elm_street.sam)
    assert "No codes are loaded of: Referral, Consultant Report." in text_of(sam)
    year = sent[0].first.year
    assert sam.get(f"{PAGE}cms50.json?year={year}").status_code == 404


def test_cms50_stands_beside_the_closure_rate_and_the_difference_is_counted(
    elm_street, signed_in, sent, quarters, right_now
):
    load(elm_street, right_now)
    over, _, day = quarters
    with elm_street.scoped(), transaction.atomic():
        for number in ("1", "5"):
            at = day(2)
            record_visit(
                patient(number), source="elm-ehr", number=f"V{number}", status="finished",
                visit_type=VisitType.OFFICE, started_at=at, ended_at=at, actor=CORA, now=at,
            )  # fmt: skip
    text = text_of(signed_in(elm_street.sam))
    assert "50 % 1 of 2 patients" in text
    assert "1 count, and their report came in the year" in text
    assert "1 count as not closed: they were closed here for another reason" in text
    assert "do not count: the patient had no visit of a kind that counts" in text
    answer = signed_in(elm_street.sam).get(f"{PAGE}cms50.json?year={over.first.year}")
    counts = [one["count"] for one in json.loads(body(answer))["group"][0]["population"]]
    assert counts == [2, 2, 1]


def test_the_evidence_log_holds_every_order_with_its_receipt_and_no_formula(
    elm_street, signed_in, sent, quarters
):
    over, _, day = quarters
    with elm_street.scoped(), transaction.atomic():
        opened(day(9), of="1", specialty="dermatology", to="=HYPERLINK(evil)")
        order = {"kind": ItemKind.ORDER, "status": ItemStatus.ACTIVE, "orderer": DIAZ}
        for number in ("O-1", "O-2"):
            file(report(key=number, placer=number, issued_at=day(10), code=Code("BMP", "-Panel"),
                        **order), now=day(10), source="elm-ehr")  # fmt: skip
        file(result(key="L-1", placer="O-1"), now=day(12))
    answer = signed_in(elm_street.sam).get(f"{PAGE}evidence.csv?year={over.first.year}")
    text = body(answer)
    rows = list(csv.reader(io.StringIO(text)))
    by_kind = [row for row in rows[1:] if row and row[0] in ("Referral", "Test")]
    assert sum(row[0] == "Referral" for row in by_kind) == 8
    assert sum(row[0] == "Test" for row in by_kind) == 2
    assert "'=HYPERLINK(evil)" in text
    assert "'-Panel" in text
    (back,) = [row for row in by_kind if row[10] == "yes"]
    assert (back[2], back[9], back[12]) == ("1 (ELM)", "20", "reported")
    (tested,) = [row for row in by_kind if row[0] == "Test" and row[8]]
    assert (tested[1], tested[9]) == ("O-1", "2")
    assert rows[-2] == ["Referrals with their report", "8", "2", "25 %"]
    assert rows[-1] == ["Tests with their result", "2", "1", "50 %"]
    assert not any("MARSH" in cell.upper() for row in rows for cell in row)


def test_closed_loops_go_out_as_bundles_that_the_measure_reads_again(
    elm_street, signed_in, sent, right_now
):
    load(elm_street, right_now)
    address = f"{PAGE}loops.ndjson?year={sent[0].first.year}"
    lines = [json.loads(line) for line in body(signed_in(elm_street.sam).get(address)).splitlines()]
    assert len(lines) == 3
    kinds = sorted([one["resource"]["resourceType"] for one in line["entry"]] for line in lines)
    assert kinds == [["Patient", "ServiceRequest"], *[["Patient", "ServiceRequest", "Task"]] * 2]
    found = MeasureBundle(Source.bundle(line) for line in lines)
    assert (len(found.patients), found.strays.total()) == (3, 0)
    task = next(one for patient in found.patients for one in patient.of("Task"))
    assert task.resource["code"]["coding"][0]["code"] == "what-i-found"
    assert "null" not in json.dumps(lines)


@pytest.mark.parametrize("name", ["evidence.csv", "loops.ndjson"])
def test_who_took_a_file_is_written_down_and_a_wrong_name_takes_none(
    elm_street, signed_in, sent, name
):
    sam = signed_in(elm_street.sam)
    body(sam.get(f"{PAGE}{name}?year=2026"))
    with elm_street.scoped(), transaction.atomic():
        row = AuditEvent.objects.get(action="referrals.exported")
        assert (row.detail, row.membership_id) == ({"file": name, "year": 2026}, elm_street.sam.pk)
    for wrong in ("passwords.csv?year=2026", name, f"{name}?year=2026-Q1", f"{name}?year=x"):
        assert sam.get(PAGE + wrong).status_code == 404
    assert signed_in(elm_street.cora).get(f"{PAGE}{name}?year=2026").status_code == 403


def test_files_hold_the_referrals_of_ones_own_practice_alone(
    elm_street, oak_street, signed_in, sent
):
    year = sent[0].first.year
    with oak_street.scoped(), transaction.atomic():
        oak_street.olu.roles = ["supervisor"]
        oak_street.olu.save(update_fields=["roles"])
    olu = signed_in(oak_street.olu)
    assert "No referral is known yet" in text_of(olu)
    assert "W-" not in body(olu.get(f"{PAGE}evidence.csv?year={year}"))
    assert body(olu.get(f"{PAGE}loops.ndjson?year={year}")) == ""


def test_the_target_and_the_codes_are_set_by_who_leads(elm_street, signed_in, right_now):
    sam = signed_in(elm_street.sam)
    assert sam.post(SETTINGS, {"target": "82"}).status_code == 302
    for wrong in ("0", "101", "many", "", "1e1"):
        refused = sam.post(SETTINGS, {"target": wrong})
        assert refused.status_code == 422
        assert "Give a whole number from 1 to 100." in refused.text
    sent = SimpleUploadedFile("codes.tsv", TABLE)
    assert sam.post(SETTINGS, {"file": sent}).status_code == 302
    with elm_street.scoped(), transaction.atomic():
        assert ReferralTarget.objects.get().percent == 82
        held = LoadedValueSet.objects.get(url="2.16.840.1.113883.3.464.1003.121.12.1006")
        system, code = held.codes[0]
    chosen = {"value_set": held.url, "code": f"{system}|{code}"}
    assert sam.post(SETTINGS, chosen).status_code == 302
    assert sam.post(SETTINGS, {"value_set": held.url, "code": "x|y"}).status_code == 422
    text = text_of(sam, SETTINGS)
    assert "1 code, loaded" in text
    assert signed_in(elm_street.cora).post(SETTINGS, {"target": "50"}).status_code == 403


@pytest.mark.parametrize(
    "sent", [b"", b"\xff\xfe", b"{", b"[" * 10, b"a,b\n1,2", b'{"resourceType": "Patient"}',
             b"value_set\tsystem\tcode\n", b"{" * 100_000],
)  # fmt: skip
def test_a_file_that_holds_no_codes_is_refused_in_words(elm_street, signed_in, sent):
    answer = signed_in(elm_street.sam).post(SETTINGS, {"file": SimpleUploadedFile("x.json", sent)})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    with elm_street.scoped(), transaction.atomic():
        assert not LoadedValueSet.objects.exists()


def test_the_page_asks_as_often_of_many_referrals_as_of_few(
    elm_street, signed_in, sent, quarters, right_now
):
    load(elm_street, right_now)
    sam = signed_in(elm_street.sam)
    sam.get(PAGE)

    def asked() -> int:
        """Of referrals and measures; the frame round them asks by the clock."""
        with CaptureQueriesContext(connection) as queries:
            sam.get(PAGE)
        told = (one["sql"] for one in queries.captured_queries)
        return sum(
            bool(re.search(r"referrals_|metrics_|charts_|routing_task\b", sql)) for sql in told
        )

    few = asked()
    with elm_street.scoped(), transaction.atomic():
        for number in range(30):
            walked(quarters[2](number), of=str(number % 7))
    assert asked() == few
