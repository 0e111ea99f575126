"""One client over real sockets: signed in as SMART says, and every fault with its name."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import jwt
import pytest

from integrations.ehr import smart
from integrations.ehr.client import Client
from integrations.ehr.faults import (
    AddressRefused,
    Busy,
    EhrFault,
    Gone,
    Malformed,
    Refused,
    SignInRefused,
    Unreachable,
)
from tests.integrations.ehr.fake_ehr import CLOCK, PATIENT, report

NOW: datetime = CLOCK


def client(access, now=NOW) -> Client:
    return Client(access, now=now)


@pytest.mark.parametrize("algorithm", ["RS384", "ES384"])
def test_signs_in_with_the_newest_key_whose_algorithm_the_server_knows(access, ehr, algorithm):
    ehr.put(PATIENT)
    ehr.algorithms = [algorithm]
    found = client(access).read("Patient/p1")
    assert found.value["birthDate"] == "1980-02-03"
    assert ehr.signed_in() == 1


def test_the_assertion_says_who_for_whom_for_minutes_and_once(access):
    key = access.keys[0]
    said = [smart.assertion(access, "https://ehr.example/token", key, now=NOW) for _ in range(2)]
    claims = [jwt.decode(one, options={"verify_signature": False}) for one in said]
    assert claims[0]["iss"] == claims[0]["sub"] == "clearchart"
    assert claims[0]["aud"] == "https://ehr.example/token"
    assert 0 < claims[0]["exp"] - NOW.timestamp() <= 300
    assert claims[0]["jti"] != claims[1]["jti"]
    assert jwt.get_unverified_header(said[0]) == {"alg": "RS384", "kid": key.kid, "typ": "JWT"}


def test_a_token_is_kept_until_shortly_before_it_expires(access, ehr):
    ehr.put(PATIENT)
    for after in (0, 100, 260):
        client(access, NOW + timedelta(seconds=after)).read("Patient/p1")
    assert ehr.signed_in() == 1
    ehr.clock = NOW + timedelta(seconds=275)
    client(access, ehr.clock).read("Patient/p1")
    assert ehr.signed_in() == 2


def test_other_settings_never_use_the_token_of_the_old_ones(access, ehr):
    ehr.put(PATIENT)
    client(access).read("Patient/p1")
    with pytest.raises(SignInRefused):
        client(replace(access, client_id="somebody-else")).read("Patient/p1")


def test_a_refused_token_is_replaced_once_and_then_we_give_up(access, ehr):
    ehr.put(PATIENT)
    client(access).read("Patient/p1")
    ehr.tokens.clear()
    assert client(access).read("Patient/p1").reference == "Patient/p1"
    assert ehr.signed_in() == 2
    ehr.mood(status=401, path="/fhir/r4/Patient", times=99)
    with pytest.raises(SignInRefused):
        client(access).read("Patient/p1")
    assert ehr.signed_in() == 3
    assert ehr.asked().count("Patient/p1") == 5


def test_a_client_id_with_its_secret_goes_by_http_basic(access, ehr):
    ehr.put(PATIENT)
    ehr.client_id, ehr.secret = "ath:1", "p/ä s"
    ours = replace(access, method="secret", client_id="ath:1", secret="p/ä s", keys=())
    assert client(ours).read("Patient/p1")
    wrong = replace(ours, secret="other", connection_id=uuid4())
    with pytest.raises(SignInRefused):
        client(wrong).read("Patient/p1")


def test_a_practice_without_a_key_is_told_so(access):
    with pytest.raises(SignInRefused, match="no key yet"):
        client(replace(access, keys=())).read("Patient/p1")


def test_a_key_that_is_published_no_more_signs_in_no_more(access, ehr):
    ehr.jwks = lambda: {"keys": []}
    with pytest.raises(SignInRefused):
        client(access).read("Patient/p1")


MOODS = [
    ({"status": 404}, Gone),
    ({"status": 410}, Gone),
    ({"status": 403}, Refused),
    ({"status": 400}, Refused),
    ({"status": 302, "headers": {"Location": "http://169.254.169.254/"}}, Refused),
    ({"status": 429, "headers": {"Retry-After": "7"}}, Busy),
    ({"status": 500}, Busy),
    ({"status": 503}, Busy),
    ({"status": 200, "body": b""}, Malformed),
    ({"status": 200, "body": b"<html>sign in</html>"}, Malformed),
    ({"status": 200, "body": b"[]"}, Malformed),
    ({"status": 200, "body": b'{"resourceType":"Patient","x":NaN}'}, Malformed),
    ({"status": 200, "body": b"[" * 100_000}, Malformed),
    ({"status": 200, "body": b'{"a":' * 100_000}, Malformed),
    ({"status": 200, "body": b"\xff\xfe{}"}, Malformed),
]


@pytest.mark.parametrize(("mood", "fault"), MOODS)
def test_every_answer_that_is_no_resource_is_a_fault_with_a_name(plain, ehr, mood, fault):
    ehr.mood(**mood)
    with pytest.raises(fault) as raised:
        client(plain).read("Patient/p1")
    assert "Canary" not in str(raised.value)
    assert len(ehr.log) == 1


def test_retry_after_is_read_as_seconds_or_as_a_date_by_the_servers_clock(plain, ehr):
    ehr.clock = NOW + timedelta(days=400)
    later = (ehr.clock + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    for said, seconds in (("7", 7), (later, 90), ("soon", None), ("9" * 30, None)):
        ehr.mood(status=429, headers={"Retry-After": said})
        with pytest.raises(Busy) as raised:
            client(plain).read("Patient/p1")
        assert raised.value.retry_after_s == seconds


def test_a_server_that_is_away_is_unreachable(plain, ehr):
    ehr.close()
    with pytest.raises(Unreachable):
        client(plain).read("Patient/p1")


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/../../admin", "../x", "Patient", "Patient/p1?x=1", "/etc/passwd", "Patient/p 1",
        "http://127.0.0.1:1/fhir/r4/Patient/p1", "https://8.8.8.8/Patient/p1", "patient/p1",
        "Patient/p1/$everything", "Patient/" + "a" * 65, "urn:uuid:1", "#inner", "",
    ],
)  # fmt: skip
def test_a_reference_that_leads_elsewhere_is_never_asked_for(plain, ehr, reference):
    with pytest.raises(EhrFault):
        client(plain).read(reference)
    assert ehr.log == []


def test_an_absolute_reference_to_the_server_itself_is_followed(plain, ehr):
    ehr.put(PATIENT)
    assert client(plain).read(f"{ehr.base}/Patient/p1").reference == "Patient/p1"


def test_a_search_takes_every_page(plain, ehr):
    for number in range(5):
        ehr.put(report(f"r{number}"), at=NOW + timedelta(minutes=number))
    pages = list(client(plain).search("DiagnosticReport?status=final"))
    assert [len(page.resources) for page in pages] == [2, 2, 1]
    assert [one.value["id"] for page in pages for one in page.resources] == [
        f"r{number}" for number in range(5)
    ]
    assert all(page.as_of == CLOCK for page in pages)


def test_a_next_page_on_another_server_is_not_asked_for(plain, ehr):
    for number in range(5):
        ehr.put(report(f"r{number}"))
    for elsewhere in ("http://127.0.0.1:1", "http://169.254.169.254", "http://x@127.0.0.1"):
        ehr.next_base = elsewhere
        before = len(ehr.log)
        with pytest.raises(AddressRefused, match="another server"):
            list(client(plain).search("DiagnosticReport?status=final"))
        assert len(ehr.log) == before + 1


def test_pages_that_never_end_are_left(plain, ehr):
    page = (b'{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"%s"}]}'
            % f"{ehr.base}/DiagnosticReport?page=1".encode())  # fmt: skip
    ehr.mood(status=200, body=page, times=99)
    with pytest.raises(Malformed, match="do not come to an end"):
        list(client(plain).search("DiagnosticReport?status=final"))
    assert len(ehr.log) == 2


def test_what_is_cut_out_of_a_page_keeps_every_byte(plain, ehr):
    odd = '{ "id":"r1","resourceType" : "DiagnosticReport","x":6.10,"y":1e-7,"n":"\\u00e4\\"}" }'
    page = (
        '\ufeff{"entry" : [ {"resource": ODD , "fullUrl":"x"} , {"fullUrl":"y"}, 3 ,'
        '{"resource":{"resourceType":"Patient"}}] ,"type":"searchset",'
        '"resourceType":"Bundle","more":{"entry":[{"resource":1}]}}\n'
    ).replace("ODD", odd)
    ehr.mood(status=200, body=page.encode())
    [found] = list(client(plain).search("DiagnosticReport?status=final"))
    assert [one.text for one in found.resources] == [odd, '{"resourceType":"Patient"}']


def test_a_resource_is_made_and_its_id_taken_from_body_or_location(plain, ehr):
    made = client(plain).create({"resourceType": "Basic", "code": {"text": "x"}})
    assert made["id"] == "s1"
    where = f"{ehr.base}/Basic/b-7/_history/1"
    ehr.mood(status=201, body=b"", headers={"Location": where})
    assert client(plain).create({"resourceType": "Basic"})["id"] == "b-7"
    ehr.mood(status=201, body=b"")
    with pytest.raises(Malformed, match="did not say its id"):
        client(plain).create({"resourceType": "Basic"})


def test_tokens_come_to_nobodys_eyes(access, ehr):
    ehr.put(PATIENT)
    client(access).read("Patient/p1")
    assert "PRIVATE KEY" not in repr(access)
    assert all("token-" not in repr(token) for token in smart._tokens.values())
