"""Screen 14 in a real browser: consent recorded, a nudge sent and answered, a landline mailed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from outbox import delivery, fake, operations
from outbox.consent import Basis, ConsentSource, PatientWay
from outbox.daytime import is_day, zones_of
from outbox.patient_words import Template
from referrals import hearing
from tests.dashboards.browser.looking import EVERY_VIEW, faults_of
from tests.outbox.patients.conftest import ACTOR, MOBILE, somebody


@pytest.fixture
def provider(settings):
    running = fake.start()
    settings.TWILIO_ADDRESS = running.address
    settings.TWILIO_ACCOUNT_SID = running.provider.account
    settings.TWILIO_AUTH_TOKEN = running.provider.token
    settings.TWILIO_FROM = "+12025550100"
    yield running.provider
    running.stop()


@pytest.fixture
def hana(elm_street):
    """Somebody in whose zone it is day now, whatever the hour of the test."""
    now = timezone.now()
    day = next(state for state in ("NY", "HI", "GU", "PR", "AS") if _is_day(state, now))
    with elm_street.scoped():
        operations.set_letterhead(
            name="Elm Street Family Medicine", phone="+12025550100",
            address="1 Elm Street\nTroy, NY 12180", portal_address="https://portal.example/m",
            actor=ACTOR, now=now,
        )  # fmt: skip
        yield somebody(state=day, address="12 Alder St\nTroy, NY 12180", birth_date="1958-03-02")


def _is_day(state, now) -> bool:
    return is_day(zones_of(state, "", "UTC"), now)


def sweep():
    now = timezone.now()
    while delivery.sweep(now=now) + hearing.sweep(now=now):
        now = timezone.now()


@pytest.mark.parametrize("width", [1440, 390])
def test_consent_is_recorded_and_a_nudge_goes_out_and_is_answered(
    desktop, elm_street, hana, provider, width
):
    page = desktop.sit_down(elm_street.cora, width=width, height=900)
    page.goto(f"/patients/{hana.pk}/messages/")
    page.get_by_text("Do not text. They have not agreed to it.").wait_for()
    page.get_by_text("Record consent or opt-out").click()
    page.get_by_role("button", name="Record", exact=True).click()
    page.get_by_text("You may text 202-555-0177.").wait_for()
    page.get_by_label("Text message", exact=True).check()
    page.get_by_role("button", name="Send or write").click()
    page.get_by_text("It stands in the thread below").wait_for()
    sweep()
    [text] = [one.body for one in provider.received(MOBILE)]
    assert text.startswith("Elm Street Family Medicine: we made a referral for you.")
    operations.hear_patient(provider_id="SM1", number=MOBILE, body="My knee hurts too, what now",
                            actor=ACTOR, now=timezone.now())  # fmt: skip
    sweep()
    page.reload()
    page.get_by_text("My knee hurts too, what now").wait_for()
    page.get_by_text("To be read by a person").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_words_that_say_something_are_refused_and_kept(desktop, elm_street, hana):
    agree(hana)
    page = desktop.sit_down(elm_street.cora, width=390, height=844, java_script_enabled=False)
    page.goto(f"/patients/{hana.pk}/messages/")
    page.get_by_label("Your own words", exact=True).last.fill("Hana, oncology will call you")
    page.get_by_label("Your own words", exact=True).first.check()
    page.get_by_role("button", name="Send or write").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    page.get_by_role("link", name="Not sent: it holds a name, a sensitive specialty.").wait_for()
    assert page.get_by_role("textbox", name="Your own words").input_value().startswith("Hana")


def test_what_a_landline_cannot_receive_is_mailed_by_one_click(desktop, elm_street, hana, provider):
    provider.errors[MOBILE] = 21614
    agree(hana)
    operations.write_to_patient(
        patient_id=hana.pk, key="n", way=PatientWay.SMS, template=Template.NUDGE, actor=ACTOR,
        now=timezone.now(),
    )  # fmt: skip
    sweep()
    page = desktop.sit_down(elm_street.cora, width=390, height=844)
    page.goto(f"/patients/{hana.pk}/messages/")
    page.get_by_text("Do not text. The number can't receive texts.").wait_for()
    page.get_by_role("button", name="Write a letter").click()
    page.get_by_text("To print and mail").wait_for()
    address = page.get_by_role("link", name="Letter as PDF").get_attribute("href")
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


def test_the_screen_has_no_fault_in_any_view(desktop, elm_street, hana, provider):
    provider.errors["+12025550188"] = 30005
    agree(hana)
    page = desktop.sit_down(elm_street.cora)
    told(hana)
    page.goto(f"/patients/{hana.pk}/messages/")
    page.get_by_text("Has booked").wait_for()
    assert faults_of(page, EVERY_VIEW) == []


def agree(patient):
    operations.record_consent(
        patient_id=patient.pk, way=PatientWay.SMS, bases=list(Basis), given=True,
        source=ConsentSource.FORM, language="en", at=timezone.now() - timedelta(days=3),
        actor=ACTOR, now=timezone.now() - timedelta(days=3),
    )  # fmt: skip


def told(patient):
    """A nudge, an answer, a letter, and a text that did not arrive."""
    now = timezone.now()
    for number, (way, template) in enumerate(
        ((PatientWay.SMS, Template.NUDGE), (PatientWay.LETTER, Template.NUDGE_AGAIN))
    ):
        operations.write_to_patient(patient_id=patient.pk, key=f"n{number}", way=way, actor=ACTOR,
                                    template=template, now=now)  # fmt: skip
    sweep()
    operations.hear_patient(provider_id="SM2", number=MOBILE, body="Booked for Tuesday",
                            actor=ACTOR, now=timezone.now())  # fmt: skip
    sweep()
    operations.write_down_contact(
        patient_id=patient.pk, way=PatientWay.SMS, address="+12025550188", actor=ACTOR,
        now=timezone.now(),
    )  # fmt: skip
    operations.write_to_patient(patient_id=patient.pk, key="n9", way=PatientWay.SMS, actor=ACTOR,
                                template=Template.CONFIRM, now=timezone.now())  # fmt: skip
    sweep()
