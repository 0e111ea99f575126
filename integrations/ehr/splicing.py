"""Resources cut out of a page and put into a Bundle with their bytes as the server sent them.

Reading JSON and writing it again would alter decimals (`6.10`) and order; a stored message is what
came.
"""

import json
from collections.abc import Iterator, Sequence

_DECODER = json.JSONDecoder()
_BLANK = " \t\r\n"


def entries(text: str) -> list[str]:
    """The text of `entry[*].resource` of a Bundle that is known to be sound JSON."""
    found = []
    for name, start, end in _members(text, _skip(text, 0)):
        if name != "entry" or text[start] != "[":
            continue
        for first, _ in _items(text, start):
            if text[first] != "{":
                continue
            found += [text[a:b] for key, a, b in _members(text, first) if key == "resource"]
        assert end > start
    return found


def bundle(resources: Sequence[tuple[str, str]]) -> bytes:
    """A collection of (fullUrl, text of the resource)."""
    parts = ",".join(
        f'{{"fullUrl":{json.dumps(url)},"resource":{text}}}' for url, text in resources
    )
    head = '{"resourceType":"Bundle","type":"collection","entry":['
    return f"{head}{parts}]}}".encode()


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """The members of the object that begins here: name, and where the value begins and ends."""
    if text[at] != "{":
        return
    at = _skip(text, at + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        _, end = _DECODER.raw_decode(text, start)
        yield name, start, end
        at = _next(text, end)


def _items(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Where each item of the list that begins here begins and ends."""
    at = _skip(text, at + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        yield at, end
        at = _next(text, end)


def _next(text: str, end: int) -> int:
    at = _skip(text, end)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    while text[at] in _BLANK:
        at += 1
    return at
