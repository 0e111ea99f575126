"""Where each kind of work goes by the starter pack."""

from dataclasses import replace
from typing import NamedTuple
from uuid import uuid4

import pytest

from accounts.roles import Role
from charts.values import (
    Code,
    ItemKind,
    ItemStatus,
    PatientDetails,
    ProviderRef,
    Severity,
)
from routing import operations as routing
from routing.categories import BY_ABSENCE, Category
from routing.models import Outcome
from tests.reports import BIOPSY, FEED, bring, graded, patient, potassium, report, result

pytestmark = pytest.mark.django_db


C, R, S = Category, Role, ItemStatus
PHYSICIAN, NURSE, ASSISTANT = R.PHYSICIAN, R.NURSE, R.MEDICAL_ASSISTANT
COORDINATOR = R.CARE_COORDINATOR
OLD = patient("OLD", born=patient().birth_date.replace(year=1950))


class Case(NamedTuple):
    """One report, and the task that it must make."""

    name: str
    report: object
    category: Category
    role: Role
    owner: str | None
    priority: str
    of: PatientDetails | None = None


CRITICAL, ABNORMAL, UNKNOWN, NORMAL = Severity

RESULTS = [
    Case("critical", graded(CRITICAL), C.RESULT_REVIEW, PHYSICIAN, "diaz", "stat"),
    Case(
        "critical, raised risk", graded(CRITICAL), C.RESULT_REVIEW, PHYSICIAN, "diaz", "stat", OLD
    ),
    Case(
        "critical, not delegable",
        graded(CRITICAL, code=BIOPSY),
        C.RESULT_REVIEW,
        PHYSICIAN,
        "diaz",
        "stat",
    ),
    Case(
        "critical, nobody ordered",
        graded(CRITICAL, orderer=None),
        C.RESULT_REVIEW,
        PHYSICIAN,
        None,
        "stat",
    ),
    Case(
        "critical, preliminary",
        result(S.PRELIMINARY, potassium(9.1, CRITICAL)),
        C.RESULT_REVIEW,
        PHYSICIAN,
        "diaz",
        "stat",
    ),
    Case("abnormal", graded(ABNORMAL), C.RESULT_REVIEW, PHYSICIAN, "diaz", "urgent"),
    Case(
        "abnormal, raised risk", graded(ABNORMAL), C.RESULT_REVIEW, PHYSICIAN, "diaz", "urgent", OLD
    ),
    Case(
        "abnormal among normal",
        result(S.FINAL, potassium(), potassium(5.6, ABNORMAL, sub_id="2")),
        C.RESULT_REVIEW,
        PHYSICIAN,
        "diaz",
        "urgent",
    ),
    Case("normal", graded(NORMAL), C.RESULT_REVIEW, ASSISTANT, None, "routine"),
    Case("normal, raised risk", graded(NORMAL), C.RESULT_REVIEW, NURSE, None, "routine", OLD),
    Case(
        "normal, near a limit",
        result(S.FINAL, potassium(5.05)),
        C.RESULT_REVIEW,
        NURSE,
        None,
        "routine",
    ),
    Case(
        "normal, not delegable",
        graded(NORMAL, code=BIOPSY),
        C.RESULT_REVIEW,
        PHYSICIAN,
        "diaz",
        "routine",
    ),
    Case(
        "normal, not delegable, raised risk",
        graded(NORMAL, code=BIOPSY),
        C.RESULT_REVIEW,
        PHYSICIAN,
        "diaz",
        "routine",
        OLD,
    ),
    Case("no flag", graded(UNKNOWN), C.RESULT_REVIEW, PHYSICIAN, "diaz", "routine"),
    Case(
        "no flag, raised risk", graded(UNKNOWN), C.RESULT_REVIEW, PHYSICIAN, "diaz", "routine", OLD
    ),
    Case(
        "nothing graded",
        result(S.FINAL, potassium(None, None)),
        C.RESULT_REVIEW,
        PHYSICIAN,
        "diaz",
        "routine",
    ),
    Case(
        "normal values in a report that is not",
        result(S.FINAL, potassium(), severity=UNKNOWN),
        C.RESULT_REVIEW,
        PHYSICIAN,
        "diaz",
        "routine",
    ),
]

DIAZ = ProviderRef(id="1001")
LISINOPRIL = Code("314076", "Lisinopril 10 mg", "rxnorm")

OTHERS = [
    Case("referral", report(ItemKind.REFERRAL, S.ACTIVE), C.REFERRAL, COORDINATOR, None, "routine"),
    Case(
        "consult report",
        report(ItemKind.DOCUMENT, S.FINAL, orderer=DIAZ, details={"document_type": "consult-note"}),
        C.CONSULT_REPORT,
        PHYSICIAN,
        "diaz",
        "routine",
    ),
    Case(
        "refill under protocol",
        report(ItemKind.REFILL, S.ACTIVE, code=LISINOPRIL, orderer=DIAZ),
        C.REFILL,
        ASSISTANT,
        None,
        "routine",
    ),
    Case(
        "any other refill",
        report(ItemKind.REFILL, S.DRAFT, code=Code("7052", "", "rxnorm"), orderer=DIAZ),
        C.REFILL,
        PHYSICIAN,
        "diaz",
        "routine",
    ),
    Case(
        "unsigned order, signer",
        report(ItemKind.ORDER, S.DRAFT, signer=DIAZ),
        C.UNSIGNED_ORDER,
        PHYSICIAN,
        "diaz",
        "routine",
    ),
    Case(
        "unsigned order, orderer",
        report(ItemKind.ORDER, S.DRAFT, orderer=DIAZ),
        C.UNSIGNED_ORDER,
        PHYSICIAN,
        "diaz",
        "routine",
    ),
    Case(
        "incomplete note, author",
        report(ItemKind.DOCUMENT, S.PRELIMINARY, author=DIAZ),
        C.INCOMPLETE_NOTE,
        PHYSICIAN,
        "diaz",
        "routine",
    ),
    Case(
        "incomplete note, nobody",
        report(ItemKind.DOCUMENT, S.PRELIMINARY),
        C.INCOMPLETE_NOTE,
        PHYSICIAN,
        None,
        "routine",
    ),
    Case(
        "medication change",
        report(ItemKind.MEDICATION, S.ACTIVE),
        C.MEDICATION_CHANGE,
        ASSISTANT,
        None,
        "routine",
    ),
    Case(
        "missed appointment",
        report(ItemKind.APPOINTMENT, S.MISSED),
        C.APPOINTMENT_FOLLOW_UP,
        ASSISTANT,
        None,
        "routine",
    ),
    Case(
        "message",
        report(ItemKind.MESSAGE, S.ACTIVE),
        C.ADMINISTRATIVE_MESSAGE,
        COORDINATOR,
        None,
        "routine",
    ),
    Case(
        "prior authorization",
        report(ItemKind.REQUEST, S.ACTIVE, details={"request": "prior-authorization"}),
        C.PRIOR_AUTHORIZATION,
        COORDINATOR,
        None,
        "urgent",
    ),
    Case(
        "misfiled document",
        report(ItemKind.REQUEST, S.ACTIVE, details={"request": "misfiled-document"}),
        C.MISFILED_DOCUMENT,
        COORDINATOR,
        None,
        "routine",
    ),
    Case(
        "a request without a name of ours",
        report(ItemKind.REQUEST, S.ACTIVE, details={"request": "wash my car"}),
        C.ADMINISTRATIVE_MESSAGE,
        COORDINATOR,
        None,
        "routine",
    ),
]


def test_the_starter_pack_sends_each_kind_of_work_where_the_table_says(elm_street, now):
    with elm_street.scoped():
        for number, case in enumerate([*RESULTS, *OTHERS]):
            each = replace(case.report, key=f"T{number}")
            of = replace(case.of or patient(), identifiers=patient(f"P{number}").identifiers)
            task = bring(each, now=now, of=of)
            owner = getattr(elm_street, case.owner) if case.owner else None
            got = (task.category, task.queue.role, task.owner, task.priority, task.status)
            assert got == (case.category, case.role, owner, case.priority, "ready"), case.name
            decision = task.decisions.get()
            assert (decision.queue, decision.owner) == (task.queue, task.owner), case.name


def test_every_category_has_its_line_in_the_table():
    tried = {case.category for case in [*RESULTS, *OTHERS]}
    assert set(Category) - tried == {C.QUARANTINED_MESSAGE} | BY_ABSENCE


@pytest.mark.parametrize(
    "quiet",
    [
        report(ItemKind.ORDER, S.ACTIVE),
        report(ItemKind.DOCUMENT, S.FINAL),
        report(ItemKind.DOCUMENT, S.UNKNOWN),
        report(ItemKind.REFERRAL, S.COMPLETED),
        report(ItemKind.APPOINTMENT, S.ACTIVE),
        report(ItemKind.MEDICATION, S.COMPLETED),
        result(S.REGISTERED),
        result(S.WITHDRAWN, potassium(9.1, CRITICAL)),
    ],
    ids=lambda r: f"{r.kind} {r.status}",
)
def test_what_keeps_no_chart_open_makes_no_task(elm_street, now, quiet):
    with elm_street.scoped():
        assert bring(quiet, now=now) is None


def test_a_message_that_could_not_be_read_goes_to_it_once(elm_street, now):
    message_id = uuid4()
    said = {
        "message_id": message_id,
        "title": "ORU^R01 from Quest",
        "reason": "no patient",
        "actor": FEED,
    }
    with elm_street.scoped():
        task = routing.open_message_task(**said, now=now)
        assert (task.queue.role, task.priority, task.category) == (
            "it",
            "urgent",
            C.QUARANTINED_MESSAGE,
        )
        assert routing.open_message_task(**said, now=now) == task
        routing.close_message_task(message_ids=[message_id], actor=FEED, now=now)
        task.refresh_from_db()
        assert (task.status, task.outcome) == ("completed", Outcome.SOURCE_CLOSED)
        assert routing.open_message_task(**said, now=now) != task
