"""The checklists of a practice, each in its versions."""

from collections import defaultdict
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import Operation, may
from accounts.roles import Role
from charts.values import VisitType
from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.queries.visits import TYPES
from dashboards.rows.checklist import ChecklistCard, ChecklistsPage, LineWords, VersionCard
from routing import visit_charts
from routing.models import ChartAnswer, Checklist, ChecklistLine


def page(desk: Desk) -> ChecklistsPage:
    """Each type of visit with its checklist."""
    versions: dict[str, list[Checklist]] = defaultdict(list)
    held = Checklist.objects.select_related("published_by").prefetch_related("lines")
    for one in held.order_by("-version"):
        versions[one.visit_type].append(one)
    why_not = may(desk.member.roles, Operation.MANAGE_CHECKLISTS).reason
    return ChecklistsPage(
        tuple(_card(kind, versions[kind], desk, why_not) for kind in VisitType), why_not
    )


def lines_of(visit_type: VisitType) -> list[ChecklistLine]:
    """The lines in force for a type of visit."""
    checklist = visit_charts.current(visit_type)
    return list(ChecklistLine.objects.filter(checklist=checklist).order_by("position"))


def _card(
    kind: VisitType, versions: Sequence[Checklist], desk: Desk, why_not: str
) -> ChecklistCard:
    cards = tuple(_version(one, desk) for one in versions)
    url = "" if why_not else reverse("dashboards:checklist", args=[kind.value])
    return ChecklistCard(kind.value, str(TYPES[kind]), cards[0] if cards else None, cards[1:], url)


def _version(one: Checklist, desk: Desk) -> VersionCard:
    day = words.long_date(one.published_at.astimezone(desk.zone).date())
    who = one.published_by.name if one.published_by else _("ClearChart's starter")
    name = _("Version %(number)d, %(day)s, by %(who)s")
    lines = sorted(one.lines.all(), key=lambda line: line.position)
    return VersionCard(
        name % {"number": one.version, "day": day, "who": who},
        tuple(LineWords(line.title, _who(line)) for line in lines),
    )


def _who(line: ChecklistLine) -> str:
    if line.answered_by:
        return _("The chart: %(answer)s") % {"answer": ChartAnswer(line.answered_by).label.lower()}
    role = Role(line.role).label
    if not line.hours:
        return _("%(role)s, at the end of the visit") % {"role": role}
    after = ngettext("%(count)d hour after the visit", "%(count)d hours after the visit",
                     line.hours) % {"count": line.hours}  # fmt: skip
    return _("%(role)s, asked %(after)s") % {"role": role, "after": after}
