"""No message to a patient ever says anything about them, whatever is filled in."""

import itertools
from datetime import date
from uuid import uuid4

import pytest
from django.utils import translation

from outbox import patient_words
from outbox.consent import BY_MACHINE, PatientWay
from outbox.linter import lint
from outbox.models import Letterhead
from outbox.patient_wording import filled, ours, said
from outbox.patient_words import TEMPLATES, Template
from referrals.specialties import SENSITIVE, Specialty

NOBODYS = uuid4()
HEADS = [
    Letterhead(practice_id=NOBODYS, name="Elm Street Family Medicine", phone="+12025550100"),
    Letterhead(practice_id=NOBODYS, name="Clínica de la Calle Olmo", phone="+442079460123"),
    Letterhead(practice_id=NOBODYS, name="{phone} {words} {practice}", phone="+12025550100"),
]
CANARIES = [
    "Hana", "Marsh", "Rivera", *(f"{date(2026, month, 1):%B}" for month in range(1, 13)),
    "2026", "potassium", "A1c", "biopsy", "508773", "MRN", "HIV",
    *(one.value.replace("-", " ") for one in Specialty),
]  # fmt: skip
SENT_BACK = [
    patient_words.THANKS, patient_words.WILL_CALL, patient_words.WILL_READ,
    patient_words.EXPLAINED, patient_words.BACK_ON,
]  # fmt: skip
LANGUAGES = ("en", "es")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", list(TEMPLATES))
def test_no_template_with_any_variable_holds_a_canary(template, language):
    for way, head in itertools.product(PatientWay, HEADS):
        spoken = said(template, way, head, language)
        text = f"{spoken.subject}\n{spoken.body}"
        assert "{" not in text.replace(head.name, "")
        assert lint(text, ours=ours(head)) == []
        bare = text.replace(head.name, "").lower()
        assert [one for one in CANARIES if one.lower() in bare.replace("surgery", "")] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", SENT_BACK)
def test_what_is_said_back_holds_none_either(text, language):
    for head in HEADS[:2]:
        assert lint(filled(text, head, language), ours=ours(head)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", list(TEMPLATES))
def test_each_says_who_writes_and_where_to_call_and_fits_a_text(template, language):
    head = HEADS[0]
    for way in BY_MACHINE:
        assert "202-555-0100" in said(template, way, head, language).body
    text = said(template, PatientWay.SMS, head, language).body
    assert text.startswith(head.name)
    assert "STOP" in text
    assert len(text) <= 160 + 40 * (language == "es")


@pytest.mark.parametrize("template", list(TEMPLATES))
def test_each_is_said_in_spanish(template):
    for text in (TEMPLATES[template].short, TEMPLATES[template].long, TEMPLATES[template].subject):
        with translation.override("es"):
            assert translation.gettext(text) != text


@pytest.mark.parametrize("specialty", sorted(SENSITIVE))
@pytest.mark.parametrize("way", [PatientWay.SMS, PatientWay.EMAIL])
def test_a_sensitive_specialty_is_found_in_a_members_own_words(specialty, way):
    words = f"Please call {specialty.value.replace('-', ' ')} for your visit"
    text = said(Template.FREE, way, HEADS[0], "en", words=words).body
    assert "a sensitive specialty" in {one.kind.value for one in lint(text, ours=ours(HEADS[0]))}


def test_a_members_words_are_no_template():
    text = said(Template.FREE, PatientWay.SMS, HEADS[0], "en", words="{phone} {practice} %s {x}")
    assert "{phone} {practice} %s {x}" in text.body
