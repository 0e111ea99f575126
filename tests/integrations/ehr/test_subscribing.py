"""Subscriptions over real sockets: the EHR shakes hands with our own door before it answers."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction

from integrations import signing
from integrations.ehr import operations, subscribing
from integrations.ehr.operations import AlreadySubscribed, Settings, Wish
from integrations.models import FeedKey, Subscription
from tests.integrations.ehr.fake_ehr import CLOCK
from tests.people import SETUP

pytestmark = pytest.mark.django_db(transaction=True)

NOW = CLOCK
ME = {"actor": SETUP, "now": NOW}
TOPIC = "https://ehr.example/topics/lab-result"


@pytest.fixture
def elm(elm_street, ehr):
    ehr.asks_sign_in = False
    with elm_street.scoped(), transaction.atomic():
        operations.configure(feed=elm_street.ehr, settings=Settings(ehr.base, "none"), **ME)
    return elm_street


def subscribe(elm, endpoint: str, **more) -> str:
    with elm.scoped():
        with transaction.atomic():
            row = operations.open_subscription(
                feed=elm.ehr, wish=Wish(TOPIC, endpoint, **more), **ME
            )
        return subscribing.create(row.pk, **ME)


def row_of(elm) -> Subscription:
    with elm.scoped(), transaction.atomic():
        return Subscription.objects.get()


def held(ehr) -> dict:
    [one] = [one for one in ehr.resources.values() if one["resourceType"] == "Subscription"]
    return one


def test_the_handshake_comes_to_our_door_before_the_answer_and_makes_it_active(
    elm, ehr, live_server
):
    assert subscribe(elm, f"{live_server.url}/integrations/fhir/elm-ehr") == ""
    row = row_of(elm)
    assert (row.status, row.remote_id, row.last_failure) == ("active", "s1", "")
    assert row.expires_at is None
    assert row.renew_after is None


def test_an_address_that_takes_no_handshake_is_an_error_in_words(elm, ehr, live_server):
    said = subscribe(elm, f"{live_server.url}/integrations/fhir/elm-lab")
    assert said == "The EHR could not deliver to our address."
    assert row_of(elm).status == "error"


def test_the_resource_is_shaped_as_the_backport_guide_has_it(elm, ehr):
    ehr.handshakes = False
    subscribe(elm, "https://us.example/x", criteria="Encounter.patient=Patient/1", heartbeat_s=600)
    sent = held(ehr)
    guide = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-"
    assert sent["criteria"] == TOPIC
    assert sent["_criteria"]["extension"] == [
        {"url": f"{guide}filter-criteria", "valueString": "Encounter.patient=Patient/1"}
    ]
    channel = sent["channel"]
    assert (channel["type"], channel["payload"]) == ("rest-hook", "application/fhir+json")
    assert channel["_payload"]["extension"][0]["valueCode"] == "id-only"
    assert {"url": f"{guide}heartbeat-period", "valueUnsignedInt": 600} in channel["extension"]
    secret = signing.channel_secret_of(row_of(elm).pk, master=settings.FEED_KEY_SECRET)
    assert channel["header"] == [f"Authorization: Bearer {secret}"]


def test_athenahealth_gets_the_secret_with_which_it_signs(elm, ehr):
    ehr.handshakes = False
    where = "ah-practice=Organization/a-1.Practice-195900"
    subscribe(elm, "https://us.example/x", criteria=where, payload="empty", by_athena=True)
    channel = held(ehr)["channel"]
    with elm.scoped(), transaction.atomic():
        key = FeedKey.objects.get(feed=elm.ehr)
    secret = signing.secret_of(key.pk, master=settings.FEED_KEY_SECRET)
    assert channel["header"] == [f"X-Hub-Secret: {secret}"]
    assert channel["_payload"]["extension"][0]["valueCode"] == "id-only"
    assert "extension" not in channel
    assert held(ehr)["_criteria"]["extension"][0]["valueString"] == where
    assert row_of(elm).restarts_counts


def test_a_topic_is_subscribed_to_once(elm, ehr):
    ehr.handshakes = False
    subscribe(elm, "https://us.example/x")
    with pytest.raises(AlreadySubscribed):
        subscribe(elm, "https://us.example/x")
    with elm.scoped():
        assert subscribing.turn_off(row_of(elm).pk, **ME) == ""
    subscribe(elm, "https://us.example/x")


def test_what_the_ehr_refuses_is_told_in_words_and_can_be_tried_again(elm, ehr):
    ehr.handshakes = False
    ehr.mood(status=403, path="Subscription")
    assert "scopes" in subscribe(elm, "https://us.example/x")
    row = row_of(elm)
    assert (row.status, row.remote_id) == ("error", "")
    with elm.scoped():
        assert subscribing.renew(row.pk, **ME) == ""
    assert row_of(elm).status == "active"


def test_it_is_renewed_before_it_ends_and_once(elm, ehr):
    ehr.handshakes = False
    ehr.subscription_ends = NOW + timedelta(days=10)
    subscribe(elm, "https://us.example/x")
    assert subscribing.sweep(now=NOW + timedelta(days=8)) == 0
    ehr.subscription_ends = NOW + timedelta(days=40)
    assert subscribing.sweep(now=NOW + timedelta(days=9)) == 1
    assert row_of(elm).expires_at == NOW + timedelta(days=40)
    assert subscribing.sweep(now=NOW + timedelta(days=9, hours=1)) == 0
    assert "header" in held(ehr)["channel"]


def test_a_renewal_that_fails_is_tried_again_and_one_that_was_lost_is_made_anew(elm, ehr):
    ehr.handshakes = False
    ehr.subscription_ends = NOW + timedelta(days=10)
    subscribe(elm, "https://us.example/x")
    ehr.mood(status=503)
    later = NOW + timedelta(days=9, hours=12)
    assert subscribing.sweep(now=later) == 0
    assert row_of(elm).last_failure == "The server is busy."
    assert subscribing.sweep(now=later + timedelta(minutes=10)) == 0
    ehr.resources.clear()
    assert subscribing.sweep(now=later + timedelta(minutes=20)) == 1
    row = row_of(elm)
    assert (row.remote_id, row.status, row.last_failure) == ("s2", "active", "")


def test_it_is_turned_off_at_the_ehr_too_even_where_nothing_is_deleted(elm, ehr):
    ehr.handshakes = False
    subscribe(elm, "https://us.example/x")
    ehr.moods.clear()
    with elm.scoped():
        ehr.mood(status=503)
        assert subscribing.turn_off(row_of(elm).pk, **ME) == "The server is busy."
        assert row_of(elm).status != "off"
        ehr.mood(status=405)
        assert subscribing.turn_off(row_of(elm).pk, **ME) == ""
    assert held(ehr)["status"] == "off"
    assert row_of(elm).status == "off"


def test_no_secret_is_in_the_audit(elm, ehr):
    from audit.models import AuditEvent

    ehr.handshakes = False
    subscribe(elm, "https://us.example/x")
    with elm.scoped(), transaction.atomic():
        told = json.dumps(list(AuditEvent.objects.values_list("detail", flat=True)))
    assert "ccs_" not in told
    assert "ccf_" not in told
