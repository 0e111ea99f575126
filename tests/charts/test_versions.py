"""Any order of arrival ends as the order in which the reports were issued."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charts import revising, versions
from charts.models import ChartItem, Patient
from charts.values import Code, ItemKind, ItemStatus, ProviderRef, Severity
from charts.versions import RANK, revision
from tenants import scope
from tests.reports import DIAZ, potassium, report, result

S = ItemStatus
CRITICAL, ABNORMAL, UNKNOWN, NORMAL = Severity
SODIUM = Code("2951-2", "Sodium", "loinc")


def arrive(reports, kind=ItemKind.RESULT) -> ChartItem:
    """What an item says after these reports, in memory."""
    with scope.scoped(uuid4()):
        item = ChartItem(kind=kind.value, version=0)
        person = Patient(pk=uuid4())
    for each in reports:
        revising.revise(item, each, versions.rows(each), person)
    return item


def end(item: ChartItem) -> dict:
    """All that the item says, less the patient that each run makes anew."""
    said = dict(zip(revising.COLUMNS, revising.state(item), strict=True))
    return {name: value for name, value in said.items() if name != "patient_id"}


def ends(reports, kind=ItemKind.RESULT) -> list[dict]:
    """How each permutation ends."""
    return [end(arrive(order, kind)) for order in itertools.permutations(reports)]


PRELIMINARY = result(S.PRELIMINARY, potassium(4.2), at=8, placer="P-1", text="first look")
FINAL = result(S.FINAL, potassium(5.6, ABNORMAL), at=9, orderer=None, location="ELM")
UNCHANGED = result(S.FINAL, potassium(None, None), at=10, orderer=None)
"""OBX-11 U: final, and not sent again."""
CORRECTED = result(S.CORRECTED, potassium(6.9, CRITICAL), at=11, orderer=None)
WITHDRAWN = result(S.WITHDRAWN, potassium(None, None, status=S.WITHDRAWN), at=12, orderer=None)


def test_the_five_kinds_of_reports_end_alike_in_all_their_orders():
    reports = [PRELIMINARY, FINAL, UNCHANGED, CORRECTED, WITHDRAWN]
    for size in range(2, 6):
        for some in itertools.combinations(reports, size):
            first, *rest = ends(some)
            assert all(other == first for other in rest), [one.status for one in some]


def test_what_they_end_in_is_what_the_newest_says_over_what_the_older_left():
    item = arrive([CORRECTED, PRELIMINARY, FINAL])
    [row] = item.observations
    assert (item.status, item.severity, row["value"]) == ("corrected", "critical", "6.9")
    assert (item.placer, item.location_code, item.text) == ("P-1", "ELM", "first look")
    assert item.people["orderer"]["id"] == DIAZ.id


def test_a_final_without_values_keeps_those_of_the_newest_that_had_some():
    for order in itertools.permutations([PRELIMINARY, FINAL, UNCHANGED]):
        [row] = arrive(order).observations
        assert (row["value"], row["status"]) == ("5.6", "final")


def test_a_withdrawn_value_is_not_brought_back_by_an_older_report():
    for order in itertools.permutations([FINAL, WITHDRAWN, UNCHANGED]):
        [row] = arrive(order).observations
        assert row["withdrawn"]
        assert arrive(order).severity == ""


def test_a_newer_report_brings_a_withdrawn_value_back():
    again = result(S.CORRECTED, potassium(4.4), at=13)
    [row] = arrive([FINAL, WITHDRAWN, again]).observations
    assert (row["withdrawn"], row["value"]) == (False, "4.4")


def test_a_fact_that_two_older_reports_tell_is_the_newer_ones():
    older = result(S.PRELIMINARY, at=7, orderer=ProviderRef(id="older"), details={"reason": "old"})
    newer = result(S.PRELIMINARY, at=8, orderer=ProviderRef(id="newer"), details={"reason": "new"})
    for order in itertools.permutations([older, newer, CORRECTED]):
        item = arrive(order)
        assert (item.people["orderer"]["id"], item.details["reason"]) == ("newer", "new")


def test_each_value_is_kept_from_the_report_that_last_spoke_of_it():
    panel = result(S.FINAL, potassium(4.2), potassium(140, code=SODIUM), at=8)
    potassium_only = result(S.CORRECTED, potassium(5.6, ABNORMAL), at=9)
    for order in itertools.permutations([panel, potassium_only]):
        assert [row["value"] for row in arrive(order).observations] == ["5.6", "140"]


def test_values_stand_in_the_order_of_the_source():
    panel = result(S.FINAL, potassium(140, code=SODIUM), potassium(4.2), at=8)
    later = result(S.CORRECTED, potassium(4.3), at=9)
    for order in itertools.permutations([panel, later]):
        assert [row["code"] for row in arrive(order).observations] == ["2951-2", "2823-3"]


def test_a_test_that_is_repeated_under_one_name_keeps_all_its_lines():
    grown = {"E. coli": ABNORMAL, "MRSA": CRITICAL, "no growth": NORMAL}
    cultures = [replace(potassium(None, grade), value=name) for name, grade in grown.items()]
    item = arrive([result(S.PRELIMINARY, *cultures, at=8), result(S.FINAL, *cultures, at=9)])
    assert [row["value"] for row in item.observations] == ["E. coli", "MRSA", "no growth"]
    assert item.severity == "critical"


def test_a_report_may_say_more_than_its_values_show():
    unread = result(S.FINAL, potassium(4.2), severity=CRITICAL, at=9)
    late = result(S.PRELIMINARY, potassium(4.1), at=8)
    for order in itertools.permutations([unread, late]):
        assert arrive(order).severity == "critical"
    assert (
        arrive([result(S.FINAL, potassium(6.9, CRITICAL), severity=NORMAL)]).severity == "critical"
    )


def test_a_report_of_an_order_has_its_own_severity_and_no_other():
    order = report(
        ItemKind.ORDER, S.DRAFT, severity=ABNORMAL, issued_at=datetime(2026, 11, 16, tzinfo=UTC)
    )
    assert arrive([order], ItemKind.ORDER).severity == "abnormal"


def test_an_order_on_hold_and_active_again_is_as_it_was_said_last():
    hold, active = (report(ItemKind.ORDER, status) for status in (S.ON_HOLD, S.ACTIVE))
    assert arrive([active, hold], ItemKind.ORDER).status == "on-hold"
    assert arrive([active, hold, active], ItemKind.ORDER).status == "active"


HOURS = st.none() | st.integers(0, 5)
NUMBERS = st.sampled_from([None, 4.2, 5.6, 6.9])
GRADES = st.sampled_from([None, *Severity])


@st.composite
def some_reports(draw):
    """Reports of one item, of which no two have the same revision."""
    statuses = draw(
        st.lists(
            st.sampled_from([s for s in S if s != S.MISSED]), min_size=1, max_size=5, unique=True
        )
    )
    made = [
        result(
            status,
            *[potassium(draw(NUMBERS), draw(GRADES), sub_id=sub, status=status)
              for sub in draw(st.lists(st.sampled_from("ab"), max_size=2, unique=True))],
            at=draw(HOURS), placer=draw(st.sampled_from(["", "P1", "P2"])),
            text=draw(st.sampled_from(["", "one", "two"])),
            orderer=draw(st.sampled_from([None, ProviderRef(id="1"), ProviderRef(id="2")])),
            details=draw(st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["x", "y"]))),
            severity=draw(GRADES),
        )
        for status in statuses
    ]  # fmt: skip
    seen = {versions.revision_of(one): one for one in made}
    return list(seen.values())


@settings(max_examples=150, deadline=None)
@given(some_reports(), st.data())
def test_any_reports_in_any_order_end_as_in_the_order_of_their_revisions(reports, data):
    straight = end(arrive(sorted(reports, key=versions.revision_of)))
    assert end(arrive(data.draw(st.permutations(reports)))) == straight


@settings(max_examples=60, deadline=None)
@given(some_reports(), st.data())
def test_hearing_a_report_again_changes_nothing(reports, data):
    again = data.draw(st.sampled_from(reports))
    assert end(arrive([*reports, again])) == end(arrive(reports))


# The order of revisions


MOMENTS = st.none() | st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)
)


@given(st.sampled_from(ItemKind), st.sampled_from(S), st.sampled_from(S), MOMENTS, MOMENTS)
def test_a_settled_result_is_newer_than_an_unsettled_one_however_dated(kind, one, other, at, then):
    settles = kind in (ItemKind.RESULT, ItemKind.DOCUMENT)
    if settles and one in versions.SETTLED and other not in versions.SETTLED:
        assert revision(kind, one, at) > revision(kind, other, then)


@given(st.sampled_from(ItemKind), st.sampled_from(S), MOMENTS, st.integers(-14, 14))
def test_one_moment_is_one_revision_in_every_time_zone(kind, status, at, offset):
    if at is not None:
        elsewhere = at.astimezone(timezone(timedelta(hours=offset)))
        assert revision(kind, status, at) == revision(kind, status, elsewhere)


def test_every_status_has_a_rank_and_those_of_results_all_differ():
    assert set(RANK) == set(S)
    of_results = [S.REGISTERED, S.PRELIMINARY, S.FINAL, S.AMENDED, S.CORRECTED, S.WITHDRAWN]
    ranks = [RANK[status] for status in of_results]
    assert ranks == sorted(set(ranks))


@pytest.mark.parametrize(("rows", "stated", "expected"), [
    ([], "", None),
    ([("normal", False)], "", NORMAL),
    ([("normal", False), ("abnormal", False)], "", ABNORMAL),
    ([("normal", False), ("critical", True)], "", NORMAL),
    ([("critical", True)], "", None),
    ([("normal", False)], "unknown", UNKNOWN),
    ([("", False)], "", None),
])  # fmt: skip
def test_an_item_is_as_grave_as_the_gravest_that_still_stands(rows, stated, expected):
    made = [{"severity": severity, "withdrawn": withdrawn} for severity, withdrawn in rows]
    assert versions.severity(made, stated) == expected
