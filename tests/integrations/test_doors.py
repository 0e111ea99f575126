"""The HTTP doors: who is let in, what is stored, what is answered."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import transaction

from integrations import operations, signing
from integrations.models import InboundMessage
from routing.models import Task
from tests.flows.doors import sweep
from tests.messages import oru
from tests.people import SETUP

pytestmark = pytest.mark.django_db

PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": "urn:oid:1.2.3", "value": "77"}],
    "name": [{"family": "Made", "given": ["Up"]}],
    "birthDate": "1980-02-03",
}
ORDER = {
    "resourceType": "ServiceRequest", "id": "draft-1", "status": "draft", "intent": "order",
    "code": {"coding": [{"system": "http://loinc.org", "code": "24323-8", "display": "CMP"}]},
    "subject": {"identifier": {"system": "urn:oid:1.2.3", "value": "77"}},
}  # fmt: skip


@pytest.fixture
def key(elm_street):
    with elm_street.scoped(), transaction.atomic():
        made = operations.issue_feed_key(feed=elm_street.ehr, actor=SETUP, now=datetime.now(UTC))
    return made.pk


def signature(
    body: bytes, key, *, off: timedelta = timedelta(0), secret: str = ""
) -> dict[str, str]:
    secret = secret or signing.secret_of(key, master=settings.FEED_KEY_SECRET)
    return {
        signing.HEADER: signing.sign(body, key_id=key, secret=secret, at=datetime.now(UTC) + off)
    }


def post(client, kind: str, body: bytes, headers=None, slug="elm-ehr"):
    return client.post(
        f"/integrations/{kind}/{slug}",
        body,
        content_type="application/octet-stream",
        headers=headers,
    )


def held(elm) -> list[InboundMessage]:
    with elm.scoped(), transaction.atomic():
        return list(InboundMessage.objects.order_by("arrived"))


def test_a_signed_message_is_stored_and_acknowledged(client, elm_street, key):
    body = oru(control="H1")
    answer = post(client, "hl7v2", body, signature(body, key))
    assert answer.status_code == 200
    assert b"MSA|AA|H1" in answer.content
    assert [message.control_id for message in held(elm_street)] == ["H1"]


def test_a_batch_is_answered_message_by_message(client, elm_street, key):
    body = (
        b"FHS|^~\\&|A\rBHS|^~\\&|A\r"
        + oru(control="B1")
        + b"MSH|^~\\&|broken\r"
        + oru(control="B2")
        + b"BTS|2\rFTS|1\r"
    )
    answer = post(client, "hl7v2", body, signature(body, key))
    assert answer.content.count(b"MSA|") == 3
    assert [message.state for message in held(elm_street)] == ["received", "rejected", "received"]


@pytest.mark.parametrize("spoil, status", [
    (lambda body, key: {}, 401),
    (lambda body, key: {signing.HEADER: "nonsense"}, 401),
    (lambda body, key: signature(body + b" ", key), 401),
    (lambda body, key: signature(body, key, off=timedelta(minutes=-6)), 401),
    (lambda body, key: signature(body, key, off=timedelta(minutes=6)), 401),
    (lambda body, key: signature(body, key, secret="ccf_other"), 401),
    (lambda body, key: {"Authorization": "Bearer cc_12345678_unknown"}, 401),
])  # fmt: skip
@pytest.mark.parametrize("kind", ["hl7v2", "fhir"])
def test_an_unproven_request_is_refused_in_words_and_stores_nothing(
    client, elm_street, key, kind, spoil, status
):
    body = oru(control="no")
    answer = post(client, kind, body, spoil(body, key))
    assert answer.status_code == status
    assert json.loads(answer.content)
    assert held(elm_street) == []


def test_a_key_of_another_feed_does_not_fit(client, elm_street, key):
    body = oru(control="no")
    assert post(client, "hl7v2", body, signature(body, key), slug="elm-lab").status_code == 401
    assert post(client, "hl7v2", body, signature(body, key), slug="nobody").status_code == 404


def test_two_keys_are_good_while_a_sender_rotates_and_a_revoked_one_is_not(client, elm_street, key):
    now = datetime.now(UTC)
    with elm_street.scoped(), transaction.atomic():
        second = operations.issue_feed_key(feed=elm_street.ehr, actor=SETUP, now=now)
        with pytest.raises(operations.TooManyKeys):
            operations.issue_feed_key(feed=elm_street.ehr, actor=SETUP, now=now)
    for number, one in enumerate((key, second.pk)):
        body = oru(control=f"K{number}")
        assert post(client, "hl7v2", body, signature(body, one)).status_code == 200
    with elm_street.scoped(), transaction.atomic():
        operations.revoke_feed_key(key=second, actor=SETUP, now=now)
    body = oru(control="K9")
    assert post(client, "hl7v2", body, signature(body, second.pk)).status_code == 401


def test_an_api_key_needs_the_scope_to_bring_events(client, elm_street):
    now = datetime.now(UTC)
    with elm_street.scoped(), transaction.atomic():
        good = operations.issue_api_key(
            name="events", scopes=["events:write"], actor=SETUP, now=now
        )
        poor = operations.issue_api_key(name="reads", scopes=["tasks:read"], actor=SETUP, now=now)
    body = oru(control="api")
    assert (
        post(client, "hl7v2", body, {"Authorization": f"Bearer {poor.secret}"}).status_code == 403
    )
    assert (
        post(client, "hl7v2", body, {"Authorization": f"Bearer {good.secret}"}).status_code == 200
    )


def test_another_practices_api_key_opens_nothing_here(client, elm_street, oak_street):
    with oak_street.scoped(), transaction.atomic():
        theirs = operations.issue_api_key(
            name="events", scopes=["events:write"], actor=SETUP, now=datetime.now(UTC)
        )
    answer = post(client, "hl7v2", oru(control="x"), {"Authorization": f"Bearer {theirs.secret}"})
    assert answer.status_code == 401
    assert held(elm_street) == []


def test_a_fhir_resource_becomes_a_task(client, elm_street, key):
    body = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": PATIENT}, {"resource": ORDER}]}).encode()  # fmt: skip
    answer = post(client, "fhir", body, signature(body, key))
    assert answer.status_code == 202
    assert json.loads(answer.content)["resourceType"] == "OperationOutcome"
    assert answer["X-Receipt-ID"] == str(held(elm_street)[0].pk)
    sweep(elm_street.ehr, now=datetime.now(UTC))
    with elm_street.scoped(), transaction.atomic():
        assert Task.objects.get().category == "unsigned-order"


@pytest.mark.parametrize(
    "body, status",
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"\xff\xfe", 400),
        (b'{"resourceType":"Patient","x":NaN}', 400),
        (b"[" * 100_000, 413),
        (b'{"resourceType":"ServiceRequest","status":"asap"}', 422),
        (b'{"resourceType":"Patient","name":"\\ud800"}', 400),
        (b'{"resourceType":"\\u0000"}', 400),
    ],
)
def test_a_malformed_fhir_body_gets_a_typed_answer_and_is_kept(
    client, elm_street, key, body, status
):
    answer = post(client, "fhir", body, signature(body, key))
    assert 400 <= answer.status_code < 500
    assert json.loads(answer.content)["resourceType"] == "OperationOutcome"
    assert [message.state for message in held(elm_street)] == ["rejected"]


def test_a_body_over_the_limit_is_refused(client, elm_street, key, settings):
    settings.MAX_MESSAGE_BYTES = 100
    body = oru(control="big")
    assert post(client, "hl7v2", body, signature(body, key)).status_code == 413
    assert post(client, "fhir", body, signature(body, key)).status_code == 413


def test_what_is_no_message_at_all_is_kept_and_refused(client, elm_street, key):
    body = b"hello"
    answer = post(client, "hl7v2", body, signature(body, key))
    assert answer.status_code == 422
    assert [message.state for message in held(elm_street)] == ["rejected"]


def test_a_get_is_not_a_message(client, elm_street):
    assert client.get("/integrations/hl7v2/elm-ehr").status_code == 405
