"""A letter to a patient as PDF, to be printed and mailed. Pure; the same letter, the same bytes."""

import io
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import reportlab
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

FONT, BOLD = "Vera", "VeraBd"
BODY = ParagraphStyle("body", fontName=FONT, fontSize=11, leading=16, spaceAfter=10)
HEAD = ParagraphStyle("head", BODY, fontName=BOLD, fontSize=14, leading=18, spaceAfter=2)
SMALL = ParagraphStyle("small", BODY, fontSize=9, leading=12)
UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What stands on it, in the patient's language."""

    sender: str
    sender_lines: tuple[str, ...]
    """Address and phone."""
    recipient: str
    address: str
    """Line by line; empty where it must be written by hand."""
    written_day: str
    greeting: str
    subject: str
    body: str
    closing: str


def page(written: Letter) -> bytes:
    """The letter, one page of it where the words allow; the address where a window shows it."""
    for name in (FONT, BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            folder = Path(reportlab.__file__).parent / "fonts"
            pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    made = io.BytesIO()
    document = SimpleDocTemplate(
        made, pagesize=letter, leftMargin=inch, rightMargin=inch, topMargin=0.8 * inch,
        bottomMargin=inch, title=_plain(written.subject), author=_plain(written.sender),
        invariant=1,
    )  # fmt: skip
    document.build(_story(written))
    return made.getvalue()


def _story(written: Letter) -> list[Any]:
    to = "\n".join((written.recipient, written.address))
    return [
        Paragraph(_safe(written.sender), HEAD),
        Paragraph(_safe("\n".join(written.sender_lines)), SMALL),
        Spacer(1, 0.5 * inch), Paragraph(_safe(to), BODY), Spacer(1, 0.4 * inch),
        Paragraph(_safe(written.written_day), BODY),
        Paragraph(f"<b>{_safe(written.subject)}</b>", BODY),
        Paragraph(_safe(written.greeting), BODY),
        *(Paragraph(_safe(part), BODY) for part in written.body.split("\n\n") if part.strip()),
        Paragraph(_safe(written.closing), BODY),
    ]  # fmt: skip


def _safe(text: str) -> str:
    return escape(_plain(text)).replace("\n", "<br/>")


def _plain(text: str) -> str:
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n"))
