"""Geometry of the two small drawings: the range ruler and the trend line. Pure."""

from django.utils.translation import gettext as _

from dashboards.rows import Ruler, Trend

MARGIN = 0.75
"""How far the ruler reaches past the range, in widths of the range."""


def ruler(number: float | None, low: float | None, high: float | None) -> Ruler | None:
    """The place of a value on its range; None where a number or both ends are missing."""
    ends = _ends(low, high)
    if number is None or ends is None:
        return None
    low, high = ends
    start, width = low - MARGIN * (high - low), (1 + 2 * MARGIN) * (high - low)
    place = 100 * (number - start) / width
    beyond = "high" if place > 97 else "low" if place < 3 else ""
    band_from = round(100 * (low - start) / width)
    return Ruler(
        band_from, round(100 * (high - low) / width), round(min(97, max(0, place))), beyond
    )


def _ends(low: float | None, high: float | None) -> tuple[float, float] | None:
    """Both ends of a range; a range with one end (`< 5.6`) begins at zero or ends at twice."""
    if low is None and high is not None and high > 0:
        return 0.0, high
    if high is None and low is not None and low > 0:
        return low, 2 * low
    if low is None or high is None or high <= low:
        return None
    return low, high


def trend(
    numbers: tuple[float, ...], low: float | None, high: float | None, *, name: str, units: str
) -> Trend | None:
    """The last values, oldest first, as a line; None for fewer than two."""
    if len(numbers) < 2:
        return None
    ends = [end for end in (low, high) if end is not None]
    bottom, top = min(*numbers, *ends), max(*numbers, *ends)
    reach = (top - bottom) or 1.0

    def height(number: float) -> int:
        return round(29 - 26 * (number - bottom) / reach)

    places = [
        (round(4 + 108 * at / (len(numbers) - 1)), height(number))
        for at, number in enumerate(numbers)
    ]
    band = (height(high), height(low)) if low is not None and high is not None else (0, 0)
    listed = _(", then ").join(f"{number:g}" for number in numbers)
    return Trend(
        points=" ".join(f"{x},{y}" for x, y in places),
        last_x=places[-1][0],
        last_y=places[-1][1],
        band_y=band[0],
        band_height=band[1] - band[0],
        title=_("%(name)s, last %(n)d values") % {"name": name, "n": len(numbers)},
        says=f"{listed} {units}".strip(),
    )
