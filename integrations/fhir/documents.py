"""DocumentReference and Composition: documents, signed or not."""

from collections.abc import Iterator
from datetime import datetime

from charts.values import ItemKind, ItemReport, ItemStatus, ProviderRef
from integrations.events import Event, ItemReported
from integrations.fhir.bundle import Body, literal
from integrations.fhir.element import (
    Node,
    attachment,
    child,
    children,
    codes,
    identifier,
    moment,
    named,
    text,
)
from integrations.fhir.naming import order_number_at, own_key, visit_number
from integrations.fhir.people import patient_at, provider_at
from integrations.hl7.documents import document_type

S = ItemStatus

SIGNING = {
    "preliminary": S.PRELIMINARY,
    "final": S.FINAL,
    "amended": S.AMENDED,
    "entered-in-error": S.WITHDRAWN,
}
"""docStatus of a DocumentReference, status of a Composition; absent says nothing about signing."""

GONE = frozenset({"superseded", "entered-in-error"})
"""DocumentReference.status: the entry in the list of documents, not the document."""

ATTESTED = ("legal", "professional", "official", "personal")


def read(body: Body) -> Iterator[Event]:
    for reference in body.of_type("DocumentReference"):
        yield _reported(reference, _of_reference(reference, body), body)
    for composition in body.of_type("Composition"):
        yield _reported(composition, _of_composition(composition, body), body)


def document_key(document: Node, body: Body) -> str:
    """The document number (TXA-12), else the resource itself."""
    master = identifier(child(document, "masterIdentifier")).value
    return master[:250] or own_key(document, body)


def _reported(document: Node, item: ItemReport, body: Body) -> Event:
    return ItemReported(patient=patient_at(child(document, "subject"), document, body), item=item)


def _of_reference(reference: Node, body: Body) -> ItemReport:
    code, alternate = named(child(reference, "type"))
    context = child(reference, "context")
    author = _first(children(reference, "author"), reference, body)
    status = (
        S.WITHDRAWN
        if text(reference, "status") in GONE
        else SIGNING.get(text(reference, "docStatus"), S.UNKNOWN)
    )
    return ItemReport(
        kind=ItemKind.DOCUMENT,
        key=document_key(reference, body),
        status=status,
        code=code,
        alternate=alternate,
        placer=_answers(children(context, "related"), reference, body),
        author=author,
        signer=provider_at(child(reference, "authenticator"), reference, body) or author,
        attachments=tuple(
            attachment(child(one, "attachment")) for one in children(reference, "content")
        ),
        encounter=_encounter(children(context, "encounter"), reference, body),
        issued_at=_issued_at(reference, body),
        effective_at=moment(child(context, "period").get("start"), body.zone),
        replaces=_replaced(reference, "target", body),
        text=text(reference, "description"),
        details=_details(reference),
    )


def _of_composition(composition: Node, body: Body) -> ItemReport:
    code, alternate = named(child(composition, "type"))
    author = _first(children(composition, "author"), composition, body)
    attesters = sorted(children(composition, "attester"), key=_attester_rank)
    signer = _first([child(one, "party") for one in attesters], composition, body)
    return ItemReport(
        kind=ItemKind.DOCUMENT,
        key=document_key(composition, body),
        status=SIGNING.get(text(composition, "status"), S.UNKNOWN),
        code=code,
        alternate=alternate,
        author=author,
        signer=signer or author,
        encounter=_encounter([child(composition, "encounter")], composition, body),
        issued_at=_issued_at(composition, body),
        replaces=_replaced(composition, "targetReference", body),
        text=text(composition, "title"),
        details=_details(composition),
    )


def _issued_at(document: Node, body: Body) -> datetime | None:
    """When this version was written; `date` where the server does not say."""
    return moment(child(document, "meta").get("lastUpdated") or document.get("date"), body.zone)


def _first(references: list[Node], within: Node, body: Body) -> ProviderRef | None:
    found = (provider_at(one, within, body) for one in references)
    return next((one for one in found if one is not None), None)


def _attester_rank(attester: Node) -> int:
    mode = text(attester, "mode")
    return ATTESTED.index(mode) if mode in ATTESTED else len(ATTESTED)


def _encounter(references: list[Node], within: Node, body: Body) -> str:
    return next((number for one in references if (number := visit_number(one, within, body))), "")


def _answers(related: list[Node], within: Node, body: Body) -> str:
    """The order or referral that the document answers."""
    for reference in related:
        found = body.find(reference, within)
        kind = (
            found["resourceType"]
            if found
            else text(reference, "type") or literal(reference).partition("/")[0]
        )
        if kind == "ServiceRequest":
            return order_number_at(reference, within, body)
    return ""


def _replaced(document: Node, element: str, body: Body) -> str:
    """The key of the document that this one takes the place of."""
    for relation in children(document, "relatesTo"):
        if text(relation, "code") == "replaces":
            target = child(relation, element)
            found = body.find(target, document)
            if found is not None:
                return document_key(found, body)
            return identifier(child(target, "identifier")).value or literal(target)
    return ""


def _details(document: Node) -> dict[str, str]:
    kind = document_type(*codes(child(document, "type")))
    return {"document_type": kind} if kind else {}
