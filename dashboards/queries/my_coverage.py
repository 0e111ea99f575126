"""My own duty: when I am on call, whom I cover, who covers me, and what colleagues ask."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext

from accounts.permissions import Operation, may
from dashboards import words
from dashboards.queries import duty_words as said
from dashboards.queries.desk import Desk
from dashboards.queries.staff import absence_line, stands_in
from dashboards.rows import Choice
from dashboards.rows.duty import AbsenceLine, CoveragePage, OutPage, SwapLine, TurnLine
from escalation import coverage
from escalation.coverage import Coverage
from escalation.duty import begins
from escalation.duty_feed import turns_of
from escalation.models import Absence, DutyFeed, Rotation, Swap
from escalation.standins import stand_ins
from routing.models import Task

WEEKS = timedelta(weeks=8)
FAR = timedelta(days=366)
SOON = 8
"""Turns that are shown at once."""


def page(desk: Desk) -> CoveragePage:
    """The next eight weeks of one member."""
    seen = coverage.load(since=desk.now, until=desk.now + WEEKS)
    away = Absence.objects.running(desk.now).filter(member=desk.member).first()
    turns = _turns(seen, desk)
    offered, wanted = _choices(seen, desk)
    feed = DutyFeed.objects.filter(member=desk.member, revoked_at__isnull=True).first()
    return CoveragePage(
        state=_state(away, desk), is_away=away is not None,
        back_url=reverse("dashboards:end_absence", args=[away.pk]) if away else "",
        may_be_on_call=bool(may(desk.member.roles, Operation.CLOSE_CRITICAL)),
        asked=_asked(desk), soon=turns[:SOON], later=turns[SOON:], covering=_covering(seen, desk),
        absences=_ahead(desk), offered=offered, wanted=wanted,
        feed_since=words.at_words(feed.made_at, zone=desk.zone, now=desk.now) if feed else "",
        zone=str(desk.zone),
    )  # fmt: skip


def tonight(desk: Desk) -> datetime:
    """The end of today, here."""
    return desk.midnight + timedelta(days=1)


def out_today(desk: Desk) -> OutPage:
    """Who may take my work until midnight."""
    people = stand_ins(desk.member, desk.now, tonight(desk))
    open_tasks = Task.objects.open().owned_by(desk.member).count()
    taken = words.plural(
        "Your %(count)s open task, and what comes,",
        "Your %(count)s open tasks, and what comes,",
        open_tasks,
    )
    return OutPage(
        until=said.at(tonight(desk), desk.zone),
        work=gettext("%(taken)s will be theirs; what nobody has begun then comes back to you.")
        % {"taken": taken if open_tasks else gettext("What comes")},
        choices=tuple(
            Choice(value=str(one.pk), label=one.name, hint=one.role.label) for one in people
        ),
    )


def _state(away: Absence | None, desk: Desk) -> str:
    if away is None:
        return gettext("You are in: your work comes to you.")
    cover = (
        gettext("%(name)s covers you") % {"name": away.cover.name}
        if away.cover
        else gettext("your work waits in its queues")
    )
    until = (
        gettext("until %(at)s") % {"at": said.at(away.ends_at, desk.zone)}
        if away.ends_at
        else gettext("for good")
    )
    return gettext("You are away %(until)s, and %(cover)s.") % {"until": until, "cover": cover}


def _turns(seen: Coverage, desk: Desk) -> tuple[TurnLine, ...]:
    return tuple(
        TurnLine(
            who=one.rotation.name, note=stands_in(one, seen),
            when=said.between(one.begins_at, one.ends_at, ZoneInfo(one.rotation.time_zone)),
            is_now=one.begins_at <= desk.now < one.ends_at,
        )
        for one in turns_of(seen, desk.member.pk)
    )  # fmt: skip


def _covering(seen: Coverage, desk: Desk) -> tuple[str, ...]:
    lines = []
    for one in seen.absences:
        gone = seen.members.get(one.member_id)
        ahead = one.ends_at is None or one.ends_at > desk.now
        if gone is not None and ahead and one.cover_id == desk.member.pk:
            lines.append(f"{gone.name}, {said.between(one.begins_at, one.ends_at, desk.zone)}")
    return tuple(lines)


def _ahead(desk: Desk) -> tuple[AbsenceLine, ...]:
    rows = Absence.objects.overlapping(desk.now, desk.now + FAR).filter(
        member=desk.member, begins_at__gt=desk.now
    )
    return tuple(
        AbsenceLine(
            who=line.who, when=line.when, cover=line.cover, back=line.back, id=line.id,
            end_url=reverse("dashboards:end_absence", args=[line.id]),
        )
        for one in rows.select_related("member", "cover").order_by("begins_at")
        for line in [absence_line(one, desk, ())]
    )  # fmt: skip


def _asked(desk: Desk) -> tuple[SwapLine, ...]:
    """What waits for an answer, of mine or of a colleague's."""
    waiting = Swap.objects.filter(state=Swap.State.ASKED, rotation__retired_at__isnull=True)
    rows = waiting.select_related("rotation", "asker", "colleague").order_by("asked_at")
    return tuple(
        _swap(one) if one.colleague_id == desk.member.pk else _mine(one)
        for one in rows
        if desk.member.pk in (one.colleague_id, one.asker_id)
        and min(one.offered_from, one.wanted_from) > desk.now
    )


def _spans(swap: Swap) -> tuple[str, str]:
    zone = ZoneInfo(swap.rotation.time_zone)
    return (
        said.between(swap.offered_from, swap.offered_until, zone),
        said.between(swap.wanted_from, swap.wanted_until, zone),
    )


def _swap(swap: Swap) -> SwapLine:
    theirs, mine = _spans(swap)
    return SwapLine(
        sentence=gettext("%(name)s asks: take %(theirs)s, and they take yours, %(mine)s.")
        % {"name": swap.asker.name, "theirs": theirs, "mine": mine},
        agree_url=reverse("dashboards:answer_swap", args=[swap.pk, "agree"]),
        decline_url=reverse("dashboards:answer_swap", args=[swap.pk, "decline"]),
    )


def _mine(swap: Swap) -> SwapLine:
    mine, theirs = _spans(swap)
    return SwapLine(
        sentence=gettext("You asked %(name)s: your %(mine)s for their %(theirs)s.")
        % {"name": swap.colleague.name, "mine": mine, "theirs": theirs},
        decline_url=reverse("dashboards:answer_swap", args=[swap.pk, "decline"]),
        decline_label=gettext("Take it back"),
    )


def _choices(seen: Coverage, desk: Desk) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Whole turns ahead: mine, and those of colleagues in the same rotations."""
    mine: list[Choice] = []
    theirs: list[Choice] = []
    for rotation in seen.rotations:
        turns = [(turn, who) for turn, who in _whole_turns(seen, rotation)
                 if begins(rotation, turn) > desk.now]  # fmt: skip
        if not any(holder == desk.member.pk for _, holder in turns):
            continue
        for turn, holder in turns:
            begin, end = begins(rotation, turn), begins(rotation, turn + 1)
            when = said.between(begin, end, ZoneInfo(rotation.time_zone))
            value = f"{rotation.pk}|{begin:%Y-%m-%dT%H:%MZ}"
            if holder == desk.member.pk:
                mine.append(Choice(value=value, label=f"{when}: {rotation.name}"))
            elif holder in seen.members:
                name = seen.members[holder].name
                theirs.append(Choice(value=value, label=f"{name}, {when}: {rotation.name}"))
    return (tuple(mine), tuple(theirs)) if mine and theirs else ((), ())


def _whole_turns(seen: Coverage, rotation: Rotation) -> list[tuple[int, UUID]]:
    """Turns that one person has from their begin to their end."""
    holders: dict[int, set[UUID | None]] = defaultdict(set)
    for one in seen.stretches(rotation):
        holders[one.turn].add(one.holder_id)
    return [
        (turn, holder)
        for turn, held in holders.items()
        if len(held) == 1 and (holder := next(iter(held))) is not None
    ]
