"""A packet as PDF: a cover that names no patient, then the referral, then what the chart holds.

A fax may lie in a tray for anybody to see, so its first page says only who writes to whom. The same
contents give the same bytes.
"""

import io
import re
from dataclasses import dataclass, field
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import reportlab
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table
from reportlab.platypus.doctemplate import LayoutError

from referrals.packet.contents import Contents, Entry, Party, Subject

MOST_PAGES = 60
LARGEST = 15 * 1024 * 1024
"""Within what fax services and HISPs take, with room for other documents of the message."""
LONGEST_TEXT = 20_000
"""Of one note, in characters; how much was cut is said in its place."""
LONGEST_QUESTION = 20_000
"""The same of what is asked, which is never cut: whoever wrote it must shorten it."""
ROUNDS = 16
LONGEST_CELLS = (200, 500, 60, 100, 60)
"""Of a line of a result: no row is higher than a page."""
PLAIN = ("", "N")
"""Flags of a value that need not stand out."""

FONT, BOLD = "Vera", "VeraBd"
INK, SOFT = HexColor("#111111"), HexColor("#555555")
EDGE = 0.8 * inch + 6
"""Where the text begins: the frame has a padding of its own."""
WIDTH = letter[0] - 2 * EDGE

BODY = ParagraphStyle("body", fontName=FONT, fontSize=9.5, leading=13, textColor=INK)
SMALL = ParagraphStyle("small", BODY, fontSize=8, leading=11, textColor=SOFT)
HEAD = ParagraphStyle("head", BODY, fontName=BOLD, fontSize=12, leading=16, spaceBefore=12,
                      spaceAfter=4)  # fmt: skip
TITLE = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=18, leading=24, spaceAfter=12)
STRONG = ParagraphStyle("strong", BODY, fontName=BOLD)
CODE = ParagraphStyle("code", BODY, fontName=BOLD, fontSize=20, leading=30, spaceBefore=4,
                      spaceAfter=4)  # fmt: skip
ROW = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
       ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]  # fmt: skip

CONFIDENTIAL = (
    "This message holds health information that the law protects. It is meant for the recipient "
    "named above alone. If it reached you by mistake, please tell the sender, do not copy or "
    "pass it on, and destroy all of its pages."
)
TICKS = (
    "We will see the patient.",
    "The appointment is on  ____ / ____ / ______  at  ____ : ____",
    (
        "We cannot see the patient:  no appointment / not what we do / insurance / incomplete / "
        "too far / other reason"
    ),
    "The patient was seen.",
    "The patient did not come.",
    "We have a question:  " + "_" * 56,
)
"""What is asked on our page too (`referrals.replies`)."""
PLEASE = (
    "Please tell us, under the reference above, whether you take this patient and when the "
    "appointment is; and send us your report once the patient was seen."
)
UNFIT = "The referral does not fit into a packet. Shorten its reason or its question."
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class PacketTooLarge(Exception):
    """Even without notes and results it has more pages or bytes than any way takes."""


@dataclass(frozen=True, slots=True)
class Pages:
    """A packet, ready to send."""

    pdf: bytes = field(repr=False)
    count: int
    contents: Contents = field(repr=False)
    """What is in it: perhaps fewer notes and results than were asked for."""


def lay_out(contents: Contents, *, most_pages: int = MOST_PAGES, largest: int = LARGEST) -> Pages:
    """The pages; older notes and results are left out until they fit, and the packet says so.

    Raises:
        PacketTooLarge: they never do.
    """
    if len(contents.question) + len(contents.reason) > LONGEST_QUESTION:
        raise PacketTooLarge(UNFIT)
    for _ in range(ROUNDS):
        _, count = _print(contents, total=0)
        if count <= most_pages:
            pdf, count = _print(contents, total=count)
            if len(pdf) <= largest:
                return Pages(pdf, count, contents)
        shorter = contents.shortened()
        if shorter == contents:
            break
        contents = shorter
    raise PacketTooLarge(UNFIT)


def _print(contents: Contents, *, total: int) -> tuple[bytes, int]:
    _fonts()
    made = io.BytesIO()
    document = SimpleDocTemplate(
        made, pagesize=letter, leftMargin=0.8 * inch, rightMargin=0.8 * inch,
        topMargin=0.7 * inch, bottomMargin=0.8 * inch, title="Referral",
        author=_plain(contents.sender.place or contents.sender.name), invariant=1,
    )  # fmt: skip

    def foot(canvas: Any, page: Any) -> None:
        canvas.setFont(FONT, 8)
        canvas.setFillColor(SOFT)
        said = f"Referral {_plain(contents.number)[:60]}   page {page.page} of {total}"
        canvas.drawString(EDGE, 0.5 * inch, said)

    def foot_with_name(canvas: Any, page: Any) -> None:
        """Pages of a fax are parted: each but the cover says whose it is."""
        foot(canvas, page)
        canvas.drawRightString(letter[0] - EDGE, 0.5 * inch, _whose(contents.subject))

    story = [*_cover(contents, total), PageBreak(), *_referral(contents)]
    for title, entries in (("Results", contents.results), ("Notes", contents.notes)):
        if entries:
            story += [Paragraph(title, HEAD), *(part for one in entries for part in _entry(one))]
    try:
        document.build(story, onFirstPage=foot, onLaterPages=foot_with_name)
    except LayoutError:
        raise PacketTooLarge(UNFIT) from None
    return made.getvalue(), int(document.page)


def _fonts() -> None:
    """With letters beyond Latin 1, which the fonts of every PDF lack."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in (FONT, BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))


def _cover(contents: Contents, total: int) -> list[Any]:
    """Nothing of the patient, of the reason or of the specialty."""
    rows = [
        ("To", _party(contents.recipient)), ("From", _party(contents.sender)),
        ("Date", f"{contents.at:%b} {contents.at.day}, {contents.at:%Y, %H:%M %Z}"),
        ("Pages", str(total)), ("Reference", contents.number),
    ]  # fmt: skip
    return [Paragraph("Referral", TITLE), _pairs(rows), *_answer(contents),
            Spacer(1, 0.3 * inch), Paragraph(CONFIDENTIAL, BODY)]  # fmt: skip


def _answer(contents: Contents) -> list[Any]:
    """How to answer: on our page, or with a pen on this sheet. The code is printed large, for it is
    read off a fax."""
    by = contents.answer_by
    if by is None:
        return [Spacer(1, 0.1 * inch), Paragraph(PLEASE, BODY)]
    until = f"{by.until:%b} {by.until.day}, {by.until:%Y}"
    fax = f" and fax this page to {contents.sender.fax}" if contents.sender.fax else ""
    return [
        Paragraph("Please answer", HEAD),
        _said(f"Open {by.address} and type this code, until {until}. You need no account."),
        Paragraph(_safe(by.code), CODE), _said(f"Or tick what is so{fax}:"), Spacer(1, 6),
        *(_box(line) for line in TICKS),
    ]  # fmt: skip


def _box(line: str) -> Table:
    """A square to tick, and what it says."""
    style = [*ROW, ("BOX", (0, 0), (0, 0), 0.8, INK), ("LEFTPADDING", (1, 0), (1, 0), 8)]
    return Table([["", _said(line)]], colWidths=[13, WIDTH - 13], style=style, hAlign="LEFT",
                 spaceAfter=7)  # fmt: skip


def _party(party: Party) -> str:
    ways = (("phone", party.phone), ("fax", party.fax), ("Direct", party.direct))
    said = [party.name, party.place, *(f"{name} {value}" for name, value in ways if value)]
    return "\n".join(one for one in said if one)


def _referral(contents: Contents) -> list[Any]:
    story = [Paragraph("Patient", HEAD), _pairs(_subject(contents.subject))]
    rows = [
        ("Reason", contents.reason), ("Urgency", contents.urgency.capitalize()),
        ("Specialty", contents.specialty.capitalize()),
    ]  # fmt: skip
    known = [row for row in rows if row[1]]
    story += [Paragraph("Clinical question", HEAD), _said(contents.question or "None was written.")]
    story += [Spacer(1, 6), _pairs(known)] if known else []
    insured = contents.insurance or "It is not recorded in our system."
    story += [Paragraph("Insurance", HEAD), _said(_cut(insured, 500))]
    for title, lines in (("Problems", contents.problems), ("Medications", contents.medications)):
        story.append(Paragraph(title, HEAD))
        story += [_said(line) for line in lines] or [_said("None are recorded in our system.")]
    if contents.left_out:
        said = f"{contents.left_out} older notes and results did not fit. Ask us for them."
        story += [Spacer(1, 8), Paragraph(said, STRONG)]
    return story


def _subject(subject: Subject) -> list[tuple[str, str]]:
    rows = [
        ("Name", subject.name),
        ("Born", _day(subject.birth_date) if subject.birth_date else "unknown"),
        ("Sex", subject.sex), ("Phone", subject.phone),
        ("Language", subject.language), ("Numbers", "\n".join(subject.numbers)),
    ]  # fmt: skip
    return [row for row in rows if row[1]]


def _whose(subject: Subject) -> str:
    born = f", born {_day(subject.birth_date)}" if subject.birth_date else ""
    return f"{_plain(subject.name)[:60]}{born}"


def _day(day: date) -> str:
    return f"{day:%b} {day.day}, {day:%Y}"


def _entry(entry: Entry) -> list[Any]:
    day = _day(entry.at) if entry.at else "no date"
    under = ", ".join(one for one in (day, entry.by, entry.status) if one)
    parts = [Spacer(1, 6), Paragraph(_safe(entry.title or "Untitled"), STRONG),
             Paragraph(_safe(under), SMALL)]  # fmt: skip
    if entry.values:
        parts.append(_values(entry))
    if entry.text:
        parts.append(_said(_cut(entry.text)))
    return parts


def _values(entry: Entry) -> Table:
    lines = [(one.name, one.value, one.units, one.normal, one.flag) for one in entry.values]
    cells = [[Paragraph(name, SMALL) for name in ("Test", "Value", "Units", "Normal", "Flag")]]
    for line in lines:
        style = BODY if line[-1] in PLAIN else STRONG
        cut = [_cut(text, most) for text, most in zip(line, LONGEST_CELLS, strict=True)]
        cells.append([Paragraph(_safe(text), style) for text in cut])
    widths = [WIDTH * share for share in (0.34, 0.24, 0.12, 0.17, 0.13)]
    rule = ("LINEBELOW", (0, 0), (-1, 0), 0.5, SOFT)
    return Table(cells, colWidths=widths, repeatRows=1, style=[*ROW, rule], hAlign="LEFT")


def _pairs(rows: list[tuple[str, str]]) -> Table:
    cells = [[Paragraph(name, SMALL), _said(_cut(value, 2_000))] for name, value in rows]
    return Table(cells, colWidths=[1.1 * inch, WIDTH - 1.1 * inch], style=ROW, hAlign="LEFT",
                 splitInRow=1)  # fmt: skip


def _cut(text: str, most: int = LONGEST_TEXT) -> str:
    more = len(text) - most
    return f"{text[:most]} [{more} more characters are in our system]" if more > 0 else text


def _said(text: str) -> Paragraph:
    return Paragraph(_safe(text), BODY)


def _safe(text: str) -> str:
    """Whatever a chart says, as text and never as markup."""
    return escape(_plain(text)).replace("\n", "<br/>")


def _plain(text: str) -> str:
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    "))
