"""Where each kind of work goes by the starter pack, and that nothing is ever left without a place."""

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import operations as accounts
from accounts.roles import Role
from charts import patients
from charts.models import ChartItem
from charts.values import (
    Code,
    Identifier,
    ItemKind,
    ItemStatus,
    PatientDetails,
    Priority,
    ProviderRef,
    Severity,
)
from routing import operations as routing
from routing import rulebook
from routing.categories import Category
from routing.conditions import FactType
from routing.facts import TYPES
from routing.models import Assignee, Outcome, Queue, Rule, RuleSet, Task, TaskTransition
from routing.operations.desk import Action
from tests.people import SETUP, admit
from tests.reports import BIOPSY, FEED, bring, file, graded, patient, potassium, report, result

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
    Case("critical, raised risk", graded(CRITICAL), C.RESULT_REVIEW, PHYSICIAN, "diaz", "stat", OLD),
    Case("critical, not delegable", graded(CRITICAL, code=BIOPSY), C.RESULT_REVIEW, PHYSICIAN, "diaz", "stat"),
    Case("critical, nobody ordered", graded(CRITICAL, orderer=None), C.RESULT_REVIEW, PHYSICIAN, None, "stat"),
    Case("critical, preliminary", result(S.PRELIMINARY, potassium(9.1, CRITICAL)),
         C.RESULT_REVIEW, PHYSICIAN, "diaz", "stat"),
    Case("abnormal", graded(ABNORMAL), C.RESULT_REVIEW, PHYSICIAN, "diaz", "urgent"),
    Case("abnormal, raised risk", graded(ABNORMAL), C.RESULT_REVIEW, PHYSICIAN, "diaz", "urgent", OLD),
    Case("abnormal among normal", result(S.FINAL, potassium(), potassium(5.6, ABNORMAL, sub_id="2")),
         C.RESULT_REVIEW, PHYSICIAN, "diaz", "urgent"),
    Case("normal", graded(NORMAL), C.RESULT_REVIEW, ASSISTANT, None, "routine"),
    Case("normal, raised risk", graded(NORMAL), C.RESULT_REVIEW, NURSE, None, "routine", OLD),
    Case("normal, near a limit", result(S.FINAL, potassium(5.05)), C.RESULT_REVIEW, NURSE, None, "routine"),
    Case("normal, not delegable", graded(NORMAL, code=BIOPSY), C.RESULT_REVIEW, PHYSICIAN, "diaz", "routine"),
    Case("normal, not delegable, raised risk", graded(NORMAL, code=BIOPSY),
         C.RESULT_REVIEW, PHYSICIAN, "diaz", "routine", OLD),
    Case("no flag", graded(UNKNOWN), C.RESULT_REVIEW, PHYSICIAN, "diaz", "routine"),
    Case("no flag, raised risk", graded(UNKNOWN), C.RESULT_REVIEW, PHYSICIAN, "diaz", "routine", OLD),
    Case("nothing graded", result(S.FINAL, potassium(None, None)), C.RESULT_REVIEW, PHYSICIAN, "diaz", "routine"),
    Case("normal values in a report that is not", result(S.FINAL, potassium(), severity=UNKNOWN),
         C.RESULT_REVIEW, PHYSICIAN, "diaz", "routine"),
]  # fmt: skip

DIAZ = ProviderRef(id="1001")
LISINOPRIL = Code("314076", "Lisinopril 10 mg", "rxnorm")

OTHERS = [
    Case("referral", report(ItemKind.REFERRAL, S.ACTIVE), C.REFERRAL, COORDINATOR, None, "routine"),
    Case("consult report", report(ItemKind.DOCUMENT, S.FINAL, orderer=DIAZ, details={"document_type": "consult-note"}),
         C.CONSULT_REPORT, PHYSICIAN, "diaz", "routine"),
    Case("refill under protocol", report(ItemKind.REFILL, S.ACTIVE, code=LISINOPRIL, orderer=DIAZ),
         C.REFILL, ASSISTANT, None, "routine"),
    Case("any other refill", report(ItemKind.REFILL, S.DRAFT, code=Code("7052", "", "rxnorm"), orderer=DIAZ),
         C.REFILL, PHYSICIAN, "diaz", "routine"),
    Case("unsigned order, signer", report(ItemKind.ORDER, S.DRAFT, signer=DIAZ), C.UNSIGNED_ORDER, PHYSICIAN, "diaz", "routine"),
    Case("unsigned order, orderer", report(ItemKind.ORDER, S.DRAFT, orderer=DIAZ), C.UNSIGNED_ORDER, PHYSICIAN, "diaz", "routine"),
    Case("incomplete note, author", report(ItemKind.DOCUMENT, S.PRELIMINARY, author=DIAZ), C.INCOMPLETE_NOTE, PHYSICIAN, "diaz", "routine"),
    Case("incomplete note, nobody", report(ItemKind.DOCUMENT, S.PRELIMINARY), C.INCOMPLETE_NOTE, PHYSICIAN, None, "routine"),
    Case("medication change", report(ItemKind.MEDICATION, S.ACTIVE), C.MEDICATION_CHANGE, ASSISTANT, None, "routine"),
    Case("missed appointment", report(ItemKind.APPOINTMENT, S.MISSED), C.APPOINTMENT_FOLLOW_UP, ASSISTANT, None, "routine"),
    Case("message", report(ItemKind.MESSAGE, S.ACTIVE), C.ADMINISTRATIVE_MESSAGE, COORDINATOR, None, "routine"),
    Case("prior authorization", report(ItemKind.REQUEST, S.ACTIVE, details={"request": "prior-authorization"}),
         C.PRIOR_AUTHORIZATION, COORDINATOR, None, "urgent"),
    Case("misfiled document", report(ItemKind.REQUEST, S.ACTIVE, details={"request": "misfiled-document"}),
         C.MISFILED_DOCUMENT, COORDINATOR, None, "routine"),
    Case("a request without a name of ours", report(ItemKind.REQUEST, S.ACTIVE, details={"request": "wash my car"}),
         C.ADMINISTRATIVE_MESSAGE, COORDINATOR, None, "routine"),
]  # fmt: skip


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
    assert set(Category) - tried == {C.QUARANTINED_MESSAGE}


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
    said = {"message_id": message_id, "title": "ORU^R01 from Quest", "reason": "no patient", "actor": FEED}
    with elm_street.scoped():
        task = routing.open_message_task(**said, now=now)
        assert (task.queue.role, task.priority, task.category) == ("it", "urgent", C.QUARANTINED_MESSAGE)
        assert routing.open_message_task(**said, now=now) == task
        routing.close_message_task(message_ids=[message_id], actor=FEED, now=now)
        task.refresh_from_db()
        assert (task.status, task.outcome) == ("completed", Outcome.SOURCE_CLOSED)
        assert routing.open_message_task(**said, now=now) != task


# Where the queue and the owner come from


def test_work_of_a_location_goes_to_its_queue_and_the_rest_to_the_practices(elm_street, now):
    with elm_street.scoped():
        here = bring(graded(NORMAL, key="1", location="ELM"), now=now)
        named = bring(graded(NORMAL, key="2", location="Main Street"), now=now)
        unknown = bring(graded(NORMAL, key="3", location="MARS", orderer=None), now=now)
        assert here.queue.location == named.queue.location == here.location == elm_street.main
        assert (unknown.queue.location, unknown.location) == (None, None)
        assert unknown.queue.role == here.queue.role == ASSISTANT


def test_without_a_location_that_of_whoever_ordered_counts(elm_street, now):
    with elm_street.scoped():
        assert bring(graded(NORMAL), now=now).location == elm_street.main


def test_a_member_who_left_is_given_nothing(elm_street, now):
    with elm_street.scoped():
        accounts.deactivate(membership=elm_street.diaz, actor=SETUP, now=now)
        task = bring(graded(CRITICAL), now=now)
        assert (task.owner, task.queue.role) == (None, PHYSICIAN)


@pytest.mark.parametrize("severity", [CRITICAL, ABNORMAL, UNKNOWN])
def test_what_an_assistant_ordered_is_not_theirs_to_judge(elm_street, now, severity):
    ordered = graded(severity, orderer=ProviderRef(id="3003"))
    with elm_street.scoped():
        admit("Mia Assist", R.MEDICAL_ASSISTANT, now=now, ids=("3003",))
        nurse = admit("Ned Nurse", R.NURSE, now=now, ids=("3004",))
        task = bring(ordered, now=now)
        assert (task.owner, task.queue.role) == (None, PHYSICIAN)
        theirs = bring(replace(ordered, key="2", orderer=ProviderRef(id="3004")), now=now)
        assert theirs.owner == nurse


def test_an_id_of_another_assigner_names_nobody(elm_street, now):
    with elm_street.scoped():
        known = elm_street.diaz.identifiers.model.objects
        known.create(membership=elm_street.nora, value="77", assigner="QUEST")
        quest = bring(graded(CRITICAL, key="1", orderer=ProviderRef(id="77", assigner="QUEST")), now=now)
        other = bring(graded(CRITICAL, key="2", orderer=ProviderRef(id="77", assigner="LABCORP")), now=now)
        assert (quest.owner, other.owner) == (elm_street.nora, None)


# Precedence


def own_rules(now, *rules: dict) -> None:
    """Publish a version in which these rules stand before a plain fallback."""
    rule_set = RuleSet.objects.create(version=2, author="test")
    last = {"role": R.PHYSICIAN, "is_fallback": True, "name": "rest"}
    for position, rule in enumerate([*rules, last], start=1):
        Rule.objects.create(rule_set=rule_set, position=position, **(
            {"conditions": {"all": []}, "priority": "routine"} | rule))  # fmt: skip
    rule_set.status, rule_set.clinical_approver = "published", "Dr Ana Diaz"
    rule_set.effective_at = rule_set.published_at = now
    rule_set.save(update_fields=["status", "clinical_approver", "effective_at", "published_at"])


def test_the_narrower_reach_is_asked_first_whatever_the_order_of_the_rules(elm_street, now):
    with elm_street.scoped():
        elm_street.diaz.specialty = "cardiology"
        elm_street.diaz.save(update_fields=["specialty"])
        reaches = [
            ("practice", ""), ("location", str(elm_street.main.pk)), ("specialty", "cardiology"),
            ("provider", str(elm_street.diaz.pk)),
        ]  # fmt: skip
        own_rules(now, *({"scope": s, "scope_value": v, "name": s, "role": R.NURSE} for s, v in reaches))
        ordered = graded(NORMAL, location="ELM")
        nobody = replace(ordered, key="2", orderer=None)
        nowhere = replace(nobody, key="3", location="")
        names = [bring(one, now=now).decisions.get().rule.name for one in (ordered, nobody, nowhere)]
        assert names == ["provider", "location", "practice"]
        book = rulebook.load(now=now)
        assert [rule.scope for rule in book.rules[:4]] == ["provider", "specialty", "location", "practice"]


@pytest.mark.parametrize(("specialty", "expected"), [("cardiology", "hearts"), ("dermatology", "rest"), ("", "rest")])
def test_a_rule_of_a_specialty_is_for_what_its_members_ordered(elm_street, now, specialty, expected):
    with elm_street.scoped():
        elm_street.diaz.specialty = specialty
        elm_street.diaz.save(update_fields=["specialty"])
        own_rules(now, {"scope": "specialty", "scope_value": "cardiology", "name": "hearts", "role": R.NURSE},
                  {"scope": "specialty", "scope_value": "", "name": "of none", "role": R.NURSE})  # fmt: skip
        assert bring(graded(NORMAL), now=now).decisions.get().rule.name == expected


def test_of_two_rules_that_fit_the_first_wins(elm_street, now):
    with elm_street.scoped():
        own_rules(now, {"name": "first", "role": R.NURSE}, {"name": "second", "role": R.PHYSICIAN})
        assert bring(graded(NORMAL), now=now).decisions.get().rule.name == "first"


def test_a_role_that_lost_its_queue_falls_back_to_one_that_has(elm_street, now):
    with elm_street.scoped():
        Queue.objects.exclude(role=R.SUPERVISOR).delete()
        task = bring(graded(CRITICAL), now=now)
        assert (task.queue.role, task.owner) == (R.SUPERVISOR, elm_street.diaz)


VALUES = {
    FactType.TEXT: st.sampled_from(
        ["", "critical", "normal", "final", "corrected", "result-review", "refill", "made-up", "☃"]
    ),
    FactType.FLAG: st.booleans(),
    FactType.NUMBER: st.none() | st.integers(-5, 200),
}
WORLDS = st.fixed_dictionaries(
    {"category": st.sampled_from([c.value for c in Category])},
    optional={name: VALUES[kind] for name, kind in TYPES.items() if name != "category"},
)
SEVERITIES = st.sampled_from(["", *(one.value for one in Severity)])
NAMES = st.sampled_from([{}, {"orderer": {"id": "1001"}}, {"author": {"id": "?"}}, {"orderer": {}}, {"signer": {"id": ""}}])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(facts=WORLDS, severity=SEVERITIES, people=NAMES, place=st.sampled_from(["", "ELM", "MARS"]))
def test_whatever_the_facts_are_a_task_has_a_queue(book, facts, severity, people, place):
    decision = book.decide(facts | {"severity": severity}, people=people, location_code=place)
    assert decision.queue is not None
    assert decision.rule in book.rules
    if severity == "critical" and facts["category"] == C.RESULT_REVIEW:
        assert decision.queue.role == PHYSICIAN


@pytest.fixture
def book(elm_street, now):
    with elm_street.scoped():
        yield rulebook.load(now=now)


# What a newer report of the same item does


def moves_of(task: Task) -> list[str]:
    return list(TaskTransition.objects.filter(task=task).order_by("version").values_list("move", flat=True))


def close(elm, task: Task, now, *, by=None, outcome="discussed") -> None:
    """Done, by Dr Diaz unless told otherwise, with all that a critical one asks for."""
    who = by or elm.diaz
    routing.complete(task_id=task.pk, member=who, outcome=outcome, told="Patient, by phone", told_at=now,
                     actor=SETUP, now=now)  # fmt: skip


def test_preliminary_and_final_share_one_task_that_moves_as_it_gets_graver(elm_street, now):
    with elm_street.scoped():
        first = bring(result(S.PRELIMINARY, potassium(4.2), at=8), now=now)
        assert first.queue.role == ASSISTANT
        second = bring(result(S.FINAL, potassium(6.9, CRITICAL), at=9), now=now)
        assert second == first
        assert (second.queue.role, second.owner, second.priority) == (PHYSICIAN, elm_street.diaz, "stat")
        assert moves_of(second) == ["create", "reroute"]


def test_the_same_values_again_are_no_news(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.PRELIMINARY, potassium(5.6, ABNORMAL), at=8), now=now)
        routing.acknowledge(task_id=task.pk, member=elm_street.diaz, actor=SETUP, now=now)
        task = bring(result(S.FINAL, potassium(5.6, ABNORMAL), at=9), now=now)
        assert task.status == "in-progress"
        assert moves_of(task) == ["create", "acknowledge"]


def test_a_graver_report_takes_the_acknowledgement_and_the_wait_away(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.PRELIMINARY, potassium(5.6, ABNORMAL), at=8), now=now)
        routing.hold(task_id=task.pk, member=elm_street.diaz, reason="call back", recheck_date=now.date(),
                     actor=SETUP, now=now)  # fmt: skip
        task = bring(result(S.FINAL, potassium(6.9, CRITICAL), at=9), now=now)
        assert (task.status, task.acknowledged_at, task.recheck_date, task.status_reason) == ("ready", None, None, "")
        assert task.owner == elm_street.diaz


def test_a_milder_report_stays_with_whoever_works_on_it(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.PRELIMINARY, potassium(6.9, CRITICAL), at=8), now=now)
        routing.acknowledge(task_id=task.pk, member=elm_street.diaz, actor=SETUP, now=now)
        task = bring(result(S.FINAL, potassium(5.6, ABNORMAL), at=9), now=now)
        assert (task.status, task.owner, task.severity) == ("in-progress", elm_street.diaz, "abnormal")
        assert moves_of(task)[-1] == "update"


def test_a_correction_goes_back_to_whoever_closed_it(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(5.6, ABNORMAL), at=8), now=now)
        close(elm_street, task, now, by=elm_street.nora)
        again = bring(result(S.CORRECTED, potassium(5.9, ABNORMAL), at=9), now=now)
        assert again == task
        assert (again.status, again.owner, again.priority) == ("ready", elm_street.nora, "urgent")
        assert again.queue.role == NURSE
        assert (again.outcome, again.ended_at, again.ended_by, again.told) == ("", None, None, "")
        assert again.decisions.order_by("at", "pk").last().facts["closed_before"] is True


def test_a_correction_that_is_no_longer_normal_goes_past_the_assistant_who_closed_it(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(), at=8), now=now)
        close(elm_street, task, now, by=elm_street.max, outcome="normal-quiet")
        still = bring(result(S.CORRECTED, potassium(4.3), at=9), now=now)
        assert (still.owner, still.queue.role) == (elm_street.max, ASSISTANT)
        close(elm_street, still, now, by=elm_street.max, outcome="normal-quiet")
        worse = bring(result(S.CORRECTED, potassium(5.9, ABNORMAL), at=10), now=now)
        assert (worse.owner, worse.queue.role) == (elm_street.diaz, PHYSICIAN)


def test_a_correction_after_the_closer_left_goes_to_whoever_ordered(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(5.6, ABNORMAL), at=8), now=now)
        close(elm_street, task, now, by=elm_street.nora)
        accounts.deactivate(membership=elm_street.nora, actor=SETUP, now=now)
        assert bring(result(S.CORRECTED, potassium(5.9, ABNORMAL), at=9), now=now).owner == elm_street.diaz


def test_a_result_withdrawn_before_anybody_saw_it_takes_its_task_along(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(6.9, CRITICAL), at=8), now=now)
        task = bring(result(S.WITHDRAWN, potassium(6.9, CRITICAL, status=S.WITHDRAWN), at=9), now=now)
        assert (task.status, task.status_reason) == ("cancelled", "withdrawn by the source")


@pytest.mark.parametrize("seen", ["closed", "acknowledged"])
def test_a_result_withdrawn_after_somebody_saw_it_is_work(elm_street, now, seen):
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(5.6, ABNORMAL), at=8), now=now)
        if seen == "closed":
            close(elm_street, task, now)
        else:
            routing.acknowledge(task_id=task.pk, member=elm_street.diaz, actor=SETUP, now=now)
        task = bring(result(S.WITHDRAWN, potassium(5.6, ABNORMAL, status=S.WITHDRAWN), at=9), now=now)
        assert task.is_open
        assert task.owner == elm_street.diaz


def test_a_late_preliminary_does_not_open_what_was_closed(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(), at=9), now=now)
        close(elm_street, task, now, outcome="normal-quiet")
        assert not bring(result(S.PRELIMINARY, potassium(6.9, CRITICAL), at=8), now=now).is_open


def test_a_late_report_with_a_graver_value_of_its_own_does(elm_street, now):
    other = potassium(6.9, CRITICAL, code=Code("2951-2", "Sodium", "loinc"))
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(), at=9), now=now)
        close(elm_street, task, now, outcome="normal-quiet")
        task = bring(result(S.PRELIMINARY, other, at=8), now=now)
        assert (task.is_open, task.severity, task.priority) == (True, "critical", "stat")


SOURCE_CLOSES = [
    (ItemKind.ORDER, S.DRAFT, S.ACTIVE),
    (ItemKind.DOCUMENT, S.PRELIMINARY, S.FINAL),
    (ItemKind.REFERRAL, S.ACTIVE, S.COMPLETED),
    (ItemKind.REFILL, S.DRAFT, S.COMPLETED),
    (ItemKind.APPOINTMENT, S.MISSED, S.ACTIVE),
    (ItemKind.MESSAGE, S.ACTIVE, S.COMPLETED),
]


@pytest.mark.parametrize(("kind", "opens", "closes"), SOURCE_CLOSES)
def test_what_the_source_closes_it_may_open_again(elm_street, now, kind, opens, closes):
    def at(status, hour):
        return replace(report(kind, status), issued_at=now - timedelta(hours=10 - hour))

    with elm_street.scoped():
        task = bring(at(opens, 1), now=now)
        closed = bring(at(closes, 2), now=now)
        assert (closed, closed.status, closed.outcome) == (task, "completed", "source-closed")
        if kind == ItemKind.DOCUMENT:
            return  # a signed document is not unsigned again by an older or equal report
        again = bring(at(opens, 3), now=now)
        assert (again, again.status) == (task, "ready")


def test_what_a_person_cancelled_stays_so_without_news(elm_street, now):
    with elm_street.scoped():
        task = bring(report(ItemKind.REFERRAL, S.ACTIVE, issued_at=now - timedelta(hours=3)), now=now)
        routing.cancel(task_id=task.pk, member=elm_street.cora, reason="sent twice", actor=SETUP, now=now)
        task = bring(report(ItemKind.REFERRAL, S.ACTIVE, issued_at=now - timedelta(hours=2)), now=now)
        assert task.status == "cancelled"


def test_two_reports_of_one_item_in_one_batch_are_both_heard(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(4.2), at=8), now=now)
        close(elm_street, task, now, outcome="normal-quiet")
        worse = file(result(S.FINAL, potassium(5.9, ABNORMAL), at=9), now=now)
        same = file(result(S.FINAL, potassium(5.9, ABNORMAL), at=10), now=now)
        [placed] = routing.route([*worse, *same], actor=FEED, now=now)
        assert (placed.action, placed.task) == (Action.REOPEN, task)


def test_a_result_without_an_order_time_keeps_its_danger_first(elm_street, now):
    with elm_street.scoped():
        calm = bring(graded(NORMAL, key="1"), now=now)
        dire = bring(graded(CRITICAL, key="2"), now=now + timedelta(hours=1))
        urgent = bring(report(ItemKind.REQUEST, S.ACTIVE, details={"request": "prior-authorization"}), now=now)
        assert list(Task.objects.open().most_dangerous_first()) == [dire, urgent, calm]


def test_an_item_has_one_open_task_whatever_happens(elm_street, now):
    with elm_street.scoped():
        for hour, (status, value, severity) in enumerate([
            (S.PRELIMINARY, 4.2, NORMAL), (S.FINAL, 5.6, ABNORMAL), (S.CORRECTED, 6.9, CRITICAL),
            (S.WITHDRAWN, 6.9, CRITICAL), (S.FINAL, 4.2, NORMAL),
        ]):  # fmt: skip
            bring(result(status, potassium(value, severity), at=hour), now=now)
        assert ChartItem.objects.count() == Task.objects.count() == Task.objects.open().count() == 1


def test_the_tasks_of_a_merged_patient_follow(elm_street, oak_street, now):
    with elm_street.scoped():
        task = bring(graded(CRITICAL), now=now, of=patient("GONE"))
        other = bring(graded(CRITICAL, key="2"), now=now, of=patient("OTHER"))
        kept, gone = patients.merge(patient("KEPT"), [Identifier("GONE", "ELM", "MR")], actor=FEED, now=now)
        moved = routing.follow_merge(survivor=kept, gone=gone, actor=FEED, now=now)
        assert moved == [task.pk]
        assert Task.objects.get(pk=task.pk).patient == kept
        assert Task.objects.get(pk=other.pk).patient != kept


def test_the_word_on_the_priority_is_the_rules_not_the_senders(elm_street, now):
    with elm_street.scoped():
        task = bring(graded(NORMAL, priority=Priority.STAT), now=now)
        assert task.priority == "routine"
        assert task.decisions.get().facts["urgency"] == "stat"


def test_a_rule_may_ask_who_is_to_own_it_and_find_nobody(elm_street, now):
    with elm_street.scoped():
        every = {name: {"name": name, "assignee": name, "role": R.NURSE} for name in Assignee.values}
        own_rules(now, every["author"])
        assert bring(graded(NORMAL), now=now).owner is None
