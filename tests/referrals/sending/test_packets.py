"""What goes along is what the chart holds at that moment; it is listed, and never changes."""

import re

import pytest
from django.db import InternalError, ProgrammingError, transaction

from audit.models import AuditEvent
from charts.models import Patient
from charts.values import Attachment, Code, ItemKind, ItemStatus, Severity
from integrations.hl7 import message as hl7
from integrations.hl7 import reading
from referrals import operations, packing
from referrals.codes import digest_of_code
from referrals.models import Invitation, Packet, PacketPart, Part, Referral
from referrals.operations import Hindrance, NotSent, Opened
from referrals.states import Closure
from referrals.wire import direct, mime, xdm
from referrals.wire.documents import Kind
from tests.referrals.packet.test_pages import shown
from tests.referrals.sending.street import (
    CORA,
    account_of_hisp,
    carrier,
    referral,
    send,
    specialist,
    sweep,
)
from tests.reports import file, patient, potassium, report, result

pytestmark = pytest.mark.django_db
CCDA = b"<?xml version='1.0'?><ClinicalDocument xmlns='urn:hl7-org:v3'></ClinicalDocument>"
CODE = re.compile(rb"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
MEDICATION = Code("866924", "Metoprolol tartrate 25 MG", "rxnorm")


def chart(now):
    """A result, a note with a document of its own, a note that was taken back, and a drug."""
    summary = Attachment(content_type="text/xml", title="Summary", data=CCDA)
    file(
        result(ItemStatus.FINAL, potassium(6.1, Severity.CRITICAL), key="L-1"),
        report(ItemKind.DOCUMENT, ItemStatus.FINAL, key="D-1", text="Heart races.",
               attachments=(summary,), code=Code("x", "Office visit")),
        report(ItemKind.DOCUMENT, ItemStatus.WITHDRAWN, key="D-2", code=Code("x", "Wrong chart")),
        now=now, of=patient(medications=(MEDICATION,)),
    )  # fmt: skip


def made(now, row=None, **more) -> Packet:
    row = row or referral(now, specialist(now))
    return operations.make_packet(referral_id=row.pk, actor=CORA, now=now, **more)


def kinds(packet) -> dict[str, int]:
    parts = PacketPart.objects.filter(packet=packet)
    return {kind: sum(p.count for p in parts if p.kind == kind) for kind in {p.kind for p in parts}}


def test_a_packet_lists_what_it_tells_and_leaves_out_what_was_taken_back(elm, now):
    chart(now)
    packet = made(now)
    assert kinds(packet) == {
        Part.DEMOGRAPHICS: 1, Part.QUESTION: 1, Part.MEDICATION: 1, Part.RESULT: 1, Part.NOTE: 1,
        Part.DOCUMENT: 1,
    }  # fmt: skip
    going = packing.chosen(packing.offered(packet.referral, now=now), None)
    said = packing.contents(packet.referral, packet.specialist, going, now=now)
    assert [one.title for one in said.notes] == ["Office visit"]
    [value] = said.results[0].values
    assert (value.value, value.units, value.normal) == ("6.1", "mmol/L", "3.5-5.1")
    assert list(said.medications) == ["Metoprolol tartrate 25 MG"]
    assert (packet.size, packet.pages) == (len(bytes(packet.pdf)), 2)
    assert AuditEvent.objects.filter(action="packet.made", entity_id=packet.pk).count() == 1


def test_a_person_may_choose_and_of_a_restricted_chart_nothing_goes_unless_they_do(elm, now):
    chart(now)
    row = referral(now, specialist(now))
    offer = packing.offered(row, now=now)
    only = made(now, row, items=[offer.results[0].pk])
    assert Part.NOTE not in kinds(only)
    Patient.objects.update(is_restricted=True)
    assert not {Part.RESULT, Part.NOTE, Part.DOCUMENT} & kinds(made(now, row)).keys()
    assert Part.NOTE in kinds(made(now, row, items=[offer.notes[0].pk]))


def test_insurance_is_in_the_packet_as_somebody_wrote_it_down(elm, now):
    row = referral(now, specialist(now))
    who = {"referral_id": row.pk, "actor": CORA, "now": now}
    operations.insure(payer=" Fake \n Health ", rest="PPO,  member W1", **who)
    kept = Referral.objects.get()
    assert (kept.payer, kept.insurance) == ("Fake Health", "Fake Health, PPO, member W1")
    assert Part.INSURANCE in kinds(made(now, row))
    operations.insure(payer="", rest="member W1", **who)
    assert Referral.objects.get().insurance == "", "a number of nobody's insurance is none"
    with pytest.raises(operations.Overtaken):
        operations.insure(payer="Fake Health", version=kept.version, **who)


def test_a_packet_and_its_parts_never_change(elm, now):
    packet = made(now)
    for change in (
        lambda: Packet.objects.filter(pk=packet.pk).update(pages=1),
        lambda: PacketPart.objects.filter(packet=packet).update(count=2),
        lambda: PacketPart.objects.filter(packet=packet).delete(),
    ):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            change()


def test_a_packet_for_nobody_is_refused(elm, now):
    with pytest.raises(NotSent) as refused:
        made(now, referral(now))
    assert refused.value.why is Hindrance.NO_SPECIALIST


def test_documents_that_a_system_can_read_go_along_by_direct(elm, hisp, now):
    chart(now)
    carrier(account_of_hisp(hisp), now)
    send(referral(now, specialist(now)), now)
    sweep(now)
    said = direct.read(hisp.hisp.handed[0].raw)
    assert [(one.kind, one.body == CCDA) for one in said.documents] == [
        (Kind.PDF, False), (Kind.CCDA, True),
    ]  # fmt: skip


def test_where_the_partner_reads_360x_the_order_goes_as_a_message_in_a_package(elm, hisp, now):
    chart(now)
    carrier(account_of_hisp(hisp), now)
    reason = "Murmur | new & loud\nsince ^Monday"
    row = referral(now, specialist(now, takes_360x=True), reason=reason)
    send(row, now)
    sweep(now)
    raw = hisp.hisp.handed[0].raw
    [package] = [mime.body(one) for one in mime.parts(mime.parse(raw)) if mime.file_name(one)]
    inside = xdm.unpack(package).documents
    assert [one.kind for one in inside] == [Kind.HL7, Kind.PDF, Kind.CCDA]
    said = reading.interpret(hl7.read(inside[0].body), zone="America/New_York")
    assert not [one for one in said.faults if one.is_error]
    [event] = said.events
    order = event.item
    assert (order.kind, order.placer) == (ItemKind.REFERRAL, "N-1")
    assert order.details["assigner"] == "elm-street"
    assert "Is it the valve?" in order.text
    assert order.details["reason"].startswith("Murmur | new & loud")
    assert [one.value for one in event.patient.identifiers] == ["508773"]


def test_the_cover_bears_a_code_that_opens_the_referral_and_sending_again_revokes_it(elm, now):
    row = referral(now, specialist(now))
    first, second = (shown(bytes(made(now, row).pdf))[0] for _ in range(2))
    codes = [CODE.search(one)[0].decode() for one in (first, second)]
    assert b"/answer/" in first
    opened = [
        operations.open_invitation(door=digest_of_code(code), code=code, actor=CORA, now=now)[0]
        for code in codes
    ]
    assert opened == [Opened.SHUT, Opened.OPEN]
    assert AuditEvent.objects.filter(action="invitation.revoked").count() == 1


def test_of_a_closed_referral_and_of_one_that_does_not_fit_nobody_is_invited(elm, now):
    row = referral(now, specialist(now))
    operations.invite(referral_id=row.pk, actor=CORA, now=now)
    operations.close(referral_id=row.pk, because=Closure.WITHDRAWN, version=row.version + 1,
                     actor=CORA, now=now)  # fmt: skip
    with pytest.raises(NotSent) as refused:
        made(now, row)
    assert refused.value.why is Hindrance.CLOSED
    assert Invitation.objects.get().revoked_at is None
