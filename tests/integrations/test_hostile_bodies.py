"""What means harm, or is merely broken, gets a typed answer at every door, leaves a trace, and the
next good message is taken."""

import asyncio
import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as configured
from django.db import transaction
from django.test import Client

from audit.models import AuditEvent
from integrations import operations, signing
from integrations.hl7.mllp import frame
from integrations.models import InboundMessage
from tests.integrations.cda.documents import document
from tests.integrations.test_listener import listening, run
from tests.messages import oru
from tests.people import SETUP

pytestmark = pytest.mark.django_db

PATIENT = b'{"resourceType":"Patient","id":"p1","birthDate":"1980-02-03"}'
GOOD = {"hl7v2": oru(control="good"), "fhir": PATIENT, "ccda": document(number="good")}
TYPES = {
    "hl7v2": ("application/hl7-v2", "application/problem+json"),
    "fhir": ("application/fhir+json",),
    "ccda": ("application/fhir+json",),
}
DEEP = b"[" * 100_000
HOSTILE = {
    "empty": b"",
    "a blank": b" \r\n",
    "words": b"hello",
    "an open brace": b"{",
    "deep lists": DEEP,
    "deep objects": b'{"a":' * 100_000,
    "a deep resource": b'{"resourceType":"Patient","x":' + DEEP + b"]" * 100_000 + b"}",
    "NaN": b'{"resourceType":"Patient","x":NaN}',
    "Infinity": b'{"resourceType":"Patient","x":-Infinity}',
    "a huge number": b'{"resourceType":"Patient","x":1e999999999}',
    "a long number": b'{"resourceType":"Patient","x":' + b"9" * 5000 + b"}",
    "NUL": b'{"resourceType":"Patient","id":"\\u0000"}',
    "a raw NUL": b"MSH|^~\\&|\x00|\x00|\x00",
    "NUL in a name": b'{"resourceType":"\\u0000"}',
    "a lone surrogate": b'{"resourceType":"Patient","id":"\\ud800"}',
    "no UTF-8": b'{"resourceType":"Patient","id":"\xff\xfe"}',
    "a name twice": b'{"resourceType":"Patient","resourceType":"Patient"}',
    "an unknown type": b'{"resourceType":"Wombat"}',
    "a null": b"null",
    "a list": b"[]",
    "half a message": b"MSH|^~\\&|A",
    "no type": b"MSH|^~\\&|A|B|C|D|20261116||||P|2.5.1\rPID|1\r",
    "bare separators": b"MSH" + b"|" * 100_000,
    "a doctype": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><ClinicalDocument/>',
    "an entity": b"<ClinicalDocument>&x;</ClinicalDocument>",
    "laughs": b'<!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><ClinicalDocument a="&b;"/>',
    "deep XML": b"<a>" * 100_000,
    "FHIR as XML": b'<Patient xmlns="http://hl7.org/fhir"/>',
    "a form": b"a=1&b=2",
    "gzip": gzip.compress(b"0" * 3_000_000),
}


@pytest.fixture
def key(elm_street):
    with elm_street.scoped(), transaction.atomic():
        made = operations.issue_feed_key(feed=elm_street.ehr, actor=SETUP, now=datetime.now(UTC))
    return made.pk


def signed(body: bytes, key, *, off=timedelta(0), secret="") -> dict[str, str]:
    secret = secret or signing.secret_of(key, master=configured.FEED_KEY_SECRET)
    moment = datetime.now(UTC) + off
    return {signing.HEADER: signing.sign(body, key_id=key, secret=secret, at=moment)}


def post(door: str, body: bytes, headers, *, slug="elm-ehr", kind="application/octet-stream"):
    client = Client(raise_request_exception=False)
    return client.post(f"/integrations/{door}/{slug}", body, content_type=kind, headers=headers)


def held(elm):
    with elm.scoped(), transaction.atomic():
        return list(InboundMessage.objects.order_by("arrived"))


def audited(elm, action: str) -> int:
    with elm.scoped(), transaction.atomic():
        return AuditEvent.objects.filter(action=action).count()


def assert_typed(answer, door: str) -> None:
    """In the door's own words: an acknowledgment, an OperationOutcome or a problem."""
    assert answer.status_code < 500
    assert answer["Content-Type"].partition(";")[0] in TYPES[door]
    if "json" in answer["Content-Type"]:
        said = json.loads(answer.content)
        assert said.get("title") or said["issue"][0]["diagnostics"]
    else:
        assert b"\rMSA|A" in answer.content or b"\rMSA|C" in answer.content


def assert_next_is_taken(door: str, key) -> None:
    assert post(door, GOOD[door], signed(GOOD[door], key)).status_code in (200, 202)


@pytest.mark.parametrize("door", GOOD)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_is_refused_in_words_kept_and_audited(elm_street, key, door, name):
    body = HOSTILE[name]
    answer = post(door, body, signed(body, key))
    assert 400 <= answer.status_code < 500
    assert_typed(answer, door)
    kept = held(elm_street)
    assert {message.state for message in kept} <= {"rejected"}
    assert [message.body for message in kept] in ([body], [])
    if kept:
        assert audited(elm_street, "message.rejected") == 1
    assert_next_is_taken(door, key)
    assert held(elm_street)[-1].state == "received"


@pytest.mark.parametrize("door", GOOD)
@pytest.mark.parametrize("proof", [
    lambda body, key: {},
    lambda body, key: {signing.HEADER: "t=1,k=1,v1=1"},
    lambda body, key: {signing.HEADER: "t=9e9,k=é,v1=\x7f"},
    lambda body, key: {signing.HEADER: f"t={'9' * 4000},k={key},v1=00"},
    lambda body, key: signed(body + b" ", key),
    lambda body, key: signed(body, key, secret="ccf_of_somebody_else"),
    lambda body, key: signed(body, key, off=timedelta(minutes=-6)),
    lambda body, key: signed(body, key, off=timedelta(minutes=6)),
    lambda body, key: {"Authorization": "Bearer " + "x" * 5000},
    lambda body, key: {"Authorization": "Basic Og=="},
])  # fmt: skip
def test_whoever_is_not_proven_is_refused_audited_and_stores_nothing(elm_street, key, door, proof):
    answer = post(door, GOOD[door], proof(GOOD[door], key))
    assert answer.status_code == 401
    assert_typed(answer, door)
    assert held(elm_street) == []
    assert audited(elm_street, "door.refused") == 1
    assert_next_is_taken(door, key)


@pytest.mark.parametrize("door", GOOD)
def test_an_unknown_feed_and_a_body_over_the_limit_are_refused(elm_street, key, door, settings):
    headers = signed(GOOD[door], key)
    answer = post(door, GOOD[door], headers, slug="nobody")
    assert answer.status_code == 404
    assert_typed(answer, door)
    settings.MAX_MESSAGE_BYTES = len(GOOD[door]) - 1
    answer = post(door, GOOD[door], headers)
    assert answer.status_code == 413
    assert_typed(answer, door)
    assert held(elm_street) == []
    settings.MAX_MESSAGE_BYTES = 1_000_000
    assert_next_is_taken(door, key)


@pytest.mark.parametrize("door", GOOD)
@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "no type", ""])
def test_the_body_counts_and_not_what_its_sender_calls_it(elm_street, key, door, kind):
    answer = post(door, GOOD[door], signed(GOOD[door], key), kind=kind)
    assert answer.status_code in (200, 202)


@pytest.mark.parametrize("door", GOOD)
@pytest.mark.parametrize("header", ["webhook-id", "Idempotency-Key"])
def test_a_senders_own_id_may_be_anything(elm_street, key, door, header):
    headers = signed(GOOD[door], key) | {header: "x\x00'\\ud800" + "9" * 4000}
    assert post(door, GOOD[door], headers).status_code in (200, 202)


@pytest.mark.django_db(transaction=True)
def test_hostile_frames_by_mllp_are_answered_and_the_next_message_is_taken(elm_street):
    bodies = [body for body in HOSTILE.values() if b"\x0b" not in body and b"\x1c" not in body]

    async def act():
        async with listening(elm_street) as port:
            said = []
            for number, body in enumerate(bodies):
                good = oru(control=f"good-{number}")
                frames = [frame(body), frame(good)]
                said.append(await asyncio.wait_for(_last(port, frames, number), 30))
            return said

    said = run(act())
    assert all(said)
    states = [message.state for message in held(elm_street)]
    assert states.count("received") == len(bodies)
    assert set(states) == {"received", "rejected"}


async def _last(port, frames, number) -> bool:
    """Whether the good message is accepted behind the bad one, on the same connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for one in frames:
        writer.write(one)
    await writer.drain()
    answers = [await reader.readuntil(b"\x1c\r")]
    if f"|good-{number}".encode() not in answers[0]:  # an empty frame is nothing to answer
        answers.append(await reader.readuntil(b"\x1c\r"))
    writer.close()
    return (
        all(b"MSA|" in one for one in answers) and f"MSA|AA|good-{number}".encode() in answers[-1]
    )
