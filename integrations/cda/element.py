"""Bytes to an XML tree under limits, and what is read of its elements. Nothing is ever fetched."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree
from lxml.etree import _Element

from integrations.fhir.issues import Issue, IssueCode, Level

Element: TypeAlias = _Element

MAX_BYTES = 16 * 1024 * 1024
MAX_TAGS = 400_000
MAX_PROLOG = 100
"""Comments and processing instructions before the document itself."""

WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
ENCODING = re.compile(
    rb"""\A\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._\-]{1,40})["']"""
)
ENCODINGS = re.compile(
    r"utf-?8|utf-?16(le|be)?|us-ascii|ascii|iso-8859-\d{1,2}|windows-125\d", re.I
)
"""Sets in which a `<` is a `<`; others could hide a DOCTYPE from whoever looks for it."""

TOO_LARGE = "The document is larger than {} bytes. Send large files as a reference."
TOO_MANY = "The document holds too many elements. Send fewer sections at a time."
DOCTYPE = "A DOCTYPE is refused: a clinical document needs none, and it can define entities."
STRANGE = "Send XML as UTF-8. This encoding is not read."
NO_XML = "Not well-formed XML: broken at line {}."


class Unreadable(Exception):
    """The bytes are not XML that we accept; `issue` says why."""

    def __init__(self, code: IssueCode, text: str) -> None:
        super().__init__(text)
        self.issue = Issue(code, text, level=Level.FATAL)


def parse(raw: bytes, *, max_bytes: int = MAX_BYTES) -> Element:
    """The root element.

    Raises:
        Unreadable: too big, a DOCTYPE, an odd encoding, or not well-formed.
    """
    if len(raw) > max_bytes:
        raise Unreadable(IssueCode.TOO_COSTLY, TOO_LARGE.format(max_bytes))
    if raw.count(b"<") > 2 * MAX_TAGS:
        raise Unreadable(IssueCode.TOO_COSTLY, TOO_MANY)
    _refuse_doctype(raw)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None) or 1
        raise Unreadable(IssueCode.STRUCTURE, NO_XML.format(line)) from None
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(IssueCode.INVALID, DOCTYPE)
    return root


def _refuse_doctype(raw: bytes) -> None:
    """Before libxml2 sees it: entities in attributes are expanded whatever the parser is told."""
    known = WIDE.get(raw[:2])
    if known is None and b"\x00" in raw[:4]:
        raise Unreadable(IssueCode.STRUCTURE, STRANGE)
    text = raw.decode(known, "replace").encode() if known else raw
    text = text.removeprefix(b"\xef\xbb\xbf")
    said = ENCODING.match(text)
    if said and not ENCODINGS.fullmatch(said[1].decode("ascii")):
        raise Unreadable(IssueCode.STRUCTURE, STRANGE)
    at = 0
    for _ in range(MAX_PROLOG):
        at = _after_space(text, at)
        end = {b"<!--": b"-->", b"<?": b"?>"}
        opened = next((mark for mark in end if text.startswith(mark, at)), None)
        if opened is None:
            break
        closed = text.find(end[opened], at + len(opened))
        if closed < 0:
            return  # not well-formed; the parser will say so
        at = closed + len(end[opened])
    else:
        raise Unreadable(IssueCode.TOO_COSTLY, TOO_MANY)
    if text.startswith(b"<!", at):
        raise Unreadable(IssueCode.INVALID, DOCTYPE)


_NO_SPACE = re.compile(rb"[^ \t\r\n]")


def _after_space(text: bytes, at: int) -> int:
    found = _NO_SPACE.search(text, at)
    return found.start() if found else len(text)


def every(element: Element | None, path: str) -> Iterator[Element]:
    """The elements at a path of names, in the namespace of the element itself."""
    if element is None:
        return
    space = etree.QName(element).namespace
    mark = f"{{{space}}}" if space else ""
    yield from element.iterfind("/".join(mark + step for step in path.split("/")))


def first(element: Element | None, path: str) -> Element | None:
    """The first element at a path, or None."""
    return next(every(element, path), None)


def attribute(element: Element | None, name: str) -> str:
    """An attribute, trimmed; empty where the element or the attribute is absent."""
    return (element.get(name) or "").strip() if element is not None else ""


def name_of(element: Element) -> str:
    """The name without its namespace; empty for what is no element, such as an entity."""
    tag = element.tag
    return etree.QName(tag).localname if isinstance(tag, str) else ""


def said(element: Element | None) -> str:
    """All text in an element, white space evened out."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
