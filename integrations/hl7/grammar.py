"""What a message's own header says about how to read it: its separators, escapes and characters."""

import re
from functools import lru_cache

_STANDARD = "^~\\&"
_ABSENT = "\x00"
"""Stands for a separator the sender has not got: no text holds a NUL, so it never matches."""
_COMMAND = re.compile(r"\.(sp|sk|in|ti|br|ce|fi|nf)\s?\+?(\d{0,3})")
_LONGEST_CODE = 201
_MOST_SPACES = 20


class Grammar:
    """The separators and the character set of a message. Made by `grammar_of`, and shared."""

    __slots__ = (
        "charset",
        "component",
        "escape",
        "escapes",
        "field",
        "repetition",
        "sequence",
        "sub",
        "truncation",
    )

    def __init__(self, field: str, encoding: str, charset: str) -> None:
        self.field = field
        self.component = encoding[0]
        self.repetition = encoding[1]
        self.escape = encoding[2]
        self.sub = encoding[3]
        self.truncation = encoding[4:5]
        self.charset = charset
        self.escapes = _escapes(self)
        self.sequence = _sequence(self)

    @property
    def encoding_characters(self) -> str:
        """MSH-2 as it should have been: for the answer."""
        shown = (self.component, self.repetition, self.escape, self.sub, self.truncation)
        return "".join(character for character in shown if character != _ABSENT)

    def decode(self, text: str) -> str:
        """Text with its escape sequences replaced, once; an unknown sequence stays as it is."""
        if self.escape not in text:
            return text
        parts = text.split(self.escape)
        if len(parts) % 2:
            meanings = {code: self._meaning(code) for code in set(parts[1::2])}
            if None not in meanings.values():
                parts[1::2] = [meanings[code] or "" for code in parts[1::2]]
                return "".join(parts)
        return self.sequence.sub(self._replacement, text)

    def _replacement(self, match: re.Match[str]) -> str:
        meaning = self._meaning(match[1])
        return match[0] if meaning is None else meaning

    def _meaning(self, code: str) -> str | None:
        """What stands for the code between two escape characters; None for what is no code."""
        known = self.escapes.get(code)
        if known is not None:
            return known
        if code[:1] == "X" and len(code) <= _LONGEST_CODE:
            return _characters(code[1:], self.charset)
        return _formatting(code) if code[:1] == "." else None


@lru_cache(maxsize=1024)
def _characters(digits: str, charset: str) -> str | None:
    """`X0D0A`: bytes in the message's character set."""
    try:
        sent = bytes.fromhex(digits) if digits.isalnum() else b""
    except ValueError:
        return None
    return sent.decode(charset, "replace").replace("\x00", "") if sent else None


def _sequence(grammar: "Grammar") -> re.Pattern[str]:
    """An escape sequence of a kind we know, so that any other, or a lone escape, is only text."""
    escape = re.escape(grammar.escape)
    letters = "|".join(re.escape(code) for code in grammar.escapes)
    kinds = rf"{letters}|X[0-9A-Fa-f]{{2,{_LONGEST_CODE - 1}}}+|\.[A-Za-z]{{2}}\s?\+?\d{{0,3}}"
    return re.compile(f"{escape}({kinds}){escape}")


def _escapes(grammar: Grammar) -> dict[str, str]:
    """Sequences of fixed meaning: separators, highlighting (dropped) and line breaks."""
    meanings = {
        "F": grammar.field,
        "S": grammar.component,
        "T": grammar.sub,
        "R": grammar.repetition,
        "E": grammar.escape,
        "H": "",
        "N": "",
        ".br": "\n",
        ".BR": "\n",
    }
    if grammar.truncation:
        meanings["P"] = grammar.truncation
    return {code: "" if text == _ABSENT else text for code, text in meanings.items()}


def _formatting(code: str) -> str | None:
    """FT commands: `.sp2` ends lines, `.sk3` is spaces; other layout falls away."""
    match = _COMMAND.fullmatch(code.lower())
    if match is None:
        return None
    count = min(int(match[2] or 1), _MOST_SPACES)
    return {"sp": "\n" * count, "sk": " " * count, "br": "\n", "ce": "\n"}.get(match[1], "")


def encoding_of(stated: str) -> tuple[str, bool]:
    """The characters that MSH-2 names (truncation last), and whether it was sound.

    A doubled character, as in `^~\\\\&` where somebody escaped the backslash, counts once.
    """
    if not stated or stated[0].isalnum() or stated[0].isspace():
        return _STANDARD, False
    kept = "".join(dict.fromkeys(stated))
    if len(kept) >= len(_STANDARD):
        return kept[:5], len(kept) == len(stated)
    for missing in _STANDARD[len(kept) :]:
        kept += missing if missing not in kept else _ABSENT
    return kept, False


@lru_cache(maxsize=256)
def grammar_of(field: str, stated: str, charset: str) -> Grammar:
    """The one Grammar for these header characters, so that values read with it can be cached."""
    return Grammar(field, encoding_of(stated)[0], charset)
