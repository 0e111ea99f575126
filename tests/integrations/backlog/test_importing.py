"""A file of what is open becomes tasks: once, as old as the items are, and only by their number."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import AuditEvent
from charts.models import ChartItem, Patient
from charts.values import Identifier, Severity
from integrations import intake, receiver
from integrations.backlog import filing, operations, rows, sweeping
from integrations.backlog.operations import WrongStep
from integrations.models import BacklogFile, BacklogImport
from routing import operations as routing
from routing.models import Outcome, Task
from tenants.csvfile import Record
from tests.integrations.backlog.files import (
    ROWS,
    SETUP,
    checked,
    csv_of,
    fates,
    imported,
    swept,
    undone,
    uploaded,
)
from tests.messages import oru
from tests.reports import bring, graded, patient
from tests.routing.doing import do

pytestmark = pytest.mark.django_db


@pytest.fixture
def elm(elm_street):
    with elm_street.scoped():
        yield elm_street


def test_a_dry_run_says_what_would_come_and_leaves_nothing(elm, now):
    backlog = checked(csv_of(*ROWS), elm.practice, now=now)
    assert backlog.state == "checked"
    assert fates(backlog, "planned") == ["created", "created", "created", "closed"]
    assert [row.category for row in backlog.rows.order_by("number")] == [
        "result-review", "unsigned-order", "incomplete-note", "",
    ]  # fmt: skip
    assert backlog.rows.filter(queue__role="physician").count() == 3
    assert not Task.objects.exists()
    assert not ChartItem.objects.exists()
    assert not Patient.objects.exists()
    assert not AuditEvent.objects.filter(action__startswith="task.").exists()


def test_an_import_makes_tasks_as_old_as_the_items_with_owner_and_billed_flag(elm, now):
    imported(csv_of(*ROWS), elm.practice, now=now)
    tasks = {task.title: task for task in Task.objects.select_related("item", "owner", "patient")}
    assert tasks.keys() == {"Potassium", "Blood count", "Progress note"}
    potassium, note = tasks["Potassium"], tasks["Progress note"]
    issued = datetime(2026, 5, 4, 4, tzinfo=UTC)
    assert (potassium.issued_at, potassium.authored_at) == (issued, issued)
    assert potassium.severity == Severity.ABNORMAL
    assert {task.owner for task in tasks.values()} == {elm.diaz}
    assert note.item.details == {"billed": "yes"}
    assert (note.patient.family, note.patient.given) == ("MADEUP", "Cy")
    assert potassium.item.received_at == now


def test_the_same_file_twice_makes_no_second_task(elm, now):
    imported(csv_of(*ROWS), elm.practice, now=now)
    again = imported(csv_of(*ROWS), elm.practice, now=now + timedelta(days=1))
    assert fates(again) == ["known", "known", "known", "closed"]
    assert Task.objects.count() == 3


def test_items_without_a_number_are_known_again_by_what_they_say(elm, now):
    row = (*ROWS[2][:-1], "")
    first = imported(csv_of(row, row), elm.practice, now=now)
    assert fates(first) == ["created", "repeated"]
    assert first.rows.get(number=1).remarks == ["no-number"]
    assert fates(imported(csv_of(row), elm.practice, now=now)) == ["known"]


def test_a_later_message_about_an_imported_item_goes_on_with_the_same_task(elm, now):
    row = ("508773", "Marsh, Pat", "1991-03-02", "result", "2026-11-01", "24323-8", "Panel",
           "1001", "", "no", "", "F-77")  # fmt: skip
    imported(csv_of(row), elm.practice, now=now, feed=elm.lab)
    task = Task.objects.get()
    raw = oru(control="9", order="F-77", flag="HH", value="6.8", mrn="508773")
    receiver.store(
        [receiver.arrival_of_hl7(raw, practice_id=elm.practice.pk, feed_id=elm.lab.pk)], now=now
    )
    intake.sweep_practice(elm.practice.pk, now=now)
    assert ChartItem.objects.get().key == "F-77|24323-8"
    task.refresh_from_db()
    assert Task.objects.count() == 1
    assert task.severity == Severity.CRITICAL
    assert task.item.details["billed"] == "no"


def test_what_a_feed_has_reported_is_known_whatever_source_the_import_has(elm, now):
    of = patient("700001", born=None, identifiers=(Identifier("700001", "ELM", "MR"),))
    bring(graded(Severity.ABNORMAL, key="F-1|2823-3"), now=now, of=of, source="elm-lab")
    backlog = imported(csv_of(ROWS[0], ROWS[1]), elm.practice, now=now)
    assert fates(backlog) == ["known", "created"]
    assert Task.objects.count() == 2


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        (0, "", ["number", "missing"]),
        (2, "03/04/1961", ["birth_date", "bad-date"]),
        (2, "3/4/61", ["birth_date", "short-year"]),
        (3, "surgery", ["kind", "unknown-kind"]),
        (4, "", ["date", "missing"]),
        (4, "2027-05-04", ["date", "ahead"]),
        (4, "2026-02-30", ["date", "bad-date"]),
        (4, "1026-02-03", ["date", "too-early"]),
        (8, "whatever", ["status", "unknown-status"]),
        (9, "perhaps", ["billed", "unknown-billed"]),
        (10, "purple", ["flag", "unknown-flag"]),
        (6, "x" * 251, ["title", "too-long"]),
    ],
)
def test_each_wrong_cell_is_named_with_its_line_and_the_rest_goes_on(
    elm, now, column, cell, problem
):
    wrong = tuple(cell if at == column else said for at, said in enumerate(ROWS[0]))
    backlog = imported(csv_of(wrong, ROWS[1]), elm.practice, now=now)
    assert fates(backlog) == ["error", "created"]
    row = backlog.rows.get(number=1)
    assert (row.line, row.problems) == (2, [problem])


def test_a_number_with_another_birth_date_is_not_filed_in_somebody_elses_chart(elm, now):
    imported(csv_of(ROWS[0]), elm.practice, now=now)
    other = ("700001", "ELSE, Who", "1999-09-09", *ROWS[1][3:])
    backlog = imported(csv_of(other), elm.practice, now=now)
    assert fates(backlog) == ["error"]
    assert backlog.rows.get().problems == [["birth_date", "other-birth-date"]]
    assert Task.objects.count() == 1


def test_an_item_number_of_another_patient_is_refused_alone(elm, now):
    imported(csv_of(ROWS[0]), elm.practice, now=now)
    other = ("700009", "ELSE, Who", "", *ROWS[0][3:])
    backlog = imported(csv_of(ROWS[1], other, ROWS[2]), elm.practice, now=now)
    assert fates(backlog) == ["created", "error", "created"]
    assert backlog.rows.get(number=2).problems == [["item_id", "another-patient"]]


def test_one_item_number_for_two_patients_of_one_file_is_refused_for_the_second(elm, now):
    other = ("700009", "ELSE, Who", "", *ROWS[0][3:])
    backlog = imported(csv_of(ROWS[0], other), elm.practice, now=now)
    assert fates(backlog, "planned") == fates(backlog) == ["created", "error"]


def test_a_row_that_the_database_refuses_is_found_among_the_others(elm, now):
    backlog = checked(csv_of(*ROWS), elm.practice, now=now)
    plan = operations.plan_of(backlog, now=now)
    cells = [*ROWS[:2], ("700005", *ROWS[0][1:6], "Pot\x00", *ROWS[0][7:-1], "F-0"), ROWS[2]]
    reads = [rows.read(Record(at, at + 1, row), plan) for at, row in enumerate(cells, start=1)]
    verdicts = filing.judge(backlog, reads, keep=True, actor=SETUP, now=now)
    assert [one.fate for one in verdicts] == ["created", "created", "error", "created"]
    assert verdicts[2].problems == [("", "not-filed")]
    assert Task.objects.count() == 3


def test_an_import_killed_between_two_batches_goes_on_without_doubling(elm, now, monkeypatch):
    monkeypatch.setattr(operations, "BATCH", 2)
    made = [(f"70{n:04}", f"MADEUP, N{n}", "", *ROWS[1][3:-1], f"P-{n}") for n in range(7)]
    backlog = checked(csv_of(*made), elm.practice, now=now)
    operations.start(backlog_id=backlog.pk, actor=SETUP, now=now)
    assert sweeping.sweep_practice(elm.practice.pk, now=now) == 2

    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(operations.bulk, "put", die)  # after the items were filed
        with pytest.raises(Killed):
            sweeping.sweep_practice(elm.practice.pk, now=now)
    backlog.refresh_from_db()
    assert (backlog.reached, Task.objects.count()) == (2, 2)
    swept(elm.practice, now=now)
    backlog.refresh_from_db()
    assert (backlog.state, backlog.reached) == ("imported", 7)
    assert Task.objects.count() == 7
    assert fates(backlog) == ["created"] * 7


def test_the_same_item_twice_in_one_file_is_one_task_across_batches(elm, now, monkeypatch):
    monkeypatch.setattr(operations, "BATCH", 2)
    backlog = imported(csv_of(ROWS[0], ROWS[1], ROWS[0]), elm.practice, now=now)
    assert fates(backlog, "planned") == fates(backlog) == ["created", "created", "repeated"]
    assert Task.objects.count() == 2


def test_undoing_takes_back_what_nobody_touched(elm, now):
    backlog = imported(csv_of(*ROWS), elm.practice, now=now)
    touched = Task.objects.get(title="Blood count")
    do("claim", touched, elm.diaz, now)
    undone(backlog, elm.practice, now=now)
    assert backlog.state == "undone"
    assert fates(backlog) == ["undone", "kept", "undone", "closed"]
    assert [task.title for task in Task.objects.open()] == ["Blood count"]
    gone = Task.objects.get(title="Potassium")
    assert (gone.status, gone.status_reason) == ("cancelled", routing.UNDONE)


def test_after_an_undo_the_file_can_be_imported_again_and_a_message_opens_the_task(elm, now):
    undone(imported(csv_of(*ROWS), elm.practice, now=now), elm.practice, now=now)
    again = imported(csv_of(*ROWS[:2]), elm.practice, now=now)
    assert fates(again) == ["created", "created"]
    assert {task.title for task in Task.objects.open()} == {"Potassium", "Blood count"}
    assert ChartItem.objects.count() == 3
    undone(again, elm.practice, now=now)
    assert not Task.objects.open().exists()
    assert set(Task.objects.values_list("outcome", flat=True)) == {Outcome.SOURCE_CLOSED}


def test_each_step_starts_from_its_own_and_no_other(elm, now):
    backlog = uploaded(csv_of(*ROWS), now=now)
    for step in (operations.start, operations.undo):
        with pytest.raises(WrongStep):
            step(backlog_id=backlog.pk, actor=SETUP, now=now)
    done = imported(csv_of(*ROWS), elm.practice, now=now)
    for step in (operations.start, operations.discard):
        with pytest.raises(WrongStep):
            step(backlog_id=done.pk, actor=SETUP, now=now)


def test_each_step_is_audited_and_nothing_of_the_file_is_in_it(elm, now):
    undone(imported(csv_of(*ROWS), elm.practice, now=now), elm.practice, now=now)
    events = AuditEvent.objects.filter(entity="backlogimport").order_by("pk")
    assert [event.action for event in events] == [
        "backlog.uploaded", "backlog.check-asked", "backlog.checked", "backlog.import-asked",
        "backlog.imported", "backlog.undo-asked", "backlog.undone",
    ]  # fmt: skip
    assert "open.csv" not in str([event.detail for event in events])


def test_a_file_goes_after_its_days_and_at_once_when_set_aside(elm, now):
    done = imported(csv_of(*ROWS), elm.practice, now=now)
    waiting, aside = uploaded(csv_of(*ROWS), now=now), uploaded(csv_of(*ROWS), now=now)
    operations.discard(backlog_id=aside.pk, actor=SETUP, now=now)
    assert BacklogFile.objects.count() == 2
    assert sweeping.forget(now=now + sweeping.KEPT) == 0
    assert sweeping.forget(now=now + sweeping.KEPT + timedelta(seconds=1)) == 2
    assert not BacklogFile.objects.exists()
    states = dict(BacklogImport.objects.values_list("pk", "state"))
    assert states == {done.pk: "imported", waiting.pk: "discarded", aside.pk: "discarded"}
    assert set(BacklogImport.objects.values_list("file_name", flat=True)) == {""}


def test_two_practices_and_their_imports_do_not_meet(elm_street, oak_street, now):
    with elm_street.scoped():
        uploaded(csv_of(*ROWS), now=now)
    with oak_street.scoped():
        assert not BacklogImport.objects.exists()
        assert not BacklogFile.objects.exists()
