"""The one sentence that a manager reads first: where work is stuck, from counts alone. Pure.

It names where work waits and never who is at fault, and each number in it leads to its rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.slices import NOBODY, YES, Slice

STANDS_OUT = 0.25
"""The share of what is late from which on a pile of one kind is the bottleneck."""
HOLDS_MUCH = 0.40
"""The same for one place with work of several kinds: each of three people has a third."""
GROWS = 0.10
"""The share of what is open by which it has to grow in a week to be worth a sentence."""


@dataclass(frozen=True, slots=True)
class Pile:
    """Late tasks of one kind that wait in one place."""

    late: int
    what: str
    """`Abnormal results`."""
    where: str
    """A person, or a queue of which nobody has taken them."""
    slice: Slice

    @property
    def is_nobodys(self) -> bool:
        return self.slice.owner == NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that the sentence is worked out from."""

    open: int
    late: int
    came: int
    """In the last seven days, as `closed`."""
    closed: int
    piles: Sequence[Pile] = ()
    """Of one kind in one place."""
    places: Sequence[Pile] = ()
    """Of several kinds in one place."""
    waits: tuple[int | None, int | None] = (None, None)
    """Median days that what is late has waited: where it is stuck, and everywhere."""
    silent: str = ""
    """`Quest lab silent 3 h`."""
    base: Slice = field(default_factory=Slice)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of a sentence; with a slice, a link to its rows."""

    words: str
    slice: Slice | None = None


def first_pile(piles: Sequence[Pile]) -> Pile | None:
    """The largest; of two alike, the one that nobody has taken."""
    return max(piles, key=lambda pile: (pile.late, pile.is_nobodys, pile.what), default=None)


def stuck_in(now: Standing) -> Pile | None:
    """What stands out of all that is late; None where nothing does."""
    for piles, share in ((now.piles, STANDS_OUT), (now.places, HOLDS_MUCH)):
        first = first_pile(piles)
        if first and now.late and first.late >= share * now.late:
            return first
    return None


def lead(now: Standing) -> tuple[Phrase, ...]:
    """The sentence, and a second one where a feed is silent."""
    said = _first(now)
    if not now.silent:
        return said
    return (*said, Phrase(" " + _("%(feed)s, so these counts may be low.") % {"feed": now.silent}))


def _first(now: Standing) -> tuple[Phrase, ...]:
    if not now.open:
        return _nothing_open(now)
    first = first_pile(now.piles)
    if first is None or not now.late:
        return _nothing_late(now)
    pile = stuck_in(now)
    return _stuck(now, pile) if pile else _growing(now) or _spread(now, first)


def _nothing_open(now: Standing) -> tuple[Phrase, ...]:
    if now.closed:
        closed = ngettext("%(n)d task was closed in the last 7 days.",
                          "%(n)d tasks were closed in the last 7 days.", now.closed)  # fmt: skip
        return (Phrase(_("Nothing is open.") + " " + closed % {"n": now.closed}),)
    return (Phrase(_("Nothing is open.")),)


def _nothing_late(now: Standing) -> tuple[Phrase, ...]:
    every = Phrase(_("%(n)s open") % {"n": f"{now.open:,}"}, now.base)
    if growing := _growing(now):
        return (Phrase(_("Nothing is past its close-by time.") + " "), *growing)
    return (Phrase(_("Nothing is past its close-by time.") + " "), every, Phrase("."))


def _stuck(now: Standing, pile: Pile) -> tuple[Phrase, ...]:
    place = {"what": pile.what, "where": pile.where}
    begin = (
        _("%(what)s wait in %(where)s and nobody has taken them: ")
        if pile.is_nobodys
        else _("%(what)s are stuck with %(where)s: ")
    )
    many = Phrase(f"{pile.late:,}", pile.slice)
    every = Phrase(_("%(n)s late tasks") % {"n": f"{now.late:,}"}, replace(now.base, late=YES))
    if pile.late == now.late:
        return (Phrase(begin % place + _("all") + " "), every, Phrase(_waits(now) + "."))
    return (Phrase(begin % place), many, Phrase(" " + _("of the") + " "), every,
            Phrase(_waits(now) + "."))  # fmt: skip


def _waits(now: Standing) -> str:
    """Only where it is longer there than elsewhere."""
    here, everywhere = now.waits
    if here is None or everywhere is None or here <= everywhere:
        return ""
    against = {"here": days(here), "everywhere": days(everywhere)}
    return _(", median wait %(here)s against %(everywhere)s in the practice") % against


def _growing(now: Standing) -> tuple[Phrase, ...]:
    more = now.came - now.closed
    if more < max(2, GROWS * now.open):
        return ()
    sentence = _(
        "The backlog grows: %(more)s more tasks came than were closed in the last 7 days; "
    )
    every = Phrase(_("%(n)s are open") % {"n": f"{now.open:,}"}, now.base)
    return (Phrase(sentence % {"more": f"{more:,}"}), every, Phrase("."))


def _spread(now: Standing, pile: Pile) -> tuple[Phrase, ...]:
    every = Phrase(_("%(n)s tasks") % {"n": f"{now.late:,}"}, replace(now.base, late=YES))
    most = Phrase(_("%(n)s with %(where)s") % {"n": f"{pile.late:,}", "where": pile.where},
                  pile.slice)  # fmt: skip
    return (every, Phrase(" " + _("are past their close-by time, in no one place; the most, ")),
            most, Phrase("."))  # fmt: skip


def days(count: int) -> str:
    """`under a day`, `3 d`."""
    return _("%(n)d d") % {"n": count} if count else _("under a day")


def median_days(by_day: Mapping[date, int], today: date) -> int | None:
    """The median age of tasks that came on these days; None for none."""
    half, seen = sum(by_day.values()) / 2, 0
    for day in sorted(by_day, reverse=True):
        seen += by_day[day]
        if seen >= half and seen:
            return max(0, (today - day).days)
    return None
