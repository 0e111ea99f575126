"""What a patient's text says: a wish to be left alone always, a fact only where it is certain."""

import pytest

from outbox.patient_replies import Meaning, mean
from outbox.patient_words import TEMPLATES
from outbox.replies import START_WORDS, STOP_WORDS

M = Meaning

SAID = {
    M.CONFIRM: "C|c.|Confirm!|i confirm|I'll be there|confirmo|Ahí estaré",
    M.BOOKED: "booked|BOOKED!|Booked for Tuesday|I made an appointment|got my appt thanks|"
    "scheduled with them|Ya tengo cita|tengo una cita el martes|cita|Saqué la cita|ya agendé|"
    "my appointment is on Friday",
    M.SEEN: "I saw the doctor|went to my appointment|ya fui|fui a la cita|me atendieron ayer|"
    "was seen last week|seen",
    M.DECLINED: "not interested|I don't want to go|no quiero ir|ya no lo necesito|no gracias|"
    "No thank you|changed my mind|no me interesa|I no longer need it",
    M.CALL_ME: "call|call me|please call me|Can someone call me?|llámeme por favor|LLAMAR|"
    "me puede llamar|necesito ayuda|I need help|need to talk to somebody|quiero hablar con alguien",
    M.RESCHEDULE: "R|reschedule please|cancel my appointment|quiero cambiar la cita|"
    "I must change my appointment",
    M.STOP: "STOP|stop.|Stop all|UNSUBSCRIBE|END|quit|revoke|cancel|Alto|opt out|"
    "please stop texting me|Please stop|stop sending me these messages|don't text me anymore|"
    "do not contact me again|No me escriba más|no me manden mas mensajes|ya no me escriban|"
    "deje de mandarme mensajes|quítenme de la lista|I don't want these texts|unsubscribe me|"
    "remove me from your list|do not send me any more messages|no quiero mensajes|leave me alone|"
    "I have asked you people so many times by now and I mean it this time so please stop "
    "texting me about this thing for good",
    M.START: "START|unstop",
    M.AGREES: "YES|sí|Si",
    M.WRONG_PERSON: "wrong number|You have the wrong person|número equivocado",
    M.HELP: "HELP|ayuda|info",
    M.NOTED: "thanks!|ok|Thank you|gracias \U0001f60a|\U0001f44d|got it",
    M.UNCLEAR: "|no|my chest hurts|I haven't booked yet|how do I get scheduled?|don't call me|"
    "I need to be scheduled|booked but please call me|I will stop by tomorrow|"
    "can I stop taking my medicine|I don't understand the message|I did not get your message|"
    "don't stop texting me|please don't stop|no me mandaron nada|I saw the text|could not be seen|"
    "did I miss it, was I seen?|todavía no tengo cita|No me llame|when am I booked|\u4f60\u597d|"
    "I booked my appointment but I have chest pain and want to know if I should go to the "
    "emergency room now",
}


@pytest.mark.parametrize(
    ("text", "meaning"),
    [(one, meaning) for meaning, all_ in SAID.items() for one in all_.split("|")],
)
def test_each_of_these_means_this(text, meaning):
    assert mean(text) is meaning


def test_each_word_by_which_a_network_opts_out_is_taken_for_that():
    assert {mean(word) for word in STOP_WORDS} == {Meaning.STOP}
    assert "YES" in START_WORDS
    assert mean("YES") is Meaning.AGREES


@pytest.mark.parametrize("template", list(TEMPLATES))
def test_no_template_asks_for_a_word_that_a_network_takes_for_its_own(template):
    words = TEMPLATES[template]
    asked = f"{words.short} {words.long}".upper().replace("STOP ENDS TEXTS", "").split()
    bare = {word.strip(".,?!:") for word in asked}
    assert not bare & ((STOP_WORDS - {"END"}) | START_WORDS)


def test_a_text_without_end_is_answered_in_no_time():
    assert mean("stop " + "all " * 50_000) in (Meaning.STOP, Meaning.UNCLEAR)
    assert mean("no " + "me " * 50_000) is Meaning.UNCLEAR
