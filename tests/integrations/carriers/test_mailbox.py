"""The HISP's mailbox: receipts are heard, documents become messages or papers, each mail once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from integrations import intake
from integrations.carriers import mailbox, opening
from integrations.models import InboundMessage
from referrals import following, operations
from referrals.fake.hisp import Receipts
from referrals.models import Carrier, Paper, Receipt, Referral
from referrals.wire import direct, xdm
from referrals.wire.direct import Letter
from referrals.wire.documents import document
from referrals.works import Work
from routing.models import Task
from tests.referrals.sending.street import (
    CORA,
    THEM,
    US,
    account_of_hisp,
    attempts,
    axis,
    referral,
    send,
    specialist,
    sweep,
)
from tests.referrals.telling import message

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
PDF = b"%PDF-1.4 a report"


def opened(hisp, now):
    return opening.open_carrier(account=account_of_hisp(hisp), actor=CORA, now=now)


def read(elm, now) -> int:
    """One pass, and what comes of it."""
    taken = mailbox.sweep(now=now)
    while intake.sweep_practice(elm.practice.pk, now=now):
        pass
    following.sweep(now=now)
    return taken


def mail(hisp, *bodies, name="m-1@heart", packed=False):
    documents = [document(f"file-{n}", body) for n, body in enumerate(bodies)]
    if packed:
        whole = xdm.pack(documents, set_id=UUID(int=7), to=US, at=AT)
        documents = [document("package.zip", whole)]
    hisp.hisp.deliver(US, direct.compose(Letter(name, THEM, US, documents, AT)))


@pytest.mark.parametrize("how", [Receipts.IMMEDIATE, Receipts.REVERSED, Receipts.DUPLICATED])
def test_receipts_move_the_transmission_however_they_come(elm, hisp, now, how):
    hisp.hisp.receipts = how
    opened(hisp, now)
    row = referral(now, specialist(now))
    send(row, now)
    sweep(now)
    read(elm, now)
    row.refresh_from_db()
    assert (row.transmission, row.acceptance) == ("delivered", "pending")
    assert Receipt.objects.count() == 2
    assert len(hisp.hisp.handed) == 1, "a receipt is never answered"


def test_a_failure_that_is_reported_goes_to_a_person_where_no_other_way_is_left(elm, hisp, now):
    hisp.hisp.words[THEM] = ("processed", "failed")
    opened(hisp, now)
    row = referral(now, specialist(now, fax=""))
    send(row, now)
    sweep(now)
    read(elm, now)
    assert (attempts(row), axis(row)) == ([("direct", "failed")], "failed")
    assert set(operations.open_work(row.pk).values()) == {Work.SEND_FAILED}


def test_a_receipt_about_a_message_of_nobody_is_kept_and_moves_nothing(elm, hisp, now):
    opened(hisp, now)
    row = referral(now, specialist(now))
    send(row, now)
    sweep(now)
    hisp.hisp.mailboxes.clear()
    hisp.hisp.report(US, THEM, "never-sent@elm", "dispatched")
    assert read(elm, now) == 1
    assert (axis(row), Receipt.objects.get().transmission) == ("sent", None)
    assert not Paper.objects.exists()


def test_a_360x_answer_in_a_package_reaches_the_referral_by_its_number(elm, hisp, now):
    """The order came by the EHR's feed, its answer by Direct; number and assigner are the same."""
    from tests.referrals.telling import ref, tell

    opened(hisp, now)
    tell(elm, ref(), now=now)
    said = message("OSU^O51", "osu-1", "ORC|SC|PR9^ELM|||IP", minute=6, profile="360X")
    mail(hisp, said, packed=True)
    assert read(elm, now) == 1
    assert Referral.objects.get(loop_key__startswith="elm-ehr").acceptance == "accepted"
    assert InboundMessage.objects.get(control_id="osu-1").feed.slug == "elm-hisp"


def test_what_names_no_patient_is_a_paper_and_each_mail_is_taken_once(elm, hisp, now):
    opened(hisp, now)
    mail(hisp, PDF, b"\x89PNG a picture")
    assert read(elm, now) == 1
    assert read(elm, now) == 0
    hisp.hisp.validity = 2
    assert read(elm, now) == 1, "a mailbox that was made anew is read from its start"
    assert sorted(bytes(one.body) for one in Paper.objects.all()) == [PDF, b"\x89PNG a picture"]
    assert Task.objects.open().filter(category="misfiled-document").count() == 2


@pytest.mark.parametrize("raw", [b"", b"\xff\x00", b"Subject: hi\r\n\r\n", b"PK\x03\x04"])
def test_a_mail_that_cannot_be_read_is_kept_whole_for_a_person(elm, hisp, now, raw):
    opened(hisp, now)
    hisp.hisp.deliver(US, raw)
    mail(hisp, PDF)
    assert read(elm, now) == 2
    assert Paper.objects.count() == 2


def test_a_document_that_no_reader_takes_is_a_paper_too(elm, hisp, now):
    opened(hisp, now)
    mail(hisp, b"<ClinicalDocument xmlns='urn:hl7-org:v3'><broken")
    read(elm, now)
    assert (Paper.objects.count(), InboundMessage.objects.count()) == (1, 0)


def test_a_mailbox_that_cannot_be_read_says_so_until_it_can(elm, hisp, now):
    opened(hisp, now)
    right, hisp.hisp.password = hisp.hisp.password, "another"
    assert read(elm, now) == 0
    assert Carrier.objects.get().mail_trouble == "sign-in"
    hisp.hisp.password = right
    mail(hisp, PDF)
    assert read(elm, now + timedelta(minutes=1)) == 1
    carrier = Carrier.objects.get()
    assert (carrier.mail_trouble, carrier.mail_seen) == ("", 1)
