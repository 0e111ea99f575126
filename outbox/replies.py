"""What a text from a phone asks for. Pure.

The words that a network itself understands come first: they count when they stand alone, as they do
there. Nobody is ever asked to write YES or CANCEL.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE",
                        "OPTOUT"})  # fmt: skip
START_WORDS = frozenset({"START", "UNSTOP", "YES"})
HELP_WORDS = frozenset({"HELP", "INFO"})

TAKE_WORDS = ("OKAY", "OK", "ACK", "TAKE")
DECLINE_WORDS = ("DECLINE", "PASS", "NO")

ANSWER = re.compile(
    rf"(?:(?P<take>{'|'.join(TAKE_WORDS)})|(?P<decline>{'|'.join(DECLINE_WORDS)}))"
    r"(?P<reference>[2-9][2-9A-Z]{3})?"
)


class Asked(StrEnum):
    TAKE = "take"
    DECLINE = "decline"
    STOP = "stop"
    START = "start"
    HELP = "help"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Heard:
    """What is asked, and of which page; an empty reference: of the one that is open."""

    asked: Asked
    reference: str = ""


ALONE = (
    (STOP_WORDS, Asked.STOP), (START_WORDS, Asked.START), (HELP_WORDS, Asked.HELP),
)  # fmt: skip

KEYS = {"1": Asked.TAKE, "2": Asked.DECLINE}
"""What the keys of a telephone mean during a call."""


def hear(text: str) -> Heard:
    """`ok 4k7r`, `OK4K7R`, `Ok, 4K 7R.`, `stop`; anything else is unclear, and kept for a person.

    A sentence that begins with OK is not taken for one: `ok but I am driving` takes nothing.
    """
    bare = re.sub(r"[\s.,;:!?'\"()-]+", "", text).upper()
    for words, asked in ALONE:
        if bare in words:
            return Heard(asked)
    answer = ANSWER.fullmatch(bare)
    if answer is None:
        return Heard(Asked.UNCLEAR)
    asked = Asked.TAKE if answer["take"] else Asked.DECLINE
    return Heard(asked, answer["reference"] or "")
