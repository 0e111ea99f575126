"""Opening by hand and from lists, closing, matching and undoing: each a typed outcome, audited."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from audit.actors import Actor
from audit.models import AuditEvent
from charts import patients
from charts.models import ChartItem, Patient
from charts.values import CONSULT_NOTE, Code, Identifier, ItemKind, ItemStatus, Priority
from referrals import following, operations
from referrals.models import Fact, Referral
from referrals.operations import Opening, Telling
from referrals.sheet import MOST_LINES, Fault, UnreadableSheet
from referrals.states import Answered, Axis, Closure, Source
from routing import operations as routing
from routing.models import Task
from tenants.csvfile import Refused
from tests.reports import DIAZ, file, patient, report

pytestmark = pytest.mark.django_db

CORA = Actor.machine("tests.cora")


def opening(now, number="N-1", **more) -> Opening:
    return Opening(patient_id=Patient.objects.get().pk, number=number, ordered_at=now,
                   **({"specialty": "Cardiology"} | more))  # fmt: skip


def opened(now, number="N-1", **more) -> Referral:
    referral, _ = operations.open_by_hand(opening=opening(now, number, **more), actor=CORA, now=now)
    return referral


def filed(*reports, now, source="elm-ehr") -> ChartItem:
    return file(*reports, now=now, source=source)[0].item


def consult(key="D-1", **more):
    details = {"document_type": CONSULT_NOTE, **more.pop("details", {})}
    code = Code("11488-4", "Cardiology consult")
    status = more.pop("status", ItemStatus.FINAL)
    return report(ItemKind.DOCUMENT, status, key=key, code=code, details=details, **more)


@pytest.fixture
def elm(elm_street, now):
    """Elm Street with one patient."""
    with elm_street.scoped():
        patients.find_or_register([patient()], overwrite=True, actor=CORA, now=now)
        yield elm_street


def questions() -> int:
    return Task.objects.open().filter(category="referral", about_id__isnull=False).count()


def sweep(now) -> None:
    following.sweep(now=now)


def test_a_referral_by_hand_is_opened_once_by_its_number(elm, now):
    first, is_new = operations.open_by_hand(opening=opening(now), actor=CORA, now=now)
    again, is_new_again = operations.open_by_hand(opening=opening(now), actor=CORA, now=now)
    assert (is_new, is_new_again, first.pk) == (True, False, again.pk)
    assert first.specialty == "cardiology"
    assert AuditEvent.objects.filter(action="referral.opened").count() == 1


def test_a_number_of_another_patient_or_none_is_refused_with_a_sentence(elm, now):
    opened(now)
    with pytest.raises(operations.NotOpened, match="Give the referral a number"):
        opened(now, " ")
    assert opened(now, "N" * 900).pk == opened(now, "N" * 900).pk
    [other] = patients.find_or_register([patient("600001")], overwrite=True, actor=CORA, now=now)
    theirs = Opening(patient_id=other.pk, number="N-1", ordered_at=now)
    with pytest.raises(operations.NotOpened, match="another patient"):
        operations.open_by_hand(opening=theirs, actor=CORA, now=now)


def test_what_a_feed_tells_later_is_the_one_that_was_opened_by_hand(elm, now):
    by_hand = opened(now, "P-7", question="Is it the valve?")
    order = report(ItemKind.REFERRAL, ItemStatus.ACTIVE, key="R-1", placer="P-7")
    item = filed(order, now=now)
    sweep(now)
    one = Referral.objects.get()
    assert (one.pk, one.item_id, one.question) == (by_hand.pk, item.pk, "Is it the valve?")
    again, is_new = operations.open_by_hand(opening=opening(now, "R-1"), actor=CORA, now=now)
    assert (again.pk, is_new) == (by_hand.pk, False)


def test_what_an_order_leaves_out_stands_and_it_stays_as_old_as_it_was(elm, now):
    by_hand = opened(now, "P-7", urgency="urgent", expected_on=now.date())
    later = now + timedelta(days=3)
    order = report(ItemKind.REFERRAL, ItemStatus.ACTIVE, key="R-1", placer="P-7", issued_at=later)
    filed(order, now=later)
    sweep(later)
    one = Referral.objects.get()
    assert (one.urgency, one.expected_on) == ("urgent", now.date())
    assert one.ordered_at == by_hand.ordered_at
    filed(replace(order, priority=Priority.STAT, issued_at=later + timedelta(hours=1)), now=later)
    sweep(later)
    one = Referral.objects.get()
    assert (one.urgency, one.expected_on) == ("stat", (now + timedelta(days=7)).date())


LIST = b"""number,patient,assigner,ordered,specialty,urgency,expected
N-1,508773,ELM,2026-11-02,Cardiology,urgent,
N-2,508773,ELM,11/03/2026,Neurology,,2026-12-24
N-1,508773,ELM,2026-11-02,Cardiology,,
N-3,999999,ELM,2026-11-02,Cardiology,,
N-4,508773,ELM,soon,Cardiology,,
,508773,ELM,2026-11-02,Cardiology,,
N-5,508773,ELM,2026-11-02,Cardiology,whenever,
N-6,508773,ELM,9999-12-31,Cardiology,,
"""


def test_a_list_opens_what_it_tells_and_says_of_each_other_line_why_not(elm, now):
    made = operations.open_listed(raw=LIST, actor=CORA, now=now)
    assert [one.is_new for one in made] == [True, True, *([False] * 6)]
    assert made[2].referral_id == made[0].referral_id
    assert [(one.line, one.refusal.fault, one.refusal.column) for one in made if one.refusal] == [
        (5, Fault.NO_PATIENT, "patient"), (6, Fault.NO_DATE, "ordered"),
        (7, Fault.NO_VALUE, "number"), (8, Fault.NO_URGENCY, "urgency"),
        (9, Fault.NO_DATE, "ordered"),
    ]  # fmt: skip
    assert Referral.objects.count() == 2


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (LIST.splitlines()[0], Fault.EMPTY), (b"number,patient\n1,2\n", Fault.NO_COLUMN),
        (LIST.splitlines()[0] + b"\n1,2,3,4" * (MOST_LINES + 1), Fault.TOO_LONG),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_whole(elm, now, raw, fault):
    with pytest.raises(UnreadableSheet) as refused:
        operations.open_listed(raw=raw, actor=CORA, now=now)
    assert refused.value.fault is fault


def test_a_list_is_read_as_a_spreadsheet_saved_it_and_a_file_that_is_no_text_is_refused(elm, now):
    saved = LIST.decode().replace("Cardiology", "Cardiología").replace(",", ";").encode("cp1252")
    assert sum(one.is_new for one in operations.open_listed(raw=saved, actor=CORA, now=now)) == 2
    for raw in (b"", b"PK\x03\x04", b"number\na\0b\n", b'number;patient\n"1;2\n'):
        with pytest.raises(Refused):
            operations.open_listed(raw=raw, actor=CORA, now=now)


def test_a_fact_told_twice_is_one_and_one_that_cannot_follow_is_held(elm, now):
    one = opened(now)
    said = Telling(key="x", axis=Axis.TRANSMISSION, value="delivered", at=now, source=Source.FAX)
    for _ in range(2):
        operations.tell(referral_id=one.pk, tellings=[said], actor=CORA, now=now)
    fact = Fact.objects.get()
    assert (fact.held, Referral.objects.get().transmission) == ("none", "none")
    sent = Telling(key="y", axis=Axis.TRANSMISSION, value="sent", at=now - timedelta(minutes=1),
                   source=Source.FAX)  # fmt: skip
    one = operations.tell(referral_id=one.pk, tellings=[sent], actor=CORA, now=now)
    assert (one.transmission, one.is_open) == ("delivered", True)


def test_a_value_that_its_axis_does_not_know_and_a_referral_that_is_not_there(elm, now):
    one = opened(now)
    said = Telling(key="x", axis=Axis.ACCEPTANCE, value="sent", at=now, source=Source.STAFF)
    with pytest.raises(operations.UnknownValue):
        operations.tell(referral_id=one.pk, tellings=[said], actor=CORA, now=now)
    with pytest.raises(operations.NoReferral):
        operations.tell(referral_id=uuid4(), tellings=[], actor=CORA, now=now)


@pytest.mark.parametrize("because", sorted(set(Closure) - {Closure.REPORTED}))
def test_a_person_closes_for_a_coded_reason_and_opens_again(elm, now, because):
    one = opened(now)
    one = operations.close(referral_id=one.pk, because=Closure(because), actor=CORA, now=now)
    assert (one.closed_because, one.step, one.turn) == (because, "closed", "nobody")
    with pytest.raises(operations.ClosingRefused, match="closed already"):
        operations.close(referral_id=one.pk, because=Closure(because), actor=CORA, now=now)
    one = operations.reopen(referral_id=one.pk, actor=CORA, now=now)
    assert (one.is_open, one.step) == (True, "ordered")
    with pytest.raises(operations.ClosingRefused, match="open"):
        operations.reopen(referral_id=one.pk, actor=CORA, now=now)


def test_nobody_closes_a_referral_as_reported_without_a_report(elm, now):
    with pytest.raises(operations.ClosingRefused, match="Only a report"):
        operations.close(referral_id=opened(now).pk, because=Closure.REPORTED, actor=CORA, now=now)


def test_a_report_without_a_number_is_a_question_and_not_a_guess(elm, now):
    one = opened(now)
    note = filed(consult(issued_at=now + timedelta(days=9)), now=now + timedelta(days=9))
    sweep(now + timedelta(days=9))
    assert Referral.objects.get().is_open
    task = Task.objects.get(about_id=note.pk)
    assert task.title == "Whose report is this: Cardiology consult"
    assert (task.queue.role, questions()) == ("care-coordinator", 1)
    operations.match(referral_id=one.pk, report_id=note.pk, actor=CORA, now=now)
    one = Referral.objects.get()
    assert (one.closed_because, one.report_id, questions()) == (Closure.REPORTED, note.pk, 0)


def test_a_wrong_match_is_undone_and_asked_anew_and_the_right_one_closes(elm, now):
    wrong, right = opened(now, "N-1"), opened(now, "N-2")
    note = filed(consult(issued_at=now), now=now)
    sweep(now)
    operations.match(referral_id=wrong.pk, report_id=note.pk, actor=CORA, now=now)
    with pytest.raises(operations.NotMatched, match="another referral"):
        operations.match(referral_id=right.pk, report_id=note.pk, actor=CORA, now=now)
    later = now + timedelta(hours=1)
    operations.unmatch(referral_id=wrong.pk, report_id=note.pk, actor=CORA, now=later)
    with pytest.raises(operations.NoFact):
        operations.unmatch(referral_id=wrong.pk, report_id=note.pk, actor=CORA, now=later)
    sweep(later)
    assert (Referral.objects.get(pk=wrong.pk).is_open, questions()) == (True, 1)
    operations.match(referral_id=right.pk, report_id=note.pk, actor=CORA, now=later)
    assert Referral.objects.get(pk=right.pk).closed_because == Closure.REPORTED
    assert Fact.objects.filter(referral=wrong).count() == 2  # told, and taken back: both stay
    assert questions() == 0


def test_a_match_that_was_undone_may_be_made_again(elm, now):
    one, note = opened(now), filed(consult(issued_at=now), now=now)
    for hour in (1, 2):
        at = now + timedelta(hours=hour)
        operations.match(referral_id=one.pk, report_id=note.pk, actor=CORA, now=at)
        assert not Referral.objects.get().is_open
        if hour == 1:
            operations.unmatch(referral_id=one.pk, report_id=note.pk, actor=CORA, now=at)
            assert Referral.objects.get().is_open


def test_a_withdrawn_report_takes_its_question_with_it(elm, now):
    opened(now)
    filed(consult(issued_at=now), now=now)
    sweep(now)
    assert questions() == 1
    filed(consult(status=ItemStatus.WITHDRAWN, issued_at=now + timedelta(hours=1)), now=now)
    sweep(now)
    assert questions() == 0


def test_what_one_of_us_wrote_answers_no_referral(elm, now):
    opened(now)
    filed(consult(issued_at=now, author=DIAZ), now=now)
    sweep(now)
    assert questions() == 0


def test_a_report_of_another_patient_or_none_is_refused(elm, now):
    one = opened(now)
    theirs = file(consult(issued_at=now), now=now, of=patient("600001"), source="elm-ehr")[0].item
    with pytest.raises(operations.NotMatched, match="another patient"):
        operations.match(referral_id=one.pk, report_id=theirs.pk, actor=CORA, now=now)
    with pytest.raises(operations.NotMatched, match="no such report"):
        operations.match(referral_id=one.pk, report_id=uuid4(), actor=CORA, now=now)


def test_the_question_is_judged_and_the_patient_told_and_then_nobody_has_a_turn(elm, now):
    one, note = opened(now), filed(consult(issued_at=now + timedelta(minutes=5)), now=now)
    operations.match(referral_id=one.pk, report_id=note.pk, actor=CORA, now=now)
    for minute, answered in enumerate([Answered.NO, Answered.PARTLY]):
        at = now + timedelta(minutes=minute)
        one = operations.answer_question(referral_id=one.pk, answered=answered, actor=CORA, now=at)
    assert (one.question_answered, one.turn) == ("partly", "us")
    one = operations.tell_patient(referral_id=one.pk, actor=CORA, now=now)
    assert (one.patient_told, one.turn) == ("yes", "nobody")
    assert one.patient_told_at is not None


def test_referrals_go_with_a_merged_patient(elm, now):
    one = opened(now)
    gone = Patient.objects.get()
    kept, ended = patients.merge(
        patient("600001"), [Identifier("508773", "ELM", "MR")], actor=CORA, now=now
    )
    routing.follow_merge(survivor=kept, gone=ended, actor=CORA, now=now)
    operations.follow_merge(survivor=kept, gone=ended, actor=CORA, now=now)
    assert (Referral.objects.get(pk=one.pk).patient_id, gone.pk) == (kept.pk, ended[0].pk)


def test_a_practice_whose_rules_are_not_in_effect_yet_loses_no_question(elm, now):
    before = now - timedelta(hours=1)
    opened(before)
    filed(consult(issued_at=before), now=before)
    sweep(before)
    assert questions() == 0
    sweep(now)
    assert questions() == 1
