"""The way back to the item in its EHR: a template of the feed, filled with the item's own ids."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from charts.values import ItemKind

NEVER = frozenset({"javascript", "data", "vbscript", "file", "blob", "about", "http", "ws", "wss"})
"""Schemes that run something, read this computer, or show ids to whoever listens."""

ANY = "any"
KINDS = frozenset({ANY, *(kind.value for kind in ItemKind)})
PLACEHOLDERS = ("placer", "filler", "number", "visit", "mrn", "patient_id", "resource_id")

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LONGEST = 500


def problem_of(kind: Any, template: Any) -> str:
    """Why this template cannot be used, in words; empty where it can."""
    if kind not in KINDS:
        return f"there is no kind “{str(kind)[:40]}”. There are: {', '.join(sorted(KINDS))}."
    if not isinstance(template, str) or not 0 < len(template) <= _LONGEST:
        return f"the address of {kind} is a text of at most {_LONGEST} characters."
    unknown = [one for one in _PLACEHOLDER.findall(template) if one not in PLACEHOLDERS]
    if unknown or "{" in _PLACEHOLDER.sub("", template) or "}" in _PLACEHOLDER.sub("", template):
        return f"an address holds no placeholders but {', '.join(PLACEHOLDERS)}, each in braces."
    if not template.isascii() or any(c.isspace() or c in "\"'<>\\`" for c in template):
        return "an address holds no blanks, quotes or angle brackets."
    try:
        parts = urlsplit(_PLACEHOLDER.sub("0", template))
        host_is_fixed = "{" not in urlsplit(template.replace("{", "\x01{")).netloc
    except ValueError:
        return "this is no address."
    if not parts.scheme or parts.scheme in NEVER or not host_is_fixed or "@" in parts.netloc:
        return "an address begins with https:// and a host that no placeholder stands in."
    if parts.scheme == "https" and not parts.netloc:
        return "an address begins with https:// and a host that no placeholder stands in."
    return ""


def schemes_of(templates: Mapping[str, str]) -> frozenset[str]:
    """With which schemes the addresses begin."""
    return frozenset(template.partition(":")[0].lower() for template in templates.values())


def link(templates: Mapping[str, str], kind: str, ids: Mapping[str, str]) -> str:
    """The address of an item; empty where no template fits or one of its ids is not known."""
    template = templates.get(kind) or templates.get(ANY, "")
    wanted = set(_PLACEHOLDER.findall(template))
    if not template or any(not ids.get(name) for name in wanted):
        return ""
    return _PLACEHOLDER.sub(lambda found: quote(ids[found[1]], safe=""), template)
