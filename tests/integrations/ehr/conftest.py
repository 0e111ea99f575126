"""A made-up EHR on this machine, and an access to it that needs no database."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from integrations.ehr.access import Access, SigningKey
from integrations.ehr.operations import pair_of
from tests.integrations.ehr.fake_ehr import FakeEhr, running


@pytest.fixture(autouse=True)
def on_this_machine(settings) -> None:
    settings.EHR_LOOPBACK = True


@pytest.fixture
def ehr() -> Iterator[FakeEhr]:
    with running() as one:
        yield one


@pytest.fixture(scope="session")
def pairs() -> dict:
    """One key pair of each algorithm: making RSA keys takes a while."""
    return {algorithm: pair_of(algorithm) for algorithm in ("RS384", "ES384")}


@pytest.fixture
def access(ehr, pairs) -> Access:
    """By SMART with an RS384 key that the EHR knows."""
    public = [jwk for jwk, _ in pairs.values()]
    ehr.jwks = lambda: {"keys": public}
    keys = tuple(SigningKey(jwk["kid"], jwk["alg"], pem) for jwk, pem in pairs.values())
    return Access(
        connection_id=uuid4(), practice_id=uuid4(), feed_id=uuid4(), source="elm-ehr", zone="UTC",
        vendor="", base=ehr.base, method="smart", client_id="clearchart", secret="", token_url="",
        scopes="system/*.rs", keys=keys,
    )  # fmt: skip


@pytest.fixture
def plain(access, ehr) -> Access:
    """To a server that asks for no sign-in."""
    ehr.asks_sign_in = False
    return replace(access, method="none", connection_id=uuid4())
