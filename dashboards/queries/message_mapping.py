"""How the names that a sender uses were understood: patients, clinicians, places, codes, flags.

No patient is named here and no value told, so it stands on the page while the body is closed.
"""

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Q
from django.utils.translation import gettext

from accounts.models import ProviderIdentifier
from charts.models import PatientIdentifier
from charts.values import Code, PatientDetails, ProviderRef
from dashboards.rows import MappingRow
from dashboards.words import later
from integrations import dictionary
from integrations.events import Event, ItemReported, PatientsMerged, VisitChanged
from integrations.models import InboundMessage, MessageState
from integrations.reading import Reading, profile_of, read
from tenants.models import Location

MOST = 60

CLINICIANS = (
    ("orderer", later("Ordered by")),
    ("author", later("Written by")),
    ("signer", later("Signed by")),
)

SYSTEMS = {
    "loinc": "LOINC", "snomed": "SNOMED CT", "rxnorm": "RxNorm", "ndc": "NDC", "cpt": "CPT",
    "icd10": "ICD-10",
}  # fmt: skip

SEVERITIES = {
    "critical": later("Critical"),
    "abnormal": later("Abnormal"),
    "unknown": later("Not flagged"),
    "normal": later("Normal"),
}


Pair = tuple[Event, Event]
"""As the sender says it, and in our words by the maps in effect now."""


def rows(message: InboundMessage) -> tuple[MappingRow, ...]:
    """Each name once, in the order in which the message has them."""
    if message.state == MessageState.REJECTED:
        return ()
    feed = message.feed
    reading = read(message, feed)
    book, profile = dictionary.load(), profile_of(feed)
    pairs = [(event, book.translate(event, feed, profile)[0]) for event in reading.events]
    return tuple(dict.fromkeys(_all(reading, pairs)))[:MOST]


def _all(reading: Reading, pairs: list[Pair]) -> Iterator[MappingRow]:
    ours = [event for _, event in pairs]
    for event in ours:
        details = event.survivor if isinstance(event, PatientsMerged) else event.patient
        yield _patient(details)
    people = list(_people(ours))
    known = _members([ref for _, ref in people])
    for label, ref in people:
        yield _clinician(label, ref, known)
    places = {_place(said): _place(event) for said, event in pairs if _place(said)}
    yield from _locations(places)
    for event in ours:
        if isinstance(event, ItemReported):
            yield from _codes(event)
    if reading.severity is not None:
        worst = SEVERITIES[reading.severity.value]
        yield MappingRow(gettext("Severity"), gettext("all of it together"), worst)


def _patient(said: PatientDetails | None) -> MappingRow:
    what = gettext("Patient")
    if said is None:
        nobody = gettext("Nobody: it cannot be filed")
        return MappingRow(what, gettext("not named"), nobody, "unknown")
    if not said.identifiers:
        apart = gettext("Kept apart until a person matches")
        return MappingRow(what, gettext("no number"), apart, "unknown")
    numbered, holders = _number(said), _holders(said)
    if holders > 1:
        many = gettext("%(count)s people have it") % {"count": holders}
        return MappingRow(what, numbered, many, "unknown")
    if holders:
        return MappingRow(what, numbered, gettext("One patient, known here"))
    return MappingRow(what, numbered, gettext("New here"), "new")


def _number(said: PatientDetails) -> str:
    """Whose number it is; never the number itself."""
    first = said.identifiers[0]
    label = " ".join(part for part in (first.assigner, first.type) if part)
    return gettext("a number of %(label)s") % {"label": label or gettext("no assigner")}


def _holders(said: PatientDetails) -> int:
    """How many patients here have one of these numbers."""
    match = Q()
    for one in said.identifiers:
        match |= Q(value=one.value, assigner=one.assigner)
    held = PatientIdentifier.objects.filter(match)
    return held.values("patient_id").distinct().count()


def _people(events: Iterable[object]) -> Iterator[tuple[str, ProviderRef]]:
    for event in events:
        if isinstance(event, VisitChanged) and event.attending:
            yield gettext("Attending"), event.attending
        if isinstance(event, ItemReported):
            for name, label in CLINICIANS:
                ref = getattr(event.item, name)
                if ref is not None:
                    yield label, ref


def _members(refs: list[ProviderRef]) -> dict[tuple[str, str], str]:
    ids = ProviderIdentifier.objects.filter(value__in={ref.id for ref in refs if ref.id})
    return {(row.value, row.assigner): row.membership.name
            for row in ids.select_related("membership")}  # fmt: skip


def _clinician(label: str, ref: ProviderRef, known: dict[tuple[str, str], str]) -> MappingRow:
    name = " ".join(part for part in (ref.given.title(), ref.family.title()) if part)
    said = ", ".join(part for part in (ref.id, name) if part) or gettext("not named")
    member = known.get((ref.id, ref.assigner)) or known.get((ref.id, ""))
    if member:
        return MappingRow(label, said, member)
    return MappingRow(label, said, gettext("Nobody here has this number"), "unknown")


def _place(event: Event) -> str:
    if isinstance(event, VisitChanged):
        return event.location
    return event.item.location if isinstance(event, ItemReported) else ""


def _locations(places: Mapping[str, str]) -> Iterator[MappingRow]:
    known = {code: site.name for site in Location.objects.all()
             for code in (site.name, *site.codes)}  # fmt: skip
    for place, ours in sorted(places.items()):
        if ours in known:
            yield MappingRow(gettext("Place"), place, known[ours])
        else:
            yield MappingRow(gettext("Place"), place, gettext("No site has this code"), "unknown")


def _codes(event: ItemReported) -> Iterator[MappingRow]:
    item = event.item
    if item.code.code or item.code.display:
        yield _code(
            gettext("Report") if item.observations else gettext("Code"),
            item.code,
            item.alternate,
            "",
        )
    for one in item.observations:
        flags = " ".join(one.flags)
        read = SEVERITIES[one.severity.value] if one.severity else gettext("no result")
        yield _code(
            gettext("Value"), one.code, one.alternate, f"{flags or gettext('no flag')}: {read}"
        )


def _code(what: str, code: Code, alternate: Code | None, severity: str) -> MappingRow:
    said = " ".join(part for part in (code.code, code.display) if part)
    standard = next((one for one in (code, alternate) if one and one.system in SYSTEMS), None)
    by_map = standard is not None and standard is not code
    tail = f"; {severity}" if severity else ""
    if standard is None:
        return MappingRow(
            what, said, gettext("Their own code, not mapped%(tail)s") % {"tail": tail}, "unknown"
        )
    beside = gettext(", beside their own") if by_map else ""
    return MappingRow(what, said, f"{SYSTEMS[standard.system]} {standard.code}{beside}{tail}")
