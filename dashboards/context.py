"""How each person wants the screen: colours and height in a cookie, good before sign-in too; keys
with their membership; whether names are hidden with the session."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from dashboards.keys import Keymap

COOKIE = "display"
NAMES_HIDDEN = "names_hidden"
"""In the session."""
THEMES = ("auto", "light", "dark")
DENSITIES = ("compact", "standard", "roomy")


@dataclass(frozen=True, slots=True)
class Surface:
    theme: str = "auto"
    density: str = "standard"

    def cookie(self) -> str:
        """`auto.standard`: nothing about anybody."""
        return f"{self.theme}.{self.density}"

    @classmethod
    def read(cls, text: str) -> "Surface":
        """The defaults for whatever was not written by us."""
        theme, density, *_ = [*text.split("."), ""]
        return cls(
            theme=theme if theme in THEMES else "auto",
            density=density if density in DENSITIES else "standard",
        )


def surface(request: HttpRequest) -> dict[str, Any]:
    """For every template."""
    member = getattr(request, "member", None)
    keymap = Keymap(member.keys_on, member.keys) if member else Keymap()
    return {
        "surface": Surface.read(request.COOKIES.get(COOKIE, "")),
        "keymap": keymap,
        "keymap_json": json.dumps(keymap.pressed) if keymap.own else "",
        "names_hidden": names_hidden(request),
    }


def names_hidden(request: HttpRequest) -> bool:
    """Whether others can see this screen, so that it names nobody."""
    return bool(request.session.get(NAMES_HIDDEN))
