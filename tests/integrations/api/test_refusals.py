"""Whatever is wrong is told as problem+json, with the status that says whose turn it is."""

import json

import pytest
from django.db import transaction

from integrations import operations
from integrations.api import problems, throttles
from integrations.api.views import tasks as task_views
from integrations.models import ApiKey
from tests.integrations.api.caller import SETUP, Caller, caller_of, key_of

NOBODY = "0190a8c2-7b1c-7000-8000-000000000000"
VERBS = ["claim", "release", "acknowledge", "hold", "resume", "assign", "complete", "reopen"]


def told(answer, status):
    """The problem, once its form is proven."""
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return problem


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer nonsense",
        "Bearer cc_00000000_" + "x" * 43,
        "Basic Y2M6eA==",
        "Bearer cc_00000000_" + "x" * 10_000,
        "Bearer cc_0000000\x00_" + "x" * 43,
    ],
)
def test_without_an_active_key_there_is_nothing_but_401(critical, header):
    caller = Caller()
    caller.headers = {"Authorization": header} if header else {}
    for answer in (
        caller.get("tasks"),
        caller.get(f"tasks/{critical.pk}"),
        caller.post(f"tasks/{critical.pk}/claim"),
    ):
        told(answer, 401)
        assert answer["WWW-Authenticate"] == "Bearer"


def test_a_key_with_a_wrong_end_is_no_key(elm_street, now):
    secret = key_of(elm_street, now=now).secret
    told(Caller(secret[:-1] + ("a" if secret[-1] != "a" else "b")).get("tasks"), 401)


def test_a_revoked_key_ends_at_once(elm_street, now):
    new = key_of(elm_street, now=now)
    caller = Caller(new.secret)
    assert caller.get("tasks").status_code == 200
    with elm_street.scoped(), transaction.atomic():
        operations.revoke_api_key(key=new.key, actor=SETUP, now=now)
    told(caller.get("tasks"), 401)


def test_an_expired_key_is_refused(elm_street, now):
    new = key_of(elm_street, now=now)
    with elm_street.scoped(), transaction.atomic():
        ApiKey.objects.filter(pk=new.key.pk).update(expires_at="2020-01-01T00:00:00Z")
    told(Caller(new.secret).get("tasks"), 401)


def test_a_signed_in_browser_is_no_key(elm_street, critical):
    caller = Caller()
    caller.client.force_login(elm_street.diaz.user)
    told(caller.get("tasks"), 401)


@pytest.mark.parametrize("verb", VERBS)
def test_a_key_that_may_only_read_changes_nothing(elm_street, critical, now, verb):
    reader = caller_of(elm_street, now=now, scopes=["tasks:read"])
    problem = told(reader.post(f"tasks/{critical.pk}/{verb}"), 403)
    assert "tasks:write" in problem["detail"]


def test_a_key_that_may_only_write_reads_nothing(elm_street, critical, now):
    writer = caller_of(elm_street, now=now, scopes=["tasks:write", "events:write"])
    for path in ("tasks", f"tasks/{critical.pk}", "members", "queues"):
        assert "tasks:read" in told(writer.get(path), 403)["detail"]


@pytest.mark.parametrize(
    "path", ["", "nothing", "tasks/", "tasks/7", f"tasks/{NOBODY}/fly", "tasks/claim", "../../x"]
)
def test_an_address_that_is_none_is_404(elm, path):
    told(elm.get(path), 404)
    told(elm.post(path), 404)


def test_a_task_that_is_none_is_404(elm, elm_street):
    told(elm.get(f"tasks/{NOBODY}"), 404)
    told(elm.post(f"tasks/{NOBODY}/claim", {"member": str(elm_street.diaz.pk)}), 404)


def test_a_method_that_is_none_is_405_and_says_which_there_are(elm, critical):
    answer = elm.client.delete(f"/api/v1/tasks/{critical.pk}", headers=elm.headers)
    told(answer, 405)
    assert answer["Allow"] == "GET, HEAD"
    told(elm.get(f"tasks/{critical.pk}/claim"), 405)
    told(elm.client.options("/api/v1/tasks", headers=elm.headers), 405)


def test_another_form_of_answer_is_406(elm):
    told(elm.get("tasks", Accept="text/csv"), 406)


def test_another_form_of_body_is_415(elm, critical):
    told(
        elm.post(
            f"tasks/{critical.pk}/claim",
            "member=1",
            content_type="application/x-www-form-urlencoded",
        ),
        415,
    )
    told(elm.post(f"tasks/{critical.pk}/claim", b"{}", content_type="text/plain"), 415)


BODIES = {
    "not JSON": b"{",
    "an array": b"[]",
    "a text": b'"x"',
    "deep": b"[" * 60_000,
    "NaN": b'{"member":NaN}',
    "NUL": b'{"member":"\\u0000"}',
    "half a pair": b'{"member":"\\ud800"}',
    "twice": b'{"member":"a","member":"b"}',
    "not UTF-8": b'{"member":"\xff"}',
    "many digits": b'{"member":' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_cannot_be_read_is_400(elm, critical, body):
    told(elm.post(f"tasks/{critical.pk}/claim", body), 400)
    told(elm.post("tasks/search", body), 400)


def test_a_body_that_is_too_large_is_413(elm, critical):
    told(elm.post(f"tasks/{critical.pk}/claim", b'{"member":"' + b"a" * 70_000 + b'"}'), 413)


QUERIES = [
    {"limit": 0}, {"limit": 201}, {"limit": "many"}, {"limit": "9" * 5000}, {"limit": "\x00"},
    {"status": "lost"}, {"status": "\x00"}, {"severity": ["critical", "bad"]},
    {"queue": "7"}, {"owner": "none"}, {"owner": "\x00"},
    {"unowned": "perhaps"}, {"colour": "red"}, {"cursor": "x"}, {"cursor": "W10"},
    {"cursor": "WzEsMiwzXQ"}, {"cursor": "A" * 500}, {"cursor": "\xe9"}, {"cursor": "\x00"},
    {"cursor": "WzEsIjIwMjYtMDEtMDEiLCIwMTkwYThjMi03YjFjLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAiXQ"},
    {"practice": NOBODY}, {"format": "json", "x": "1"},
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_a_query_that_cannot_be_used_is_400(elm, query):
    told(elm.get("tasks", query), 400)


def test_errors_point_to_where_they_are(elm):
    problem = told(elm.get("tasks", {"limit": "many", "colour": "red"}), 400)
    assert {"pointer": "/colour", "detail": "There is no such name."} in problem["errors"]
    problem = told(elm.post("tasks/search", {}), 422)
    assert [error["pointer"] for error in problem["errors"]] == ["/mrn"]


def test_too_many_requests_of_a_key_are_429_and_other_keys_go_on(elm, elm_street, now, monkeypatch):
    monkeypatch.setattr(throttles.KeyThrottle, "rate", "2/min")
    other = caller_of(elm_street, now=now)
    assert [elm.get("queues").status_code for _ in range(3)] == [200, 200, 429]
    answer = elm.get("queues")
    told(answer, 429)
    assert 0 < int(answer["Retry-After"]) <= 61
    assert other.get("queues").status_code == 200


def test_without_its_cache_the_api_goes_on(elm, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert elm.get("queues").status_code == 200


def test_our_own_failure_is_500_without_its_text(elm, monkeypatch, caplog):
    def fail(*_args, **_more):
        raise RuntimeError("Ruth Okafor, 555-0142")

    monkeypatch.setattr(task_views.queries, "page", fail)
    problem = told(elm.get("tasks"), 500)
    assert problem["detail"] == problems.OUR_FAULT
    assert [record.message for record in caplog.records if record.name == problems.__name__] == [
        "api request failed"
    ]
    assert json.dumps(problem).find("Okafor") == -1
