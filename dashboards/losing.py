"""A race that was lost, in words: who did what, when, and that nothing was saved. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dashboards import words
from routing.states import Move

DID = {
    Move.CLAIM: gettext_noop("%(who)s claimed this %(when)s."),
    Move.RELEASE: gettext_noop("%(who)s released this %(when)s."),
    Move.ACKNOWLEDGE: gettext_noop("%(who)s acknowledged this %(when)s."),
    Move.HOLD: gettext_noop("%(who)s put this on hold %(when)s."),
    Move.RESUME: gettext_noop("%(who)s took this up again %(when)s."),
    Move.ASSIGN: gettext_noop("%(who)s assigned this %(when)s."),
    Move.COPY: gettext_noop("%(who)s copied this to a colleague %(when)s."),
    Move.UPDATE: gettext_noop("The source changed this %(when)s."),
    Move.REROUTE: gettext_noop("The rules moved this %(when)s."),
    Move.COMPLETE: gettext_noop("%(who)s closed this %(when)s."),
    Move.FORCE_CLOSE: gettext_noop("%(who)s closed this by override %(when)s."),
    Move.CANCEL: gettext_noop("%(who)s cancelled this %(when)s."),
    Move.REOPEN: gettext_noop("%(who)s opened this again %(when)s."),
}
CLOSED_AS = gettext_noop("%(who)s closed this %(when)s as \u201c%(outcome)s\u201d.")


def sentence(
    *, who: str, when: datetime, move: str, outcome: str, zone: ZoneInfo, now: datetime
) -> str:
    """`Dana Reyes closed this at 14:03 as "Normal, patient told". Your change was not saved.`"""
    template = CLOSED_AS if move == Move.COMPLETE and outcome else DID[Move(move)]
    said = {"who": who, "when": at_words(when, zone=zone, now=now), "outcome": outcome}
    return f"{_(template) % said} {_('Your change was not saved.')}"


def at_words(at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """`at 14:03`, `yesterday at 09:12`, `on Nov 18 at 09:12`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (today - local.date()).days
    hour = f"{local:%H:%M}"
    if days == 0:
        return _("at %(hour)s") % {"hour": hour}
    if days == 1:
        return _("yesterday at %(hour)s") % {"hour": hour}
    return _("on %(day)s at %(hour)s") % {"day": words.month_day(local.date()), "hour": hour}
