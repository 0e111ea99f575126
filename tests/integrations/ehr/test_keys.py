"""The practice's keys: published without their private halves, two while one takes over."""

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction

from audit.models import AuditEvent
from integrations.ehr import operations
from integrations.ehr.access import access_of
from integrations.ehr.client import Client
from integrations.ehr.faults import SignInRefused
from integrations.ehr.operations import NotActive, Settings, TooManyKeys
from integrations.models import ClientKey, Connection
from tenants import sealing
from tests.integrations.ehr.fake_ehr import CLOCK, PATIENT
from tests.people import SETUP

pytestmark = pytest.mark.django_db

ADDRESS = "/integrations/jwks/elm-street.json"
ME = {"actor": SETUP, "now": CLOCK}


def published(client) -> dict:
    answer = client.get(ADDRESS)
    return json.loads(answer.content) if answer.status_code == 200 else {"keys": []}


def connect(elm, ehr) -> Connection:
    settings = Settings(base_url=ehr.base, method="smart", client_id="clearchart")
    return operations.configure(feed=elm.ehr, settings=settings, **ME)


def test_no_private_part_is_published_and_none_lies_open_in_the_table(client, elm_street):
    with elm_street.scoped(), transaction.atomic():
        for algorithm in ("RS384", "ES384"):
            operations.make_key(algorithm=algorithm, **ME)
        kept = list(ClientKey.objects.values_list("private", flat=True))
    keys = published(client)["keys"]
    assert {key["alg"] for key in keys} == {"RS384", "ES384"}
    assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & {name for key in keys for name in key}
    assert all("PRIVATE" not in pem and "PRIVATE" in sealing.unseal(pem) for pem in kept)


def test_nobody_is_told_whether_a_practice_without_keys_is_here(client, elm_street, oak_street):
    with elm_street.scoped(), transaction.atomic():
        operations.make_key(algorithm="ES384", **ME)
    here = client.get("/integrations/jwks/oak-street.json")
    nowhere = client.get("/integrations/jwks/nobody.json")
    assert here.status_code == nowhere.status_code == 404
    assert here.content == nowhere.content
    assert client.get(ADDRESS).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_rotation_never_leaves_the_practice_without_a_key_that_the_ehr_knows(
    client, elm_street, ehr
):
    ehr.jwks = lambda: published(client)
    ehr.put(PATIENT)

    def signs_in(now) -> bool:
        with elm_street.scoped(), transaction.atomic():
            access = access_of(Connection.objects.select_related("feed").get())
        ehr.clock = now
        try:
            return Client(access, now=now).read("Patient/p1") is not None
        except SignInRefused:
            return False

    with elm_street.scoped(), transaction.atomic():
        connect(elm_street, ehr)
    assert not signs_in(CLOCK)
    with elm_street.scoped(), transaction.atomic():
        first = operations.make_key(algorithm="RS384", **ME)
    assert signs_in(CLOCK)
    with elm_street.scoped(), transaction.atomic():
        operations.make_key(algorithm="ES384", actor=SETUP, now=CLOCK + timedelta(hours=1))
        with pytest.raises(TooManyKeys):
            operations.make_key(algorithm="ES384", **ME)
    assert signs_in(CLOCK + timedelta(hours=1))
    with elm_street.scoped(), transaction.atomic():
        operations.retire_key(key_id=first.pk, **ME)
        with pytest.raises(NotActive):
            operations.retire_key(key_id=first.pk, **ME)
    assert [key["alg"] for key in published(client)["keys"]] == ["ES384"]
    assert signs_in(CLOCK + timedelta(hours=2))


def test_a_retired_keys_private_half_is_gone(elm_street):
    with elm_street.scoped(), transaction.atomic():
        key = operations.make_key(algorithm="ES384", **ME)
        operations.retire_key(key_id=key.pk, **ME)
        key.refresh_from_db()
        assert key.private == ""


def test_a_secret_is_sealed_kept_when_left_empty_and_not_carried_to_another_server(elm_street):
    def set_to(**how) -> str:
        settings = Settings(**{"base_url": "https://a.example/r4", "method": "secret",
                               "client_id": "x"} | how)  # fmt: skip
        held = operations.configure(feed=elm_street.ehr, settings=settings, **ME)
        return sealing.unseal(held.secret) if held.secret else ""

    with elm_street.scoped(), transaction.atomic():
        assert set_to(secret="top-secret") == "top-secret"
        assert set_to() == "top-secret"
        with connection.cursor() as cursor:
            cursor.execute("SELECT c::text FROM integrations_connection c")
            assert "top-secret" not in str(cursor.fetchall())
        assert set_to(base_url="https://b.example/r4") == ""
        set_to(secret="top-secret")
        assert set_to(method="smart") == ""
        details = json.dumps(list(AuditEvent.objects.values_list("detail", flat=True)))
    assert "top-secret" not in details


def test_secrets_move_to_a_new_sealing_key(elm_street, settings):
    settings.SEALING_SECRETS = ["old"]
    with elm_street.scoped(), transaction.atomic():
        operations.make_key(algorithm="ES384", **ME)
        operations.configure(
            feed=elm_street.ehr,
            settings=Settings("https://a.example/r4", "secret", "x", "top-secret"),
            **ME,
        )
    settings.SEALING_SECRETS = ["new", "old"]
    with elm_street.scoped(), transaction.atomic():
        assert operations.reseal(**ME) == 2
    settings.SEALING_SECRETS = ["new"]
    with elm_street.scoped(), transaction.atomic():
        held = Connection.objects.get()
        assert sealing.unseal(held.secret) == "top-secret"


def test_another_practices_keys_sign_nothing_here(elm_street, oak_street, ehr):
    with oak_street.scoped(), transaction.atomic():
        operations.make_key(algorithm="ES384", **ME)
    with elm_street.scoped(), transaction.atomic():
        connect(elm_street, ehr)
        access = access_of(Connection.objects.select_related("feed").get())
    assert access.keys == ()
