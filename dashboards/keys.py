"""The keyboard: what each key does, and which key a member has put in its place. Pure.

An action is known by its usual key; `static/js/app.js` holds what is done under that name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True)
class Key:
    usual: str
    does: str | Promise


KEYS = (
    Key("j", gettext_lazy("Next task")),
    Key("k", gettext_lazy("Previous task")),
    Key("e", gettext_lazy("Done, and on to the next")),
    Key("c", gettext_lazy("Claim or release")),
    Key("y", gettext_lazy("Acknowledge")),
    Key("a", gettext_lazy("Assign")),
    Key("h", gettext_lazy("Hold or resume")),
    Key("f", gettext_lazy("Copy to")),
    Key("i", gettext_lazy("Note for colleagues")),
    Key("m", gettext_lazy("Say what became of a referral")),
    Key("n", gettext_lazy("Next task nobody has")),
    Key("x", gettext_lazy("Select")),
    Key("v", gettext_lazy("Do something with what is selected")),
    Key("s", gettext_lazy("Save this view")),
    Key("z", gettext_lazy("Undo my last")),
    Key("r", gettext_lazy("Refresh the list")),
    Key("/", gettext_lazy("Search")),
    Key("g", gettext_lazy("Go to, with a second letter")),
    Key("?", gettext_lazy("List of keys")),
)
OUTCOMES = "123456"
"""Taken: they choose an outcome when one is asked for."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys of one member."""

    on: bool = True
    own: Mapping[str, str] = field(default_factory=dict)
    """Usual key: the member's own; empty where they want none."""

    def key(self, usual: str) -> str:
        """What the member presses; empty: nothing."""
        return self.own.get(usual, usual) if self.on else ""

    @property
    def pressed(self) -> dict[str, str]:
        """For the script: what a key that was pressed stands for, where it is not itself."""
        return dict.fromkeys(self.own, "") | {key: usual for usual, key in self.own.items() if key}

    @property
    def listed(self) -> tuple[tuple[str, Key], ...]:
        """Every action that has a key."""
        return tuple((key, one) for one in KEYS if (key := self.own.get(one.usual, one.usual)))


def problems(chosen: Mapping[str, str]) -> dict[str, str]:
    """Why a choice of keys cannot be kept, by the usual key; empty where it can.

    Args:
        chosen: a key, or nothing, for each usual one.
    """
    found: dict[str, str] = {}
    taken: dict[str, Key] = {}
    for one in KEYS:
        key = chosen.get(one.usual, "")
        if key and (said := _refused(key, one, taken.get(key))):
            found[one.usual] = said
        taken.setdefault(key, one)
    return found


def _refused(key: str, one: Key, other: Key | None) -> str:
    if key != one.usual and not (len(key) == 1 and key.isascii() and key.isalnum()):
        return _("Choose one letter or digit.")
    if key in OUTCOMES:
        return _("1 to 6 choose an outcome. Choose another key.")
    if other is not None:
        return _("%(key)s is already: %(does)s. Choose another key.") % {
            "key": key, "does": other.does,
        }  # fmt: skip
    return ""
