"""What a message's own header says about how to read it: its separators, escapes and characters."""

import re
from functools import lru_cache

_STANDARD = "^~\\&"
_ABSENT = "\x00"
"""Stands for a separator the sender has not got: no text holds a NUL, so it never matches."""
_SPACE_COMMAND = re.compile(r"\.(sp|sk|in|ti)\s*\+?\s*(\d{0,3})", re.IGNORECASE)
_MOST_SPACES = 20
_IGNORED_COMMANDS = frozenset({".ce", ".fi", ".nf"})


class Grammar:
    """The separators and the character set of a message. Made by `grammar_of`, and shared."""

    __slots__ = (
        "charset",
        "component",
        "escape",
        "escapes",
        "field",
        "repetition",
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
        codes = parts[1::2]
        if len(parts) % 2 and self.escapes.keys() >= set(codes):
            parts[1::2] = [self.escapes[code] for code in codes]
            return "".join(parts)
        return self._decode_mixed(parts)

    def _decode_mixed(self, parts: list[str]) -> str:
        """The slow way: hexadecimal, formatting, unknown sequences, lone escape characters."""
        read = [parts[0]]
        last = len(parts) - 1
        at = 1
        while at <= last:
            meaning = None if at == last else self._meaning(parts[at])
            if meaning is None:
                read += (self.escape, parts[at])
                at += 1
            else:
                read += (meaning, parts[at + 1])
                at += 2
        return "".join(read)

    def _meaning(self, code: str) -> str | None:
        if code in self.escapes:
            return self.escapes[code]
        if code[:1] == "X":
            return self._characters(code[1:])
        if code[:1] == ".":
            return _formatting(code)
        return None

    def _characters(self, digits: str) -> str | None:
        """`X0D0A`: bytes in the message's character set."""
        try:
            return bytes.fromhex(digits).decode(self.charset, "replace").replace("\x00", "")
        except ValueError:
            return None


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
    command = code.strip().lower()
    if command in _IGNORED_COMMANDS:
        return "\n" if command == ".ce" else ""
    match = _SPACE_COMMAND.fullmatch(command) if len(command) < 20 else None
    if match is None:
        return "\n" if command == ".br" else None
    count = min(int(match[2] or 1), _MOST_SPACES)
    return {"sp": "\n" * count, "sk": " " * count}.get(match[1], "")


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
