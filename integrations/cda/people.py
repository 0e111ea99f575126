"""Who a document is about, and who wrote, signed and was sent it."""

from charts.values import Identifier, PatientDetails, ProviderRef
from integrations.cda.element import Element, attribute, every, first, name_of, said
from integrations.hl7.times import parse_date

NPI = "2.16.840.1.113883.4.6"
SSN = "2.16.840.1.113883.4.1"
SEXES = {"F": "F", "M": "M", "UN": "O"}
PHONE_USES = ("MC", "HP", "H", "")
MOST_IDENTIFIERS = 20
GIVEN_NOTHING = frozenset({"CL"})
"""A given name that is a nickname stands beside the real one."""


def patient_of(document: Element) -> PatientDetails | None:
    """The first patient; None where the document names none."""
    role = first(document, "recordTarget/patientRole")
    if role is None:
        return None
    person = first(role, "patient")
    name = _name(person)
    return PatientDetails(
        identifiers=tuple(identifiers(role)),
        family=_family(name) or None,
        given=_given(name) or None,
        birth_date=parse_date(attribute(first(person, "birthTime"), "value")[:8]),
        sex=SEXES.get(attribute(first(person, "administrativeGenderCode"), "code")),
        phone=_phone(role),
        language=_language(person),
    )


def identifiers(role: Element) -> list[Identifier]:
    """Root and extension of each id: the root OID is the assigner. A root alone names nobody."""
    found = []
    for one in list(every(role, "id"))[:MOST_IDENTIFIERS]:
        root, extension = attribute(one, "root"), attribute(one, "extension")
        if root and extension and not attribute(one, "nullFlavor"):
            found.append(Identifier(extension, root, "SS" if root == SSN else ""))
    return found


def provider_of(entity: Element | None, person: str = "assignedPerson") -> ProviderRef | None:
    """An assigned author, entity or recipient; an NPI before any other id."""
    if entity is None:
        return None
    ids = sorted(identifiers(entity), key=lambda one: one.assigner != NPI)
    name = _name(first(entity, person))
    family, given = _family(name), _given(name)
    if not (ids or family or given):
        return None
    return ProviderRef(
        id=ids[0].value if ids else "",
        family=family,
        given=given,
        assigner=_short(ids[0].assigner) if ids else "",
    )


def author_of(document: Element) -> ProviderRef | None:
    """The first author who is a person; a device writes nothing that it could answer for."""
    for entity in every(document, "author/assignedAuthor"):
        if first(entity, "assignedPerson") is not None:
            found = provider_of(entity)
            if found is not None:
                return found
    return None


def recipient_of(document: Element) -> ProviderRef | None:
    """To whom it is addressed."""
    for entity in every(document, "informationRecipient/intendedRecipient"):
        found = provider_of(entity, "informationRecipient")
        if found is not None:
            return found
    return None


def _short(root: str) -> str:
    return "NPI" if root == NPI else root


def _name(person: Element | None) -> Element | None:
    """The legal name, else the first."""
    names = list(every(person, "name"))
    legal = [one for one in names if "L" in attribute(one, "use").split()]
    return next(iter([*legal, *names]), None)


def _family(name: Element | None) -> str:
    parts = [said(one) for one in every(name, "family")]
    if name is not None and not parts and not any(name_of(one) for one in name):
        return said(name)  # a name in one piece
    return " ".join(part for part in parts if part)


def _given(name: Element | None) -> str:
    parts = [
        said(one)
        for one in every(name, "given")
        if not GIVEN_NOTHING & set(attribute(one, "qualifier").split())
    ]
    return " ".join(part for part in parts if part)


def _phone(role: Element) -> str | None:
    numbers = [
        (attribute(one, "use"), attribute(one, "value")[4:].strip())
        for one in every(role, "telecom")
        if attribute(one, "value").lower().startswith("tel:")
    ]
    ranked = sorted(
        numbers, key=lambda one: PHONE_USES.index(one[0]) if one[0] in PHONE_USES else 9
    )
    return ranked[0][1] if ranked else None


def _language(person: Element | None) -> str | None:
    spoken = list(every(person, "languageCommunication"))
    spoken.sort(key=lambda one: attribute(first(one, "preferenceInd"), "value") != "true")
    codes = (attribute(first(one, "languageCode"), "code") for one in spoken)
    return next((code for code in codes if code), None)
