"""Tasks worked by programs, on behalf of members: the operations' own rules, told as problems."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import AuditEvent
from routing.models import Task
from tests.integrations.api.caller import JUST_NOW, tasks_of

SOON = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()


@pytest.fixture
def do(elm, elm_street):
    """One verb on behalf of somebody at Elm Street."""

    def verb(task, name, who="diaz", headers=None, **said):
        body = {"member": str(getattr(elm_street, who).pk)} | said
        return elm.post(f"tasks/{task.pk}/{name}", body, **(headers or {}))

    return verb


def test_a_claim_is_a_lease_and_the_second_is_told_who_and_when(do, critical):
    first = do(critical, "claim")
    assert first.status_code == 200
    assert first.json()["claimed_by"]["name"] == "Dr Ana Diaz"
    assert first["ETag"] == f'"{first.json()["version"]}"'
    second = do(critical, "claim", who="nora")
    assert second.status_code == 409
    assert second["Content-Type"] == "application/problem+json"
    told = second.json()
    assert told["type"] == "urn:clearchart:problem:lost-race"
    assert told["who"] == "Dr Ana Diaz"
    assert datetime.fromisoformat(told["when"])
    assert (
        do(critical, "claim", who="nora", take_over=True).json()["claimed_by"]["name"]
        == "Nora Quinn"
    )


def test_a_release_gives_the_lease_back_to_everybody(do, critical):
    do(critical, "claim")
    assert do(critical, "release", who="nora").status_code == 409
    assert do(critical, "release").json()["claimed_by"] is None
    assert do(critical, "claim", who="nora").status_code == 200


def test_a_task_is_acknowledged_held_resumed_completed_and_reopened(do, critical):
    assert do(critical, "acknowledge").json()["status"] == "in-progress"
    held = do(critical, "hold", reason="Waiting for the pharmacy", recheck_date=SOON).json()
    assert (held["status"], held["recheck_date"]) == ("on-hold", SOON)
    assert do(critical, "resume").json()["status"] == "in-progress"
    told = {"outcome": "discussed", "told": "Ruth", "told_at": JUST_NOW}
    done = do(critical, "complete", **told).json()
    assert (done["status"], done["outcome"]) == ("completed", "discussed")
    again = do(critical, "reopen", reason="Wrong patient").json()
    assert (again["status"], again["outcome"], again["ended_at"]) == ("ready", None, None)


def test_an_assigned_task_has_a_new_owner_who_has_yet_to_acknowledge(do, critical, elm_street):
    given = do(critical, "assign", to=str(elm_street.nora.pk), reason="Out today").json()
    assert (given["owner"]["name"], given["acknowledged_at"]) == ("Nora Quinn", None)
    pooled = do(critical, "assign", queue=given["queue"]["id"]).json()
    assert pooled["owner"] is None


REFUSED = [
    ("complete", "diaz", {}, 422, "outcome-needed", "closed with what was done"),
    ("complete", "diaz", {"outcome": "discussed"}, 422, "outcome-needed", "who was told"),
    ("complete", "max", {"outcome": "discussed"}, 403, "not-allowed", "Only a"),
    ("complete", "diaz", {"outcome": "nonsense"}, 422, "invalid", "errors"),
    ("hold", "diaz", {}, 422, "invalid", "errors"),
    (
        "hold",
        "diaz",
        {"reason": "x", "recheck_date": "2020-01-01"},
        422,
        "outcome-needed",
        "not past",
    ),
    ("hold", "diaz", {"reason": "x", "recheck_date": "2026-02-30"}, 422, "invalid", "errors"),
    ("resume", "diaz", {}, 409, "move-not-allowed", "no move"),
    ("reopen", "diaz", {"reason": "x"}, 409, "move-not-allowed", "no move"),
    ("assign", "diaz", {}, 422, "outcome-needed", "Choose a person or a queue"),
    ("assign", "diaz", {"to": "0190a8c2-7b1c-7000-8000-000000000000"}, 422, "invalid", "errors"),
    ("assign", "diaz", {"queue": "0190a8c2-7b1c-7000-8000-000000000000"}, 422, "invalid", "errors"),
    ("assign", "diaz", {"to": 7}, 422, "invalid", "errors"),
    ("claim", "diaz", {"takeover": True}, 422, "invalid", "errors"),
    ("claim", "diaz", {"take_over": {}}, 422, "invalid", "errors"),
]


@pytest.mark.parametrize(("verb", "who", "said", "status", "kind", "words"), REFUSED)
def test_a_refusal_says_why_and_changes_nothing(
    do, critical, elm_street, verb, who, said, status, kind, words
):
    answer = do(critical, verb, who=who, **said)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert problem["type"] == f"urn:clearchart:problem:{kind}"
    assert problem["status"] == status
    assert words in problem["detail"]
    with elm_street.scoped():
        assert Task.objects.get(pk=critical.pk).version == critical.version


def test_nobody_was_told_in_years_to_come(do, critical, elm_street, now):
    (normal,) = tasks_of(elm_street, elm_street.lab, now=now, results=[{"order": "L-77"}])[1:]
    for task in (normal, critical):
        told = {"outcome": "discussed", "told": "Ruth", "told_at": "4639-11-23T13:08:50Z"}
        answer = do(task, "complete", **told)
        assert answer.status_code == 422
        assert "still to come" in answer.json()["detail"]


@pytest.mark.parametrize(
    "member", ["", "nobody", None, 5, [], "0190a8c2-7b1c-7000-8000-000000000000"]
)
def test_a_verb_needs_an_active_member(elm, critical, member):
    answer = elm.post(f"tasks/{critical.pk}/claim", {"member": member})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/member"


def test_a_member_who_left_can_do_nothing(do, critical, elm_street):
    with elm_street.scoped():
        elm_street.nora.is_active = False
        elm_street.nora.save(update_fields=["is_active"])
    assert do(critical, "claim", who="nora").json()["errors"][0]["pointer"] == "/member"


def test_if_match_refuses_what_changed_since_it_was_read(do, critical):
    old = {"If_Match": f'"{critical.version}"'}
    assert do(critical, "acknowledge", headers=old).status_code == 200
    stale = do(critical, "claim", headers=old)
    assert stale.status_code == 412
    assert stale.json()["type"] == "urn:clearchart:problem:stale"
    assert stale.json()["who"].startswith("api:")
    fresh = {"If_Match": f'"{critical.version + 1}"'}
    assert do(critical, "claim", headers=fresh).status_code == 200


def test_a_lost_lease_is_a_conflict_though_the_version_is_right(do, critical):
    version = do(critical, "claim")["ETag"]
    assert do(critical, "claim", who="nora", headers={"If_Match": version}).status_code == 409


@pytest.mark.parametrize(
    "sent", ["3", 'W/"3"', '"x"', '"-1"', '"٣"', '"99999999999999999999"', '""']
)
def test_an_if_match_that_is_no_version_is_told(do, critical, sent):
    answer = do(critical, "claim", headers={"If_Match": sent.encode().decode("latin-1")})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:clearchart:problem:if-match")


def test_any_version_will_do_for_a_star(do, critical):
    assert do(critical, "claim", headers={"If_Match": "*"}).status_code == 200


def test_the_audit_names_the_key_and_the_member(do, routine, elm_street):
    do(routine, "complete", who="nora", outcome="normal-quiet")
    with elm_street.scoped():
        event = AuditEvent.objects.filter(action="task.complete").get()
        assert (event.actor_kind, event.membership_id) == ("machine", elm_street.nora.pk)
        assert event.actor_name.startswith("api:cc_")


def test_programs_are_answered_in_english_whatever_they_accept(do, critical):
    spanish = {"Accept_Language": "es"}
    do(critical, "claim")
    told = do(critical, "claim", who="nora", headers=spanish).json()
    assert told["detail"] == "Dr Ana Diaz is doing this now."
