"""No body that leaves the product says anything about a patient."""

import pytest

from escalation.words import TEMPLATES, words
from outbox.linter import Finding, HoldsPatientWords, lint, require_clean

OURS = "https://clearchart.example/t/01a1"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("Please call Marsh back", Finding.NAME),
        ("Please call mr. o'neil-marsh back", Finding.NAME),
        ("Result of 2026-11-16", Finding.DATE),
        ("Result of 11/16/26", Finding.DATE),
        ("Seen Nov 16", Finding.DATE),
        ("Seen 3rd March", Finding.DATE),
        ("dob 1", Finding.DATE),
        ("Patient 508773 waits", Finding.NUMBER),
        ("Call 555-010-4477", Finding.NUMBER),
        ("See MRN", Finding.NUMBER),
        ("2823-3 is high", Finding.CODE),
        ("E11.9 follow-up", Finding.CODE),
        ("LOINC code", Finding.CODE),
        ("Potassium needs you", Finding.TEST),
        ("6.1", Finding.TEST),
        ("> 200", Finding.TEST),
        ("15 mg/dL", Finding.TEST),
        ("came back positive", Finding.TEST),
        ("Your biopsy is here", Finding.TEST),
        ("A message from Oncology", Finding.SPECIALTY),
        ("HIV clinic", Finding.SPECIALTY),
        ("Mental health visit", Finding.SPECIALTY),
        ("Open https://elsewhere.example/x", Finding.LINK),
    ],
)
def test_what_would_say_something_of_a_patient_is_found(body, kind):
    assert kind in {one.kind for one in lint(body, names=("Pat Marsh", "O'Neil"), ours=OURS)}


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_template_of_the_ladders_is_clean(template):
    said = words(template, reference="4K7Q")
    assert lint(said.subject) == []
    assert lint(f"{said.body} {OURS}", names=("Pat Marsh",), ours=OURS) == []


def test_the_refusal_says_the_kinds_and_repeats_no_word():
    with pytest.raises(HoldsPatientWords) as refused:
        require_clean("Marsh: potassium 6.1", names=("Marsh",))
    assert str(refused.value) == "The text holds a name, a test or its value."
    assert "Marsh" not in str(refused.value)
