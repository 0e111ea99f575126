"""What goes over the line of an attempt: the pages of a fax, or a whole Direct message. Reads
only; the same row gives the same bytes, so that a repeat can be told."""

from referrals.models import PacketPart, Transmission
from referrals.packing import assigner_of, number_of
from referrals.ways import Way
from referrals.wire import direct, omg, xdm
from referrals.wire.direct import Letter
from referrals.wire.documents import Document, document
from referrals.wire.omg import Order, Person

PAGES = "referral.pdf"


def parcel(row: Transmission) -> bytes:
    """The bytes of this attempt."""
    pdf = bytes(row.packet.pdf)
    if row.way == Way.FAX:
        return pdf
    documents = [document(PAGES, pdf), *_attached(row)]
    if row.packet.specialist.takes_360x:
        documents = [_package(row, documents)]
    letter = Letter(row.message_id, row.carrier.address, row.to_address, documents, row.queued_at)
    return direct.compose(letter)


def _attached(row: Transmission) -> list[Document]:
    parts = PacketPart.objects.filter(packet=row.packet_id, attachment__isnull=False)
    held = [one.attachment for one in parts.order_by("pk").select_related("attachment")]
    return [document(f"document-{n}", bytes(one.data)) for n, one in enumerate(held, 1) if one]


def _package(row: Transmission, documents: list[Document]) -> Document:
    """As a 360X partner takes it: the order as a message, and the documents, as XDM."""
    order = document("order.hl7", omg.compose(_order(row)))
    packed = xdm.pack([order, *documents], set_id=row.pk, to=row.to_address, at=row.queued_at)
    return document("referral.zip", packed)


def _order(row: Transmission) -> Order:
    referral, specialist = row.referral, row.packet.specialist
    patient = referral.patient
    rows = patient.identifiers.order_by("assigner", "value")
    return Order(
        control_id=row.pk.hex[:20], at=row.queued_at, number=number_of(referral),
        assigner=assigner_of(referral), sender=row.carrier.address, recipient=row.to_address,
        patient=Person(patient.family, patient.given),
        patient_ids=[(one.value, one.assigner, one.type) for one in rows],
        birth_date=patient.birth_date, sex=patient.sex, phone=patient.phone,
        referrer=referral.referrer.name if referral.referrer else referral.referrer_name,
        specialist=specialist.name, urgency=referral.urgency, specialty=referral.specialty,
        reason=referral.reason, question=referral.question, due_on=referral.expected_on,
    )  # fmt: skip
