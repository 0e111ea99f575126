"""One message of a catalogue, and the files that hold them: `.po` for people, `.mo` for gettext."""

import ast
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

HEADER = (
    "Language: es\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Plural-Forms: nplurals=2; plural=(n != 1);\n"
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%[sd]")
MAGIC = 0x950412DE


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """What the code says, and how it is said in the other language."""

    text: str
    context: str = ""
    plural: str = ""
    said: tuple[str, ...] = ()
    """One form, or two where there is a plural; empty: not translated yet."""
    places: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What gettext looks it up by: a plural form takes nothing away from it."""
        return self.context, self.text

    @property
    def is_said(self) -> bool:
        return len(self.said) == (2 if self.plural else 1) and all(self.said)


def placeholders(text: str) -> set[str]:
    """What is filled in while a page is made."""
    return {found.group(0) for found in PLACEHOLDER.finditer(text.replace("%%", ""))}


def merged(found: Iterable[Entry], held: Iterable[Entry]) -> list[Entry]:
    """The words of the code, each with what a translator had said of it."""
    said = {(one.key, one.plural): one.said for one in held}
    return sorted(
        replace(one, said=said.get((one.key, one.plural), ())) for one in found
    )  # fmt: skip


def written(entries: Iterable[Entry]) -> str:
    """A `.po`, without line numbers: code that moves changes nothing here."""
    return "\n".join([_block(Entry("", said=(HEADER,))), *map(_block, entries)])


def _block(entry: Entry) -> str:
    lines = [f"#: {place}" for place in entry.places]
    if entry.context:
        lines.append(f"msgctxt {_quoted(entry.context)}")
    lines.append(f"msgid {_quoted(entry.text)}")
    if entry.plural:
        lines.append(f"msgid_plural {_quoted(entry.plural)}")
        forms = entry.said or ("", "")
        lines += [f"msgstr[{nth}] {_quoted(form)}" for nth, form in enumerate(forms)]
    else:
        lines.append(f"msgstr {_quoted(entry.said[0] if entry.said else '')}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def read(text: str) -> list[Entry]:
    """The messages of a `.po`, without its header."""
    entries = [_entry(block) for block in re.split(r"\n\s*\n", text) if "msgid" in block]
    return [one for one in entries if one.text]


def _entry(block: str) -> Entry:
    fields: dict[str, str] = {}
    field = ""
    for line in block.splitlines():
        if line.startswith("#"):
            continue
        if not line.startswith('"'):
            field, _, line = line.partition(" ")
        fields[field] = fields.get(field, "") + ast.literal_eval(line.strip())
    return Entry(
        text=fields["msgid"],
        context=fields.get("msgctxt", ""),
        plural=fields.get("msgid_plural", ""),
        said=tuple(
            said for name, said in sorted(fields.items()) if name.startswith("msgstr") and said
        ),
        places=tuple(line[3:] for line in block.splitlines() if line.startswith("#: ")),
    )


def compiled(entries: Iterable[Entry]) -> bytes:
    """A `.mo` (GNU gettext manual, "The Format of GNU MO Files"), without its hash table."""
    pairs = sorted(_pairs(entries))
    count, start = len(pairs), 28
    at = start + count * 16
    index: list[list[tuple[int, int]]] = [[], []]
    blob = b""
    for side in (0, 1):
        for pair in pairs:
            index[side].append((len(pair[side]), at + len(blob)))
            blob += pair[side] + b"\0"
    header = struct.pack("<7I", MAGIC, 0, count, start, start + count * 8, 0, 0)
    return header + b"".join(struct.pack("<2I", *one) for one in [*index[0], *index[1]]) + blob


def _pairs(entries: Iterable[Entry]) -> Iterator[tuple[bytes, bytes]]:
    yield b"", HEADER.encode()
    for entry in entries:
        if entry.is_said:
            key = f"{entry.context}\x04{entry.text}" if entry.context else entry.text
            key += f"\0{entry.plural}" if entry.plural else ""
            yield key.encode(), "\0".join(entry.said).encode()
