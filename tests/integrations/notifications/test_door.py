"""Who may tell us: by a signature over the body, by the secret of a channel; all else is refused in
words, with an audit row, and never a 500."""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from audit.models import AuditEvent
from integrations import operations, signing
from integrations.models import InboundMessage, Subscription
from integrations.signing import SignatureRefused
from tests.databases import ROOT
from tests.integrations.notifications import bundles
from tests.integrations.notifications.bundles import parameters
from tests.people import SETUP

pytestmark = pytest.mark.django_db

PUBLISHED = ROOT.parent / "shared" / "corpus" / "fhir"
SAMPLES = sorted(PUBLISHED.glob("athenahealth-subscriptions*/**/*.sh"))
SAMPLE_SECRETS = sorted(PUBLISHED.glob("athenahealth-subscriptions*/**/*.java"))


def hub(body: bytes, secret: str, method: str = "sha256") -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    return {signing.HUB_HEADER: f"{method}={digest}"}


def audited(elm) -> list[tuple[str, str, dict]]:
    with elm.scoped(), transaction.atomic():
        rows = AuditEvent.objects.filter(action__in=["door.refused", "message.rejected"])
        return [(row.action, row.outcome, row.detail) for row in rows.order_by("at")]


def held(elm) -> int:
    with elm.scoped(), transaction.atomic():
        return InboundMessage.objects.count()


EVENT = {"id": "ev-1", "focus": "Encounter/e1"}


def test_a_body_with_its_hub_signature_is_let_in_blanks_at_the_end_included(athena):
    body = bundles.athena("Encounter.check-in", EVENT, trailing=b" \n")
    assert athena.post(body, hub(body, athena.secret)).status_code == 202
    assert athena.post(body.rstrip(), hub(body, athena.secret)).status_code == 401


def test_one_altered_byte_fails_wherever_it_is(athena):
    body = bundles.athena("Encounter.check-in", EVENT)
    signed = hub(body, athena.secret)[signing.HUB_HEADER]
    for place in range(0, len(body), 7):
        altered = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        with pytest.raises(SignatureRefused):
            signing.verify_hub(altered, signed, secrets=[athena.secret])
    assert signing.verify_hub(body, signed, secrets=["other", athena.secret]) == athena.secret


@pytest.mark.parametrize("header", [
    "", "sha256", "sha256=", "=abc", "sha1=" + "0" * 40, "md5=" + "0" * 32, "none=x",
    "sha256=\u00e9\u00ff", "sha256=" + "0" * 64, "SHA256=zz",
])  # fmt: skip
def test_a_hub_signature_that_proves_nothing_is_refused_and_audited(athena, header):
    body = bundles.athena("Encounter.check-in", EVENT)
    answer = athena.post(body, {signing.HUB_HEADER: header})
    assert answer.status_code == 401
    assert json.loads(answer.content)["resourceType"] == "OperationOutcome"
    assert held(athena.elm) == 0
    assert audited(athena.elm) == [("door.refused", "denied", {"status": 401})]


def test_sha1_is_refused_even_where_it_fits(athena):
    body = bundles.athena("Encounter.check-in", EVENT)
    assert athena.post(body, hub(body, athena.secret, "sha1")).status_code == 401


def test_the_secret_of_another_feed_or_of_a_revoked_key_does_not_fit(athena):
    body = bundles.athena("Encounter.check-in", EVENT)
    with athena.elm.scoped(), transaction.atomic():
        other = operations.issue_feed_key(feed=athena.elm.lab, actor=SETUP, now=datetime.now(UTC))
        operations.revoke_feed_key(key=athena.key, actor=SETUP, now=datetime.now(UTC))
    for key in (other, athena.key):
        secret = signing.secret_of(key.pk, master=settings.FEED_KEY_SECRET)
        assert athena.post(body, hub(body, secret)).status_code == 401


def test_a_hub_signature_opens_no_other_door(athena, client):
    body = b"MSH|"
    answer = client.post("/integrations/hl7v2/elm-ehr", body, content_type="text/plain",
                         headers=hub(body, athena.secret))  # fmt: skip
    assert answer.status_code == 401


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_the_secret_of_its_channel_lets_a_subscription_tell(ehr):
    secret = signing.channel_secret_of(ehr.subscription.pk, master=settings.FEED_KEY_SECRET)
    told = parameters("handshake", count=0)
    assert ehr.post(told, bearer(secret)).status_code == 202
    ehr.work()
    assert ehr.row().status == "active"
    patient = json.dumps({"resourceType": "Patient", "id": "p"}).encode()
    assert ehr.post(patient, bearer(secret)).status_code == 403, "and nothing but tell"
    assert ehr.post(told, bearer(secret[:-1] + "x")).status_code == 401
    ehr.change(status=Subscription.Status.OFF)
    assert ehr.post(told, bearer(secret)).status_code == 401


def test_the_secret_of_another_feeds_subscription_opens_nothing_here(ehr):
    with ehr.elm.scoped(), transaction.atomic():
        other = Subscription.objects.create(
            feed=ehr.elm.lab, topic="x", created_at=datetime.now(UTC)
        )
    secret = signing.channel_secret_of(other.pk, master=settings.FEED_KEY_SECRET)
    assert ehr.post(parameters("handshake", count=0), bearer(secret)).status_code == 401


@pytest.mark.parametrize(
    "secret", ["ccs_", "ccs_x_y", "ccs_" + "0" * 32, "ccs_\u00e9", "ccs_" * 999]
)
def test_a_channel_secret_that_cannot_be_read_is_refused(ehr, secret):
    assert ehr.post(parameters("handshake", count=0), bearer(secret)).status_code == 401


HOSTILE = {
    "altered": lambda body: body[:-1] + b" ",
    "deep": lambda body: b'{"a":' * 100_000,
    "deep lists": lambda body: b"[" * 100_000,
    "NaN": lambda body: body.replace(b'"history"', b"NaN"),
    "NUL": lambda body: body.replace(b'"history"', b'"\\u0000"'),
    "half a pair": lambda body: body.replace(b'"history"', b'"\\ud800"'),
    "twice": lambda body: body.replace(b'"type": "history"', b'"type": "history", "type": "batch"'),
    "no JSON": lambda body: b"\xff\xfe{",
    "empty": lambda body: b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_gets_a_typed_answer_is_kept_and_audited(ehr, name):
    body = HOSTILE[name](parameters("handshake", count=0))
    answer = ehr.post(body)
    assert 400 <= answer.status_code < 500
    assert json.loads(answer.content)["resourceType"] == "OperationOutcome"
    assert held(ehr.elm) == 1
    assert [action for action, _, _ in audited(ehr.elm)] == ["message.rejected"]


def status_entry(**said) -> bytes:
    entry = {"resource": {"resourceType": "SubscriptionStatus", "status": "active"} | said}
    return json.dumps({"resourceType": "Bundle", "type": "history", "entry": [entry]}).encode()


GOOD = {"type": "heartbeat", "subscription": {"reference": "Subscription/1"}}


@pytest.mark.parametrize("said", [
    {"type": "heartbeat"},
    {"type": "heartbeat", "subscription": "Subscription/1"},
    {"type": "heartbeat", "subscription": {"reference": "Patient/1"}},
    {"type": "nonsense", "subscription": {"reference": "Subscription/1"}},
    {"subscription": {"reference": "Subscription/1"}},
    GOOD | {"type": ["heartbeat"]},
    GOOD | {"eventsSinceSubscriptionStart": "many"},
    GOOD | {"eventsSinceSubscriptionStart": "9" * 30},
    GOOD | {"eventsSinceSubscriptionStart": True},
    GOOD | {"notificationEvent": [{"eventNumber": "-1"}]},
    GOOD | {"notificationEvent": [{"eventNumber": {}}]},
])  # fmt: skip
def test_a_status_that_cannot_be_used_is_refused_with_where_and_what_to_do(ehr, said):
    answer = ehr.post(status_entry(**said))
    assert answer.status_code == 422
    [issue] = json.loads(answer.content)["issue"][:1]
    assert issue["expression"][0].startswith("Bundle.entry[0].resource.")
    assert held(ehr.elm) == 1


def test_a_stale_signature_an_unknown_feed_and_too_large_a_body(ehr, client, settings):
    body = parameters("handshake", count=0)
    stale = signing.sign(body, key_id=ehr.key.pk, secret=ehr.secret,
                         at=datetime.now(UTC) - timedelta(minutes=6))  # fmt: skip
    assert ehr.post(body, {signing.HEADER: stale}).status_code == 401
    nowhere = client.post("/integrations/fhir/nobody", body, content_type="application/fhir+json")
    assert nowhere.status_code == 404
    settings.MAX_MESSAGE_BYTES = 100
    assert ehr.post(body).status_code == 413
    assert [detail["status"] for _, _, detail in audited(ehr.elm)] == [401, 413]
    assert held(ehr.elm) == 0


def test_a_body_over_what_is_read_into_memory_is_refused(ehr, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 50
    answer = ehr.post(parameters("handshake", count=0), hub(b"", "x"))
    assert answer.status_code == 413


def test_what_is_audited_names_no_patient(athena):
    body = bundles.athena("Order.signoff", {"id": "e", "value": "1", "patient": "Patient/secret-9"})
    assert athena.post(body, {signing.HUB_HEADER: "sha256=00"}).status_code == 401
    athena.tell(body)
    with athena.elm.scoped(), transaction.atomic():
        said = json.dumps(list(AuditEvent.objects.values("detail", "action")))
    assert "secret-9" not in said


@pytest.mark.skipif(not SAMPLES, reason="the published signatures are not on this machine")
@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.name)
def test_every_published_signature_verifies_and_one_altered_byte_fails(file: Path):
    said = file.read_bytes()
    header = re.search(rb"X-Hub-Signature: (\S+?)'", said)[1].decode()
    body = re.search(rb"--data(?:-raw)? '(.*)'", said, re.DOTALL)[1]
    secrets = {
        found
        for java in SAMPLE_SECRETS
        for found in re.findall(r'"(\w*Secret\w+)"', java.read_text())
    }
    assert signing.verify_hub(body, header, secrets=secrets)
    with pytest.raises(SignatureRefused):
        signing.verify_hub(body[:-1] + b"x", header, secrets=secrets)
