"""One kind of work: who may close it, who could, and what a change would come to, in words."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.permissions import CLOSERS, who
from accounts.roles import Role
from dashboards import words
from dashboards.queries.closing import listed
from dashboards.queries.desk import Desk, zone_of
from dashboards.rows import Choice
from dashboards.rows.duty import DelegationPage, DelegationVersion
from routing.categories import Category
from routing.friction import Cell
from routing.models import Delegation


def page(cell: Cell, desk: Desk) -> DelegationPage:
    """The form of one kind of work, and its versions."""
    people = _people()
    zone = zone_of(None, desk.member)
    return DelegationPage(
        work=cell.words,
        now=listed(desk.authority.closers(cell)),
        url=reverse("dashboards:delegation", args=[cell.slug]),
        roles=tuple(
            Choice(value=role.value, label=role.label, hint=_named(people[role]))
            for role in Role
            if role in CLOSERS
        ),
        physicians=physicians(desk),
        versions=tuple(_version(one, zone) for one in _versions(cell)),
        is_result=cell.category == Category.RESULT_REVIEW,
    )


def physicians(desk: Desk) -> tuple[Choice, ...]:
    """Whose word it can be: a physician's own, or any for a manager."""
    found = _people()[Role.PHYSICIAN]
    own = desk.member.has(Role.PHYSICIAN)
    return tuple(
        Choice(value=str(one.pk), label=one.name)
        for one in found
        if not own or one.pk == desk.member.pk
    )


def consequences(cell: Cell, said: Mapping[str, Any], desk: Desk) -> tuple[str, ...]:
    """What is about to be so, to be read before it is."""
    begin: datetime = said["valid_from"]
    until: datetime | None = said["valid_until"]
    zone = zone_of(None, desk.member)
    before, after = desk.authority.closers(cell, at=begin), frozenset(said["roles"])
    people = _people()
    sentences = [
        _("From %(day)s, %(who)s may close %(work)s.")
        % {"day": _day(begin, zone, desk.now), "who": who(after), "work": cell.words},
        *_changed(_("They may then: %(people)s."), after - before, people),
        *_changed(_("They may no longer: %(people)s."), before - after, people),
    ]
    if until is not None:
        sentences.append(
            _("Until %(day)s; then it is again as it was before.")
            % {"day": _day(until, zone, desk.now)}
        )
    return tuple(sentences)


def _changed(
    sentence: str, roles: Collection[Role], people: Mapping[Role, list[Membership]]
) -> Iterator[str]:
    named = {one.pk: one.name for role in roles for one in people[role]}
    if named:
        yield sentence % {"people": ", ".join(sorted(named.values()))}


def _people() -> dict[Role, list[Membership]]:
    """Who holds each role."""
    found: dict[Role, list[Membership]] = {role: [] for role in Role}
    for member in Membership.objects.filter(is_active=True).order_by("name", "pk"):
        for role in member.roles:
            found[Role(role)].append(member)
    return found


def _named(members: Collection[Membership]) -> str:
    return ", ".join(one.name for one in members) or _("nobody holds it")


def _versions(cell: Cell) -> list[Delegation]:
    rows = Delegation.objects.filter(category=cell.category, severity=cell.severity)
    return list(rows.select_related("delegated_by").order_by("-made_at", "-pk")[:50])


def _version(one: Delegation, zone: ZoneInfo) -> DelegationVersion:
    begin = words.long_date(one.valid_from.astimezone(zone).date())
    end = words.long_date(one.valid_until.astimezone(zone).date()) if one.valid_until else ""
    return DelegationVersion(
        when=_("From %(begin)s to %(end)s") % {"begin": begin, "end": end}
        if end
        else _("From %(begin)s on") % {"begin": begin},
        who=listed(one.roles),
        by=one.delegated_by.name,
        protocol=one.protocol,
    )


def _day(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    if at <= now:
        return _("now on")
    local = at.astimezone(zone)
    return f"{words.weekday(local.date())}, {words.long_date(local.date())}"
