"""What fax services tell at the door: proven, kept once, heard in any order; faxes that came."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from charts.models import Attachment, Patient
from integrations import intake
from integrations.carriers import opening
from integrations.models import InboundMessage
from referrals import operations
from referrals.fake import posting
from referrals.fake.house import FaxHouse, Mode, Sent
from referrals.models import Paper, Receipt, Referral, Transmission
from referrals.operations import CarrierRefused, NotFiled
from referrals.states import Axis
from routing.models import Task
from tenants import clock
from tests.referrals.sending.street import (
    CORA,
    FAX,
    SERVICES,
    account_of_fax,
    attempts,
    axis,
    referral,
    send,
    specialist,
    sweep,
)

pytestmark = pytest.mark.django_db
both = pytest.mark.parametrize("service", SERVICES)
PDF = b"%PDF-1.4 a report"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


def post(body, headers, slug="elm-fax"):
    names = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return Client().post(reverse("integrations:fax", args=[slug]), data=body,
                         content_type="application/json", **names).status_code  # fmt: skip


def process(elm, now):
    while intake.sweep_practice(elm.practice.pk, now=now):
        pass


def opened(house, now, service):
    return opening.open_carrier(account=account_of_fax(house, service), actor=CORA, now=now)


def on_its_way(house, now, service):
    opened(house, now, service)
    row = referral(now, specialist(now, direct_address=""))
    send(row, now)
    sweep(now)
    return row, house.house.sent[0]


@both
def test_how_a_fax_ended_moves_the_transmission_and_nothing_else(elm, house, now, service):
    row, sent = on_its_way(house, now, service)
    assert post(*posting.webhook(house.house, sent)) == 204
    assert axis(row) == "sent", "stored before it is answered, worked after"
    process(elm, now)
    row.refresh_from_db()
    assert (row.transmission, row.acceptance, row.is_open) == ("delivered", "pending", True)
    assert InboundMessage.objects.get().state == "processed"


@both
def test_a_fax_that_failed_is_tried_again_as_its_cause_says(elm, house, now, service):
    house.house.reasons[FAX] = "user_busy"
    row, sent = on_its_way(house, now, service)
    post(*posting.webhook(house.house, sent))
    process(elm, now)
    assert attempts(row) == [("fax", "failed"), ("fax", "queued")]
    assert Transmission.objects.order_by("pk")[0].trouble == "busy"


def test_call_backs_come_twice_late_and_out_of_order_and_nothing_goes_back(elm, house, now):
    row, sent = on_its_way(house, now, "telnyx")
    for event in ("fax.delivered", "fax.queued", "fax.delivered", "fax.sending.started"):
        post(*posting.webhook(house.house, sent, event))
        process(elm, now)
        assert axis(row) == "delivered"
    assert Receipt.objects.count() == 3
    assert Referral.objects.get().facts.filter(axis=Axis.TRANSMISSION).count() == 3


@both
def test_a_call_back_that_comes_before_the_answer_is_taken_in_with_it(elm, house, now, service):
    opened(house, now, service)
    row = referral(now, specialist(now, direct_address=""))
    send(row, now)
    house.house.next_modes = [Mode.DROP_AFTER]
    sweep(now)
    post(*posting.webhook(house.house, house.house.sent[0]))
    process(elm, now)
    assert attempts(row) == [("fax", "sending")]
    assert Receipt.objects.get().transmission is None
    sweep(now + 3 * MINUTE)
    assert (attempts(row), len(house.house.sent)) == ([("fax", "delivered")], 1)
    assert Receipt.objects.get().transmission is not None


def test_a_call_back_about_a_fax_of_nobody_is_kept_and_moves_nothing(elm, house, now):
    row, _ = on_its_way(house, now, "telnyx")
    stranger = Sent("f-0", "telnyx", FAX, b"", now)
    assert post(*posting.webhook(house.house, stranger)) == 204
    process(elm, now)
    assert (axis(row), Receipt.objects.get().transmission) == ("sent", None)


@both
def test_a_forged_call_back_is_refused_audited_and_never_stored(elm, house, now, service):
    row, sent = on_its_way(house, now, service)
    body, headers = posting.webhook(house.house, sent)
    forged = FaxHouse(password="another")
    forgeries = [(body, {}), posting.webhook(forged, sent)]
    if service == "telnyx":
        forgeries.append((body + b" ", headers))
        old = FaxHouse(signer=house.house.signer, clock=lambda: now - timedelta(minutes=6))
        forgeries.append(posting.webhook(old, sent))
    assert [post(*one) for one in forgeries] == [401] * len(forgeries)
    assert post(body, headers, slug="nobody") == 404
    assert post(body, headers, slug="elm-ehr") == 404
    assert not InboundMessage.objects.exists()
    assert axis(row) == "sent"
    denied = AuditEvent.objects.filter(action="door.refused", outcome="denied")
    assert denied.count() == len(forgeries) + 1


def test_a_body_that_no_fax_service_posts_is_kept_for_a_person(elm, house, now):
    opened(house, now, "documo")
    _, headers = posting.webhook(house.house, Sent("x", "documo", FAX, b"", now))
    for body in (b"", b"{", b"[]", json.dumps({"messageId": 7}).encode()):
        assert post(body, headers) == 204
    assert post(b"x" * (256 * 1024 + 1), headers) == 413
    process(elm, now)
    assert {one.state for one in InboundMessage.objects.all()} == {"quarantined"}


def came(elm, house, now, service="telnyx"):
    """A fax to us, told twice."""
    for _ in range(2):
        body, headers = posting.inbound(
            house.house, service, PDF, sender=FAX, address=house.address, name="in-1"
        )
        assert post(body, headers) == 204
        process(elm, now)
    return Paper.objects.get()


def filing_tasks():
    return Task.objects.open().filter(category="misfiled-document")


@both
def test_a_fax_that_came_is_one_paper_with_its_pages_and_one_task(elm, house, now, service):
    opened(house, now, service)
    paper = came(elm, house, now, service)
    assert filing_tasks().get().about_id == paper.pk
    assert not paper.is_here
    sweep(now)
    paper.refresh_from_db()
    assert (bytes(paper.body), paper.content_type) == (PDF, "application/pdf")
    assert paper.sender.endswith("2025550123")
    assert sweep(now + timedelta(hours=2)) == 0


def test_pages_that_the_service_does_not_give_are_asked_for_again_and_then_given_up(
    elm, house, now
):
    opened(house, now, "telnyx")
    paper = came(elm, house, now)
    house.house.came.clear()
    tries = sum(sweep(now + minutes * MINUTE) for minutes in (0, 4, 10, 25, 90, 200, 900))
    assert tries == 5
    with pytest.raises(NotFiled):
        operations.file_paper(paper_id=paper.pk, patient_id=Patient.objects.get().pk, actor=CORA,
                              now=now)  # fmt: skip
    assert filing_tasks().count() == 1


def test_a_person_says_whose_a_fax_is_and_it_closes_the_referral_that_it_answers(elm, house, now):
    row, _ = on_its_way(house, now, "telnyx")
    paper = came(elm, house, now)
    sweep(now)
    item = operations.file_paper(
        paper_id=paper.pk, patient_id=row.patient_id, referral_id=row.pk, title="Consult",
        actor=CORA, now=now,
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.report_id, row.closed_because) == (item.pk, "reported")
    assert bytes(Attachment.objects.get(item=item).data) == PDF
    assert not filing_tasks().exists()
    with pytest.raises(NotFiled):
        operations.set_aside_paper(paper_id=paper.pk, actor=CORA, now=now)


def test_a_fax_that_belongs_in_no_chart_is_set_aside_and_stays(elm, house, now):
    opened(house, now, "telnyx")
    paper = came(elm, house, now)
    operations.set_aside_paper(paper_id=paper.pk, actor=CORA, now=now)
    assert not filing_tasks().exists()
    assert Paper.objects.filter(pk=paper.pk).exists()
    assert sweep(now) == 0


def test_the_address_of_another_practice_cannot_be_taken(elm, house, now):
    opened(house, now, "telnyx")
    with pytest.raises(CarrierRefused):
        opening.open_carrier(account=account_of_fax(house, "documo"), actor=CORA, now=now)
