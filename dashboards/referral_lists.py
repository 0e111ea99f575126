"""A list of referrals as its address names it. Pure but for the address."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import quote
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode

from charts.values import Priority
from metrics.loops.figures import Fate
from metrics.loops.periods import Period
from referrals.specialties import Specialty
from referrals.states import Step, Turn

CLOSED, LATE, BOARD = "closed", "late", "board"
CHOICES: Mapping[str, frozenset[str]] = {
    "turn": frozenset(Turn) - {Turn.NOBODY},
    "step": frozenset(Step) - {Step.CLOSED},
    "specialty": frozenset(Specialty),
    "urgency": frozenset(Priority),
    "late": frozenset({LATE}),
    "state": frozenset({CLOSED}),
    "view": frozenset({BOARD}),
}
"""What each part of the address may say; `loc` is an id, `sent` a period, `payer` a name."""
FILTERS = ("turn", "step", "specialty", "urgency", "loc", "payer", "sent", "fate", "late", "state")
LONGEST_PAYER = 120


@dataclass(frozen=True, slots=True)
class ReferralList:
    """Which referrals, and whether as a board."""

    turn: str = ""
    step: str = ""
    specialty: str = ""
    urgency: str = ""
    loc: str = ""
    payer: str = ""
    sent: str = ""
    """A period, of whose cohort the list is; open or closed."""
    fate: str = ""
    """What became of those; empty: all that were sent."""
    late: str = ""
    state: str = ""
    view: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "ReferralList":
        """Nothing where the address says what is none of ours."""
        known = {
            name: said for name, words in CHOICES.items() if (said := query.get(name, "")) in words
        }
        known["payer"] = query.get("payer", "").replace("\x00", "").strip()[:LONGEST_PAYER]
        if Period.read(query.get("sent", "")):
            known |= {"sent": query["sent"], "fate": _fate(query.get("fate", ""))}
        with suppress(ValueError):
            known["loc"] = str(UUID(query.get("loc", "")))
        return cls(**known)

    @property
    def given(self) -> dict[str, str]:
        """The filters that narrow it."""
        return {name: said for name in FILTERS if (said := getattr(self, name))}

    def url(self, **more: str) -> str:
        """Its address."""
        query = self.given | ({"view": self.view} if self.view else {}) | more
        address = reverse("dashboards:referrals")
        return address + (f"?{urlencode(query)}" if query else "")

    @property
    def back(self) -> str:
        """The same, for a query string."""
        return quote(self.url(), safe="/")

    def on(self, **filters: str) -> "ReferralList":
        """Another turn, or the late or the closed ones, narrowed likewise otherwise."""
        return replace(self, **({"turn": "", "late": "", "state": ""} | filters))

    @property
    def whole(self) -> "ReferralList":
        """Narrowed by nothing."""
        return ReferralList(view=self.view)


def _fate(said: str) -> str:
    return said if said in frozenset(Fate) else ""
