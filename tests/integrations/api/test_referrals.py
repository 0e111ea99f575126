"""A referral played by the API: read, opened once, told of, closed; each refusal with its type."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from audit.models import AuditEvent
from charts import patients
from integrations.models import IdempotentRequest
from referrals import operations
from referrals.models import Fact, Referral
from tests.integrations.api.caller import SETUP, caller_of
from tests.reports import patient

NOBODY = "0190a8c2-7b1c-7000-8000-000000000000"


@pytest.fixture
def cora(elm_street) -> str:
    return str(elm_street.cora.pk)


@pytest.fixture
def body(critical, cora, now):
    """What opens a referral of the patient of a result."""
    return {
        "member": cora, "patient": str(critical.patient_id), "number": "N-1", "urgency": "urgent",
        "ordered_at": now.isoformat(), "specialty": "Cardiology", "question": "Is it the valve?",
    }  # fmt: skip


@pytest.fixture
def referral(elm, body) -> dict:
    return elm.post("referrals", body).json()


@pytest.fixture
def verb(elm, referral, cora):
    """Posts a verb about the referral as Cora, a care coordinator."""

    def post(name, *, about="", **sent):
        headers = {key: sent.pop(key) for key in ("Idempotency_Key", "If_Match") if key in sent}
        at = f"referrals/{about or referral['id']}/{name}"
        return elm.post(at, {"member": cora} | sent, **headers)

    return post


def test_it_is_opened_once_by_its_number(elm, body, elm_street):
    first, again = elm.post("referrals", body), elm.post("referrals", body)
    assert (first.status_code, first.json()["id"]) == (200, again.json()["id"])
    shown = first.json()
    assert (shown["number"], shown["specialty"], shown["step"]) == ("N-1", "cardiology", "ordered")
    assert shown["missing"] == ["accepted", "booked", "seen", "reported", "answered", "told"]
    assert "question" not in shown
    assert elm.post("referrals", body | {"patient": NOBODY}).json()["errors"][0] == {
        "pointer": "/patient", "detail": "No patient has this id.",
    }  # fmt: skip


def test_a_number_of_another_patient_is_refused_with_its_type(elm, body, referral, elm_street, now):
    with elm_street.scoped(), transaction.atomic():
        [other] = patients.find_or_register(
            [patient("600001")], overwrite=True, actor=SETUP, now=now
        )
    refused = elm.post("referrals", body | {"patient": str(other.pk)})
    assert (refused.status_code, refused.json()["type"]) == (
        422, "urn:clearchart:problem:not-opened",
    )  # fmt: skip


def test_one_whole_shows_its_facts_and_that_it_was_read_is_audited(elm, verb, referral, elm_street):
    verb("tell", axis="acceptance", value="declined", reason="insurance")
    whole = elm.get(f"referrals/{referral['id']}")
    assert whole["ETag"] == f'"{whole.json()["version"]}"'
    shown = whole.json()
    assert shown["question"] == "Is it the valve?"
    assert shown["patient"]["id"] == shown["patient_id"]
    [fact] = shown["facts"]
    assert (fact["value"], fact["reason"], fact["way"]) == ("declined", "insurance", "staff")
    assert fact["member"]["name"] == elm_street.cora.name
    with elm_street.scoped(), transaction.atomic():
        assert AuditEvent.objects.filter(action="referral.viewed").count() == 1
    seen = elm.get(f"referrals/{referral['id']}", If_None_Match=whole["ETag"])
    assert seen.status_code == 304


def test_pages_neither_skip_nor_repeat_and_filters_narrow(elm, body, now):
    for number in range(5):
        at = (now - timedelta(days=number // 2)).isoformat()
        elm.post("referrals", body | {"number": f"N-{number}", "ordered_at": at})
    found, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = elm.get("referrals", query).json()
        found += [one["number"] for one in page["referrals"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(found) == [f"N-{number}" for number in range(5)]
    assert len(elm.get("referrals", {"turn": "us", "closed": "false"}).json()["referrals"]) == 5
    assert elm.get("referrals", {"closed": "true"}).json()["referrals"] == []
    assert elm.get("referrals", {"step": "seen"}).json()["referrals"] == []
    for wrong in ({"cursor": "x"}, {"colour": "red"}, {"turn": "nobodys"}):
        assert elm.get("referrals", wrong).status_code == 400


def test_a_fact_is_told_once_by_its_key_and_late_ones_in_their_order(verb, elm_street, now):
    sent = {"axis": "acceptance", "value": "accepted", "key": "call-7"}
    first, again = verb("tell", **sent), verb("tell", **sent)
    assert first.json()["stands"]["acceptance"] == "accepted"
    assert first.json()["version"] == again.json()["version"]
    early = (now - timedelta(days=9)).isoformat()
    late = verb("tell", axis="acceptance", value="declined", at=early)
    assert late.json()["stands"]["acceptance"] == "accepted"


def test_a_report_and_what_people_say_of_it_are_not_told_as_plain_facts(verb):
    for axis, value in (("report", "received"), ("told", "yes"), ("answer", "yes")):
        refused = verb("tell", axis=axis, value=value)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "/axis"
    wrong = verb("tell", axis="acceptance", value="maybe")
    assert wrong.json()["errors"][0]["pointer"] == "/value"


def test_booked_missed_and_booked_again(verb, now):
    soon, later = ((now + timedelta(days=days)).isoformat() for days in (3, 9))
    assert verb("book", appointment_at=soon).json()["step"] == "booked"
    assert verb("tell", axis="attendance", value="no-show").json()["turn"] == "patient"
    again = verb("book", appointment_at=later).json()
    assert (again["stands"]["attendance"], again["step"]) == ("unknown", "booked")
    gone = verb("tell", axis="appointment", value="cancelled").json()
    assert gone["appointment_at"] is None


def test_closing_and_opening_again_refuse_what_is_so_already(verb):
    closed = verb("close", because="unreachable").json()
    assert (closed["step"], closed["closed_because"]) == ("closed", "unreachable")
    refused = verb("close", because="duplicate")
    assert (refused.status_code, refused.json()["type"]) == (
        409, "urn:clearchart:problem:closing-refused",
    )  # fmt: skip
    assert verb("close", because="reported").status_code == 422
    assert verb("reopen").json()["closed_at"] is None
    assert verb("reopen").status_code == 409


def test_what_is_not_there_is_refused_by_its_type(verb, referral):
    types = {
        "unmatch": {"report": NOBODY}, "undo": {"fact": NOBODY}, "match": {"report": NOBODY},
    }  # fmt: skip
    said = {name: verb(name, **sent).json()["type"] for name, sent in types.items()}
    assert said == {
        "unmatch": "urn:clearchart:problem:no-fact", "undo": "urn:clearchart:problem:no-fact",
        "match": "urn:clearchart:problem:not-matched",
    }  # fmt: skip
    assert verb("revoke", invitation=NOBODY).status_code == 404
    assert verb("patient-told", about=NOBODY).status_code == 404


def test_a_verb_on_an_old_version_is_refused_and_changes_nothing(verb, referral, elm_street):
    etag = f'"{referral["version"]}"'
    assert verb("tell", axis="acceptance", value="accepted", If_Match=etag).status_code == 200
    stale = verb("tell", axis="acceptance", value="declined", If_Match=etag)
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:clearchart:problem:stale")
    with elm_street.scoped(), transaction.atomic():
        assert Fact.objects.count() == 1


def test_the_role_of_the_member_decides(elm, referral, elm_street, verb):
    at, it = f"referrals/{referral['id']}", {"member": str(elm_street.ira.pk)}
    refused = elm.post(f"{at}/reopen", it)
    assert (refused.status_code, refused.json()["type"]) == (
        403, "urn:clearchart:problem:not-allowed",
    )  # fmt: skip
    assert "can close a referral" in refused.json()["detail"]
    assert verb("question-answered", answered="yes").status_code == 403
    max_ = {"member": str(elm_street.max.pk), "because": "duplicate"}
    assert elm.post(f"{at}/close", max_).status_code == 403


def test_a_key_without_the_scope_is_refused(elm_street, referral, now):
    tasks_only = caller_of(elm_street, now=now, scopes=["tasks:read", "tasks:write"])
    assert tasks_only.get("referrals").status_code == 403
    assert tasks_only.post("referrals", {}).status_code == 403
    reader = caller_of(elm_street, now=now, scopes=["referrals:read"])
    assert reader.get("referrals").status_code == 200
    assert "referrals:write" in reader.post("referrals", {}).json()["detail"]


def test_an_invitation_says_its_secrets_once_and_keeps_none(verb, elm_street, now):
    key = str(uuid4())
    made = verb("invite", Idempotency_Key=key)
    said = made.json()
    assert made.status_code == 200, said
    again = verb("invite", Idempotency_Key=key)
    assert again["Idempotency-Replayed"] == "true"
    assert (again.json()["id"], again.json()["code"], again.json()["link"]) == (
        said["id"], None, None,
    )  # fmt: skip
    with elm_street.scoped(), transaction.atomic():
        kept = str(list(IdempotentRequest.objects.values()))
        assert said["code"] not in kept
        assert said["link"] not in kept
        row = Referral.objects.get().invitations.get()
    assert verb("revoke", invitation=said["id"]).status_code == 200
    with elm_street.scoped(), transaction.atomic():
        row.refresh_from_db()
        assert row.revoked_at is not None
    assert verb("close", because="duplicate").status_code == 200
    assert verb("invite").json()["type"] == "urn:clearchart:problem:not-invited"


def test_what_another_practice_has_is_as_if_it_did_not_exist(
    referral, verb, elm_street, oak_street, now
):
    oak, olu = caller_of(oak_street, now=now), {"member": str(oak_street.olu.pk)}
    said = verb("invite").json()
    bodies = {
        "tell": {"axis": "acceptance", "value": "accepted"}, "close": {"because": "duplicate"},
        "book": {"appointment_at": now.isoformat()}, "reopen": {}, "patient-told": {},
        "match": {"report": NOBODY}, "unmatch": {"report": NOBODY}, "undo": {"fact": NOBODY},
        "question-answered": {"answered": "yes"}, "invite": {},
        "revoke": {"invitation": said["id"]},
    }  # fmt: skip
    for name, more in bodies.items():
        theirs = oak.post(f"referrals/{referral['id']}/{name}", olu | more)
        nobodys = oak.post(f"referrals/{NOBODY}/{name}", olu | more)
        assert (theirs.status_code, theirs.content) == (nobodys.status_code, nobodys.content)
        assert theirs.status_code in (403, 404), name
    assert oak.get(f"referrals/{referral['id']}").status_code == 404
    assert oak.get("referrals").json()["referrals"] == []
    with elm_street.scoped(), transaction.atomic():
        assert not Fact.objects.exists()
        assert operations.open_work(Referral.objects.get().pk) == {}
