"""A referral goes out from its page: addressed, sent, refused; what left, what came back."""

import re
from uuid import uuid4

import pytest
from django.db import transaction

from accounts.roles import Role
from audit.models import AuditEvent
from charts.models import ChartItem, Patient
from charts.values import ItemKind, ItemStatus
from referrals import operations
from referrals.directory import Entry
from referrals.models import CadenceStep, Carrier, Invitation, Packet, Referral, Transmission
from referrals.specialties import Specialty
from tests.dashboards.referral_scene import HISP, open_referrals, send_one
from tests.people import SETUP, admit
from tests.reports import DIAZ, file, patient, report

pytestmark = pytest.mark.django_db


@pytest.fixture
def referrals(elm_street, right_now):
    with elm_street.scoped(), transaction.atomic():
        return open_referrals(elm_street, right_now)


@pytest.fixture
def cora(elm_street, signed_in):
    return signed_in(elm_street.cora)


@pytest.fixture
def heart(elm_street, right_now):
    """In the directory, with a Direct address; the practice has an account at a HISP."""
    entry = Entry(organization="Heartfield Clinic", specialty=Specialty.CARDIOLOGY,
                  direct_address="in@heart.direct.example")  # fmt: skip
    with elm_street.scoped(), transaction.atomic():
        operations.open_carrier(account=HISP, actor=SETUP, now=right_now)
        return operations.add_specialist(entry=entry, actor=SETUP, now=right_now)


def url(pk, code="") -> str:
    return f"/referrals/{pk}/" + (f"{code}/" if code else "")


def post(client, elm, pk, code, **said):
    """As the page sends it, with the version that stands."""
    with elm.scoped():
        version = Referral.objects.get(pk=pk).version
    return client.post(url(pk, code), {"version": version, **said})


def test_a_referral_is_addressed_to_one_of_the_directory_and_sent(
    elm_street, referrals, heart, cora
):
    pk = referrals["ordered"]
    page = cora.get(url(pk)).text
    assert '<optgroup label="Cardiology">' in page
    assert f'action="{url(pk, "send")}"' not in page
    assert post(cora, elm_street, pk, "to", specialist=heart.pk).url.endswith(
        "?said=referral-addressed#sending"
    )
    answer = post(cora, elm_street, pk, "send")
    assert answer.url.endswith("?said=referral-queued#sending")
    page = cora.get(url(pk)).text
    for words in (
        "Addressed to a specialist", "Heartfield Clinic", "in@heart.direct.example",
        "Waiting to be sent", "It tells: who the patient is, reason and question",
    ):  # fmt: skip
        assert words in page
    with elm_street.scoped():
        assert Transmission.objects.get().to_address == "in@heart.direct.example"


@pytest.mark.parametrize(
    ("without", "why"),
    [("specialist", "choose a specialist"), ("address", "neither a Direct address nor a fax"),
     ("carrier", "no account that reaches"), ("agreement", "business associate agreement"),
     ("first", "on its way already")],
)  # fmt: skip
def test_what_hinders_sending_is_said_and_nothing_is_kept(
    elm_street, referrals, heart, cora, right_now, without, why
):
    pk, who = referrals["ordered"], {"actor": SETUP, "now": right_now}
    with elm_street.scoped(), transaction.atomic():
        if without != "specialist":
            operations.address_to(referral_id=pk, specialist_id=heart.pk, **who)
        if without == "address":
            bare = Entry(organization="Heartfield Clinic")
            operations.change_specialist(specialist_id=heart.pk, entry=bare, **who)
        if without == "carrier":
            operations.close_carrier(carrier_id=Carrier.objects.get().pk, **who)
        if without == "agreement":
            Carrier.objects.update(baa_on=None)
        if without == "first":
            operations.send_referral(referral_id=pk, **who)
        before = Packet.objects.count()
    answer = post(cora, elm_street, pk, "send")
    assert answer.status_code == 422
    assert why in answer.text
    with elm_street.scoped():
        assert Packet.objects.count() == before


def test_whoever_sends_what_another_addressed_anew_meanwhile_sends_nothing(
    elm_street, referrals, heart, cora, right_now
):
    pk = referrals["ordered"]
    with elm_street.scoped(), transaction.atomic():
        seen = Referral.objects.get(pk=pk).version
        operations.address_to(referral_id=pk, specialist_id=heart.pk, actor=SETUP, now=right_now)
    for code in ("send", "to"):
        assert cora.post(url(pk, code), {"version": seen}).status_code == 409
    with elm_street.scoped():
        assert not Transmission.objects.exists()
        assert Referral.objects.get(pk=pk).specialist_id == heart.pk


def test_an_address_of_nobody_is_refused(elm_street, referrals, cora):
    pk = referrals["ordered"]
    assert post(cora, elm_street, pk, "to", specialist=uuid4()).status_code == 422
    assert post(cora, elm_street, pk, "to", specialist="x").status_code == 404


def test_the_pages_of_a_packet_are_a_download_and_a_look_into_the_chart(
    elm_street, oak_street, referrals, cora, signed_in, right_now
):
    pk = referrals["asked"]
    with elm_street.scoped(), transaction.atomic():
        send_one(pk, right_now)
        packet = Packet.objects.get()
    address = f"{url(pk)}packets/{packet.pk}/"
    assert address in cora.get(url(pk)).text
    answer = cora.get(address)
    assert answer.content == bytes(packet.pdf)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    with elm_street.scoped():
        seen = AuditEvent.objects.get(action="packet.viewed")
        assert seen.patient_id == Referral.objects.get(pk=pk).patient_id
    for wrong in (f"{url(pk)}packets/{uuid4()}/",
                  f"{url(referrals['booked'])}packets/{packet.pk}/"):  # fmt: skip
        assert cora.get(wrong).status_code == 404
    assert signed_in(oak_street.olu).get(address).status_code == 404
    assert signed_in(elm_street.ira).get(address).status_code == 403


def test_what_the_specialist_asked_stands_on_the_page_in_their_words(
    elm_street, referrals, cora, right_now
):
    pk = referrals["asked"]
    with elm_street.scoped(), transaction.atomic():
        send_one(pk, right_now)
        whose = Referral.objects.get(pk=pk).patient_id
    page = cora.get(url(pk)).text
    for words in ("Is there a TSH of this year?", "on the specialist&#x27;s form",
                  'href="/referrals/faxed-back/"',
                  f'href="/patients/{whose}/messages/"'):  # fmt: skip
        assert words in page
    assert "Is there a TSH" not in cora.get(url(referrals["booked"])).text


def test_a_link_and_its_code_are_shown_once_and_a_closed_referral_has_none(
    elm_street, referrals, cora
):
    answer = cora.post(url(referrals["ordered"], "invite"))
    code = re.search(r"<code>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){2})</code>", answer.text)[1]
    assert "/answer/" in answer.text
    assert code not in cora.get(url(referrals["ordered"])).text
    refused = cora.post(url(referrals["closed"], "invite"))
    assert refused.status_code == 422
    assert "Open it again first" in refused.text
    assert "Make a link" not in refused.text
    with elm_street.scoped():
        assert Invitation.objects.get().referral_id == referrals["ordered"]


def test_of_a_restricted_chart_nothing_goes_unless_it_is_ticked(
    elm_street, referrals, heart, cora, signed_in, right_now
):
    pk = referrals["ordered"]
    with elm_street.scoped(), transaction.atomic():
        note = report(ItemKind.DOCUMENT, ItemStatus.FINAL, key="D-9", issued_at=right_now)
        (filed,) = file(note, now=right_now, of=patient("610000"))
        operations.address_to(referral_id=pk, specialist_id=heart.pk, actor=SETUP, now=right_now)
    item = re.compile(r'name="item" value="([^"]*)"( checked)?')
    ((one, ticked),) = item.findall(cora.get(url(pk)).text)
    assert ticked
    with elm_street.scoped(), transaction.atomic():
        Patient.objects.filter(referrals=pk).update(is_restricted=True)
        people = {"author": {"id": DIAZ.id}}
        ChartItem.objects.filter(pk=filed.item.pk).update(people=people)
    cora = signed_in(elm_street.diaz)  # who cares for the patient
    assert item.findall(cora.get(url(pk)).text) == [(one, "")]
    post(cora, elm_street, pk, "send", item=[one, "nonsense"])
    with elm_street.scoped():
        kinds = set(Packet.objects.get().parts.values_list("kind", flat=True))
    assert "note" in kinds


def test_what_the_cadence_did_stands_among_what_happened(elm_street, referrals, cora, right_now):
    pk = referrals["sent"]
    with elm_street.scoped(), transaction.atomic():
        for at, (came_to, detail) in enumerate(
            (("written", "sms"), ("asked", "ask-specialist"), ("passed", "coordinate"))
        ):
            CadenceStep.objects.create(
                referral_id=pk, key=f"k{at}", row="r", branch="patient", due_at=right_now,
                fired_at=right_now, came_to=came_to, detail=detail,
            )  # fmt: skip
    page = cora.get(url(pk)).text
    for words in ("The patient was written to", "Text message", "Somebody here was asked",
                  "by the cadence"):  # fmt: skip
        assert words in page
    assert "Move the referral on" not in page


@pytest.mark.parametrize(
    ("without", "why"),
    [("carrier", "no account that reaches"), ("agreement", "business associate agreement"),
     ("first", "on its way already")],
)  # fmt: skip
def test_send_is_off_with_its_reason_while_something_hinders_it(
    elm_street, referrals, heart, cora, signed_in, right_now, without, why
):
    pk, who = referrals["ordered"], {"actor": SETUP, "now": right_now}
    button = f'action="{url(pk, "send")}"'
    with elm_street.scoped(), transaction.atomic():
        operations.address_to(referral_id=pk, specialist_id=heart.pk, **who)
    assert button in cora.get(url(pk)).text
    with elm_street.scoped(), transaction.atomic():
        if without == "carrier":
            operations.close_carrier(carrier_id=Carrier.objects.get().pk, **who)
        if without == "agreement":
            Carrier.objects.update(baa_on=None)
        if without == "first":
            operations.send_referral(referral_id=pk, **who)
        admitted = admit("Pat Moss", Role.PRACTICE_MANAGER, now=right_now)
    page = cora.get(url(pk)).text
    assert button not in page
    assert why in page.partition("Send is off:")[2].partition("</p>")[0]
    assert 'href="/carriers/"' not in page, "it is not theirs to open"
    leads = 'href="/carriers/">Direct and fax' in signed_in(admitted).get(url(pk)).text
    assert leads is (without != "first")


def test_send_is_there_again_once_it_did_not_go(elm_street, referrals, heart, cora, right_now):
    pk, who = referrals["ordered"], {"actor": SETUP, "now": right_now}
    with elm_street.scoped(), transaction.atomic():
        operations.address_to(referral_id=pk, specialist_id=heart.pk, **who)
        operations.send_referral(referral_id=pk, **who)
    assert "Send is off:" in cora.get(url(pk)).text
    with elm_street.scoped(), transaction.atomic():
        Transmission.objects.update(passage="failed", trouble="refused")
    page = cora.get(url(pk)).text
    assert f'action="{url(pk, "send")}"' in page
    assert "Send is off:" not in page
