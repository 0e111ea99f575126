"""What patients said of being written to, where that goes, and under which name we write."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from charts.models import Patient
from outbox import linter
from outbox.consent import Basis, ConsentSource, PatientWay
from outbox.failures import Broken
from outbox.models import Channel, Consent, Contact, Intent, Letterhead
from outbox.operations.contacts import break_contact, open_door
from outbox.operations.withdrawing import hush, keep, withdraw
from outbox.places import PHONES, ContactRefused, address_of
from outbox.reaching import BY_CHART, BY_STAFF, CHANNELS, WAYS, same_person, survivor
from tenants import bulk


@transaction.atomic
def record_consent(
    *, patient_id: UUID, way: PatientWay, bases: Collection[Basis], given: bool,
    source: ConsentSource, at: datetime, language: str = "", actor: Actor, now: datetime,
) -> list[Consent]:  # fmt: skip
    """What a patient said, written down by a person or brought from elsewhere.

    Withdrawn, it holds from this moment: what waits is called off.

    Raises:
        Patient.DoesNotExist: the practice has no such patient.
    """
    patient = survivor(patient_id)
    held = _contacts(patient, way)
    words = [
        keep(patient.pk, way, basis, given=given, source=source, at=at, language=language,
             actor=actor, now=now)
        for basis in sorted(bases)
    ]  # fmt: skip
    if not given:
        hush(Intent.objects.filter(contact__in=held), actor=actor, now=now)
    return words


@transaction.atomic
def opt_out(
    *, contacts: Sequence[Contact], source: ConsentSource, actor: Actor, now: datetime
) -> None:
    """Whoever has these wants nothing there any more."""
    for contact in Contact.objects.lock([one.pk for one in contacts]):
        assert contact.patient_id is not None
        withdraw(contact.patient_id, WAYS[contact.channel], source, actor=actor, now=now)
        break_contact(contact_id=contact.pk, why=Broken.OPTED_OUT, actor=actor, now=now)


@transaction.atomic
def opt_in(
    *, contacts: Sequence[Contact], source: ConsentSource, actor: Actor, now: datetime
) -> None:
    """They want it again, on the basis that they withdrew it on."""
    for contact in Contact.objects.lock([one.pk for one in contacts]):
        if contact.broken_reason == Broken.OPTED_OUT:
            contact.broken_at, contact.broken_reason = None, ""
            contact.save(update_fields=["broken_at", "broken_reason"])
        way = WAYS[contact.channel]
        assert contact.patient_id is not None
        for basis in (Basis.TREATMENT, Basis.TCPA):
            keep(contact.patient_id, way, basis, given=True, source=source, at=now, actor=actor,
                 now=now)  # fmt: skip


@transaction.atomic
def write_down_contact(
    *, patient_id: UUID, way: PatientWay, address: str, actor: Actor, now: datetime
) -> Contact:
    """Where a patient asks to be written to; it goes before what their chart says.

    Raises:
        ContactRefused: it is no such address, or whoever has it opted out there.
    """
    patient, channel = survivor(patient_id), CHANNELS[way]
    clean = address_of(channel, address)
    old = list(_contacts(patient, way))
    contact = next((one for one in old if one.address == clean), None)
    if contact is not None and contact.broken_reason == Broken.OPTED_OUT:
        raise ContactRefused(_("That phone refuses our texts. START must be texted from it."))
    for one in old:
        if one.position == BY_STAFF and one.address != clean:
            one.removed_at = now
            one.save(update_fields=["removed_at"])
    contact = contact or bring_patient_contact(
        patient=patient, channel=channel, address=clean, actor=actor, now=now
    )
    contact.position, contact.broken_at, contact.broken_reason = BY_STAFF, None, ""
    contact.save(update_fields=["position", "broken_at", "broken_reason"])
    log.record("contact.written-down", entity=contact, patient_id=patient.pk,
               detail={"channel": channel}, actor=actor, now=now)  # fmt: skip
    return contact


@transaction.atomic
def bring_patient_contact(
    *, patient: Patient, channel: Channel, address: str, actor: Actor, now: datetime
) -> Contact:
    """An address of a patient, as their chart has it; once."""
    made = Contact(patient=patient, channel=channel, address=address, position=BY_CHART)
    if bulk.insert_new(Contact, [made]):
        log.record("contact.brought", entity=made, patient_id=patient.pk,
                   detail={"channel": channel}, actor=actor, now=now)  # fmt: skip
        if channel in PHONES:
            open_door(address)
    rows = Contact.objects.filter(patient=patient, channel=channel, address=address)
    found: Contact = rows.get(removed_at__isnull=True)
    return found


def _contacts(patient: Patient, way: PatientWay) -> list[Contact]:
    """Their contacts of a way, locked in the order of ids."""
    if way not in CHANNELS:
        return []
    own = Contact.objects.filter(
        patient__in=same_person(patient.pk), channel=CHANNELS[way], removed_at__isnull=True
    )
    return list(Contact.objects.lock(list(own.values_list("pk", flat=True))))


@transaction.atomic
def set_letterhead(
    *, name: str, phone: str, address: str = "", portal_address: str = "",
    order: Sequence[PatientWay] = tuple(PatientWay), actor: Actor, now: datetime,
) -> Letterhead:  # fmt: skip
    """Under which name and phone number the practice writes, and in which order it tries.

    Raises:
        ContactRefused: the name tells a condition, or the phone or the portal is no such address.
    """
    clean = " ".join(name.split())
    if len(clean) < SHORTEST or linter.lint(clean):
        raise ContactRefused(
            _("Write a name that every patient may get in a text: no specialty, no number."),
            field="name",
        )
    values = {
        "name": clean[:60], "phone": address_of(Channel.SMS, phone), "address": address.strip(),
        "portal_address": address_of(Channel.WEBHOOK, portal_address) if portal_address else "",
        "order": [way.value for way in dict.fromkeys((*order, *PatientWay))],
    }  # fmt: skip
    head: Letterhead
    head, _made = Letterhead.objects.select_for_update().update_or_create(defaults=values)
    log.record("letterhead.set", entity=head, actor=actor, now=now)
    return head


SHORTEST = 3
