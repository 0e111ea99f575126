"""The frame: where I may go, who I am, whether data is arriving."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Operation, may
from dashboards import places
from dashboards.places import Group, Place
from dashboards.queries import counts, emergency, feeds, notices
from dashboards.queries.counts import NOTHING_COUNTED
from dashboards.queries.desk import Desk
from dashboards.rows import NavGroup, NavLink, PracticeChoice, Shell
from escalation.models import Absence
from tenants.compiled import Compiled
from tenants.models import Practice

MOST_SAID = 3
"""Covers that the foot of the rail no longer names one by one."""


def shell(desk: Desk, *, here: str, counted: Mapping[str, str] = NOTHING_COUNTED) -> Shell:
    """The frame for one member; `here` is the name of the screen, `counted` what waits at places
    that its page has counted already."""
    open_places = places.open_to(desk.member.roles)
    sees_feeds = bool(may(desk.member.roles, Operation.SEE_MESSAGES))
    state = feeds.summary(desk)
    unseen = notices.unseen(desk) if state.unseen is None else state.unseen
    return Shell(
        person=desk.member.name,
        initials=_initials(desk.member.name),
        role=desk.member.role.label,
        practice=desk.member.practice.name,
        here=here,
        groups=_groups(open_places, here, counts.of(desk, open_places, counted)),
        phone=_phone(open_places, here),
        cover=_cover(desk),
        practices=_practices(desk),
        feed_words=state.words,
        feed_status=state.status,
        unseen=notices.capped(unseen),
        emergencies=emergency.banners(desk),
        feeds_url=reverse("dashboards:feeds") if sees_feeds else "",
    )


def _groups(
    open_places: Sequence[Place], here: str, figures: Mapping[str, str]
) -> tuple[NavGroup, ...]:
    groups = (
        NavGroup(
            str(group.value),
            tuple(_link(one, here, figures.get(one.name, "")) for one in open_places
                  if one.group is group),
        )
        for group in Group
    )  # fmt: skip
    return tuple(group for group in groups if group.links)


def _link(place: Place, here: str, count: str = "") -> NavLink:
    return NavLink(
        label=str(place.label), url=place.url, icon=place.name, here=here == place.name,
        go_key=place.go, count=count,
    )  # fmt: skip


def _phone(open_places: Sequence[Place], here: str) -> tuple[NavLink, ...]:
    """Queue, Team and Escalations where they may be opened; Search; More."""
    first = (
        replace(_link(one, here), label=str(places.ON_PHONE[one.name]))
        for one in open_places
        if one.name in places.ON_PHONE
    )
    last = (
        NavLink(label=label, url=reverse(f"dashboards:{name}"), icon=name, here=here == name)
        for name, label in (("search", _("Search")), ("more", _("More")))
    )
    return (*first, *last)


def _away(now: datetime) -> Any:
    away = Absence.objects.running(now).filter(cover__isnull=False, member__is_active=True)
    return away.order_by("begins_at").values_list("cover__name", "member__name")[:MOST_SAID]


AWAY = Compiled(_away)


def _cover(desk: Desk) -> str:
    """Who covers whom now: `Dana covers Sam`; of many, that they are."""
    pairs = AWAY.rows(now=desk.now)
    if len(pairs) == MOST_SAID:
        return _("Several people are covered today")
    return "; ".join(_("%(cover)s covers %(away)s") % {"cover": c, "away": a} for c, a in pairs)


def _practices(desk: Desk) -> tuple[PracticeChoice, ...]:
    if len(desk.practices) < 2:
        return ()
    practices = Practice.objects.filter(pk__in=desk.practices).order_by("name")
    return tuple(
        PracticeChoice(str(one.pk), one.name, one.pk == desk.member.practice_id)
        for one in practices
    )


def _initials(name: str) -> str:
    parts = [part for part in name.split() if part not in {"Dr", "Dr."}]
    return "".join(
        part[:1].upper() for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)
    )
