"""Reports about Direct messages: which word each says, about which message of ours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.wire import direct, mime
from referrals.wire.mdn import Word, read

OURS = "0192-our-message@elm.direct.example"


def mdn(
    disposition: str, *, fields: str = "", about: str = f"<{OURS}>", headers: str = ""
) -> bytes:
    original = f"Original-Message-ID: {about}\r\n" if about else ""
    return (
        "From: postmaster@heart.direct.example\r\nTo: referrals@elm.direct.example\r\n"
        f"Message-ID: <receipt-1@heart.direct.example>\r\n{headers}MIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nYour message was handled.\r\n"
        "--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        "Reporting-UA: heart.direct.example; Some HISP\r\n"
        "Final-Recipient: rfc822; Scheduling@Heart.direct.example\r\n"
        f"{original}{fields}"
        f"Disposition: automatic-action/MDN-sent-automatically;{disposition}\r\n"
        "--b--\r\n"
    ).encode()


def dsn(action: str, *, original: str) -> bytes:
    return (
        "From: MAILER-DAEMON@elm.direct.example\r\nMessage-ID: <bounce-1@elm.direct.example>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; elm.direct.example\r\n\r\n"
        "Final-Recipient: rfc822; nobody@heart.direct.example\r\n"
        f"Action: {action}\r\nStatus: 5.1.1\r\n{original}--b--\r\n"
    ).encode()


ORIGINAL = (
    "--b\r\nContent-Type: message/rfc822\r\n\r\n"
    f"From: referrals@elm.direct.example\r\nMessage-ID: <{OURS}>\r\nSubject: Referral\r\n\r\nx\r\n"
)
HEADERS = f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{OURS}>\r\n"


def notice(raw: bytes):
    return read(mime.parse(raw))


@pytest.mark.parametrize("disposition, word", [
    ("processed", Word.PROCESSED),
    (" Processed", Word.PROCESSED),
    ("dispatched", Word.DISPATCHED),
    ("displayed", Word.DISPATCHED),
    ("failed", Word.FAILED),
    ("processed/error", Word.FAILED),
    ("processed/failure,warning", Word.FAILED),
    ("processed/warning", Word.PROCESSED),
    ("deleted", Word.OTHER),
    ("denied", Word.OTHER),
    ("accepted", Word.OTHER),
    ("", Word.OTHER),
])  # fmt: skip
def test_each_disposition_says_one_word_about_our_message(disposition, word):
    found = notice(mdn(disposition))
    assert (found.word, found.about) == (word, OURS)
    assert found.recipient == "scheduling@heart.direct.example"
    assert found.id == "receipt-1@heart.direct.example"


@pytest.mark.parametrize("action, word", [
    ("failed", Word.FAILED), ("delivered", Word.DISPATCHED), ("relayed", Word.PROCESSED),
    ("delayed", Word.OTHER), ("expanded", Word.OTHER),
])  # fmt: skip
@pytest.mark.parametrize("original", [ORIGINAL, HEADERS])
def test_a_delivery_report_names_our_message_by_the_original_that_it_brings(action, word, original):
    found = notice(dsn(action, original=original))
    assert (found.word, found.about) == (word, OURS)


def test_a_report_that_names_no_message_is_matched_by_its_thread_or_by_nothing():
    threaded = mdn("processed", about="", headers=f"In-Reply-To: <{OURS}>\r\n")
    assert notice(threaded).about == OURS
    assert notice(mdn("processed", about="")).about == ""


def test_a_blank_line_before_the_fields_hides_none_of_them():
    raw = mdn("dispatched").replace(
        b"notification\r\n\r\nReporting", b"notification\r\n\r\n\r\nReporting"
    )
    assert raw != mdn("dispatched")
    assert (notice(raw).word, notice(raw).about) == (Word.DISPATCHED, OURS)


def test_a_failure_for_one_recipient_outweighs_what_is_said_of_another():
    raw = dsn("delivered", original=ORIGINAL).replace(
        b"Status: 5.1.1\r\n", b"\r\nFinal-Recipient: rfc822; b@x.example\r\nAction: failed\r\n"
    )
    assert notice(raw).word is Word.FAILED


def test_a_letter_that_speaks_of_delivery_is_no_report():
    assert notice(b"Subject: Disposition: failed\r\n\r\nDisposition: automatic;failed\r\n") is None


def test_a_report_is_never_answered_and_carries_no_documents():
    found = direct.read(mdn("processed"))
    assert not found.may_be_answered
    assert found.documents == ()
    assert direct.read(b"From: a@x.example\r\n\r\nhello").may_be_answered


PIECES = st.sampled_from([
    b"\r\n", b"--b\r\n", b"--b--", b"Content-Type: multipart/report; boundary=b\r\n",
    b"Content-Type: message/disposition-notification\r\n", b"Content-Type: message/rfc822\r\n",
    b"Content-Type: message/delivery-status\r\n", b"Original-Message-ID: <", b">",
    b"Disposition: ;",
    b"=?utf-8?q?=ff?=", b"=?nonsense?b?%%?=", b"\x00", b"\xff\xfe", b"Message-ID: <a@b>\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Disposition: attachment; filename*=x''%ff\r\n",
    b"From: \"a <b@c\r\n", b"Content-Type: application/zip\r\n", b"PK\x03\x04",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=20), max_size=30).map(b"".join))
def test_no_mail_crashes_its_reader(raw):
    assert isinstance(direct.read(raw), direct.Arrived)


def test_mail_inside_of_mail_without_end_is_read_or_refused():
    raw = b"".join(b"Content-Type: message/rfc822\r\n\r\n" for _ in range(5000))
    assert isinstance(direct.read(raw), direct.Arrived)
    nested = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(2000)
    )
    assert isinstance(direct.read(nested.encode()), direct.Arrived)
