"""What an unmapped value surely means, by what the practice has said or seen elsewhere."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Membership
from charts.models import ChartItem
from integrations.models import CodeMap, Unmapped
from routing.models import ListedCode
from tenants.models import Location

Kind = Unmapped.Kind


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One answer, and why it is sure."""

    answer: str
    """A LOINC code, or the id of a member or a location."""
    label: str
    reason: str


def sure(rows: Sequence[Unmapped]) -> dict[UUID, Suggestion]:
    """By row: the one answer that nothing contradicts. Patients are never suggested."""
    found: dict[UUID, Suggestion] = {}
    for kind, suggest in _BY_KIND.items():
        wanted = [row for row in rows if row.kind == kind]
        if wanted:
            found |= suggest(wanted)
    return found


def _codes(rows: Sequence[Unmapped]) -> dict[UUID, Suggestion]:
    """The same code of another feed, else the same words beside one LOINC code only."""
    elsewhere: dict[str, set[tuple[str, str]]] = defaultdict(set)
    maps = CodeMap.objects.filter(kind=Kind.CODE, value__in=[row.value for row in rows])
    for value, code, display in maps.values_list("value", "code", "display"):
        elsewhere[value].add((code, display))
    worded = _worded([row.display for row in rows if row.display])
    found = {}
    for row in rows:
        same, said = elsewhere[row.value], worded.get(row.display.casefold(), set())
        if len({code for code, _ in same}) == 1:
            code, display = sorted(same)[-1]
            found[row.pk] = Suggestion(code, display or code, _("Another feed's map says so"))
        elif len(said) == 1:
            found[row.pk] = Suggestion(next(iter(said)), row.display, _("The same words elsewhere"))
    return found


def _worded(displays: Sequence[str]) -> dict[str, set[str]]:
    """LOINC codes by the words that stand beside them on lists and in reports."""
    said: dict[str, set[str]] = defaultdict(set)
    listed = ListedCode.objects.filter(system="loinc", display__in=displays)
    items = ChartItem.objects.filter(code_system="loinc", title__in=displays)
    for display, code in listed.values_list("display", "code"):
        said[display.casefold()].add(code)
    for display, code in items.values_list("title", "code").distinct():
        said[display.casefold()].add(code)
    return said


def _providers(rows: Sequence[Unmapped]) -> dict[UUID, Suggestion]:
    """The one member whose name holds both names."""
    members = {
        member: set(member.name.casefold().replace(",", " ").split())
        for member in Membership.objects.filter(is_active=True)
    }
    found = {}
    for row in rows:
        names = set(row.display.casefold().replace(",", " ").split())
        same = [member for member, held in members.items() if len(names) > 1 and names <= held]
        if len(same) == 1:
            found[row.pk] = Suggestion(str(same[0].pk), same[0].name, _("The same name"))
    return found


def _locations(rows: Sequence[Unmapped]) -> dict[UUID, Suggestion]:
    """The one location with this name or code, written another way."""
    sites = [
        (site, {name.casefold() for name in (site.name, *site.codes)})
        for site in Location.objects.all()
    ]
    found = {}
    for row in rows:
        same = [site for site, names in sites if row.value.casefold() in names]
        if len(same) == 1:
            found[row.pk] = Suggestion(str(same[0].pk), same[0].name, _("The same name"))
    return found


_BY_KIND = {Kind.CODE: _codes, Kind.PROVIDER: _providers, Kind.LOCATION: _locations}
