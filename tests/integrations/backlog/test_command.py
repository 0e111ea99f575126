"""The command says counts and lines, and never a cell."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from integrations.backlog import operations
from integrations.backlog.operations import Reading
from integrations.models import BacklogFile
from routing.models import Task
from tests.integrations.backlog.files import ROWS, SETUP, csv_of, mapping_of, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(elm_street, now):
    """Columns kept under a name, as the page does it."""
    with elm_street.scoped():
        backlog = uploaded(csv_of(*ROWS), now=now)
        reading = Reading(mapping_of(), None, "Open items")
        operations.read_as(backlog_id=backlog.pk, reading=reading, actor=SETUP, now=now)
        operations.discard(backlog_id=backlog.pk, actor=SETUP, now=now)
    return elm_street


def said(path, *options) -> str:
    out = StringIO()
    call_command("import_backlog", str(path), "--practice", "elm-street", "--mapping",
                 "Open items", *options, stdout=out)  # fmt: skip
    return out.getvalue()


def test_a_dry_run_leaves_nothing_and_the_import_makes_the_tasks(kept, tmp_path):
    file = tmp_path / "open.csv"
    file.write_bytes(csv_of(*ROWS, ("", *ROWS[0][1:])))
    wrong = "line 6, Patient number: Fill this cell: every row needs it."
    dry = said(file, "--dry-run")
    assert dry.splitlines() == [
        "3 a new task", "1 closed in the EHR", "1 to be corrected", wrong
    ]  # fmt: skip
    assert "MADEUP" not in dry
    with kept.scoped():
        assert not Task.objects.exists()
        assert not BacklogFile.objects.exists()
    assert said(file, "--feed", "elm-lab").splitlines()[0] == "3 a new task"
    assert said(file, "--feed", "elm-lab").splitlines()[0] == "3 already known"
    with kept.scoped():
        assert Task.objects.count() == 3


@pytest.mark.parametrize(
    ("raw", "options", "sentence"),
    [
        (b"x", (), "Only one column"),
        (csv_of(*ROWS), ("--mapping", "No such"), "No columns are kept"),
        (csv_of(*ROWS), ("--feed", "no-such"), "No feed has this slug"),
        (csv_of(*ROWS), ("--practice", "no-such"), "No practice has this slug"),
    ],
)
def test_what_is_missing_is_said(kept, tmp_path, raw, options, sentence):
    file = tmp_path / "open.csv"
    file.write_bytes(raw)
    with pytest.raises(CommandError, match=sentence):
        said(file, *options)
