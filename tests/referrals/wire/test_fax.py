"""Two fax services behind one protocol: what each is asked, and what each may answer."""

import json
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.wire.answers import Refused, Taken, Trouble, Unsure
from referrals.wire.documo import Documo
from referrals.wire.fax import Account, Progress, Sheet, trouble_of
from referrals.wire.telnyx import Telnyx

SERVICES = [Documo(), Telnyx()]
AT = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
ACCOUNT = Account("+12025550100", "secret-key", "app-1")
PDF = b"%PDF-1.4\r\n--made up\x00\xff"
SHEET = Sheet(UUID("01930000-0000-7000-8000-000000000001"), "+12025550123", PDF)


def fields(request) -> dict[str, bytes]:
    mail = message_from_bytes(
        b"Content-Type: " + request.headers["Content-Type"].encode() + b"\r\n\r\n" + request.body
    )
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in mail.get_payload()
    }


def test_documo_is_sent_a_form_without_a_cover_page_of_its_own():
    request = Documo().send(SHEET, ACCOUNT)
    assert (request.method, request.path) == ("POST", "/v1/faxes")
    assert request.headers["Authorization"] == "Basic secret-key"
    assert fields(request) == {
        "faxNumber": b"12025550123", "callerId": b"12025550100", "coverPage": b"false",
        "async": b"true", "tags": str(SHEET.id).encode(), "attachments": PDF,
    }  # fmt: skip


def test_telnyx_is_sent_the_file_itself_and_no_address_of_it():
    request = Telnyx().send(SHEET, ACCOUNT)
    assert (request.method, request.path) == ("POST", "/v2/faxes")
    assert request.headers["Authorization"] == "Bearer secret-key"
    assert fields(request) == {
        "connection_id": b"app-1", "to": b"+12025550123", "from": b"+12025550100",
        "quality": b"high", "store_media": b"false", "contents": PDF,
    }  # fmt: skip


def test_no_secret_and_no_page_is_in_what_a_log_would_show():
    for service in SERVICES:
        assert "secret-key" not in repr(service.send(SHEET, ACCOUNT))
        assert "PDF" not in repr(service.send(SHEET, ACCOUNT))
    assert "secret-key" not in repr(ACCOUNT)
    assert "PDF" not in repr(SHEET)


@pytest.mark.parametrize("service, body", [
    (Documo(), {"messageId": "d-1"}), (Telnyx(), {"data": {"id": "d-1"}}),
])  # fmt: skip
def test_an_answer_says_taken_not_taken_or_that_nobody_knows(service, body):
    said = json.dumps(body).encode()
    assert service.sent(200, said) == Taken("d-1")
    assert service.sent(202, b"{}") == Unsure()
    assert service.sent(202, b"<html>") == Unsure()
    assert service.sent(500, said) == Unsure()
    assert service.sent(408, b"") == Unsure()
    assert service.sent(429, b"") == Refused(Trouble.BUSY)
    assert service.sent(401, b"") == Refused(Trouble.SIGN_IN)
    assert service.sent(413, b"") == Refused(Trouble.TOO_LARGE)
    assert service.sent(422, b"") == Refused(Trouble.REFUSED)


def documo_rows(*rows):
    return {"count": len(rows), "rows": [
        {"messageId": fax, "status": status, "faxNumber": to, "createdAt": at}
        for fax, status, to, at in rows
    ]}  # fmt: skip


def telnyx_rows(*rows):
    return {"data": [
        {"id": fax, "status": status, "to": to, "created_at": at} for fax, status, to, at in rows
    ]}  # fmt: skip


@pytest.mark.parametrize("service, listing, done", [
    (Documo(), documo_rows, "success"), (Telnyx(), telnyx_rows, "delivered"),
])  # fmt: skip
def test_a_list_shows_what_went_to_the_number_since_then_the_oldest_first(service, listing, done):
    rows = listing(
        ("late", "failed", "+12025550123", "2026-11-16T15:05:00Z"),
        ("soon", done, "+12025550123", "2026-11-16T15:01:00.000Z"),
        ("before", done, "+12025550123", "2026-11-16T14:00:00Z"),
        ("elsewhere", done, "+12025550199", "2026-11-16T15:01:00Z"),
        ("timeless", done, "+12025550123", "soon"),
        ("", done, "+12025550123", "2026-11-16T15:01:00Z"),
    )
    found = service.found(json.dumps(rows).encode(), to="+12025550123", since=AT)
    assert [(one.fax_id, one.progress) for one in found] == [
        ("soon", Progress.DELIVERED), ("late", Progress.FAILED),
    ]  # fmt: skip
    assert service.found(b"[]", to="+12025550123", since=AT) is None
    request = service.find("+12025550123", AT - timedelta(minutes=2), ACCOUNT)
    assert request.method == "GET"
    assert "12025550123" in request.path


@pytest.mark.parametrize("reason, trouble", [
    ("user_busy", Trouble.BUSY), ("Line BUSY", Trouble.BUSY),
    ("receiver_no_answer", Trouble.NO_PICK_UP),
    ("No Answer", Trouble.NO_PICK_UP),
    ("sender_call_dropped", Trouble.CUT_OFF), ("call_dropped", Trouble.CUT_OFF),
    ("receiver_unallocated_number", Trouble.NO_SUCH_ADDRESS),
    ("Invalid number", Trouble.NO_SUCH_ADDRESS),
    ("rejected", Trouble.REFUSED), ("", Trouble.OTHER), ("Testa Canaryfield", Trouble.OTHER),
])  # fmt: skip
def test_a_reason_becomes_one_of_a_few_words_and_its_text_is_kept_nowhere(reason, trouble):
    assert trouble_of(reason) is trouble


NAMES = st.sampled_from(["data", "rows", "id", "to", "messageId", "created_at", "status"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40), st.integers(0, 999)
)
def test_no_answer_crashes_its_reader(body, status):
    for service in SERVICES:
        assert isinstance(service.sent(status, body), Taken | Refused | Unsure)
        found = service.found(body, to="+12025550123", since=AT)
        assert found is None or all(one.fax_id for one in found)
