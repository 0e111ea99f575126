"""The rows of a list, drawn by Jinja: a page has fifty of them, and they are most of its time."""

from typing import Any

from jinja2 import Environment, StrictUndefined

from dashboards.templatetags import chart
from dashboards.words import said


def environment(**options: Any) -> Environment:
    """For the Jinja engine of the settings: the shapes and words that other templates have."""
    made = Environment(**(options | {"undefined": StrictUndefined}))  # noqa: S701 - Django turns escaping on
    made.globals |= {
        "_": said,
        "due": chart.due,
        "icon": chart.icon,
        "level": chart.level,
        "moment": chart.moment,
        "ruler": chart.ruler,
        "value": chart.value,
    }
    return made
