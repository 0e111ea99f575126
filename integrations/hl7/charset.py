"""Bytes to text. MSH-18 is a hint, the bytes decide, and no byte ever loses a message."""

import codecs
import re

_UTF8 = "utf-8"
_WESTERN = "cp1252"
"""Windows-1252 is what senders mean by ASCII with accents and by 8859/1."""
_MULTI_BYTE = {
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    "BIG-5": "big5",
    "UNICODE UTF-32": "utf-32",
}
_JAPANESE = frozenset({"ISO IR14", "ISO IR87", "ISO IR159", "JAS2020", "JIS X 0202"})
_LATIN = re.compile(r"8859[/-](\d{1,2})", re.IGNORECASE)
_BYTE_ORDER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_wide(raw: bytes) -> bool:
    """Whether the bytes are UTF-16: by its mark, or by the NUL beside the first letter."""
    return raw[:2] in _BYTE_ORDER_MARKS or 0 in raw[:2]


def decode_wide(raw: bytes) -> str:
    """UTF-16 with or without its mark, and without NULs: what comes out is wide no more."""
    codec = "utf-16-be" if raw[:1] == b"\x00" else "utf-16-le"
    if raw[:2] in _BYTE_ORDER_MARKS:
        codec = "utf-16"
    return raw.decode(codec, "replace").replace("\x00", "")


def decode(raw: bytes, stated: str) -> tuple[str, str, bool]:
    """The text, the character set it was read in, and whether every byte was a character of it."""
    if b"\x1b" in raw and stated in _JAPANESE and raw.isascii():  # a set of seven bits
        return _decode_other(raw, stated)
    try:
        return raw.decode(_UTF8), _UTF8, True
    except UnicodeDecodeError:
        return _decode_other(raw, stated)


def _decode_other(raw: bytes, stated: str) -> tuple[str, str, bool]:
    """Not UTF-8. Where much of it is, the few bad bytes become a replacement mark."""
    charset = _named(stated)
    if charset is None and not raw.decode(_UTF8, "ignore").isascii():
        return raw.decode(_UTF8, "replace"), _UTF8, False
    charset = charset or _WESTERN
    text = raw.decode(charset, "replace")
    return text, charset, "�" not in text and "UTF-8" not in stated


def _named(stated: str) -> str | None:
    """The Python codec for MSH-18 where it names a set that is neither ASCII nor UTF-8."""
    label = stated.strip().upper()
    if label in _MULTI_BYTE:
        return _MULTI_BYTE[label]
    if label in _JAPANESE:
        return "iso2022_jp_2"
    latin = _LATIN.fullmatch(label)
    if latin is None or latin[1] == "1":
        return _WESTERN if latin else None
    name = f"iso8859_{latin[1]}"
    try:
        codecs.lookup(name)
    except LookupError:
        return None
    return name
