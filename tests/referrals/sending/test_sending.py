"""A referral goes out over real sockets; each refusal says what to do, each failure goes on."""

from datetime import timedelta

import pytest

from audit.models import AuditEvent
from referrals import operations
from referrals.fake.hisp import Mode
from referrals.fake.house import Mode as FaxMode
from referrals.models import Packet, Referral, Specialist, Transmission
from referrals.operations import Hindrance, NotSent
from referrals.states import Closure
from referrals.ways import HEARD_BY, WAITS, Passage, Way
from referrals.wire import direct
from referrals.wire.answers import Trouble
from referrals.wire.documents import Kind
from referrals.works import Work
from tenants.models import Topic, Wake
from tests.referrals.sending.street import (
    CORA,
    FAX,
    SERVICES,
    THEM,
    US,
    account_of_fax,
    account_of_hisp,
    attempts,
    axis,
    carrier,
    referral,
    send,
    specialist,
    sweep,
    told,
)

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def asked(row) -> set[Work]:
    return set(operations.open_work(row.pk).values())


def hear(row, step, now, key="r-1", **more):
    return operations.hear(carrier_id=row.carrier_id, key=key, about=row.message_id, step=step,
                           actor=CORA, now=now, **more)  # fmt: skip


def test_a_referral_goes_by_direct_and_nobody_takes_it_for_accepted(elm, hisp, now):
    carrier(account_of_hisp(hisp), now)
    row = referral(now, specialist(now))
    attempt = send(row, now)
    assert (axis(row), attempts(row)) == ("queued", [("direct", "queued")])
    sweep(now)
    assert (axis(row), attempts(row)) == ("sent", [("direct", "sent")])
    [handed] = hisp.hisp.handed
    assert (handed.sender, handed.recipient) == (US, THEM)
    assert handed.message_id == Transmission.objects.get().message_id == attempt.message_id
    [pages] = direct.read(handed.raw).documents
    assert (pages.kind, pages.body) == (Kind.PDF, bytes(Packet.objects.get().pdf))
    hear(attempt, "process", now + MINUTE)
    hear(attempt, "deliver", now + 2 * MINUTE, key="r-2")
    row.refresh_from_db()
    assert (row.transmission, row.acceptance, row.is_open) == ("delivered", "pending", True)
    assert told(row) == ["queued", "sent", "processed", "delivered"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_referral_goes_by_fax_where_there_is_no_hisp(elm, house, now, service):
    carrier(account_of_fax(house, service), now)
    row = referral(now, specialist(now))
    send(row, now)
    sweep(now)
    [sent] = house.house.sent
    assert (sent.service, sent.to, sent.pdf) == (service, FAX, bytes(Packet.objects.get().pdf))
    assert Transmission.objects.get().provider_id == sent.id
    assert axis(row) == "sent"


def test_what_was_disclosed_to_whom_and_why_is_an_audit_fact_once_it_left(elm, hisp, now):
    carrier(account_of_hisp(hisp), now)
    to = specialist(now)
    row = referral(now, to)
    send(row, now)
    assert not AuditEvent.objects.filter(action="referral.disclosed").exists()
    sweep(now)
    hear(Transmission.objects.get(), "deliver", now)
    [fact] = AuditEvent.objects.filter(action="referral.disclosed")
    assert (fact.entity_id, fact.patient_id) == (row.pk, row.patient_id)
    assert (fact.detail["to"], fact.detail["purpose"]) == (str(to.pk), "TREAT")
    assert fact.detail["packet"] == str(Packet.objects.get().pk)
    assert {one["kind"] for one in fact.detail["parts"]} == {"demographics", "question"}
    assert "valve" not in str(fact.detail)


def hindered(row, now) -> Hindrance:
    with pytest.raises(NotSent) as refused:
        send(row, now)
    assert str(refused.value)
    assert not Transmission.objects.filter(referral=row).exists()
    return refused.value.why


def test_each_thing_that_hinders_a_sending_has_its_own_refusal(elm, hisp, now):
    row = referral(now)
    assert hindered(row, now) is Hindrance.NO_SPECIALIST
    to = specialist(now, direct_address="", verified=False)
    operations.address_to(referral_id=row.pk, specialist_id=to.pk, actor=CORA, now=now)
    assert hindered(row, now) is Hindrance.NOT_VERIFIED
    operations.verify_fax(specialist_id=to.pk, fax=to.fax, actor=CORA, now=now)
    assert hindered(row, now) is Hindrance.NO_CARRIER
    nowhere = referral(now, specialist(now, person="X", fax="", direct_address=""), number="N-2")
    assert hindered(nowhere, now) is Hindrance.NO_ADDRESS
    by_direct = referral(now, specialist(now, person="Y"), number="N-3")
    account = carrier(account_of_hisp(hisp, baa_on=None), now)
    assert hindered(by_direct, now) is Hindrance.NO_AGREEMENT
    operations.sign_baa(carrier_id=account.pk, baa_on=now.date(), actor=CORA, now=now)
    operations.retire_specialist(specialist_id=to.pk, actor=CORA, now=now)
    assert hindered(row, now) is Hindrance.RETIRED
    operations.close(referral_id=row.pk, because=Closure.DUPLICATE, actor=CORA, now=now)
    assert hindered(row, now) is Hindrance.CLOSED
    send(by_direct, now)
    with pytest.raises(NotSent) as refused:
        send(by_direct, now)
    assert refused.value.why is Hindrance.UNDER_WAY


def test_a_packet_that_never_fits_is_refused_and_nothing_is_left_of_it(elm, hisp, now):
    carrier(account_of_hisp(hisp), now)
    row = referral(now, specialist(now), question="why " * 6_000)
    assert hindered(row, now) is Hindrance.TOO_LARGE
    assert not Packet.objects.exists()


def test_a_busy_way_is_tried_again_later_and_each_try_is_a_row(elm, hisp, now):
    carrier(account_of_hisp(hisp), now)
    row = referral(now, specialist(now))
    hisp.hisp.mode = Mode.BUSY
    send(row, now)
    sweep(now)
    assert attempts(row) == [("direct", "failed"), ("direct", "queued")]
    assert axis(row) == "queued"
    assert sweep(now + WAITS[0] - MINUTE) == 0
    hisp.hisp.mode = Mode.ACCEPT
    sweep(now + WAITS[0] + MINUTE)
    assert (attempts(row)[-1], axis(row)) == (("direct", "sent"), "sent")
    assert len({one.message_id for one in Transmission.objects.all()}) == 2


def test_an_address_that_does_not_exist_falls_back_to_the_fax_at_once(elm, hisp, house, now):
    carrier(account_of_hisp(hisp), now)
    carrier(account_of_fax(house), now)
    row = referral(now, specialist(now))
    hisp.hisp.mode = Mode.REFUSE
    send(row, now)
    sweep(now)
    assert attempts(row) == [("direct", "failed"), ("fax", "sent")]
    assert Transmission.objects.order_by("pk")[0].trouble == Trouble.NO_SUCH_ADDRESS
    assert (axis(row), Packet.objects.count(), asked(row)) == ("sent", 1, set())
    assert told(row) == ["queued", "failed", "queued", "sent"]


def test_where_no_way_is_left_a_person_is_asked_once(elm, hisp, now):
    carrier(account_of_hisp(hisp), now)
    row = referral(now, specialist(now, fax=""))
    hisp.hisp.mode = Mode.REFUSE
    send(row, now)
    sweep(now)
    assert (axis(row), asked(row)) == ("failed", {Work.SEND_FAILED})
    assert sweep(now + HOUR) == 0


def test_silence_of_a_direct_message_leads_to_the_fax_and_then_to_a_call(elm, hisp, house, now):
    carrier(account_of_hisp(hisp), now)
    carrier(account_of_fax(house), now)
    row = referral(now, specialist(now))
    send(row, now)
    sweep(now)
    late = now + HEARD_BY[Way.DIRECT, Passage.SENT] + MINUTE
    sweep(late)
    assert attempts(row) == [("direct", "unknown"), ("fax", "sent")]
    house.house.sent.clear()
    sweep(late + HEARD_BY[Way.FAX, Passage.SENT] + MINUTE)
    assert attempts(row) == [("direct", "unknown"), ("fax", "unknown")]
    assert (axis(row), asked(row)) == ("unknown", {Work.CALL_TO_CONFIRM})


def test_a_receipt_that_comes_late_ends_the_call_and_what_still_waits(elm, hisp, house, now):
    carrier(account_of_hisp(hisp), now)
    carrier(account_of_fax(house), now)
    row = referral(now, specialist(now))
    first = send(row, now)
    sweep(now)
    house.house.mode = FaxMode.BUSY
    late = now + 2 * HOUR
    sweep(late)
    assert attempts(row) == [("direct", "unknown"), ("fax", "failed"), ("fax", "queued")]
    hear(first, "deliver", late)
    assert attempts(row) == [("direct", "delivered"), ("fax", "failed"), ("fax", "failed")]
    assert (axis(row), asked(row)) == ("delivered", set())
    sweep(late + 2 * HOUR)
    assert house.house.sent == []


def test_a_fax_of_which_nothing_was_told_is_asked_after(elm, house, now):
    carrier(account_of_fax(house), now)
    row = referral(now, specialist(now))
    send(row, now)
    sweep(now)
    sweep(now + 31 * MINUTE)
    assert (attempts(row), axis(row)) == ([("fax", "delivered")], "delivered")
    assert Transmission.objects.get().next_at is None


def test_a_number_that_takes_no_fax_is_doubted_and_a_person_is_asked(elm, house, now):
    carrier(account_of_fax(house), now)
    row = referral(now, specialist(now))
    send(row, now)
    house.house.reasons[FAX] = "receiver_incompatible_destination"
    sweep(now)
    sweep(now + 31 * MINUTE)
    assert (attempts(row), asked(row)) == ([("fax", "failed")], {Work.SEND_FAILED})
    assert Specialist.objects.get().fax_verified_at is None
    with pytest.raises(NotSent) as refused:
        send(row, now)
    assert refused.value.why is Hindrance.NO_CARRIER


def test_what_waits_in_line_is_not_sent_to_a_number_that_was_changed(elm, house, now):
    from referrals.directory import Entry

    carrier(account_of_fax(house), now)
    to = specialist(now, direct_address="")
    row = referral(now, to)
    send(row, now)
    entry = Entry(organization="Heartfield Clinic", person="Dr Hal Hart", fax="202-555-0199")
    operations.change_specialist(specialist_id=to.pk, entry=entry, actor=CORA, now=now)
    sweep(now)
    assert house.house.sent == []
    assert (attempts(row), asked(row)) == ([("fax", "failed")], {Work.SEND_FAILED})


def test_a_closed_referral_is_not_sent_and_asks_nobody(elm, hisp, now):
    carrier(account_of_hisp(hisp), now)
    row = referral(now, specialist(now))
    send(row, now)
    operations.close(referral_id=row.pk, because=Closure.DUPLICATE, actor=CORA, now=now)
    sweep(now)
    assert (hisp.hisp.handed, attempts(row), asked(row)) == ([], [("direct", "failed")], set())


def test_an_account_that_was_closed_sends_nothing_more(elm, hisp, now):
    account = carrier(account_of_hisp(hisp), now)
    row = referral(now, specialist(now))
    send(row, now)
    operations.close_carrier(carrier_id=account.pk, actor=CORA, now=now)
    sweep(now)
    assert (hisp.hisp.handed, axis(row)) == ([], "failed")
    assert asked(row) == {Work.SEND_FAILED}


def test_sending_again_makes_another_packet_and_the_old_receipts_change_nothing(elm, hisp, now):
    carrier(account_of_hisp(hisp), now)
    row = referral(now, specialist(now, fax=""))
    first = send(row, now)
    sweep(now)
    sweep(now + 2 * HOUR)
    assert asked(row) == {Work.CALL_TO_CONFIRM}
    send(row, now + 2 * HOUR)
    sweep(now + 2 * HOUR)
    hear(first, "process", now + 3 * HOUR)
    assert attempts(row) == [("direct", "unknown"), ("direct", "sent")]
    hear(first, "fail", now + 3 * HOUR, key="r-2")
    assert (axis(row), Packet.objects.count()) == ("sent", 2)


def test_every_open_attempt_has_a_wake_for_its_next_instant(elm, hisp, house, now):
    carrier(account_of_hisp(hisp), now)
    carrier(account_of_fax(house), now)
    hisp.hisp.next_modes = [Mode.BUSY, Mode.DROP]
    row = referral(now, specialist(now))
    send(row, now)
    for minutes in (0, 6, 9, 70, 200, 900):
        for one in Transmission.objects.filter(next_at__isnull=False):
            assert Wake.objects.filter(topic=Topic.CARRY, about=one.pk, at=one.next_at).exists()
        sweep(now + minutes * MINUTE)
    assert Referral.objects.get().transmission in ("delivered", "unknown")
