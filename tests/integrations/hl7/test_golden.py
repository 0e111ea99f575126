"""Each golden message gives exactly the events written beside it."""

import pytest

from integrations.events import ItemReported
from integrations.hl7.ordering import order_key
from tests.integrations.hl7 import golden


@pytest.mark.parametrize("name", golden.NAMES)
def test_a_message_gives_the_events_beside_it(name):
    assert golden.told(golden.raw(name)) == golden.expected(name)


@pytest.mark.parametrize("name", golden.NAMES)
@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n"])
def test_the_line_ending_changes_nothing(name, ending):
    content = golden.raw(name)
    lines = content.replace(b"\r\n", b"\r").replace(b"\n", b"\r").split(b"\r")
    assert golden.told(ending.join(lines)) == golden.expected(name)


@pytest.mark.parametrize("name", golden.NAMES)
def test_framing_and_a_byte_order_mark_change_nothing(name):
    content = b"\x0b\xef\xbb\xbf" + golden.raw(name) + b"\x1c\r"
    assert golden.told(content) == golden.expected(name)


@pytest.mark.parametrize("name", golden.NAMES)
def test_utf_16_changes_nothing(name):
    content = golden.raw(name).decode().encode("utf-16")
    assert golden.told(content)["events"] == golden.expected(name)["events"]
    assert order_key(content) == golden.expected(name)["order_key"]


def test_every_result_has_the_number_of_its_order_key_in_its_key():
    for name in golden.NAMES:
        told = golden.expected(name)
        if told["type"] == "result":
            first = told["events"][0]["item"]["key"].split("|")[0]
            assert told["order_key"] == f"result {first}"


def test_a_note_and_its_cancellation_are_one_item():
    unsigned, cancelled = (golden.expected(n) for n in ("note-unsigned", "document-cancelled"))
    assert unsigned["order_key"] == cancelled["order_key"]
    assert unsigned["events"][0]["item"]["key"] == cancelled["events"][0]["item"]["key"]


def test_a_referral_its_answer_and_its_end_are_one_item():
    names = ("referral-new", "referral-answered", "referral-cancelled", "order-referral")
    items = [golden.expected(name)["events"][0]["item"] for name in names]
    assert {(item["kind"], item["key"]) for item in items} == {("referral", "R-31")}


def test_every_item_has_a_key():
    for name in golden.NAMES:
        for event in golden.reading_of(golden.raw(name)).events:
            assert not isinstance(event, ItemReported) or event.item.key
