"""A FHIR body as a tree of named elements, beside its JSON: each line has the number of its
element."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from dashboards.rows import ParsedField, ParsedSegment, RawLine, RawPart

LINES, LENGTH, DEEPEST = 500, 600, 16

Tree = tuple[tuple[RawLine, ...], tuple[ParsedSegment, ...], bool]


def read(raw: bytes) -> Tree | None:
    """The tree; None where the bytes are no JSON object that can be walked."""
    try:
        document = json.loads(raw.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    walk = _Walk()
    walk.value("", document, 0, last=True)
    parsed = tuple(
        ParsedSegment(n, name, label, tuple(fields))
        for n, (name, label, fields) in enumerate(walk.resources, 1)
    )
    return tuple(walk.lines), parsed, walk.cut


@dataclass(slots=True)
class _Walk:
    lines: list[RawLine] = field(default_factory=list)
    resources: list[tuple[str, str, list[ParsedField]]] = field(default_factory=list)
    inside: list[int] = field(default_factory=list)
    """Which of the resources we are in, the innermost last."""
    cut: bool = False

    def value(self, name: str, value: Any, depth: int, *, last: bool) -> None:
        """One element with all that hangs on it."""
        if len(self.lines) >= LINES or depth > DEEPEST:
            self.cut = True
            return
        comma = "" if last else ","
        if isinstance(value, dict | list) and value:
            self._branch(name, value, depth, comma)
        else:
            self._leaf(name, value, depth, comma)

    def _branch(self, name: str, value: dict[str, Any] | list[Any], depth: int, comma: str) -> None:
        opens, ends = ("{", "}") if isinstance(value, dict) else ("[", "]")
        below = depth + 1
        is_resource = isinstance(value, dict) and isinstance(value.get("resourceType"), str)
        if is_resource and isinstance(value, dict):
            label = str(value.get("id", ""))[:80]
            self.inside.append(len(self.resources))
            self.resources.append((value["resourceType"][:40], label, []))
        elif name:
            self._field(name, "", depth)
        self._line(depth, f"{_key(name)}{opens}")
        parts = list(value.items()) if isinstance(value, dict) else [("", one) for one in value]
        for at, (key, inner) in enumerate(parts):
            self.value(str(key), inner, below, last=at == len(parts) - 1)
        self._line(depth, f"{ends}{comma}")
        if is_resource:
            self.inside.pop()

    def _leaf(self, name: str, value: Any, depth: int, comma: str) -> None:
        text = json.dumps(value, ensure_ascii=False)
        if len(text) > LENGTH:
            text, self.cut = f"{text[:LENGTH]}\u2026", True
        said = value[:LENGTH] if isinstance(value, str) else text
        at = self._field(name or "item", said, depth)
        place, label = name or "item", humanised(name) if name else _("One of a list")
        part = RawPart(f"{_key(name)}{text}", at, place, label)
        self._line(depth, "", part, comma)

    def _field(self, name: str, value: str, depth: int) -> str:
        at = f"{len(self.lines) + 1}-1"
        if self.inside:
            row = ParsedField(name, humanised(name), value, at, min(depth, 8))
            self.resources[self.inside[-1]][2].append(row)
        return at

    def _line(self, depth: int, text: str, part: RawPart | None = None, comma: str = "") -> None:
        number, indent = len(self.lines) + 1, "  " * depth
        if part is None:
            self.lines.append(RawLine(number, "", f"{indent}{text}", "", (RawPart(indent + text),)))
            return
        parts = (RawPart(indent), part, RawPart(comma))
        whole = f"{indent}{part.text}{comma}"
        self.lines.append(RawLine(number, "", whole, "", tuple(one for one in parts if one.text)))


def _key(name: str) -> str:
    return f'"{name}": ' if name else ""


def humanised(name: str) -> str:
    """`effectiveDateTime` as `Effective date time`."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.lstrip("_")).lower()
    return text[:1].upper() + text[1:]
