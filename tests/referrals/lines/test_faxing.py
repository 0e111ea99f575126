"""Fax services over real sockets: taken, refused, or nobody knows, and then it is looked up."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from integrations.webhooks import basic, telnyx
from referrals.fake import fax as fake
from referrals.fake import posting
from referrals.fake.house import FaxHouse, Mode
from referrals.lines import faxing
from referrals.wire.answers import Refused, Taken, Trouble, Unsure
from referrals.wire.fax import Account, Progress, Sheet

THEM = "+12025550123"
SHEET = Sheet(UUID("01930000-0000-7000-8000-000000000001"), THEM, b"%PDF-1.4 made up")
both = pytest.mark.parametrize("service", ["documo", "telnyx"])


@pytest.fixture
def running(settings):
    settings.EHR_LOOPBACK = True
    one = fake.start()
    yield one
    one.stop()


def account(running) -> Account:
    return Account("+12025550100", running.house.key, "app-1")


def send(service, running, **more):
    return faxing.send(service, SHEET, more.pop("account", account(running)),
                       address=more.pop("address", running.address))  # fmt: skip


def found(service, running):
    since = datetime.now(UTC) - timedelta(minutes=2)
    return faxing.find(service, to=THEM, since=since, account=account(running),
                       address=running.address)  # fmt: skip


@both
def test_a_fax_is_taken_whole_and_named(service, running):
    outcome = send(service, running)
    [sent] = running.house.sent
    assert outcome == Taken(sent.id)
    assert (sent.service, sent.to, sent.pdf) == (service, THEM, SHEET.pdf)


@both
@pytest.mark.parametrize("mode, outcome", [
    (Mode.BUSY, Refused(Trouble.BUSY)), (Mode.REFUSE, Refused(Trouble.REFUSED)),
    (Mode.FAIL, Unsure()), (Mode.DROP, Unsure()),
])  # fmt: skip
def test_one_that_was_not_taken_is_not_found_either(service, running, mode, outcome):
    running.house.next_modes = [mode]
    assert send(service, running) == outcome
    assert list(found(service, running)) == []


@both
def test_one_whose_answer_was_lost_is_found_by_its_number(service, running):
    running.house.next_modes = [Mode.DROP_AFTER]
    running.house.reasons[THEM] = "user_busy"
    assert send(service, running) == Unsure()
    [sighting] = found(service, running)
    assert sighting.fax_id == running.house.sent[0].id
    assert (sighting.progress, sighting.reason) == (Progress.FAILED, "user_busy")


@both
def test_what_cannot_be_sent_says_why(service, running, settings):
    assert send(service, running, account=Account("+1", "wrong")) == Refused(Trouble.SIGN_IN)
    assert send(service, running, address="http://127.0.0.1:1") == Refused(Trouble.UNREACHED)
    settings.EHR_LOOPBACK = False
    assert send(service, running) == Refused(Trouble.NO_ACCOUNT)
    assert found(service, running) is None
    large = Sheet(SHEET.id, THEM, b"x" * (faxing.LARGEST + 1))
    assert faxing.send(service, large, account(running)) == Refused(Trouble.TOO_LARGE)


def test_what_the_fake_posts_is_signed_as_the_real_ones_sign():
    house, now = FaxHouse(), datetime.now(UTC)
    body, headers = posting.webhook(house, house.take("telnyx", THEM, b""))
    telnyx.verify(body, headers[telnyx.SIGNATURE_HEADER], headers[telnyx.TIMESTAMP_HEADER],
                  public_key=house.public_key, now=now)  # fmt: skip
    _, headers = posting.webhook(house, house.take("documo", THEM, b""))
    basic.verify(headers["Authorization"], user=house.user, password=house.password)
