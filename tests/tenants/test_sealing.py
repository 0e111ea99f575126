"""Secrets at rest: no key, no secret; two keys while one takes over from the other."""

import pytest

from tenants import sealing
from tenants.sealing import SealBroken


def test_what_is_sealed_tells_nothing_and_opens_again(settings):
    settings.SEALING_SECRETS = ["one"]
    sealed = sealing.seal("top-secret")
    assert "top-secret" not in sealed
    assert sealing.seal("top-secret") != sealed
    assert sealing.unseal(sealed) == "top-secret"


def test_an_altered_seal_or_another_key_opens_nothing_and_says_so(settings):
    settings.SEALING_SECRETS = ["one"]
    sealed = sealing.seal("top-secret")
    for spoiled in (sealed[:-9] + "A" + sealed[-8:], "", "nonsense"):
        with pytest.raises(SealBroken, match="Enter it again"):
            sealing.unseal(spoiled)
    settings.SEALING_SECRETS = ["two"]
    with pytest.raises(SealBroken):
        sealing.unseal(sealed)


def test_a_new_key_takes_over_while_the_old_one_still_opens(settings):
    settings.SEALING_SECRETS = ["one"]
    old = sealing.seal("top-secret")
    settings.SEALING_SECRETS = ["two", "one"]
    new = sealing.reseal(old)
    settings.SEALING_SECRETS = ["two"]
    assert sealing.unseal(new) == "top-secret"
