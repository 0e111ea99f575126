"""Enhanced mode over real sockets: stored is one answer, what became of the message another."""

import asyncio
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest
from django.db import connection

from integrations import intake
from integrations.hl7.mllp import frame
from tests.integrations.test_listener import listening, rows, run, talk
from tests.messages import oru

pytestmark = pytest.mark.django_db(transaction=True)


def enhanced(control: str, accept: str, application: str, **more) -> bytes:
    stated = f"|P|2.5.1|||{accept}|{application}".encode()
    return oru(control=control, **more).replace(b"|P|2.5.1", stated)


async def talk_while_working(elm, port: int, *pieces: bytes, first: int, later: int) -> list[bytes]:
    """Send, read what comes at once, let the sweep work, and read what comes then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"".join(pieces))
    got = [await asyncio.wait_for(reader.readuntil(b"\x1c\r"), 20) for _ in range(first)]
    await asyncio.to_thread(work, elm)
    got += [await asyncio.wait_for(reader.readuntil(b"\x1c\r"), 20) for _ in range(later)]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.readexactly(1), 1.5)
    writer.close()
    return got


def work(elm) -> None:
    """Process what came; where nothing is said at once, it may still be on its way."""
    deadline = monotonic() + 20
    try:
        while not rows(elm) and monotonic() < deadline:
            sleep(0.05)
        while intake.sweep_practice(elm.practice.pk, now=datetime.now(UTC) + timedelta(minutes=1)):
            pass
    finally:
        connection.close()


def said(ack: bytes) -> tuple[bytes, bytes]:
    """MSA-1 and MSH-10."""
    lines = ack.strip(b"\x0b\x1c\r").split(b"\r")
    return lines[1].split(b"|")[1], lines[0].split(b"|")[9]


NOBODY = (
    b"MSH|^~\\&|LIS|QUEST|CC|ELM|2026||ORU^R01|none|P|2.5.1|||AL|AL\r"
    b"OBR|1||L9|X^Y\rOBX|1|NM|X^Y||1|"
)


@pytest.mark.parametrize(
    ("sent", "first", "later"),
    [
        (enhanced("1", "AL", "AL"), [b"CA"], [b"AA"]),
        (enhanced("2", "SU", "SU"), [b"CA"], [b"AA"]),
        (enhanced("3", "ER", "AL"), [], [b"AA"]),
        (enhanced("4", "AL", "ER"), [b"CA"], []),
        (enhanced("5", "AL", "NE"), [b"CA"], []),
        (enhanced("6", "NE", "AL"), [b"AA"], []),
        (NOBODY, [b"CA"], [b"AE"]),
        (NOBODY.replace(b"AL|AL", b"AL|ER"), [b"CA"], [b"AE"]),
        (NOBODY.replace(b"AL|AL", b"AL|SU"), [b"CA"], []),
        (enhanced("", "AL", "AL"), [b"CE"], []),
    ],
)
def test_stored_and_processed_are_two_answers_each_a_message_of_its_own(
    elm_street, sent, first, later
):
    async def act():
        async with listening(elm_street) as port:
            return await talk_while_working(
                elm_street, port, frame(sent), first=len(first), later=len(later)
            )

    found = [said(ack) for ack in run(act())]
    assert [code for code, _ in found] == first + later
    assert len({control for _, control in found}) == len(found)
    assert rows(elm_street)[0].ack == b" ".join(first + later).decode()


def test_a_resend_of_what_was_processed_hears_both_again(elm_street):
    sent = frame(enhanced("again", "AL", "AL"))

    async def act():
        async with listening(elm_street) as port:
            one = await talk_while_working(elm_street, port, sent, first=1, later=1)
            return one, await talk_while_working(elm_street, port, sent, first=1, later=1)

    one, two = run(act())
    assert [said(ack) for ack in one] == [said(ack) for ack in two]
    assert [row.ack for row in rows(elm_street)] == ["CA AA"]


def test_who_has_gone_is_not_told_and_harms_nobody(elm_street):
    async def act():
        async with listening(elm_street) as port:
            await talk(port, frame(enhanced("gone", "AL", "AL")), answers=1)
            return await talk_while_working(
                elm_street, port, frame(enhanced("here", "AL", "AL")), first=1, later=1
            )

    assert [said(ack)[0] for ack in run(act())] == [b"CA", b"AA"]
