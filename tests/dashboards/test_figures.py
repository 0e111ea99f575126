"""The range ruler and the trend line tell the truth about where a value lies."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.figures import ruler, trend

finite = st.floats(-1e6, 1e6, allow_nan=False)


def test_a_value_in_the_middle_of_its_range_stands_in_the_middle():
    assert ruler(4.3, 3.5, 5.1).at == 50


@pytest.mark.parametrize(("number", "beyond"), [(0.1, "low"), (4.0, ""), (9.9, "high")])
def test_a_value_off_the_scale_says_on_which_side(number, beyond):
    assert ruler(number, 3.5, 5.1).beyond == beyond


def test_a_range_with_one_end_still_has_a_ruler():
    assert ruler(7.0, None, 5.6).at > ruler(5.0, None, 5.6).at
    assert ruler(30.0, 40.0, None).at < ruler(50.0, 40.0, None).at


@pytest.mark.parametrize(
    ("number", "low", "high"), [(None, 1, 2), (1, None, None), (1, 2, 2), (1, 3, 2), (1, None, 0)]
)
def test_what_cannot_be_drawn_is_not_drawn(number, low, high):
    assert ruler(number, low, high) is None


@given(finite, finite, st.floats(0.001, 1e6))
def test_the_mark_never_leaves_the_ruler_and_keeps_its_side_of_the_band(number, low, width):
    drawn = ruler(number, low, low + width)
    assert drawn is not None
    assert 0 <= drawn.at <= 97
    if number > low + width:
        assert drawn.at >= drawn.band_from + drawn.band_width - 1
    if number < low:
        assert drawn.at <= drawn.band_from + 1


@given(st.lists(finite, min_size=2, max_size=6), finite, st.floats(0.001, 1e6))
def test_a_trend_stays_inside_its_box(numbers, low, width):
    drawn = trend(tuple(numbers), low, low + width, name="LDL", units="mg/dL")
    assert drawn is not None
    for point in drawn.points.split():
        x, y = map(int, point.split(","))
        assert 0 <= x <= 120
        assert 0 <= y <= 32
    assert drawn.band_height >= 0
    assert all(math.isfinite(value) for value in (drawn.last_x, drawn.last_y))


def test_one_value_is_no_trend_and_the_sentence_lists_the_values():
    assert trend((4.4,), 3.5, 5.1, name="Potassium", units="") is None
    drawn = trend((4.4, 4.9, 6.8), 3.5, 5.1, name="Potassium", units="mmol/L")
    assert drawn is not None
    assert drawn.title == "Potassium, last 3 values"
    assert drawn.says == "4.4, then 4.9, then 6.8 mmol/L"
