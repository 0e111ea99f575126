"""What a member is told who chose Spanish: over every channel, and without a patient's word."""

import html
import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import translation

from escalation import exceptions
from escalation.exceptions import Exceptions
from escalation.words import TEMPLATES, words
from integrations.phone import wording
from outbox import linter
from outbox.channels import voice
from outbox.models import Channel, Intent
from outbox.wording import CALLED, CALLED_TO_TEST, MANY, ONLY_TOLD, SAFE, worded
from tests.outbox.conftest import critical, intents, sent
from tests.outbox.test_replies import has_pin, press, said, text

LONGEST_ANSWER = 320
SAID_BACK = [words for name, words in vars(wording).items()
             if name.isupper() and isinstance(words, str)]  # fmt: skip
SENT = [CALLED, ONLY_TOLD, CALLED_TO_TEST, *MANY, *(one for pair in SAFE.values() for one in pair)]


@pytest.fixture
def spanish():
    with translation.override("es"):
        yield


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_is_said_in_spanish_and_passes_the_linter(template, spanish):
    told = words(template, reference="4K7Q")
    assert told.body != TEMPLATES[template].body.format(reference="4K7Q")
    assert told.subject != TEMPLATES[template].subject
    assert linter.lint(f"{told.subject}\n{told.body}".replace("4K7Q", "")) == []


@pytest.mark.parametrize("english", [*SAID_BACK, *SENT])
def test_what_is_sent_and_said_back_is_spanish_and_passes_the_linter(english, spanish):
    told = wording.said(english)
    assert told != english
    assert linter.lint(told) == []
    assert len(told) <= LONGEST_ANSWER


@pytest.mark.parametrize("found", [Exceptions(1, 0, 0, 0), Exceptions(3, 2, 12, 1, 14, 4, 5)])
def test_the_summary_is_spanish_and_passes_the_linter(found, spanish):
    subject, body = exceptions.worded(found)
    assert linter.lint(f"{subject}\n{body}", ours=settings.PUBLIC_URL) == []
    assert not re.search(r"\b(task|yours|queue|late|open)\b", body.replace(settings.PUBLIC_URL, "")
                         .replace("/queue/", ""))  # fmt: skip


@pytest.mark.parametrize(
    "body", ["Potasio 6,1", "resultado positivo", "nacida el 7", "7 de julio", "resultado anormal",
             "embarazo", "cita de salud mental", "análisis de sangre"],
)  # fmt: skip
def test_the_linter_knows_a_patient_s_words_in_spanish(body):
    assert linter.lint(body) != []


@pytest.fixture
def case(elm, right_now):
    """The page of Dr Diaz, who chose Spanish, and of nobody else."""
    with elm.scoped(), transaction.atomic():
        elm.diaz.language = "es"
        elm.diaz.save(update_fields=["language"])
    task, page = critical(elm, right_now)
    sent(elm, page)
    return task, page


@pytest.mark.django_db
def test_each_is_paged_in_the_language_of_their_own(elm, case, right_now):
    _task, page = case
    assert page.body.startswith("ClearChart: una tarea crítica le necesita ahora.")
    assert page.reference in page.body
    assert page.subject == "Una tarea crítica le necesita"
    others = [one for one in intents(elm) if one.member_id != elm.diaz.pk]
    assert not any("tarea" in one.body for one in others)


@pytest.mark.django_db
def test_an_answer_is_said_back_in_spanish(elm, case):
    _task, page = case
    text(elm, f"OK {page.reference}")
    [answer] = said(elm)
    assert re.fullmatch(
        r"ClearChart: tomada\. Usted tiene la tarea crítica, vence en \d+ minutos\.", answer
    )


@pytest.mark.django_db
def test_a_call_asks_for_the_pin_in_a_spanish_voice(elm, case):
    _task, page = case
    has_pin(elm, elm.diaz)
    heard = press(elm, page, "1")
    assert '<Say language="es-MX">Marque su PIN.</Say>' in heard
    at = html.unescape(re.search('action="(.*?)"', heard)[1])
    assert "Usted tiene la tarea crítica" in press(elm, page, "4826", at=at)


@pytest.mark.django_db
def test_safe_words_and_calls_are_in_the_language_of_the_member(elm, case):
    _task, page = case
    with elm.scoped(), transaction.atomic():
        page = Intent.objects.select_related("member").get(pk=page.pk)
        page.body = "DIAZ, Maria: potassium 6.1"
        assert worded(page, names=["Diaz"]).subject == "Una tarea crítica le necesita"
        page.channel = Channel.VOICE
        assert worded(page, names=()).body.startswith("Esto es ClearChart.")


def test_a_spanish_body_is_read_out_by_a_spanish_voice():
    parcel = SimpleNamespace(is_page=False, body="Una tarea le necesita.", language="es")
    assert voice.script(parcel).count('<Say language="es-MX">Una tarea le necesita.</Say>') == 2
    parcel.language = "en"
    assert voice.script(parcel).count("<Say>Una tarea") == 2
