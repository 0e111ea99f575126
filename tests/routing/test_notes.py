"""Notes: what colleagues write to each other about a task, and who has read it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from audit.models import AuditEvent
from routing.models import LONGEST, TaskNote
from routing.operations import OutcomeNeeded
from tests.routing.doing import do

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def unread(task) -> list[str]:
    return list(TaskNote.objects.unread().filter(task=task).values_list("text", flat=True))


def test_a_comment_keeps_its_words_its_author_and_its_hour(elm, task, now):
    note = do("comment", task, elm.nora, now, text="  Husband asks to be called after 5. ")
    assert (note.text, note.by_name, note.at) == (
        "Husband asks to be called after 5.", "Nora Quinn", now,
    )  # fmt: skip
    event = AuditEvent.objects.get(action="task.noted")
    assert (event.entity_id, event.patient_id) == (task.pk, task.patient_id)
    assert "Husband" not in str(event.detail)


def test_a_comment_moves_nothing_and_may_come_after_the_end(elm, task, now):
    do("complete", task, elm.diaz, now, outcome="discussed")
    do("comment", task, elm.nora, now, text="Letter came back.")
    task.refresh_from_db()
    assert task.transitions.latest("version").move == "complete"


@pytest.mark.parametrize(
    ("text", "says"), [("  ", "Write the note"), ("x" * (LONGEST + 1), "2,000")]
)
def test_a_note_says_something_and_not_too_much(elm, task, now, text, says):
    with pytest.raises(OutcomeNeeded, match=says):
        do("comment", task, elm.nora, now, text=text)
    assert not TaskNote.objects.exists()


def test_nobody_changes_what_was_written(elm, task, now):
    note = do("comment", task, elm.nora, now, text="First")
    note.text = "Other"
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        note.save(update_fields=["text"])


def test_a_hand_off_note_is_unread_until_the_next_owner_says_so(elm, task, now):
    do("assign", task, elm.diaz, now, to=elm.nora, note="Please call before 17:00.")
    assert TaskNote.objects.get().to == elm.nora
    do("read_notes", task, elm.diaz, now)
    assert unread(task) == ["Please call before 17:00."]
    do("read_notes", task, elm.nora, now + MINUTE)
    do("read_notes", task, elm.nora, now + MINUTE)
    assert unread(task) == []
    assert AuditEvent.objects.filter(action="task.note-read").count() == 1


def test_whoever_acknowledges_has_read_what_was_handed_over(elm, task, now):
    do("assign", task, elm.diaz, now, to=elm.nora, note="Please call.")
    do("acknowledge", task, elm.nora, now + MINUTE)
    assert unread(task) == []


def test_an_assignment_without_a_note_leaves_none(elm, task, now):
    do("assign", task, elm.diaz, now, to=elm.nora, note="  ")
    assert not TaskNote.objects.exists()
