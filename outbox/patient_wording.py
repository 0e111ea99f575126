"""The words of one message to one patient: a template in their language, proven clean."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext, override

from charts.models import Patient
from outbox import linter
from outbox.consent import LINTED, PatientWay
from outbox.linter import Found
from outbox.models import Letterhead, PatientMessage
from outbox.patient_words import (
    OWN_LONG,
    OWN_SHORT,
    OWN_SUBJECT,
    TEMPLATES,
    Template,
    Words,
)
from outbox.phones import national


@dataclass(frozen=True, slots=True)
class Said:
    """Subject and body as the patient reads them."""

    subject: str
    body: str
    language: str


FIELD = re.compile(r"\{(practice|phone|words)\}")

OWN = Words("", OWN_SUBJECT, OWN_SHORT, OWN_LONG)


def said(
    template: Template, way: PatientWay, head: Letterhead, language: str, *, words: str = ""
) -> Said:  # fmt: skip
    """The template, filled in.

    Args:
        words: of a member, where they chose their own.
    """
    chosen = TEMPLATES.get(template, OWN)
    text = chosen.short if way is PatientWay.SMS else chosen.long
    return Said(filled(chosen.subject, head, language),
                filled(text, head, language, words=words), language)  # fmt: skip


def filled(text: str, head: Letterhead, language: str, *, words: str = "") -> str:
    """In the language, with whose it is and where to call."""
    with override(language):
        spoken = gettext(text)
    values = {"practice": head.name, "phone": national(head.phone), "words": words.strip()}
    # In one pass, so that what somebody typed is never taken for a template.
    return FIELD.sub(lambda found: values[found[1]], spoken)


def ours(head: Letterhead | None) -> tuple[str, ...]:
    """What may stand in any message: it is the same for everybody."""
    return (head.name, national(head.phone)) if head else ()


def found_in(message: PatientMessage, patient: Patient, head: Letterhead | None) -> list[Found]:
    """What its words must not hold, where others may read them."""
    if PatientWay(message.way) not in LINTED:
        return []
    text = f"{message.subject}\n{message.body}"
    return linter.lint(text, names=names_in(message.template, patient), ours=ours(head))


def names_in(template: str, patient: Patient) -> tuple[str, ...]:
    """The names to look for: a template's words are the same for everybody, whatever somebody is
    called."""
    own = template not in TEMPLATES
    return (patient.family, patient.given) if own and template != Template.ANSWER else ()
