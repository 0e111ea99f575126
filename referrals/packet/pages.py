"""A packet as PDF: a cover that names no patient, then the referral, then what the chart holds.

A fax may lie in a tray for anybody to see, so its first page says only who writes to whom. The same
contents give the same bytes.
"""

import io
import re
from dataclasses import dataclass, field
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
ROUNDS = 16

FONT, BOLD = "Vera", "VeraBd"
INK, SOFT = HexColor("#111111"), HexColor("#555555")
WIDTH = letter[0] - 1.6 * inch

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
    "named above alone. If it reached you by mistake, please call the sender, do not copy or "
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
        canvas.drawString(0.8 * inch, 0.5 * inch, said)

    story = [*_cover(contents, total), PageBreak(), *_referral(contents)]
    for title, entries in (("Results", contents.results), ("Notes", contents.notes)):
        if entries:
            story += [Paragraph(title, HEAD), *(part for one in entries for part in _entry(one))]
    try:
        document.build(story, onFirstPage=foot, onLaterPages=foot)
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
        return []
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
    story = [Paragraph("Clinical question", HEAD), _said(contents.question or "None was written.")]
    rows = [
        ("Reason", contents.reason), ("Urgency", contents.urgency),
        ("Specialty", contents.specialty),
    ]  # fmt: skip
    story += [_pairs([row for row in rows if row[1]])] if any(row[1] for row in rows) else []
    story += [Paragraph("Patient", HEAD), _pairs(_subject(contents.subject))]
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
        ("Born", subject.birth_date.isoformat() if subject.birth_date else "unknown"),
        ("Sex", subject.sex), ("Phone", subject.phone), ("Numbers", "\n".join(subject.numbers)),
    ]  # fmt: skip
    return [row for row in rows if row[1]]


def _entry(entry: Entry) -> list[Any]:
    day = f"{entry.at:%b} {entry.at.day}, {entry.at:%Y}" if entry.at else "no date"
    under = ", ".join(one for one in (day, entry.by, entry.status) if one)
    parts = [Spacer(1, 6), Paragraph(_safe(entry.title or "Untitled"), STRONG),
             Paragraph(_safe(under), SMALL)]  # fmt: skip
    if entry.values:
        parts.append(_values(entry))
    if entry.text:
        parts.append(_said(_cut(entry.text)))
    return parts


def _values(entry: Entry) -> Table:
    lines = [("Test", "Value", "Units", "Normal", "Flag")]
    lines += [(one.name, one.value, one.units, one.normal, one.flag) for one in entry.values]
    cells = [[_said(_cut(text, 500)) for text in line] for line in lines]
    widths = [WIDTH * share for share in (0.34, 0.24, 0.12, 0.17, 0.13)]
    return Table(cells, colWidths=widths, repeatRows=1, style=ROW, hAlign="LEFT",
                 splitInRow=1)  # fmt: skip


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
