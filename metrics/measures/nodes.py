"""Objects of JSON that somebody else wrote, whatever else stands in their place."""

from typing import Any

Node = dict[str, Any]


def nodes(value: Any) -> list[Node]:
    """The objects of a list, or the one that stands alone; what is no object is left out."""
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, dict)]


def node(value: Any) -> Node:
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""
