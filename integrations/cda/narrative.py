"""The narrative of a document as plain text: never HTML, nothing to click, nothing to load."""

import re
from collections.abc import Iterator

from integrations.cda.element import Element, every, first, name_of, said

LONGEST = 200_000
SHORTENED = "\n[shortened]"

LINES = frozenset({"paragraph", "item", "tr", "caption", "br", "title", "list", "table", "text"})
CELLS = frozenset({"td", "th"})
SPACE = re.compile(r"\s+")


def text_of(document: Element) -> str:
    """Title and text of each section of a structured body, in order."""
    body = first(document, "component/structuredBody")
    parts: list[str] = []
    left = LONGEST
    for section in _sections(body):
        title, told = said(first(section, "title")), _plain(first(section, "text"))
        part = "\n".join(one for one in (title, told) if one)
        if part and left > 0:
            parts.append(part[:left] + (SHORTENED if len(part) > left else ""))
            left -= len(part)
    return "\n\n".join(parts)


def _sections(body: Element | None) -> Iterator[Element]:
    """Sections and those inside them, each before its own."""
    waiting = list(every(body, "component/section"))[::-1]
    while waiting:
        section = waiting.pop()
        yield section
        waiting += list(every(section, "component/section"))[::-1]


def _plain(text: Element | None) -> str:
    """One line a paragraph, item or row; the cells of a row are kept apart."""
    pieces: list[str] = []
    waiting: list[Element | str] = [text] if text is not None else []
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            pieces.append(one)
            continue
        name = name_of(one)
        before, after = ("\n", "\n") if name in LINES else ("", " | " if name in CELLS else "")
        waiting += [_spaced(one.tail), after, *list(one)[::-1]]
        pieces += [before, _spaced(one.text)]
    lines = (" ".join(line.split()).strip(" |") for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _spaced(text: str | None) -> str:
    """Line breaks of the source are white space; only ours divide lines."""
    return SPACE.sub(" ", text or "")
