"""Frames come out whole, however the network cuts them, and nothing else comes out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.hl7.mllp import TOO_LONG, Decoder, Frame, frame

PAYLOAD = st.binary(min_size=1, max_size=40).filter(lambda raw: not {0x0B, 0x1C} & set(raw))


def fed(*parts: bytes, limit: int = 1000) -> list[Frame]:
    decoder = Decoder(limit)
    return [one for part in parts for one in decoder.feed(part)]


@given(st.lists(PAYLOAD, max_size=5), st.data())
@settings(max_examples=200, deadline=None)
def test_frames_survive_any_cut(payloads, data):
    stream = b"".join(frame(payload) for payload in payloads)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    parts = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert [one.payload for one in fed(*parts)] == payloads


@given(st.lists(st.binary(max_size=60), max_size=12))
@settings(max_examples=200, deadline=None)
def test_any_bytes_in_any_parts_give_the_same_frames(parts):
    assert fed(*parts, limit=50) == fed(b"".join(parts), limit=50) or any(
        one.fault for one in fed(*parts, limit=50)
    )


@pytest.mark.parametrize(
    ("parts", "payloads"),
    [
        ([b"\x0bab\x1c\r"], [b"ab"]),
        ([b"\x0ba", b"b", b"\x1c", b"\r"], [b"ab"]),
        ([b"\x0ba\x1c\r\x0bb\x1c\r"], [b"a", b"b"]),
        ([b"junk\r\n\x0ba\x1c\rjunk\x0bb\x1c\r"], [b"a", b"b"]),
        ([b"\x0bhalf\x0bwhole\x1c\r"], [b"whole"]),
        ([b"\x0bhalf", b"\x0bwhole\x1c\r"], [b"whole"]),
        ([b"\x0bno return\x1c\x0bnext\x1c"], [b"no return", b"next"]),
        ([b"\x0b\x1c\r"], []),
        ([b"a\x1c\rb\x1c\r"], []),
        ([b"\x0bunfinished"], []),
    ],
)
def test_what_counts_as_a_frame(parts, payloads):
    assert [one.payload for one in fed(*parts)] == payloads


def test_it_knows_whether_a_frame_is_open():
    decoder = Decoder()
    states = []
    for part in (b"junk", b"\x0bab", b"c\x1c", b"\r", b"\x0b"):
        decoder.feed(part)
        states.append(decoder.unfinished)
    assert states == [False, True, False, False, True]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_frame_that_is_too_long_is_reported_once_and_the_next_is_read(size):
    stream = frame(b"x" * 60) + frame(b"good")
    frames = fed(*(stream[i : i + size] for i in range(0, len(stream), size)), limit=50)
    assert [one.fault for one in frames] == [TOO_LONG, None]
    assert frames[0].payload.startswith(b"x" * 50)
    assert frames[1].payload == b"good"


def test_a_frame_of_exactly_the_limit_is_not_too_long():
    assert fed(frame(b"x" * 50), limit=50) == [Frame(b"x" * 50)]


def test_a_long_stream_without_an_end_is_not_kept():
    decoder = Decoder(limit=1000)
    decoder.feed(b"\x0b")
    frames = [one for _ in range(1000) for one in decoder.feed(b"y" * 1000)]
    assert [one.fault for one in frames] == [TOO_LONG]
    assert decoder.feed(b"\x1c\r" + frame(b"good")) == [Frame(b"good")]
