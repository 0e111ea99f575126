"""How each person wants the screen: colours and height in a cookie, good before sign-in too; keys
with their membership; whether names are hidden with the session."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounts import proof, sessions
from accounts.models import Membership
from accounts.policy import AccessPolicy
from dashboards.keys import Keymap
from dashboards.queries import sign_on
from tenants import clock

COOKIE = "display"
NAMES_HIDDEN = "names_hidden"
"""In the session."""
THEMES = ("auto", "light", "dark")
DENSITIES = ("compact", "standard", "roomy")
LAYOUTS = ("auto", "clear", "list")
"""Of My queue. `auto`: Clear for physicians, a list for everybody else."""


@dataclass(frozen=True, slots=True)
class Surface:
    theme: str = "auto"
    density: str = "standard"
    layout: str = "auto"

    def cookie(self) -> str:
        """`auto.standard.auto`: nothing about anybody."""
        return f"{self.theme}.{self.density}.{self.layout}"

    @classmethod
    def read(cls, text: str) -> "Surface":
        """The defaults for whatever was not written by us."""
        theme, density, layout, *_ = [*text.split("."), "", ""]
        return cls(
            theme=theme if theme in THEMES else "auto",
            density=density if density in DENSITIES else "standard",
            layout=layout if layout in LAYOUTS else "auto",
        )


def surface_of(request: HttpRequest) -> Surface:
    """As the person set it in this browser."""
    return Surface.read(request.COOKIES.get(COOKIE, ""))


def surface(request: HttpRequest) -> dict[str, Any]:
    """For every template."""
    member = getattr(request, "member", None)
    keymap = Keymap(member.keys_on, member.keys) if member else Keymap()
    return {
        "surface": surface_of(request),
        "keymap": keymap,
        "keymap_json": json.dumps(keymap.pressed) if keymap.own else "",
        "names_hidden": names_hidden(request),
    }


def names_hidden(request: HttpRequest) -> bool:
    """Whether others can see this screen, so that it names nobody."""
    return bool(request.session.get(NAMES_HIDDEN))


class Access:
    """What the frame round a page says of the session; asked for only where a template does."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._policy = AccessPolicy.read(request.member.practice.access)  # type: ignore[attr-defined]

    @property
    def idle_s(self) -> int:
        """Seconds without anybody there, until the screen locks."""
        return self._policy.idle_minutes * 60

    @property
    def ends_at(self) -> str:
        """When one must sign in again."""
        ends = sessions.ends_at(self._request.session, self._policy, now=clock.now())
        return ends.isoformat()

    @property
    def must_set_up(self) -> bool:
        """Whether a second step is asked for and missing."""
        member: Membership = self._request.member  # type: ignore[attr-defined]
        return self._policy.asks_second_step(member.roles) and not proof.has_second_step(
            self._request, self._policy
        )

    @property
    def sign_on_url(self) -> str:
        """Where one proves again who one is, at the practice's own sign-in; empty: it has none."""
        return sign_on.again_url(self._request.member.practice)  # type: ignore[attr-defined]


def access(request: HttpRequest) -> dict[str, Access]:
    """For pages of members."""
    return {"access": Access(request)} if getattr(request, "member", None) else {}
