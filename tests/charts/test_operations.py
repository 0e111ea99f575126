"""Filing reports: what is opened, revised, late, unchanged or replaced, and what is kept of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from charts import encounters
from charts import operations as charts
from charts.models import Attachment, ChartItem, Encounter, ItemVersion, ResultValue
from charts.operations import AnotherPatient, Change, Filing
from charts.values import Attachment as Attached
from charts.values import Code, ItemKind, ItemStatus, PatientDetails, ProviderRef, Severity
from tests.reports import FEED, file, graded, patient, potassium, report, result

pytestmark = pytest.mark.django_db

S = ItemStatus
CRITICAL, ABNORMAL, UNKNOWN, NORMAL = Severity
LETTER = report(
    ItemKind.DOCUMENT, S.FINAL, key="D1", issued_at=datetime(2026, 11, 16, 9, tzinfo=UTC)
)


@pytest.fixture
def elm(elm_street):
    with elm_street.scoped():
        yield elm_street


def changes(*reports, now, **more) -> list[str]:
    return [one.change.value for one in file(*reports, now=now, **more)]


def test_a_first_report_opens_its_item(elm, now):
    [filed] = file(graded(CRITICAL), now=now)
    item = ChartItem.objects.get()
    assert filed.change == Change.OPENED
    assert (item.status, item.severity, item.version, item.title) == (
        "final",
        "critical",
        1,
        "Basic metabolic panel",
    )
    assert (item.received_at, item.source, item.key) == (now, "lab", "L-1")


def test_reports_are_told_apart_by_what_they_bring(elm, now):
    preliminary = result(S.PRELIMINARY, potassium(4.2), at=8)
    final = result(S.FINAL, potassium(4.2), at=9)
    assert changes(preliminary, final, final, preliminary, now=now) == [
        "opened",
        "revised",
        "unchanged",
        "late",
    ]
    assert ItemVersion.objects.count() == 3
    assert [(v.number, v.is_current) for v in ItemVersion.objects.order_by("number")] == [
        (1, True),
        (2, True),
        (3, False),
    ]


@pytest.mark.parametrize("more", [
    {"severity": CRITICAL}, {"placer": "P9"}, {"text": "addendum"}, {"location": "ELM"},
    {"details": {"reason": "x"}}, {"orderer": ProviderRef(id="77")}, {"code": Code("X9", "Other")},
    {"due_date": datetime(2026, 12, 1, tzinfo=UTC).date()},
], ids=lambda more: next(iter(more)))  # fmt: skip
def test_a_report_of_the_same_moment_that_says_something_else_is_no_repeat(elm, now, more):
    first = report(ItemKind.ORDER, S.DRAFT)
    assert changes(first, replace(first, **more), replace(first, **more), now=now) == [
        "opened",
        "revised",
        "unchanged",
    ]


@pytest.mark.parametrize(("other", "news"), [
    (result(S.FINAL, potassium(4.2), at=10), False),
    (result(S.FINAL, potassium(4.2, note="hemolyzed"), at=10), False),
    (result(S.FINAL, potassium(4.3), at=10), True),
    (result(S.FINAL, potassium(4.2, ABNORMAL), at=10), True),
    (result(S.FINAL, potassium(4.2), text="see comment", at=10), True),
    (result(S.CORRECTED, potassium(4.2, status=S.WITHDRAWN), at=10), True),
], ids=["same", "a note", "value", "flag", "text", "withdrawn"])  # fmt: skip
def test_news_is_what_somebody_who_saw_it_has_not_seen(elm, now, other, news):
    file(graded(NORMAL), now=now)
    assert file(other, now=now)[0].news is news


def test_two_reports_of_one_item_in_one_call_follow_each_other(elm, now):
    pair = [Filing(patient(), result(S.PRELIMINARY, potassium(4.2), at=8), "lab"),
            Filing(patient(), result(S.FINAL, potassium(6.9, CRITICAL), at=9), "lab")]  # fmt: skip
    filed = charts.file_reports(pair, actor=FEED, now=now)
    assert [one.change for one in filed] == [Change.OPENED, Change.REVISED]
    assert ChartItem.objects.get().severity == "critical"
    assert ItemVersion.objects.count() == 2


def test_one_key_is_one_item_for_each_kind_and_source(elm, now):
    file(graded(NORMAL), now=now)
    file(graded(NORMAL), now=now, source="other lab")
    file(report(ItemKind.ORDER, S.DRAFT, key="L-1"), now=now)
    assert ChartItem.objects.count() == 3


def test_keys_too_long_for_their_column_stay_apart(elm, now):
    long = "x" * 300
    file(
        graded(NORMAL, key=long + "1"),
        graded(NORMAL, key=long + "2"),
        graded(NORMAL, key=long + "1"),
        now=now,
    )
    assert ChartItem.objects.count() == 2
    assert {len(item.key) for item in ChartItem.objects.all()} == {250}


def test_the_other_practices_item_of_the_same_key_is_another(elm, oak_street, now):
    file(graded(NORMAL), now=now)
    with oak_street.scoped():
        assert changes(graded(NORMAL), now=now) == ["opened"]


# Whose it is


def test_a_number_that_was_somebody_elses_is_refused_and_changes_nothing(elm, now):
    file(graded(NORMAL), now=now)
    with pytest.raises(AnotherPatient), transaction.atomic():
        file(graded(CRITICAL, at=10), now=now, of=patient("OTHER"))
    item = ChartItem.objects.get()
    assert (item.severity, item.patient.identifiers.get().value) == ("normal", "508773")


def test_a_report_that_names_no_patient_goes_with_its_item(elm, now):
    [first] = file(graded(NORMAL), now=now)
    [second] = file(graded(CRITICAL, at=10), now=now, of=PatientDetails(family="Somebody"))
    assert second.patient == first.patient


# Values


def values() -> list[tuple]:
    return list(
        ResultValue.objects.order_by("code", "sub_id").values_list("sub_id", "value", "number")
    )


def test_each_measured_value_is_kept_for_trends(elm, now):
    observed = now - timedelta(hours=7)
    file(
        result(
            S.FINAL, potassium(4.2, observed_at=observed), potassium(None, ABNORMAL, sub_id="2")
        ),
        now=now,
    )
    row = ResultValue.objects.get()
    assert (row.code, row.value, row.number, row.units) == ("2823-3", "4.2", 4.2, "mmol/L")
    assert (row.observed_at, row.severity) == (observed, "normal")


def test_a_value_without_a_time_of_its_own_has_that_of_the_report(elm, now):
    file(graded(NORMAL), graded(NORMAL, key="2", at=None), now=now)
    times = ResultValue.objects.order_by("observed_at").values_list("observed_at", flat=True)
    assert list(times) == [datetime(2026, 11, 16, 9, tzinfo=UTC), now]


def test_a_corrected_value_replaces_the_old_one_in_the_trend(elm, now):
    file(
        result(S.FINAL, potassium(4.2), at=8),
        result(S.CORRECTED, potassium(5.6, ABNORMAL), at=9),
        now=now,
    )
    assert values() == [("", "5.6", 5.6)]


@pytest.mark.parametrize("later", [
    result(S.CORRECTED, potassium(None, UNKNOWN, note="hemolyzed"), at=9),
    result(S.CORRECTED, potassium(4.2, status=S.WITHDRAWN), at=9),
    result(S.CORRECTED, potassium(None, None, status=S.WITHDRAWN), at=9),
    result(S.WITHDRAWN, at=9),
], ids=["words", "withdrawn", "withdrawn without a value", "report withdrawn"])  # fmt: skip
def test_a_value_that_no_longer_stands_leaves_the_trend(elm, now, later):
    for order in (
        [result(S.FINAL, potassium(4.2), at=8), later],
        [later, result(S.FINAL, potassium(4.2), at=8)],
    ):
        key = f"K{len(values())}"
        file(*(replace(each, key=key) for each in order), now=now)
    assert {number for *_, number in values()} == {None}


def test_a_late_value_takes_no_place_in_the_trend_from_a_newer_one(elm, now):
    file(
        result(S.FINAL, potassium(5.6, ABNORMAL), at=9),
        result(S.PRELIMINARY, potassium(4.2), at=8),
        now=now,
    )
    assert values() == [("", "5.6", 5.6)]


def test_what_is_no_result_leaves_no_values(elm, now):
    file(report(ItemKind.DOCUMENT, S.FINAL, observations=(potassium(),)), now=now)
    assert values() == []


# Documents


def test_a_document_that_takes_anothers_place_withdraws_it_once(elm, now):
    new = replace(LETTER, key="D2", replaces="D1")
    assert changes(LETTER, new, new, now=now) == ["opened", "opened", "replaced", "unchanged"]
    old = ChartItem.objects.get(key="D1")
    assert (old.status, old.details["replaced_by"], old.version) == ("withdrawn", "D2", 2)


def test_only_the_same_source_and_kind_are_replaced(elm, now):
    file(LETTER, now=now)
    file(report(ItemKind.ORDER, S.ACTIVE, key="D1"), now=now)
    file(replace(LETTER, key="D2", replaces="D1"), now=now, source="elsewhere")
    assert set(ChartItem.objects.filter(key="D1").values_list("status", flat=True)) == {
        "final",
        "active",
    }


def test_an_attachment_is_kept_once_as_it_came(elm, now):
    scan = Attached(content_type="application/pdf", title="Scan", data=b"%PDF\x00\xff")
    link = Attached(content_type="text/html", url="https://ehr.example/doc/1")
    for hour in (9, 10):
        file(
            replace(LETTER, attachments=(scan, link), issued_at=now - timedelta(hours=hour)),
            now=now,
        )
    kept = Attachment.objects.order_by("content_type")
    assert [(one.content_type, bytes(one.data), one.url) for one in kept] == [
        ("application/pdf", b"%PDF\x00\xff", ""), ("text/html", b"", "https://ehr.example/doc/1"),
    ]  # fmt: skip


# Visits


def visit(status, now, **more) -> Encounter:
    return encounters.record_visit(
        patient(), source="ehr", number="V1", status=status, actor=FEED, now=now, **more
    )


def test_a_visit_moves_on_and_keeps_what_was_said_of_it(elm, now):
    started = now - timedelta(hours=1)
    visit("planned", now, location_code="ELM", attending=ProviderRef(id="1001"))
    seen = visit("in-progress", now, started_at=started)
    assert Encounter.objects.get() == seen
    assert (seen.status, seen.location_code, seen.started_at) == ("in-progress", "ELM", started)
    assert seen.attending["id"] == "1001"


@pytest.mark.parametrize("ended", ["finished", "cancelled"])
def test_a_visit_that_ended_does_not_go_back(elm, now, ended):
    visit(ended, now, ended_at=now)
    assert visit("in-progress", now).status == ended


def test_nothing_is_half_filed(elm, now):
    with transaction.atomic():
        file(graded(NORMAL), now=now)
        transaction.set_rollback(True)
    assert not ChartItem.objects.exists()
    assert not ItemVersion.objects.exists()
