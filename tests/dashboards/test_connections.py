"""The screen on which IT connects an EHR, with a made-up EHR behind it."""

import re

import pytest
from django.db import transaction

from accounts.roles import Role
from integrations.ehr import operations
from integrations.models import ClientKey, Connection, Subscription
from tests.integrations.ehr.fake_ehr import running
from tests.people import SETUP, admit

pytestmark = pytest.mark.django_db


@pytest.fixture
def ehr(settings):
    settings.EHR_LOOPBACK = True
    with running() as one:
        one.handshakes = False
        one.asks_sign_in = False
        yield one


def at(elm, code: str = "") -> str:
    return f"/feeds/{elm.ehr.pk}/connection/" + (f"{code}/" if code else "")


def filled(base: str, **more) -> dict:
    return {"base_url": base, "method": "none", "client_id": "", "secret": "", "token_url": "",
            "scopes": "system/*.rs"} | more  # fmt: skip


def kept(elm, model=Connection):
    with elm.scoped(), transaction.atomic():
        return model.objects.first()


@pytest.fixture
def ira(elm_street, signed_in):
    return signed_in(elm_street.ira)


@pytest.fixture
def connected(elm_street, ehr, ira):
    assert ira.post(at(elm_street), filled(ehr.base)).status_code == 302
    return kept(elm_street)


@pytest.mark.parametrize("name", ["diaz", "nora", "max", "sam", "cora"])
def test_others_are_refused_with_the_reason(elm_street, signed_in, name):
    client = signed_in(getattr(elm_street, name))
    for address in (at(elm_street), at(elm_street, "test")):
        answer = client.post(address, {})
        assert answer.status_code == 403
        assert (
            "Only a practice manager or IT can manage connections to EHRs, Direct and fax."
            in answer.text
        )


def test_the_practice_manager_may_too(elm_street, signed_in, right_now):
    with elm_street.scoped(), transaction.atomic():
        paula = admit("Paula Reed", Role.PRACTICE_MANAGER, now=right_now)
    assert signed_in(paula).get(at(elm_street)).status_code == 200


def test_the_feed_links_to_its_connection(elm_street, ira):
    assert at(elm_street) in ira.get("/feeds/").text


def test_settings_are_kept_and_the_secret_is_never_shown_again(elm_street, ehr, ira):
    sent = filled(ehr.base + "/", method="secret", client_id="ath", secret="top-secret",
                  token_url=ehr.base + "/token")  # fmt: skip
    page = ira.post(at(elm_street), sent, follow=True).text
    assert "Saved." in page
    assert "top-secret" not in page
    assert "never shown again. Leave this empty to keep it." in page
    assert kept(elm_street).base_url == ehr.base
    before = kept(elm_street).secret
    ira.post(at(elm_street), {**sent, "secret": ""})
    assert kept(elm_street).secret == before


@pytest.mark.parametrize(("change", "said"), [
    ({"base_url": ""}, "Enter the address of the FHIR server."),
    ({"base_url": "https://169.254.169.254/r4"}, "not a public one"),
    ({"base_url": "https://10.1.2.3/r4"}, "not a public one"),
    ({"base_url": "ftp://8.8.8.8/"}, "must begin with https://"),
    ({"base_url": "http://8.8.8.8/"}, "must begin with https://"),
    ({"base_url": "https://8.8.8.8/r4?x=1"}, "question mark"),
    ({"method": "smart"}, "Enter the client id"),
    ({"method": "secret", "client_id": "x", "secret": "y"}, "address at which tokens are given"),
    ({"method": "magic"}, "Select a valid choice"),
    ({"scopes": ""}, "Enter the scopes"),
    ({"token_url": "https://[::1]/token"}, "not a public one"),
])  # fmt: skip
def test_what_cannot_be_is_said_beside_the_form_and_nothing_is_kept(
    elm_street, ehr, ira, settings, change, said
):
    settings.EHR_LOOPBACK = False
    answer = ira.post(at(elm_street), filled("https://8.8.8.8/r4") | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert kept(elm_street) is None


def test_the_test_says_in_words_what_the_server_told(elm_street, connected, ehr, ira):
    page = ira.post(at(elm_street, "test")).text
    assert "The server answers as FHIR 4.0.1, Fake EHR." in page
    assert "It takes subscriptions." in page
    ehr.mood(status=200, body=b"<html>")
    assert "The answer is not FHIR." in ira.post(at(elm_street, "test")).text
    ehr.close()
    assert "The server could not be reached." in ira.post(at(elm_street, "test")).text


def test_the_test_signs_in(elm_street, connected, ehr, ira):
    ira.post(at(elm_street), filled(ehr.base, method="smart", client_id="clearchart"))
    assert "The practice has no key yet." in ira.post(at(elm_street, "test")).text
    ira.post(at(elm_street, "key"), {"algorithm": "ES384"})
    assert "does not accept our sign-in" in ira.post(at(elm_street, "test")).text
    with elm_street.scoped(), transaction.atomic():
        keys = list(ClientKey.objects.values_list("public", flat=True))
    ehr.jwks = lambda: {"keys": keys}
    from django.utils import timezone

    ehr.clock = timezone.now()
    page = ira.post(at(elm_street, "test")).text
    assert "It accepts our sign-in and gave a token." in page
    assert "token-" not in page


def test_keys_are_made_and_retired_two_at_most(elm_street, ehr, ira):
    for algorithm in ("ES384", "ES384", "ES384"):
        page = ira.post(at(elm_street, "key"), {"algorithm": algorithm}, follow=True).text
    assert "Two keys are active. Retire the old one first." in page
    assert "/integrations/jwks/elm-street.json" in page
    assert "PRIVATE" not in page
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    page = ira.post(at(elm_street, "retire"), {"key": key}, follow=True).text
    assert page.count('name="key"') == 1
    assert ira.post(at(elm_street, "retire"), {"key": key}).status_code == 404
    assert ira.post(at(elm_street, "retire"), {"key": "x"}).status_code == 404
    assert ira.post(at(elm_street, "key"), {"algorithm": "none"}).status_code == 404


def test_a_subscription_is_made_renewed_and_turned_off(elm_street, connected, ehr, ira):
    topic = "https://ehr.example/topics/lab-result"
    page = ira.post(
        at(elm_street, "subscribe"), {"topic": topic, "payload": "id-only"}, follow=True
    ).text
    assert "The EHR has the subscription." in page
    assert "lab-result" in page
    row = kept(elm_street, Subscription)
    assert row.endpoint == "http://testserver/integrations/fhir/elm-ehr"
    again = ira.post(at(elm_street, "subscribe"), {"topic": topic})
    assert again.status_code == 422
    assert "subscribed to already" in again.text
    which = {"subscription": str(row.pk)}
    assert "renewed" in ira.post(at(elm_street, "renew"), which, follow=True).text
    ehr.mood(status=503)
    page = ira.post(at(elm_street, "off"), which, follow=True).text
    assert "The EHR did not agree." in page
    assert "The server is busy." in page
    page = ira.post(at(elm_street, "off"), which, follow=True).text
    assert "The subscription is off." in page
    assert "None yet." in page


def test_a_topic_that_is_no_address_is_said_so(elm_street, connected, ira):
    answer = ira.post(at(elm_street, "subscribe"), {"topic": "lab results"})
    assert answer.status_code == 422
    assert "A topic is an address" in answer.text


def test_polling_is_set(elm_street, connected, ira):
    sent = {"types": ["DiagnosticReport", "ServiceRequest"], "minutes": "15"}
    page = ira.post(at(elm_street, "poll"), sent, follow=True).text
    assert len(re.findall(r'name="types" value="\w+" checked', page)) == 2
    assert kept(elm_street).poll_every_s == 900
    assert ira.post(at(elm_street, "poll"), {"types": ["Coverage"]}).status_code == 422


def test_without_a_connection_and_for_other_feeds_there_is_nothing_to_press(
    elm_street, oak_street, ehr, ira
):
    assert ira.post(at(elm_street, "test")).status_code == 404
    assert ira.post(at(elm_street, "nonsense")).status_code == 404
    assert ira.get(f"/feeds/{oak_street.feed.pk}/connection/").status_code == 404
    with oak_street.scoped(), transaction.atomic():
        from django.utils import timezone

        theirs = operations.make_key(algorithm="ES384", actor=SETUP, now=timezone.now())
    assert ira.post(at(elm_street, "retire"), {"key": str(theirs.pk)}).status_code == 404


def test_a_secret_that_opens_no_more_is_said_on_the_test(elm_street, ehr, ira, settings):
    ira.post(at(elm_street), filled(ehr.base, method="secret", client_id="x", secret="y",
                                    token_url=ehr.base))  # fmt: skip
    settings.SEALING_SECRETS = ["another"]
    assert "Enter it again." in ira.post(at(elm_street, "test")).text
