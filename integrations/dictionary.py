"""What a feed's own codes mean here, read once for a batch, and what of them nobody has said yet.

Applied to events before they are filed: a local code gets its LOINC beside it, a location code
becomes the location's name, a provider's number that is the feed's own says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from accounts.models import ProviderIdentifier
from charts.values import Code, ItemKind, ItemReport, Observation, ProviderRef
from integrations.events import Event, ItemReported, VisitChanged
from integrations.loinc import is_loinc
from integrations.models import CodeMap, Feed, Unmapped
from integrations.vendors import Profile
from tenants.models import Location

Kind = Unmapped.Kind

LONGEST = 120
"""A longer value is no code that somebody would map."""

PEOPLE = {
    "orderer": frozenset(ItemKind),
    "signer": frozenset(ItemKind),
    "author": frozenset({ItemKind.DOCUMENT}),
}
"""Whom work may go to, and of which kinds; whom a referral goes to works elsewhere."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something in a message that nothing here answers to."""

    kind: str
    value: str
    assigner: str = ""
    display: str = ""
    patient_id: UUID | None = None


@dataclass(slots=True)
class Dictionary:
    """Every map of the practice; a feed's own comes before one of every feed."""

    codes: Mapping[tuple[UUID | None, str], Code]
    places: Mapping[tuple[UUID | None, str], str]
    sites: frozenset[str]
    """What locations are called, by name or by a code that every feed may use."""
    providers: frozenset[tuple[str, str]]

    def translate(self, event: Event, feed: Feed, profile: Profile) -> tuple[Event, list[Unknown]]:
        """The event in our words, and what of it has none."""
        page = _Page(self, feed, profile)
        if isinstance(event, ItemReported):
            item = page.item(event.item)
            return (event if item is event.item else replace(event, item=item)), page.unknown
        if isinstance(event, VisitChanged) and event.location:
            place = page.place(event.location)
            return replace(event, location=place), page.unknown
        return event, page.unknown


@dataclass(slots=True)
class _Page:
    """One event of one feed at work."""

    book: Dictionary
    feed: Feed
    profile: Profile
    unknown: list[Unknown] = field(default_factory=list)

    def item(self, item: ItemReport) -> ItemReport:
        changes: dict[str, Any] = {}
        if item.location and (place := self.place(item.location)) != item.location:
            changes["location"] = place
        for role, kinds in PEOPLE.items():
            person = getattr(item, role)
            if person is not None and person.id and item.kind in kinds:
                found = self.person(person)
                if found is not person:
                    changes[role] = found
        if item.kind is ItemKind.RESULT:
            changes |= self._codes(item)
        return replace(item, **changes) if changes else item

    def place(self, code: str) -> str:
        found = self.book.places.get((self.feed.pk, code))
        if found is None and code not in self.book.sites:
            found = self.book.places.get((None, code))
            if found is None:
                self._note(Kind.LOCATION, code)
        return found or code

    def person(self, person: ProviderRef) -> ProviderRef:
        held = self.book.providers
        if not person.assigner and (person.id, self.feed.slug) in held:
            return replace(person, assigner=self.feed.slug)
        if (person.id, person.assigner) not in held and (person.id, "") not in held:
            name = ", ".join(part for part in (person.family, person.given) if part)
            self._note(Kind.PROVIDER, person.id, person.assigner, name)
        return person

    def _codes(self, item: ItemReport) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        if "OBR-4" in self.profile.local_codes:
            code, alternate = self.code(item.code, item.alternate)
            if alternate is not item.alternate or code is not item.code:
                changes |= {"code": code, "alternate": alternate}
        if "OBX-3" in self.profile.local_codes:
            values = [self._value(one) for one in item.observations]
            if any(new is not old for new, old in zip(values, item.observations, strict=True)):
                changes["observations"] = tuple(values)
        return changes

    def _value(self, value: Observation) -> Observation:
        code, alternate = self.code(value.code, value.alternate)
        if code is value.code and alternate is value.alternate:
            return value
        return replace(value, code=code, alternate=alternate)

    def code(self, code: Code, alternate: Code | None) -> tuple[Code, Code | None]:
        if code.system != "local" or not code.code:
            return code, alternate
        if alternate is not None and alternate.system != "local":
            return code, alternate
        if self.profile.loinc_unmarked and is_loinc(code.code):
            return replace(code, system="loinc"), alternate
        book = self.book.codes
        found = book.get((self.feed.pk, code.code)) or book.get((None, code.code))
        if found is None:
            self._note(Kind.CODE, code.code, display=code.display)
            return code, alternate
        return code, found

    def _note(self, kind: str, value: str, assigner: str = "", display: str = "") -> None:
        if len(value) <= LONGEST and len(assigner) <= LONGEST:
            self.unknown.append(Unknown(kind, value, assigner, display))


def load() -> Dictionary:
    """The maps of the practice in scope, in three statements."""
    codes: dict[tuple[UUID | None, str], Code] = {}
    mapped: dict[tuple[UUID | None, str], UUID] = {}
    rows = CodeMap.objects.values_list("feed", "kind", "value", "code", "display", "location")
    for feed, kind, value, code, display, location in rows:
        if kind == CodeMap.Kind.CODE:
            codes[feed, value] = Code(code, display, "loinc")
        else:
            mapped[feed, value] = location
    sites = {
        pk: (name, own) for pk, name, own in Location.objects.values_list("pk", "name", "codes")
    }
    return Dictionary(
        codes=codes,
        places={key: sites[location][0] for key, location in mapped.items()},
        sites=frozenset(_names(sites.values())),
        providers=frozenset(ProviderIdentifier.objects.values_list("value", "assigner")),
    )


def _names(sites: Iterable[tuple[str, list[str]]]) -> Iterable[str]:
    for name, codes in sites:
        yield name
        yield from codes
