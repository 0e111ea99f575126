"""Elm Street with a referral, a specialist, and accounts at a fake HISP and a fake fax service."""

from datetime import UTC, date, datetime

import pytest

from audit.actors import Actor
from charts import patients
from charts.models import Patient
from referrals import carrying, operations
from referrals.directory import Entry
from referrals.fake import fax, mail
from referrals.models import Fact, Referral, Transmission
from referrals.operations import Account, Opening
from referrals.states import Axis
from referrals.ways import Way
from tests.reports import patient

CORA = Actor.machine("tests.cora")
US, THEM = "referrals@elm.direct.example", "scheduling@heart.direct.example"
FAX = "+12025550123"
SERVICES = ("documo", "telnyx")


@pytest.fixture
def hisp(settings):
    settings.EHR_LOOPBACK = True
    running = mail.start()
    yield running
    running.stop()


@pytest.fixture
def house(settings):
    settings.EHR_LOOPBACK = True
    running = fax.start()
    yield running
    running.stop()


@pytest.fixture
def now():
    """The fake services have clocks of their own: what they list is of this moment."""
    return datetime.now(UTC)


@pytest.fixture
def elm(elm_street, now):
    with elm_street.scoped():
        patients.find_or_register([patient()], overwrite=True, actor=CORA, now=now)
        yield elm_street


def account_of_hisp(running, **more) -> Account:
    return Account(**{
        "kind": "hisp", "feed_slug": "elm-hisp", "address": US, "url": running.smtp_url,
        "mail_url": running.imap_url, "user": US, "secret": running.hisp.password,
        "baa_on": date(2026, 1, 2), **more,
    })  # fmt: skip


def account_of_fax(running, kind="telnyx", **more) -> Account:
    house = running.house
    callback = house.public_key if kind == "telnyx" else house.password
    return Account(**{
        "kind": kind, "feed_slug": "elm-fax", "address": "+12025550100", "url": running.address,
        "user": house.user, "secret": house.key, "connection": "app-1",
        "callback_secret": callback, "baa_on": date(2026, 1, 2), **more,
    })  # fmt: skip


def carrier(account, now):
    return operations.open_carrier(account=account, actor=CORA, now=now)


def specialist(now, *, verified=True, **more):
    entry = Entry(**{
        "organization": "Heartfield Clinic", "person": "Dr Hal Hart", "direct_address": THEM,
        "fax": FAX, "phone": "202-555-0124", "ways": (Way.DIRECT, Way.FAX), **more,
    })  # fmt: skip
    row = operations.add_specialist(entry=entry, actor=CORA, now=now)
    if verified and row.fax:
        operations.verify_fax(specialist_id=row.pk, fax=row.fax, actor=CORA, now=now)
    return row


def referral(now, to=None, number="N-1", **more) -> Referral:
    said = {"specialty": "Cardiology", "question": "Is it the valve?", **more}
    opening = Opening(
        patient_id=Patient.objects.get().pk, number=number, ordered_at=now, **said
    )  # fmt: skip
    row, _ = operations.open_by_hand(opening=opening, actor=CORA, now=now)
    if to is not None:
        operations.address_to(referral_id=row.pk, specialist_id=to.pk, actor=CORA, now=now)
    return row


def send(row, now, **more) -> Transmission:
    return operations.send_referral(referral_id=row.pk, actor=CORA, now=now, **more)


def sweep(now) -> int:
    """One pass; how many attempts went over a line."""
    return carrying.sweep(now=now).fired


def attempts(row) -> list[tuple[str, str]]:
    rows = Transmission.objects.filter(referral=row).order_by("pk")
    return list(rows.values_list("way", "passage"))


def axis(row) -> str:
    return Referral.objects.get(pk=row.pk).transmission


def told(row) -> list[str]:
    rows = Fact.objects.filter(referral=row, axis=Axis.TRANSMISSION).order_by("at")
    return list(rows.values_list("value", flat=True))
