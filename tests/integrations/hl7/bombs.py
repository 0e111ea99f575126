"""Messages that should never have been sent: mutants, named malformations, and bombs.

Run as a program it reads one group of them and prints the processor time that the worst took and
the memory that all needed, so that a test can measure a process of its own.

    python -m tests.integrations.hl7.bombs GROUP SHARE
"""

import json
import random
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from integrations.hl7 import ack, batch, mllp
from integrations.hl7.message import glance, order_key, read
from integrations.hl7.reading import MessageType, interpret
from tests.integrations.hl7 import golden

GOOD = golden.raw("metabolic-panel-critical")
NASTY = (
    rb"""| ^ ~ & \ \X \.br\ "" - < e9 MSH| PID| OBX| OBR| ED Base64 20261399 ORU^R01^A^B""".split()
)
NASTY += [b"\r", b"\n", b"\x00", b"\x0b", b"\x1c", b"\xff", b"~" * 50, b"|" * 80, b"9" * 60]
NASTY += [b"\xed\xa0\x80", "\u202e\ufeff".encode()]
HEADER = b"MSH|^~\\&|A|B|C|D|20261116||%s|X1|P|2.5.1\r"
RESULT = HEADER % b"ORU^R01" + b"PID|1||5^^^ELM||A^B\rOBR|1|P1|F1|X^Panel|||20261116\r"
MEGABYTE = 1_000_000


def mutants(count: int) -> Iterator[tuple[str, bytes]]:
    """Golden messages with random damage, the same every time."""
    chance = random.Random(1849)
    originals = [golden.raw(name) for name in golden.NAMES]
    for number in range(count):
        content = bytearray(chance.choice(originals))
        for _ in range(chance.randint(1, 8)):
            _damage(content, chance)
        yield f"mutant {number}", bytes(content)


def _damage(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content) + 1)
    end = min(len(content), start + chance.choice((1, 1, 2, 5, 30, 200)))
    kind = chance.randrange(5)
    if kind == 0:
        del content[start:end]
    elif kind == 1:
        content[start:start] = chance.choice(NASTY)
    elif kind == 2:
        content[start:end] = chance.randbytes(end - start)
    elif kind == 3:
        content[start:start] = content[start:end] * chance.randint(1, 4)
    else:
        content[start:end] = chance.choice(NASTY)


def malformed(_share: int) -> Iterator[tuple[str, bytes]]:
    """Each golden message, broken in each of these ways by name."""
    for name in golden.NAMES:
        content = golden.raw(name).replace(b"\r\n", b"\r").replace(b"\n", b"\r")
        for way, broken in BROKEN.items():
            yield f"{name}: {way}", broken(content)


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "no header": lambda raw: raw.split(b"\r", 1)[1],
    "header only": lambda raw: raw.split(b"\r", 1)[0],
    "cut in the middle": lambda raw: raw[: len(raw) // 2],
    "cut in the header": lambda raw: raw[:11],
    "reversed": lambda raw: raw[::-1],
    "segments reversed": lambda raw: raw[:8] + b"\r".join(raw[8:].split(b"\r")[::-1]),
    "no separators": lambda raw: raw.replace(b"|", b""),
    "only separators": lambda raw: b"MSH|^~\\&" + b"|" * 200,
    "spaces for separators": lambda raw: raw.replace(b"|", b" "),
    "no line ends": lambda raw: raw.replace(b"\r", b""),
    "doubled line ends": lambda raw: raw.replace(b"\r", b"\r\n\n\r"),
    "sent twice": lambda raw: raw + raw,
    "everything null": lambda raw: raw[:90] + raw[90:].replace(b"|", b'|""'),
    "everything empty": lambda raw: raw[:90] + b"\r".join(ln[:4] for ln in raw[90:].split(b"\r")),
    "escapes unclosed": lambda raw: raw.replace(b"^", b"\\"),
    "NULs between": lambda raw: b"\x00".join(raw[i : i + 7] for i in range(0, len(raw), 7)),
    "framing inside": lambda raw: raw.replace(b"\r", b"\x1c\r\x0b"),
    "high bytes": lambda raw: raw[:60] + bytes(byte | 0x80 for byte in raw[60:]),
}


def bombs(share: int) -> Iterator[tuple[str, bytes]]:
    """Sizes and shapes that make a careless reader slow or fat; one in `share` of the megabytes."""
    obx = b"OBX|%d|NM|K^Potassium||5.1|mmol/L|3-5|H|||F\r"
    yield "50,000 values", RESULT + b"".join(obx % number for number in range(50_000))
    yield "50,000 values of one text", RESULT + b"OBX|1|TX|T^Text||line||||||F\r" * 50_000
    yield "50,000 reports", RESULT + b"OBR|1|P|F|X^Panel\rOBX|1|NM|K||5||3-4|H|||F\r" * 50_000
    yield "50,000 patients", HEADER % b"ORU^R01" + b"PID|1||5^^^E\rOBR|1||F1|X\r" * 50_000
    yield "50,000 merges", HEADER % b"ADT^A40" + b"PID|1||5^^^E\rMRG|6^^^E\r" * 50_000
    yield "50,000 diagnoses", HEADER % b"ADT^A08" + b"PID|1||5\r" + b"DG1|1||A^B^I10\r" * 50_000
    yield "50,000 drugs", HEADER % b"RDE^O11" + b"PID|1||5\rORC|NW|1\r" + b"RXE||A^B^NDC\r" * 50_000
    yield "50,000 notes", RESULT + b"OBX|1|NM|K||5||||||F\r" + b"NTE|1||note\r" * 50_000
    yield "50,000 documents", RESULT + b"OBX|1|ED|K||^application^pdf^Base64^JVBE\r" * 50_000
    yield (
        "50,000 appointments",
        HEADER % b"SIU^S12" + b"SCH|1\r" + b"AIS|1||A|x\rAIP|1||\r" * 50_000,
    )
    yield "200,000 repetitions", HEADER % b"ADT^A08" + b"PID|1||" + b"5^^^ELM~" * 200_000 + b"\r"
    yield "200,000 flags", RESULT + b"OBX|1|NM|K||5|||" + b"H~" * 200_000 + b"|||F\r"
    yield "200,000 names", HEADER % b"ADT^A08" + b"PID|1||5||" + b"A^B~" * 200_000 + b"\r"
    yield "200,000 ordering providers", RESULT[:-1] + b"|" * 9 + b"1^A^B~" * 200_000 + b"\r"
    yield "200,000 values in one field", RESULT + b"OBX|1|CE|K||" + b"A^B~" * 200_000 + b"\r"
    yield "200,000 lines of nothing", RESULT + b"\r\n" * 200_000
    yield "200,000 lines that are no segments", RESULT + b"text\r" * 200_000
    yield "200,000 headers", b"MSH|\r" * 200_000
    yield "200,000 envelopes", b"BHS|\rMSH|^~\\&|A\r" + b"BTS|1\r" * 200_000
    yield from islice(megabytes(), 0, None, max(share, 1))


def megabytes() -> Iterator[tuple[str, bytes]]:
    """One byte, or a few, a million times over, in each place where it might hurt."""
    for kind, filling in FILLINGS.items():
        much = filling * (MEGABYTE // len(filling))
        yield f"1 MB of {kind} as a value", RESULT + b"OBX|1|TX|K||" + much + b"||||||F\r"
        yield f"1 MB of {kind} as a name", HEADER % b"ADT^A08" + b"PID|1||5||" + much
        yield f"1 MB of {kind} as a header", b"MSH|^~\\&|" + much
        yield f"1 MB of {kind} before a message", much + b"\r" + GOOD
        yield f"1 MB of {kind} alone", much


FILLINGS = {
    "letters": b"a",
    "digits": b"9",
    "bars": b"|",
    "carets": b"^",
    "tildes": b"~",
    "ampersands": b"&",
    "backslashes": b"\\",
    "escapes": b"\\T\\",
    "hexadecimal": b"\\X41\\",
    "breaks": b"\\.br\\",
    "spaces": b" ",
    "tabs": b"\t",
    "dashes": b"-",
    "less-thans": b"<",
    "high bytes": b"\xff",
    "half characters": b"\xc3",
    "mixed bytes": b"a\xff",
    "accents": "é".encode(),
    "zero-width": "\ufeff".encode(),
    "NULs": b"\x00",
    "framing": b"\x0b\x1c",
    "MSH": b"MSH",
    "Base64": b"JVBERi0x",
}


GROUPS = {"mutants": mutants, "malformed": malformed, "bombs": bombs}


def take(raw: bytes) -> None:
    """All that happens to a message before a database is asked."""
    decoder = mllp.Decoder()
    decoder.feed(mllp.frame(raw))
    for message in batch.split(raw).messages[:3]:
        header = glance(message)
        ack.decide(header)
        order_key(message, header)
        interpret(read(message), zone="America/New_York")


def measured(group: str, share: int) -> dict[str, object]:
    """The worst time of a group, the memory it took, and a good message read after each."""
    take(GOOD)
    before = _peak_megabytes()
    slowest, count = (0.0, ""), 0
    for name, raw in GROUPS[group](share):
        began = time.process_time()
        take(raw)
        slowest = max(slowest, (round((time.process_time() - began) * 1000, 1), name))
        count += 1
        assert interpret(read(GOOD), zone="UTC").type is MessageType.RESULT
    return {
        "count": count,
        "milliseconds": slowest[0],
        "slowest": slowest[1],
        "megabytes": round(_peak_megabytes() - before, 1),
    }


def _peak_megabytes() -> float:
    """The most memory this program has ever had. (`ru_maxrss` counts its parent's as well.)"""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s*(\d+) kB", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], int(sys.argv[2]))))
