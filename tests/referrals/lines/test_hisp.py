"""A HISP over real sockets: what is handed over, what comes back, and what a cut line leaves."""

from datetime import UTC, datetime

import pytest

from referrals.fake import mail
from referrals.fake.hisp import Mode
from referrals.lines import hisp
from referrals.lines.hisp import Edge
from referrals.wire import direct
from referrals.wire.answers import Refused, Taken, Trouble, Unsure
from referrals.wire.direct import Letter
from referrals.wire.documents import document
from referrals.wire.mdn import Word

AT = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
US, THEM = "referrals@elm.direct.example", "scheduling@heart.direct.example"
LETTER = direct.compose(Letter("m-1@elm", US, THEM, [document("a.pdf", b"%PDF-1.4\n.\n..x")], AT))


@pytest.fixture
def running(settings):
    settings.EHR_LOOPBACK = True
    one = mail.start()
    yield one
    one.stop()


def edge(running, **more) -> Edge:
    return Edge(**{
        "smtp_url": running.smtp_url, "imap_url": running.imap_url, "user": US,
        "password": running.hisp.password, **more,
    })  # fmt: skip


def hand(running, **more):
    return hisp.hand_over(LETTER, sender=US, recipient=THEM, edge=edge(running, **more))


def test_a_letter_is_taken_whole_and_both_receipts_come_back(running):
    assert hand(running) == Taken()
    [handed] = running.hisp.handed
    assert (handed.recipient, handed.message_id) == (THEM, "m-1@elm")
    assert direct.read(handed.raw).documents[0].body == b"%PDF-1.4\n.\n..x"
    post = hisp.collect(edge(running), validity=0, after=0)
    words = [direct.read(raw).notification.word for _, raw in post.messages]
    assert words == [Word.PROCESSED, Word.DISPATCHED]
    assert {direct.read(raw).notification.about for _, raw in post.messages} == {"m-1@elm"}


@pytest.mark.parametrize("mode, outcome, kept", [
    (Mode.REFUSE, Refused(Trouble.NO_SUCH_ADDRESS), 0), (Mode.BUSY, Refused(Trouble.BUSY), 0),
    (Mode.DROP, Unsure(), 0), (Mode.DROP_AFTER, Unsure(), 1),
])  # fmt: skip
def test_each_end_of_handing_over_says_what_became_of_it(running, mode, outcome, kept):
    running.hisp.next_modes = [mode]
    assert hand(running) == outcome
    assert len(running.hisp.handed) == kept


def test_a_wrong_password_and_a_server_that_is_away_send_nothing(running):
    assert hand(running, password="another") == Refused(Trouble.SIGN_IN)
    assert hand(running, smtp_url="smtp://127.0.0.1:1") == Refused(Trouble.UNREACHED)
    post = hisp.collect(edge(running, password="another"), validity=0, after=0)
    assert post.trouble is Trouble.SIGN_IN
    away = hisp.collect(edge(running, imap_url="imap://127.0.0.1:1"), validity=0, after=0)
    assert away.trouble is Trouble.UNREACHED
    assert running.hisp.handed == []


@pytest.mark.parametrize("url", [
    "https://mail.hisp.example", "smtp://127.0.0.1/x", "smtp://10.0.0.1", "smtp://user@127.0.0.1",
    "",
])  # fmt: skip
def test_no_letter_goes_to_an_address_that_is_no_public_mail_server(running, settings, url):
    settings.EHR_LOOPBACK = False
    assert isinstance(hand(running, smtp_url=url), Refused)
    assert isinstance(hand(running), Refused)
    assert running.hisp.handed == []


def test_only_what_came_since_is_read_and_a_mailbox_made_anew_from_its_start(running):
    for n in range(3):
        running.hisp.deliver(US, f"Message-ID: <{n}@x>\r\n\r\nhello".encode())
    post = hisp.collect(edge(running), validity=1, after=1)
    assert [uid for uid, _ in post.messages] == [2, 3]
    assert hisp.collect(edge(running), validity=1, after=3).messages == ()
    running.hisp.validity = 2
    anew = hisp.collect(edge(running), validity=1, after=3)
    assert (anew.validity, [uid for uid, _ in anew.messages]) == (2, [1, 2, 3])


def test_a_message_that_is_too_large_is_named_and_not_fetched(running, monkeypatch):
    monkeypatch.setattr(hisp, "LARGEST", 10)
    running.hisp.deliver(US, b"Message-ID: <1@x>\r\n\r\nlonger than that")
    assert hisp.collect(edge(running), validity=0, after=0).messages == ((1, b""),)


def test_reading_the_mailbox_answers_nothing(running):
    hand(running)
    hisp.collect(edge(running), validity=0, after=0)
    assert len(running.hisp.handed) == 1
    assert len(running.hisp.inbox(US)) == 2


@pytest.mark.parametrize("code, said, trouble", [
    (451, b"4.3.0 later", Trouble.BUSY), (550, b"5.1.1 unknown", Trouble.NO_SUCH_ADDRESS),
    (550, b"5.7.1 not trusted", Trouble.NOT_TRUSTED), (552, b"5.3.4 too big", Trouble.TOO_LARGE),
    (554, "no words", Trouble.NOT_TRUSTED), (599, b"\xff", Trouble.REFUSED),
])  # fmt: skip
def test_a_refusal_becomes_one_of_a_few_words(code, said, trouble):
    assert hisp.trouble_of(code, said) is trouble
