"""What a patient's text says, in English and in Spanish. Pure.

A wish to be left alone counts in any words and any length. Anything else is taken for a fact only
where a short text says one thing and nothing throws doubt on it; all the rest is for a person to
read. Nobody is ever asked to write YES or CANCEL: the networks take those for their own.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from outbox.replies import HELP_WORDS, STOP_WORDS


class Meaning(StrEnum):
    CONFIRM = "confirm"
    RESCHEDULE = "reschedule"
    BOOKED = "booked"
    SEEN = "seen"
    DECLINED = "declined"
    CALL_ME = "call-me"
    STOP = "stop"
    START = "start"
    AGREES = "agrees"
    """Yes: to what, the last message to them may tell."""
    WRONG_PERSON = "wrong-person"
    HELP = "help"
    NOTED = "noted"
    """Thanks, OK: nothing is asked."""
    UNCLEAR = "unclear"


LONGEST = 2000
FEW_WORDS = 14
"""A longer text says more than one thing."""

M = Meaning


def _of(words: str, *also: frozenset[str]) -> frozenset[str]:
    return frozenset(words.split()).union(*({one.lower() for one in each} for each in also))


ALONE: Mapping[Meaning, frozenset[str]] = {
    M.STOP: _of("alto pare paren parar basta detener cancelar unsuscribe", STOP_WORDS),
    M.START: _of("start unstop empezar reanudar"),
    M.HELP: _of("ayuda", HELP_WORDS),
    M.AGREES: _of("yes y yeah yep si"),
    M.CONFIRM: _of("c confirm confirmed confirmo confirmado confirmada"),
    M.RESCHEDULE: _of("r reschedule cambiar reprogramar"),
    M.BOOKED: _of("booked book scheduled cita agendada agendado"),
    M.SEEN: _of("seen visited done fui vista visto"),
    M.DECLINED: _of("decline declined rechazo nothanks nothankyou nogracias"),
    M.CALL_ME: _of("call callme llamar llame llamenme llameme llamame"),
    M.NOTED: _of(
        "ok okay k kk thanks thankyou thx ty gotit great perfect gracias muchasgracias vale listo "
        "perfecto bueno bien okthanks okthankyou okgracias"
    ),
}
"""Words that are the whole text, without spaces, accents and punctuation."""

NOT_BEFORE = r"(?<!don t )(?<!dont )(?<!do not )(?<!not )(?<!never )(?<!no )"
TEXTING = r"(?:text\w*|messag\w*|msgs?|sms|writ\w*|contact\w*|bother\w*|spam\w*|harass\w*|email\w*)"
AGAIN = r"(?:manden?|mandes|envien?|envies|escriban?|escribas|contacten?|textee[ns]?|molesten?)"

OPTS_OUT = re.compile(
    rf"{NOT_BEFORE}\b(?:stop|quit|cease|halt) "
    r"(?:(?:all|the|these|those|this|your|sending|me|with|any|more|please|from) )*"
    rf"{TEXTING}\b"
    r"|\b(?:don t|dont|do not|never|please no) (?:ever |please |you )*"
    rf"{TEXTING} (?:me|us|this|my|here|any|again)\b"
    r"|\b(?:don t|dont|do not|never) (?:ever |please )?send (?:me |any |more |these |us )*"
    r"(?:text|mess|msg|sms|any)"
    r"|\b(?:don t|dont|do not) want "
    r"(?:(?:to get|to receive|any|more|these|your|the|get|receive|you to) )*"
    rf"{TEXTING}"
    r"|\bno more (?:of )?(?:these |your )?(?:texts?|messages?|msgs?|sms)\b"
    r"|\b(?:take|remove|delete|drop) (?:me|my (?:phone )?number|this number)\b"
    rf"|\b{TEXTING} stop$|\bunsubscribe\b|\bopt(?:ing)? ?(?:me )?out\b"
    r"|\bleave me alone\b|\blose (?:my|this) number\b"
    r"|^(?:please |pls )?(?:stop|quit|end)"
    r"(?: (?:it|this|that|now|please|pls|already|thanks|all|stop))*$"
    rf"|\bno (?:me |nos |vuelvan? a |mas )*{AGAIN}(?:me|nos)?\b"
    r"|\bno (?:quiero|deseo) (?:(?:mas|recibir|que|me|sus|estos|los) )*"
    r"(?:mensajes|textos|sms|mand\w+|envi\w+|escrib\w+|contact\w+|texte\w+)"
    r"|\bno mas (?:mensajes|textos|sms)\b"
    r"|\b(?:dejen?|deja|paren?|para) (?:ya )?de (?:me )?"
    r"(?:escrib|mand|envi|molest|texte|contact)\w+"
    r"|\b(?:quiten?|quita|borren?|borra|eliminen?|elimina|saquen?)(?:me|nme)? (?:de|mi) "
    r"|\bdej[ae]n?me en paz\b|\bya no (?:me )?(?:escriban?|manden?|envien?|texteen?)\b"
)

SAYS: Mapping[Meaning, re.Pattern[str]] = {
    M.WRONG_PERSON: re.compile(
        r"\bwrong (?:number|person|phone|patient)\b|\byou have the wrong\b"
        r"|\b(?:numero|persona|telefono) equivocad[oa]\b|\bse equivoco de (?:numero|persona)\b"
    ),
    M.CALL_ME: re.compile(
        r"(?<!don t )(?<!dont )(?<!do not )(?<!not )\bcall (?:me|us)\b|\bgive me a (?:call|ring)\b"
        r"|\bplease call\b|\b(?:somebody|someone|you|anyone) (?:please )?call\b|\bneed help\b"
        r"|\b(?:need|want|like) to (?:talk|speak)\b|\bneed a call\b"
        r"|(?<!no )(?<!no me )\bllam[ae]n?me\b|\bme (?:puede|pueden|podria|podrian) llamar\b"
        r"|\bpor favor llam[ae]n?\b|\bnecesito ayuda\b|\b(?:quiero|necesito|quisiera) hablar\b"
    ),
    M.RESCHEDULE: re.compile(
        r"\breschedul\w+|\b(?:change|move|cancel|cancelled|canceled) (?:my|the|this) "
        r"(?:appointment|appt|visit)\b|\b(?:cambiar|cancelar|cancele|mover|reprogramar) "
        r"(?:la|mi|esa) (?:cita|visita)\b|\breprogramar\b"
    ),
    M.CONFIRM: re.compile(
        r"\bi confirm\b|\b(?:i ll|i will|ill|we will|we ll) be there\b|\bconfirmo\b|\bahi estare\b"
        r"|\bsi (?:voy a )?asistir\w*\b"
    ),
    M.BOOKED: re.compile(
        r"\b(?:booked|scheduled)\b|\b(?:made|have|got|set up) (?:an|my|the) "
        r"(?:appointment|appt|visit)\b|\b(?:appointment|appt|visit) "
        r"(?:is|was) (?:set|made|booked|on)\b"
        r"|\b(?:tengo|hice|saque|consegui) (?:(?:ya|una|la|mi) )*cita\b|\bya agende\b|\bagende\b"
        r"|\breserve (?:una|la|mi) cita\b"
    ),
    M.SEEN: re.compile(
        r"\b(?:saw|visited) (?:the|my|a|dr|him|her|them)\b|\b(?:was|been|got) seen\b"
        r"|\b(?:already|i) went\b|\bwent already\b|\bwent to (?:the|my)\b|\balready been\b"
        r"|\bya fui\b|\bfui a (?:la|mi) cita\b|\bme (?:atendieron|atendio|vieron|vio)\b"
        r"|\bya (?:lo|la) vi\b"
    ),
    M.DECLINED: re.compile(
        r"\bnot interested\b|\b(?:don t|dont|do not) (?:want|need) (?:it|this|that|to go|to see"
        r"|(?:the|this|a|an) (?:referral|appointment|visit|appt))\b|\bno longer (?:need|want)\b"
        r"|\bchanged my mind\b|\b(?:not going|won t go|will not go)\b|\bno thank(?:s| you)\b"
        r"|\bno (?:quiero|voy a) ir\b|\bno (?:quiero|necesito) (?:la|esa|una) (?:cita|remision)\b"
        r"|\bno me interesa\b|\bya no (?:lo |la )?(?:necesito|quiero)\b|\bno gracias\b"
    ),
}  # fmt: skip

NODS = re.compile("[\U0001f44d\U0001f64f\U0001f44c\U0001f60a\u2764]")
"""A thumb up and its like, where nothing else is written."""

FACTS = frozenset({M.CONFIRM, M.BOOKED, M.SEEN})
DOUBTS = re.compile(
    r"\?|\b(?:not|no|n t|don t|dont|didn t|didnt|haven t|havent|hasn t|isn t|can t|cant|couldn t"
    r"|couldnt|wasn t|won t|never|unable|yet|until|how|when|where|which|need|want|wants|try"
    r"|trying|tried|would|could|should|if|maybe|wrong|nunca|todavia|aun|cuando|como|donde|quiero"
    r"|quisiera|necesito|puedo|trate|tratando|intente|sin|tal vez|texts?|message|mensaje|texto)\b"
)


def mean(text: str) -> Meaning:
    """What it says: one thing for certain, or nothing."""
    plain = _plain(text[:LONGEST])
    bare = re.sub(r"[^\w]", "", plain)
    alone = next((meaning for meaning, words in ALONE.items() if bare in words), None)
    if alone is not None:
        return alone
    if not bare and NODS.search(text):
        return Meaning.NOTED
    if OPTS_OUT.search(plain):
        return Meaning.STOP
    if len(plain.split()) > FEW_WORDS:
        return Meaning.UNCLEAR
    said = [meaning for meaning, words in SAYS.items() if words.search(plain)]
    if len(said) != 1 or (said[0] in FACTS and DOUBTS.search(plain)):
        return Meaning.UNCLEAR
    return said[0]


def _plain(text: str) -> str:
    """Small letters without accents; of the signs the question mark alone."""
    split = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(letter for letter in split if not unicodedata.combining(letter))
    return re.sub(r"\s+", " ", re.sub(r"[^\w?]+", " ", bare.replace("_", " "))).strip()
