"""Who is meant: the patient and the clinicians that a resource refers to."""

from charts.values import Identifier, PatientDetails, ProviderRef
from integrations.fhir.bundle import Body, literal
from integrations.fhir.element import (
    SCHEME,
    Node,
    child,
    children,
    day,
    identifier,
    identifiers,
    text,
    texts,
)
from integrations.fhir.vocabulary import NPI

SEXES = {"female": "F", "male": "M", "other": "O", "unknown": "U"}
NAME_ORDER = ("official", "usual", "")
PHONE_ORDER = ("mobile", "home", "", "work")
HOME_ORDER = ("home", "", "temp", "work")


def patient_at(reference: Node, within: Node, body: Body) -> PatientDetails | None:
    """The patient a reference means, described or by reference only; None for no patient."""
    found = body.find(reference, within)
    if found is not None:
        return described(found, body) if found["resourceType"] == "Patient" else None
    named = [identifier(child(reference, "identifier")), *_addressed(reference, body)]
    named = [one for one in named if one.value]
    return PatientDetails(identifiers=tuple(named)) if named else None


def described(patient: Node, body: Body) -> PatientDetails:
    """A Patient resource, with the address by which the same source refers to it elsewhere."""
    name = _first_by_use(children(patient, "name"), NAME_ORDER)
    telecom = children(patient, "telecom")
    phones = [one for one in telecom if text(one, "system") == "phone"]
    mails = [one for one in telecom if text(one, "system") == "email"]
    home = _first_by_use(children(patient, "address"), HOME_ORDER)
    return PatientDetails(
        identifiers=(*identifiers(patient), *_own_addresses(patient, body)),
        family=text(name, "family") or None,
        given=_given(name) or None,
        birth_date=day(patient.get("birthDate")),
        sex=SEXES.get(text(patient, "gender")),
        phone=text(_first_by_use(phones, PHONE_ORDER), "value") or None,
        email=text(_first_by_use(mails, HOME_ORDER), "value") or None,
        address=_written(home) or None,
        state=text(home, "state") or None,
        language=_language(patient),
        deceased=_is_deceased(patient),
        restricted=_is_restricted(patient),
    )


def provider_at(reference: Node, within: Node, body: Body) -> ProviderRef | None:
    """The clinician or organization a reference means; of a role, the person in it."""
    found = body.find(reference, within)
    if found is not None and found["resourceType"] == "PractitionerRole":
        person = child(found, "practitioner") or child(found, "organization")
        holder = body.find(person, found)
        if holder is None or holder["resourceType"] == "PractitionerRole":
            return _undescribed(person) or _undescribed(reference)
        found = holder
    return _provider(found) if found is not None else _undescribed(reference)


def _provider(resource: Node) -> ProviderRef:
    ids = identifiers(resource)
    known = next(
        (one for one in ids if one.assigner == SCHEME.sub("", NPI)), ids[0] if ids else None
    )
    address = f"{resource['resourceType']}/{text(resource, 'id')}" if text(resource, "id") else ""
    name = _first_by_use(children(resource, "name"), NAME_ORDER)
    return ProviderRef(
        id=known.value if known else address,
        family=text(name, "family") or text(resource, "name") or text(name, "text"),
        given=_given(name),
        assigner=_short(known.assigner) if known else "",
    )


def _undescribed(reference: Node) -> ProviderRef | None:
    known = identifier(child(reference, "identifier"))
    said = ProviderRef(
        id=known.value or literal(reference),
        family=text(reference, "display"),
        assigner=_short(known.assigner) if known.value else "",
    )
    return said if said.id or said.family else None


def _short(assigner: str) -> str:
    return "NPI" if assigner == SCHEME.sub("", NPI) else assigner


def _own_addresses(patient: Node, body: Body) -> list[Identifier]:
    if not body.is_lasting(patient):
        return []
    relative = f"Patient/{text(patient, 'id')}"
    url = body.url(patient)
    absolute = _addressed({"reference": url}, body) if "://" in url else []
    return [Identifier(relative, body.source), *absolute]


def _addressed(reference: Node, body: Body) -> list[Identifier]:
    """A literal reference as an identifier: its assigner is the server it is on."""
    address = literal(reference)
    if not address.startswith("Patient/"):
        return []
    base = text(reference, "reference").partition(f"/{address}")[0]
    is_absolute = "://" in base
    return [Identifier(address, SCHEME.sub("", base) if is_absolute else body.source)]


def _first_by_use(nodes: list[Node], order: tuple[str, ...]) -> Node:
    """The one whose `use` comes first in `order`; an old one only where there is no other."""
    ranked = {use: rank for rank, use in enumerate(order)}
    return min(nodes, key=lambda node: ranked.get(text(node, "use"), len(order)), default={})


def _given(name: Node) -> str:
    given = name.get("given")
    return (
        " ".join(one.strip() for one in given if isinstance(one, str))
        if isinstance(given, list)
        else ""
    )


def _written(address: Node) -> str:
    """As it stands on an envelope."""
    city, state, code = (text(address, part) for part in ("city", "state", "postalCode"))
    lines = [*texts(address, "line"), f"{city}, {state} {code}".strip(" ,")]
    return "\n".join(line for line in lines if line)


def _language(patient: Node) -> str | None:
    spoken = sorted(
        children(patient, "communication"), key=lambda one: one.get("preferred") is not True
    )
    for one in spoken:
        for coding in children(child(one, "language"), "coding"):
            if text(coding, "code"):
                return text(coding, "code")
    return None


CONFIDENTIALITY = {"U": False, "L": False, "M": False, "N": False, "R": True, "V": True}
"""HL7 v3 Confidentiality: restricted and very restricted are open to the care team alone."""


def _is_restricted(patient: Node) -> bool | None:
    """What the labels say; None where none speaks of confidentiality."""
    labels = children(child(patient, "meta"), "security")
    said = [CONFIDENTIALITY[code] for one in labels
            if (code := text(one, "code")) in CONFIDENTIALITY]  # fmt: skip
    return any(said) if said else None


def _is_deceased(patient: Node) -> bool | None:
    if text(patient, "deceasedDateTime"):
        return True
    said = patient.get("deceasedBoolean")
    return said if isinstance(said, bool) else None
