"""Pages of tasks, and one task with its reasons and history."""

import pytest

from audit.models import AuditEvent
from tests.integrations.api.caller import JUST_NOW, caller_of, tasks_of


@pytest.fixture
def several(elm_street, now):
    flags = ["N", "HH", "H", "", "LL", "L", "N", "A"]
    return tasks_of(elm_street, elm_street.lab, now=now, results=[{"flag": flag} for flag in flags])


def test_a_page_holds_the_most_dangerous_first_and_names_no_patient(elm, several):
    answer = elm.get("tasks")
    assert answer.status_code == 200
    rows = answer.json()["tasks"]
    assert [row["id"] for row in rows] == [str(task.pk) for task in several]
    assert rows[0]["severity"] == "critical"
    assert answer.json()["next_cursor"] is None
    assert several[0].patient.family not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("limit", [1, 3, 7, 8, 200])
def test_pages_hold_every_task_once_in_order(elm, several, limit):
    seen, cursor = [], None
    while True:
        answer = elm.get("tasks", {"limit": limit} | ({"cursor": cursor} if cursor else {})).json()
        assert len(answer["tasks"]) <= limit
        seen += [row["id"] for row in answer["tasks"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert seen == [str(task.pk) for task in several]


def test_a_page_begins_after_its_place_though_that_task_is_gone(elm, several, elm_street):
    first = elm.get("tasks", {"limit": 1}).json()
    told = {"outcome": "discussed", "told": "Ruth", "told_at": JUST_NOW}
    closed = elm.post(f"tasks/{several[0].pk}/complete", {"member": str(elm_street.diaz.pk)} | told)
    assert closed.status_code == 200
    second = elm.get("tasks", {"limit": 1, "cursor": first["next_cursor"]}).json()
    assert second["tasks"][0]["id"] == str(several[1].pk)


def test_filters_narrow_and_join(elm, several, elm_street):
    def found(**query):
        return [row["id"] for row in elm.get("tasks", query).json()["tasks"]]

    critical = [str(task.pk) for task in several if task.severity == "critical"]
    abnormal = [str(task.pk) for task in several if task.severity == "abnormal"]
    assert found(severity="critical") == critical
    assert found(severity=["critical", "abnormal"]) == critical + abnormal
    assert found(category="referral") == []
    assert found(severity="critical", category="result-review") == critical
    assert found(owner=str(elm_street.diaz.pk)) == [
        str(task.pk) for task in several if task.owner_id == elm_street.diaz.pk
    ]
    assert found(unowned="true") == [str(task.pk) for task in several if task.owner_id is None]
    assert found(queue=str(several[0].queue_id)) == [
        str(task.pk) for task in several if task.queue_id == several[0].queue_id
    ]
    assert found(status="completed") == []
    assert found(status=["ready", "completed"]) == [str(task.pk) for task in several]


def test_a_patient_is_searched_in_the_body_for_addresses_end_in_logs(elm, critical):
    whole = elm.get(f"tasks/{critical.pk}").json()
    number = whole["patient"]["identifiers"][0]
    by_number = elm.post("tasks/search", {"mrn": number["value"]}).json()["tasks"]
    assert [row["id"] for row in by_number] == [str(critical.pk)]
    exact = {"mrn": number["value"], "assigner": number["assigner"]}
    assert len(elm.post("tasks/search", exact).json()["tasks"]) == 1
    assert elm.post("tasks/search", exact | {"assigner": "another"}).json()["tasks"] == []
    assert elm.get("tasks", {"mrn": number["value"]}).status_code == 400


def test_one_task_tells_who_what_why_and_what_happened(elm, critical, elm_street):
    elm.post(f"tasks/{critical.pk}/acknowledge", {"member": str(elm_street.diaz.pk)})
    answer = elm.get(f"tasks/{critical.pk}")
    task = answer.json()
    assert answer["ETag"] == '"2"'
    assert task["patient"]["family"] == critical.patient.family
    assert task["item"]["observations"][0]["severity"] == "critical"
    assert task["decisions"][0]["rule"].startswith("A critical result")
    assert task["decisions"][0]["rule_set_version"] == 1
    assert task["decisions"][0]["facts"]["severity"] == "critical"
    assert [(move["move"], move["after"]) for move in task["history"]] == [
        ("create", "ready"),
        ("acknowledge", "in-progress"),
    ]
    assert task["history"][1]["member"]["name"] == "Dr Ana Diaz"
    assert task["history"][1]["actor"].startswith("api:cc_")


def test_a_task_that_was_read_before_is_not_sent_again(elm, critical):
    etag = elm.get(f"tasks/{critical.pk}")["ETag"]
    again = elm.get(f"tasks/{critical.pk}", If_None_Match=etag)
    assert (again.status_code, again.content) == (304, b"")


def test_reading_is_audited_with_the_key_and_the_patient(elm, critical, elm_street):
    elm.get("tasks")
    elm.get(f"tasks/{critical.pk}")
    with elm_street.scoped():
        events = AuditEvent.objects.filter(actor_name__startswith="api:").order_by("pk")
        assert list(events.values_list("action", "patient_id", "outcome")) == [
            ("tasks.listed", None, "success"),
            ("task.viewed", critical.patient_id, "success"),
        ]


def test_a_page_costs_a_fixed_number_of_statements(elm, elm_street, now, django_assert_num_queries):
    tasks_of(elm_street, elm_street.lab, now=now, results=[{"flag": "H"}] * 3)
    elm.get("tasks")
    with django_assert_num_queries(9):
        elm.get("tasks")
    tasks_of(
        elm_street,
        elm_street.lab,
        now=now,
        results=[{"flag": "HH", "order": f"M-{n}", "control": f"m{n}"} for n in range(9)],
    )
    with django_assert_num_queries(9):
        elm.get("tasks")


def test_members_and_queues_are_listed_for_those_who_assign(elm, elm_street):
    members = elm.get("members").json()["members"]
    diaz = next(member for member in members if member["id"] == str(elm_street.diaz.pk))
    assert (diaz["name"], diaz["roles"]) == ("Dr Ana Diaz", ["physician"])
    assert "1234567893" in diaz["provider_ids"]
    queues = elm.get("queues").json()["queues"]
    assert "physician" in {queue["role"] for queue in queues}


def test_a_key_that_may_only_read_reads(elm_street, critical, now):
    reader = caller_of(elm_street, now=now, scopes=["tasks:read"])
    assert reader.get("tasks").status_code == 200
