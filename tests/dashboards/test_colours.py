"""Contrast of every pair that is used, and the distance of the severities for the colour-blind."""

import itertools
import math
import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css" / "app.css"
PAIR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
TOKENS = {
    name: {"light": light, "dark": dark} for name, light, dark in PAIR.findall(CSS.read_text())
}
LEVELS = ("critical", "abnormal", "unflagged", "routine", "fyi")
GROUNDS = ("bg", "surface", "raised", "selected", "hover", "critical-tint")

# Machado, Oliveira, Fernandes 2009, full severity, on linear light.
VISIONS = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
               (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


def linear(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def luminance(colour):
    return sum(
        weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True)
    )


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.95047, 1, 1.08883)
    xyz = [
        sum(a * b for a, b in zip(row, rgb, strict=True)) / w
        for row, w in zip(rows, white, strict=True)
    ]
    x, y, z = (max(v, 0) ** (1 / 3) if v > 0.008856 else 7.787 * max(v, 0) + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen(colour, vision):
    light = linear(colour)
    return [
        min(1, max(0, sum(a * b for a, b in zip(row, light, strict=True))))
        for row in VISIONS[vision]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", ["ink", "muted", "brand", *LEVELS])
def test_text_can_be_read_on_every_ground(ink, ground, scheme):
    assert contrast(TOKENS[ink][scheme], TOKENS[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [("on-brand", "brand"), ("on-critical", "critical"), ("critical", "late-tint"),
     ("abnormal", "soon-tint"), ("good", "good-tint"), ("ink", "late-tint"), ("ink", "soon-tint"),
     ("ink", "good-tint"), ("ink", "hair"), ("muted", "hair")],
)  # fmt: skip
def test_badges_and_buttons_can_be_read(ink, ground, scheme):
    assert contrast(TOKENS[ink][scheme], TOKENS[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["bg", "surface", "raised"])
def test_controls_stand_out_from_their_ground(ground, scheme):
    assert contrast(TOKENS["control"][scheme], TOKENS[ground][scheme]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("vision", VISIONS)
def test_no_two_severities_look_the_same_to_anybody(vision, scheme):
    for one, other in itertools.combinations(LEVELS, 2):
        pair = [lab(seen(TOKENS[level][scheme], vision)) for level in (one, other)]
        assert math.dist(*pair) >= 18, (one, other)
