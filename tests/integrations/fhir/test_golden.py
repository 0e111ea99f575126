"""Each golden body gives exactly the events written beside it."""

import pytest

from tests.integrations.fhir import golden


@pytest.mark.parametrize("name", golden.NAMES)
def test_a_body_gives_the_events_beside_it(name):
    assert golden.told(golden.read(golden.raw(name))) == golden.expected(name)


@pytest.mark.parametrize("name", golden.NAMES)
def test_a_stored_body_reads_the_same_without_validating_it_again(name):
    stored = golden.reread(golden.raw(name))
    assert golden.told(golden.interpret(stored, zone=golden.ZONE)) == golden.expected(name)


def test_versions_of_one_order_share_their_order_key():
    names = ("metabolic-panel-critical", "report-withdrawn")
    assert len({golden.expected(name)["order_key"] for name in names}) == 1


def test_a_draft_and_what_it_becomes_are_one_item():
    draft, signed = (
        golden.read(golden.raw("prescription-unsigned")),
        golden.read(golden.raw("prescription")),
    )
    keys = {(event.item.kind, event.item.key): event.item.status for event in signed.events}
    unsigned = draft.events[0].item
    assert keys[unsigned.kind, unsigned.key] == "active"
