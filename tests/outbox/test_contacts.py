"""How people say where they are reached, and prove it; nothing unproven is ever used."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from audit.actors import Actor
from audit.models import AuditEvent
from outbox import linter, packing
from outbox import operations as outbox
from outbox.channels.outcomes import Refused
from outbox.choosing import PAGING, reach
from outbox.models import Channel, Contact, Intent
from outbox.operations import ContactNotFound, ContactRefused
from outbox.operations.contacts import phone_key
from outbox.phones import NotAPhone, e164, shown
from tenants.models import Door, DoorKind

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PHONE = "+12025550123"


@pytest.fixture
def diaz(elm_street):
    with elm_street.scoped():
        yield elm_street.diaz


def me(member, now=NOW, **more) -> dict:
    return {"member": member, "actor": Actor.person(member), "now": now, **more}


def add(member, address=PHONE, channel=Channel.SMS, now=NOW) -> Contact:
    return outbox.add_contact(channel=channel, address=address, **me(member, now))


def code_of(contact) -> str:
    newest = Intent.objects.filter(contact=contact, template="verify").latest("created_at")
    return re.search(r"code is (.+?)\. ", newest.body)[1]


def proven(member, address=PHONE, channel=Channel.SMS) -> Contact:
    contact = add(member, address, channel)
    assert outbox.verify_contact(contact_id=contact.pk, code=code_of(contact), **me(member))
    return Contact.objects.get(pk=contact.pk)


def usable(member) -> list[Contact]:
    return reach([member.pk]).usable(member.pk, PAGING)


def test_a_code_proves_a_phone_and_only_then_is_it_used(diaz):
    contact = add(diaz, "(202) 555-0123")
    assert (contact.address, contact.verified_at) == (PHONE, None)
    assert usable(diaz) == []
    code = code_of(contact)
    assert outbox.verify_contact(contact_id=contact.pk, code=f" {code.lower()} ", **me(diaz))
    assert usable(diaz) == [contact]
    assert Door.objects.filter(kind=DoorKind.PHONE, key=phone_key(PHONE)).count() == 1


def test_the_code_is_kept_as_a_digest_and_its_message_passes_the_linter(diaz):
    for channel, address in (("sms", PHONE), ("voice", "2025550144"), ("email", "a@elm.example")):
        contact = add(diaz, address, Channel(channel))
        intent = Intent.objects.get(contact=contact)
        assert linter.lint(intent.body) == []
        bare = re.sub(r"\W", "", code_of(contact))
        assert len(bare) == 6
        assert bare not in contact.code_digest
        assert len(contact.code_digest) == 64
        assert str(AuditEvent.objects.filter(detail__icontains=bare)) == "<PracticeQuerySet []>"


def test_only_its_own_code_goes_to_what_is_not_proven(diaz):
    contact = add(diaz)
    [code] = Intent.objects.filter(contact=contact).select_related("contact")
    assert packing.unusable(code) is None
    page = Intent(channel="sms", contact=contact, template="page")
    assert packing.unusable(page) == Refused("the contact is not verified")


def test_a_wrong_code_counts_and_the_sixth_is_not_looked_at(diaz):
    contact = add(diaz)
    code = code_of(contact)
    for _ in range(5):
        assert not outbox.verify_contact(contact_id=contact.pk, code="K2K 2K2", **me(diaz))
    with pytest.raises(ContactRefused, match="Too many wrong codes"):
        outbox.verify_contact(contact_id=contact.pk, code=code, **me(diaz))
    assert usable(diaz) == []


def test_a_code_lasts_ten_minutes(diaz):
    contact = add(diaz)
    code = code_of(contact)
    with pytest.raises(ContactRefused, match="too old"):
        outbox.verify_contact(
            contact_id=contact.pk, code=code, **me(diaz, NOW + 10 * MINUTE + MINUTE)
        )


def test_another_code_ends_the_one_before_and_is_not_sent_at_once(diaz):
    contact = add(diaz)
    first = code_of(contact)
    with pytest.raises(ContactRefused, match="Wait a minute"):
        outbox.send_code(contact_id=contact.pk, **me(diaz, NOW + MINUTE / 2))
    later = NOW + 2 * MINUTE
    outbox.send_code(contact_id=contact.pk, **me(diaz, later))
    assert not outbox.verify_contact(contact_id=contact.pk, code=first, **me(diaz, later))
    assert outbox.verify_contact(contact_id=contact.pk, code=code_of(contact), **me(diaz, later))


def test_six_codes_an_hour_are_enough(diaz):
    for number in range(6):
        add(diaz, f"+1202555010{number}")
    with pytest.raises(ContactRefused, match="within the hour"):
        add(diaz, "+12025550177")
    assert not Contact.objects.filter(address="+12025550177").exists()
    assert add(diaz, "+12025550177", now=NOW + 61 * MINUTE).address == "+12025550177"


def test_a_number_proven_for_texts_needs_no_proof_for_calls(diaz):
    proven(diaz)
    call = add(diaz, channel=Channel.VOICE)
    assert call.verified_at is not None
    assert Intent.objects.filter(contact=call).count() == 0


def test_the_same_way_twice_and_too_many_are_refused(diaz):
    add(diaz)
    with pytest.raises(ContactRefused, match="have this one already"):
        add(diaz, "202-555-0123")
    for number in range(7):
        Contact.objects.create(member=diaz, channel="email", address=f"{number}@elm.example")
    with pytest.raises(ContactRefused, match="8 ways already"):
        add(diaz, "+12025550199")


def test_what_was_removed_is_not_used_and_its_door_is_gone(diaz):
    contact = proven(diaz)
    outbox.remove_contact(contact_id=contact.pk, **me(diaz))
    assert usable(diaz) == []
    assert not Door.objects.filter(kind=DoorKind.PHONE).exists()
    assert add(diaz, now=NOW + MINUTE).verified_at is None


def test_the_order_is_theirs(diaz):
    first, second = proven(diaz), proven(diaz, "+12025550188")
    assert [one.pk for one in usable(diaz)] == [first.pk, second.pk]
    outbox.raise_contact(contact_id=second.pk, **me(diaz))
    assert [one.pk for one in usable(diaz)] == [second.pk, first.pk]
    outbox.raise_contact(contact_id=second.pk, **me(diaz))
    assert [one.pk for one in usable(diaz)] == [second.pk, first.pk]


@pytest.mark.parametrize("verb", ["send_code", "verify_contact", "remove_contact", "raise_contact"])
def test_a_colleagues_contact_is_nobodys(diaz, elm_street, verb):
    contact = add(diaz)
    more = {"code": code_of(contact)} if verb == "verify_contact" else {}
    with pytest.raises(ContactNotFound):
        getattr(outbox, verb)(contact_id=contact.pk, **me(elm_street.sam), **more)


def test_an_opted_out_phone_must_opt_in_before_it_is_proven_again(diaz):
    contact = proven(diaz)
    outbox.break_contact(contact_id=contact.pk, why="opted-out", actor=Actor.person(diaz), now=NOW)
    assert usable(diaz) == []
    with pytest.raises(ContactRefused, match="Text START"):
        outbox.send_code(contact_id=contact.pk, **me(diaz, NOW + 5 * MINUTE))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("(202) 555-0123", PHONE), ("202.555.0123", PHONE), ("1 202 555 0123", PHONE),
     ("+1-202-555-0123", PHONE), ("+44 20 7946 0123", "+442079460123")],
)  # fmt: skip
def test_numbers_are_kept_as_the_networks_write_them(typed, kept):
    assert e164(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "911", "555-0123", "+1 102 555 0123", "202 155 0123", "abc", "+0 12345678", "+١٢٣٤٥٦٧٨٩",
     "2025550123 ext 4", "+1234567890123456", "12025550123456"],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_what_to_write(typed):
    with pytest.raises(NotAPhone, match=r"area code"):
        e164(typed)


@pytest.mark.parametrize(
    ("channel", "address"),
    [("email", "not an address"), ("email", ""), ("chat", "http://hooks.example/x"),
     ("chat", "https://localhost/x"), ("webhook", "ftp://x.example"), ("webhook", "https://[x"),
     ("webhook", "https://me@hooks.example/"), ("sms", "call me")],
)  # fmt: skip
def test_an_address_of_no_such_kind_is_refused_and_nothing_is_saved(diaz, channel, address):
    with pytest.raises(ContactRefused):
        add(diaz, address, Channel(channel))
    assert Contact.objects.count() == Intent.objects.count() == 0


def test_numbers_are_shown_as_people_read_them():
    assert shown(PHONE) == "+1 202 555 0123"
    assert shown("+442079460123") == "+442079460123"


@pytest.mark.parametrize(
    ("quiet", "minutes"), [((60, 60), 0), ((0, 1440), 0), (None, 61), (None, -1)]
)
def test_wishes_that_make_no_sense_are_refused(diaz, quiet, minutes):
    with pytest.raises(ContactRefused):
        outbox.prefer(quiet=quiet, notices=[], bundle_minutes=minutes, digest=True, **me(diaz))


def test_a_page_rings_where_anything_can_and_goes_by_mail_where_nothing_does(diaz):
    def ways():
        return [one.channel for one in reach([diaz.pk]).pages(diaz.pk, now=NOW)]

    proven(diaz, "a@elm.example", Channel.EMAIL)
    assert ways() == ["in-app", "email"]
    assert not reach([diaz.pk]).can_ring(diaz.pk)
    proven(diaz)
    assert ways() == ["in-app", "sms"]
    assert reach([diaz.pk]).can_ring(diaz.pk)


def test_a_test_page_needs_a_way_that_can_ring(diaz):
    with pytest.raises(ContactRefused, match="verify it first"):
        outbox.send_test(**me(diaz))
    proven(diaz)
    assert {one.channel for one in outbox.send_test(**me(diaz))} == {"in-app", "sms"}
    assert all(linter.lint(one.body) == [] for one in Intent.objects.filter(template="test"))
