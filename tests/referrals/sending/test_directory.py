"""The directory and the accounts: what may be written into them, and what follows a change."""

from dataclasses import replace
from datetime import date

import pytest

from audit.models import AuditEvent
from referrals import operations
from referrals.directory import Entry, EntryRefused, is_npi
from referrals.models import Carrier, Specialist
from referrals.operations import CarrierRefused, NoSpecialist
from referrals.ways import Way
from tenants import sealing
from tests.referrals.sending.street import CORA, account_of_fax, account_of_hisp, carrier, referral

pytestmark = pytest.mark.django_db
ENTRY = Entry(organization=" Heartfield  Clinic ", person="Dr Hal Hart", npi="1234567893",
              direct_address=" Office@Heart.Direct.example ", fax="(202) 555-0123")  # fmt: skip
ME = {"actor": CORA}


def add(now, **more):
    return operations.add_specialist(entry=replace(ENTRY, **more), now=now, **ME)


@pytest.mark.parametrize("npi, good", [
    ("1234567893", True), ("1245319599", True), ("1234567890", False), ("123456789", False),
    ("12345678931", False), ("123456789x", False), ("", False),
])  # fmt: skip
def test_the_last_digit_of_an_npi_checks_the_others(npi, good):
    assert is_npi(npi) is good


def test_an_entry_is_written_one_way_and_its_fax_is_nobodys_until_somebody_made_sure(elm, now):
    row = add(now)
    assert (row.organization, row.direct_address) == (
        "Heartfield Clinic", "office@heart.direct.example",
    )  # fmt: skip
    assert (row.fax, row.fax_verified_at, row.address(Way.FAX)) == ("+12025550123", None, "")
    operations.verify_fax(specialist_id=row.pk, fax=row.fax, now=now, **ME)
    assert Specialist.objects.get().address(Way.FAX) == "+12025550123"
    with pytest.raises(EntryRefused):
        operations.verify_fax(specialist_id=row.pk, fax="+12025550199", now=now, **ME)


@pytest.mark.parametrize("column, value", [
    ("organization", " "), ("npi", "1234567890"), ("direct_address", "office"),
    ("direct_address", "a@b.example\r\nBcc: x@y.example"), ("fax", "555"), ("phone", "911"),
    ("ways", ()), ("ways", (Way.FAX, Way.FAX)),
])  # fmt: skip
def test_what_cannot_be_is_refused_by_the_name_of_its_column(elm, now, column, value):
    with pytest.raises(EntryRefused) as refused:
        add(now, **{column: value})
    assert refused.value.column == column
    assert str(refused.value)


def test_nobody_is_in_the_directory_twice_and_who_was_taken_out_may_come_back(elm, now):
    row = add(now)
    with pytest.raises(EntryRefused):
        add(now, person="DR HAL HART")
    operations.retire_specialist(specialist_id=row.pk, now=now, **ME)
    with pytest.raises(NoSpecialist):
        operations.change_specialist(specialist_id=row.pk, entry=ENTRY, now=now, **ME)
    with pytest.raises(NoSpecialist):
        operations.address_to(referral_id=referral(now).pk, specialist_id=row.pk, now=now, **ME)
    assert add(now).pk != row.pk


def test_another_fax_number_must_be_verified_anew_and_the_same_one_need_not(elm, now):
    row = add(now)
    operations.verify_fax(specialist_id=row.pk, fax=row.fax, now=now, **ME)
    change = {"specialist_id": row.pk, "now": now, **ME}
    assert operations.change_specialist(entry=replace(ENTRY, phone="202-555-0124"), **change)
    assert Specialist.objects.get().fax_verified_at is not None
    operations.change_specialist(entry=replace(ENTRY, fax="202-555-0199"), **change)
    assert Specialist.objects.get().fax_verified_at is None
    [changed, _] = AuditEvent.objects.filter(action="specialist.changed").order_by("-at", "-pk")
    assert "2025550199" not in str(changed.detail)


def test_secrets_of_an_account_are_sealed_and_sealed_anew(elm, house, now):
    row = carrier(account_of_fax(house, "documo"), now)
    assert house.house.key not in row.secret
    before = (row.secret, row.callback_secret)
    assert operations.reseal_carriers(now=now, **ME) == 2
    row.refresh_from_db()
    assert (row.secret, row.callback_secret) != before
    assert sealing.unseal(row.secret) == house.house.key


@pytest.mark.parametrize("wrong", [
    {"kind": "pigeon"}, {"secret": ""}, {"callback_secret": ""}, {"connection": ""},
    {"address": "555"}, {"address": ""},
])  # fmt: skip
def test_an_account_that_lacks_something_is_refused(elm, house, now, wrong):
    with pytest.raises(CarrierRefused):
        carrier(account_of_fax(house, **wrong), now)
    assert not Carrier.objects.exists()


def test_of_one_kind_one_account_is_open_at_a_time(elm, hisp, now):
    row = carrier(account_of_hisp(hisp, baa_on=None), now)
    with pytest.raises(CarrierRefused):
        carrier(account_of_hisp(hisp), now)
    assert not row.is_usable
    operations.sign_baa(carrier_id=row.pk, baa_on=date(2026, 1, 2), now=now, **ME)
    assert Carrier.objects.get().is_usable
    operations.close_carrier(carrier_id=row.pk, now=now, **ME)
    assert carrier(account_of_hisp(hisp), now).pk != row.pk
    with pytest.raises(CarrierRefused):
        operations.close_carrier(carrier_id=row.pk, now=now, **ME)
