"""Bytes to JSON under limits checked before anything is parsed. Linear, never recursive."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate
from typing import Any, NoReturn

from integrations.fhir.issues import Issue, IssueCode, Level

MAX_BYTES = 5_000_000
MAX_DEPTH = 40
MAX_VALUES = 30_000
MAX_NUMBER_LENGTH = 40
MAX_EXPONENT = 30

BOM = b"\xef\xbb\xbf"
NOT_STRUCTURE = bytes(byte for byte in range(256) if byte not in b'"{}[],')
ESCAPED = re.compile(rb"\\.", re.DOTALL)
NESTING = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1}


class Unreadable(Exception):
    """The bytes are not JSON that we accept; `issue` says why."""

    def __init__(self, code: IssueCode, text: str) -> None:
        super().__init__(text)
        self.issue = Issue(code, text, level=Level.FATAL)


def read(raw: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """The JSON value in the bytes.

    Raises:
        Unreadable: too big, too deep, not UTF-8, not JSON, or JSON that no two readers agree on.
    """
    if len(raw) > max_bytes:
        _refuse(
            IssueCode.TOO_COSTLY, f"The body is larger than {max_bytes} bytes. Send less at a time."
        )
    raw = raw.removeprefix(BOM)
    _check_shape(raw)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        _refuse(IssueCode.STRUCTURE, "The body is not valid UTF-8. FHIR JSON is sent as UTF-8.")
    value = _loads(text)
    if "\\u" in text:
        _check_characters(value)
    return value


def _check_shape(raw: bytes) -> None:
    """Depth and number of values, seen without parsing: without escapes quotes come in pairs."""
    if b"\\" in raw:
        raw = ESCAPED.sub(b"", raw)
    outside = b"".join(raw.translate(None, NOT_STRUCTURE).split(b'"')[::2])
    commas = outside.count(b",")
    brackets = outside.translate(None, b",")
    if commas + len(brackets) > MAX_VALUES:
        _refuse(
            IssueCode.TOO_COSTLY, "The body holds too many values. Send fewer resources at a time."
        )
    if max(accumulate(map(NESTING.__getitem__, brackets)), default=0) > MAX_DEPTH:
        _refuse(
            IssueCode.TOO_COSTLY,
            f"The JSON is nested more than {MAX_DEPTH} levels deep. Flatten it.",
        )


def _loads(text: str) -> Any:
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_decimal,
        )
    except json.JSONDecodeError as error:
        _refuse(
            IssueCode.STRUCTURE, f"Not JSON: broken at line {error.lineno}, column {error.colno}."
        )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        _refuse(
            IssueCode.STRUCTURE, "An object names the same element twice. Name each element once."
        )
    return read


def _constant(_name: str) -> NoReturn:
    _refuse(
        IssueCode.STRUCTURE,
        "NaN and Infinity are not JSON. Leave the value out, with a dataAbsentReason.",
    )


def _integer(digits: str) -> int:
    if len(digits) > MAX_NUMBER_LENGTH:
        _refuse(
            IssueCode.VALUE, f"A number has more than {MAX_NUMBER_LENGTH} characters. Round it."
        )
    return int(digits)


def _decimal(written: str) -> Decimal:
    _mantissa, _, exponent = written.lower().partition("e")
    if len(written) > MAX_NUMBER_LENGTH or (exponent and abs(int(exponent)) > MAX_EXPONENT):
        _refuse(
            IssueCode.VALUE,
            f"A number has more than {MAX_NUMBER_LENGTH} characters or a huge exponent.",
        )
    return Decimal(written)


def _check_characters(value: Any) -> None:
    for text in _texts(value):
        if "\x00" in text:
            _refuse(IssueCode.INVALID, "A text holds a NUL character (\\u0000). Remove it.")
        if not _is_unicode(text):
            _refuse(
                IssueCode.INVALID,
                "A text holds half of a surrogate pair (\\ud800 to \\udfff). Repair it.",
            )


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _texts(value: Any) -> Iterator[str]:
    """Every text and every name in a JSON value, without recursion."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _refuse(code: IssueCode, text: str) -> NoReturn:
    raise Unreadable(code, text)
