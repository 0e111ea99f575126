"""The pages of an import and of the great move, by people with and without the right to them."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Role
from audit.models import AuditEvent
from integrations.backlog import operations, sweeping
from integrations.models import BacklogImport
from routing.models import Task, TaskTransition
from tests.integrations.backlog.files import ROWS, csv_of
from tests.people import admit
from tests.routing.doing import do

pytestmark = pytest.mark.django_db

WRONG = (
    "700009",
    "=cmd|calc",
    "-5.2",
    "note",
    "2026-02-03",
    "+1 555 0100",
    "@x",
    "",
    "",
    "",
    "",
    "",
)


@pytest.fixture
def sam(elm_street, signed_in):
    return signed_in(elm_street.sam)


def csv_file(raw: bytes, name="open.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw, content_type="text/csv")


def upload(client, raw: bytes) -> str:
    answer = client.post("/backlog/import/", {"file": csv_file(raw)})
    assert answer.status_code == 302, answer.text
    return answer.url


def columns(client, url: str, **more):
    page = client.get(url).context["mapping"]
    said = {f"column-{field.name}": field.chosen for field in page.fields}
    said |= {"date_format": page.date_format, "assigner": "ELM", "kind": page.kind} | more
    return client.post(f"{url}columns/", said)


def sweep(elm, now) -> None:
    while sweeping.sweep_practice(elm.practice.pk, now=now):
        continue


def brought_in(client, elm, now, raw: bytes | None = None) -> str:
    """To its end, by the pages."""
    url = upload(client, raw or csv_of(*ROWS))
    assert columns(client, url).status_code == 302
    sweep(elm, now)
    assert client.post(f"{url}import/").status_code == 302
    sweep(elm, now)
    return url


def tasks(elm) -> list[Task]:
    with elm.scoped():
        return list(Task.objects.select_related("queue", "owner").order_by("issued_at"))


def test_a_file_is_brought_in_by_pages_and_forms_alone(elm_street, sam, right_now):
    url = upload(sam, csv_of(*ROWS))
    page = sam.get(url)
    assert "First rows of the file" in page.text
    assert "MADEUP, Ada" in page.text
    assert columns(sam, url, save_as="Open items").url == url
    assert "Being checked" in sam.get(url).text
    sweep(elm_street, right_now)
    page = sam.get(url).context["page"]
    assert [(line.label, line.number) for line in page.counts] == [
        ("New tasks", "3"), ("Closed in the EHR, skipped", "1"),
    ]  # fmt: skip
    assert {(line.category, line.queue) for line in page.where} == {
        ("Result review", "Physicians"), ("Unsigned order", "Physicians"),
        ("Incomplete note", "Physicians"),
    }  # fmt: skip
    assert tasks(elm_street) == []
    sam.post(f"{url}import/")
    sweep(elm_street, right_now)
    assert "The tasks are in their queues" in sam.get(url).text
    assert len(tasks(elm_street)) == 3
    sam.post(f"{url}undo/")
    sweep(elm_street, right_now)
    assert "Taken back" in sam.get(url).text
    assert {task.status for task in tasks(elm_street)} == {"cancelled"}


def test_columns_are_remembered_for_the_next_file_of_the_same_export(elm_street, sam, right_now):
    headers = ("Zahl", "Wer", "Geboren", "Art", "Tag", "C", "T", "Arzt", "S", "B", "F", "N")
    url = upload(sam, csv_of(*ROWS, headers=headers))
    assert sam.get(url).context["mapping"].fields[0].chosen == ""
    chosen = {"number": "Zahl", "name": "Wer", "kind": "Art", "date": "Tag", "title": "T"}
    said = {f"column-{name}": header for name, header in chosen.items()}
    sam.post(f"{url}columns/", said | {"date_format": "iso", "save_as": "Old EHR"})
    again = sam.get(upload(sam, csv_of(ROWS[0], headers=headers))).context["mapping"]
    assert {field.name: field.chosen for field in again.fields if field.chosen} == chosen
    assert again.save_as == "Old EHR"


def test_a_date_that_is_two_days_is_asked_about(elm_street, sam):
    row = (*ROWS[0][:2], "", "result", "03/04/2026", *ROWS[0][5:])
    url = upload(sam, csv_of(row))
    page = sam.get(url)
    assert page.context["mapping"].date_format == ""
    assert "<b>03/04/2026</b> is one day with the month first" in page.text
    answer = columns(sam, url)
    assert answer.status_code == 422
    assert "Choose how the dates are written." in answer.text
    assert answer.context["mapping"].fields[0].chosen == "MRN"
    assert columns(sam, url, date_format="day-first").status_code == 302


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"one\ntwo\n", "Only one column"),
        (b"a,b\n", "no rows"),
        (b"a,b\n1,\x00\n", "NUL"),
        (b'a,b\n1,"never closed\n', "the quotes do not match"),
        (b"a,b\n" + b"1,2\n" * 50_001, "more than 50,000 rows"),
        (b"x" * (15 * 1024 * 1024 + 1), "larger than 15 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(elm_street, sam, raw, said):
    answer = sam.post("/backlog/import/", {"file": csv_file(raw)})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Error: " in answer.text
    with elm_street.scoped():
        assert not BacklogImport.objects.exists()


def test_no_file_at_all_is_refused_in_words(elm_street, sam):
    answer = sam.post("/backlog/import/", {})
    assert (answer.status_code, "Choose a CSV file." in answer.text) == (422, True)


def test_rows_to_correct_come_as_a_file_that_no_spreadsheet_runs_and_go_in_again(
    elm_street, sam, right_now
):
    url = brought_in(sam, elm_street, right_now, csv_of(ROWS[0], WRONG))
    page = sam.get(url)
    assert "This is no date in the chosen format." in page.text
    answer = sam.post(f"{url}corrections/")
    assert answer["Content-Disposition"] == 'attachment; filename="backlog-to-correct.csv"'
    header, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert header[:3] == ["What to correct", "Line", "MRN"]
    assert row[1:5] == ["3", "700009", "'=cmd|calc", "-5.2"]
    assert row[7:9] == ["'+1 555 0100", "'@x"]
    row[4] = "1961-03-02"
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, row])
    again = brought_in(sam, elm_street, right_now, out.getvalue().encode())
    assert [line.label for line in sam.get(again).context["page"].counts] == ["New tasks"]
    with elm_street.scoped():
        assert AuditEvent.objects.filter(action="backlog.errors-downloaded").count() == 1
        made = Task.objects.select_related("patient").get(title="@x")
    assert made.patient.family == "=cmd|calc"


def test_progress_is_said_only_when_it_changed_and_the_end_asks_for_the_page(
    elm_street, sam, right_now, monkeypatch
):
    monkeypatch.setattr(operations, "BATCH", 2)
    url = upload(sam, csv_of(*ROWS))
    columns(sam, url)
    first = sam.get(f"{url}progress/")
    assert "0 of 4 rows" in first.text
    tag = first["ETag"]
    assert sam.get(f"{url}progress/", headers={"If-None-Match": tag}).status_code == 304
    sweeping.sweep_practice(elm_street.practice.pk, now=right_now)
    then = sam.get(f"{url}progress/", headers={"If-None-Match": tag})
    assert (then.status_code, "2 of 4 rows" in then.text) == (200, True)
    assert "HX-Refresh" not in then.headers
    sweep(elm_street, right_now)
    assert sam.get(f"{url}progress/")["HX-Refresh"] == "true"


@pytest.mark.parametrize("name", ["diaz", "nora", "max", "cora", "ira"])
def test_only_those_who_lead_import_or_move_in_bulk(elm_street, signed_in, sam, name):
    url = upload(sam, csv_of(*ROWS))
    client = signed_in(getattr(elm_street, name))
    for address in ("/backlog/import/", url, f"{url}progress/", "/backlog/import/reroute/"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "Only a practice manager or supervisor can" in answer.text
    for address in (f"{url}columns/", f"{url}import/", f"{url}undo/", f"{url}corrections/",
                    "/backlog/import/rerouted/"):  # fmt: skip
        assert client.post(address).status_code == 403


def test_a_practice_manager_may_import_too(elm_street, signed_in, right_now):
    with elm_street.scoped():
        manager = admit("Mia Stone", Role.PRACTICE_MANAGER, now=right_now)
    assert signed_in(manager).get("/backlog/import/").status_code == 200


def test_no_address_or_title_names_the_file_or_a_patient(elm_street, sam):
    answer = sam.post("/backlog/import/", {"file": csv_file(csv_of(*ROWS), "MADEUP-Ada.csv")})
    assert "MADEUP" not in answer.url
    page = sam.get(answer.url).text
    assert "MADEUP" not in page.split("</title>")[0]


def test_a_step_that_somebody_else_took_is_said(elm_street, sam, right_now):
    url = brought_in(sam, elm_street, right_now)
    answer = sam.post(f"{url}import/", follow=True)
    assert "Somebody else moved this import on first." in answer.text
    assert sam.post(f"{url}nothing/").status_code == 404


def seen(page) -> str:
    return page.context["page"].seen


def test_imported_tasks_are_looked_at_then_moved_each_with_its_answer(elm_street, sam, right_now):
    url = brought_in(sam, elm_street, right_now)
    with elm_street.scoped():
        order = Task.objects.get(title="Blood count")
        note = Task.objects.get(title="Progress note")
        do("claim", note, elm_street.diaz, right_now + timedelta(seconds=1))
    filters = {"import": url.split("/")[2], "to": f"member:{elm_street.nora.pk}"}
    page = sam.get("/backlog/import/reroute/", filters)
    assert page.context["page"].going == 2
    assert "Dr Ana Diaz is doing this now." in page.text
    with elm_street.scoped():
        do("claim", order, elm_street.max, right_now)
        do("release", order, elm_street.max, right_now)
    sent = filters | {"tasks": seen(page)}
    assert "Say why the tasks are moved." in sam.post("/backlog/import/rerouted/", sent).text
    done = sam.post("/backlog/import/rerouted/", sent | {"reason": "Dr Diaz is away"})
    assert "1 task moved, 1 task stayed" in done.text
    assert "Max Bell was first." in done.text
    potassium = next(task for task in tasks(elm_street) if task.title == "Potassium")
    assert potassium.owner == elm_street.nora
    with elm_street.scoped():
        moved = TaskTransition.objects.filter(task=potassium).latest("version")
        assert (moved.move, moved.reason, moved.member_id) == (
            "assign", "Dr Diaz is away", elm_street.sam.pk,
        )  # fmt: skip


def test_filters_find_by_import_category_queue_owner_and_age(elm_street, sam, right_now):
    url = brought_in(sam, elm_street, right_now)
    physicians = str(tasks(elm_street)[0].queue_id)

    def many(**said) -> str:
        return sam.get("/backlog/import/reroute/", said).context["page"].matching

    assert many() == "3 tasks"
    assert many(**{"import": url.split("/")[2]}) == "3 tasks"
    assert many(**{"import": "019aa000-0000-7000-8000-000000000000"}) == "0 tasks"
    assert many(category="incomplete-note") == "1 task"
    assert many(queue=physicians, older="30") == "3 tasks"
    assert many(owner="nobody") == "0 tasks"
    assert many(owner=str(elm_street.diaz.pk), older="365") == "0 tasks"
    assert (
        many(**{"import": "nonsense", "owner": "'; --", "queue": "x", "older": "-1"}) == "3 tasks"
    )
