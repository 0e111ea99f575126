"""What fax services post: which of it a person must file, and nothing that crashes on the way."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.webhooks import reading
from integrations.webhooks.fax import FaxState, read


def telnyx(kind: str, **more):
    fax = {"fax_id": "F1", "direction": "inbound", "page_count": 2, **more}
    return {"data": {"event_type": kind, "id": "E1", "payload": fax}}


def sinch(event: str, **more):
    return {"event": event, "fax": {"id": "S1", "numberOfPages": 3, **more}, "file": "JVBERi0="}


def documo(**more):
    return {"messageId": "D1", "deliveryId": "9", "faxNumber": "+15550101", **more}


@pytest.mark.parametrize("body, state, filed", [
    (telnyx("fax.received", media_url="https://x.example/f"), FaxState.RECEIVED, True),
    (telnyx("fax.receiving.started"), FaxState.UNDER_WAY, False),
    (telnyx("fax.media.processing.started"), FaxState.UNDER_WAY, False),
    (telnyx("fax.failed", failure_reason="sender_call_dropped"), FaxState.FAILED, False),
    (telnyx("fax.delivered", direction="outbound"), FaxState.DELIVERED, False),
    (telnyx("fax.received", direction="outbound"), FaxState.RECEIVED, False),
    (sinch("INCOMING_FAX", status="COMPLETED"), FaxState.RECEIVED, True),
    (sinch("INCOMING_FAX", status="FAILURE"), FaxState.FAILED, False),
    (sinch("INCOMING_FAX", status="IN_PROGRESS"), FaxState.UNDER_WAY, False),
    (sinch("FAX_COMPLETED", status="COMPLETED", direction="OUTBOUND"), FaxState.DELIVERED, False),
    (documo(direction="inbound", status="success", pagesComplete=5), FaxState.RECEIVED, True),
    (documo(direction="inbound", status="failed"), FaxState.FAILED, False),
    (documo(direction="outbound", status="success"), FaxState.DELIVERED, False),
    (documo(direction="inbound", status="receiving"), FaxState.UNDER_WAY, False),
])  # fmt: skip
def test_only_a_fax_that_came_must_be_filed(body, state, filed):
    found = read(body)
    assert (found.state, found.must_be_filed) == (state, filed)
    said = reading.interpret(json.dumps(body).encode())
    assert said.type == "fax"
    assert bool(said.unfiled) is filed


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"7", b"{}", b'{"data": []}', b'{"data": {"event_type": 7}}', b"[" * 100_000,
    b'{"event": "NEWS"}', b'{"x": NaN}', b'{"x": "\\ud800"}', b'{"a":1,"a":2}', b"\xff",
])  # fmt: skip
def test_what_no_fax_service_posts_is_refused_in_words(body):
    said = reading.interpret(body)
    assert said.type == "malformed"
    assert said.faults[0].text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "data",
                    "payload",
                    "fax",
                    "event",
                    "event_type",
                    "messageId",
                    "status",
                    "direction",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON)
def test_no_body_crashes_the_reader(value):
    assert reading.interpret(json.dumps(value).encode()).type in ("fax", "malformed")
