"""The Day page in a real browser."""

import pytest

from tests.dashboards.test_days import freeze, open_hours

__all__ = ["open_hours"]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
def test_the_day_fits_every_screen(
    elm_street, morning, open_hours, desktop, right_now, width, scheme
):
    freeze(elm_street, right_now, 20, actions={str(elm_street.diaz.pk): 4})
    page = desktop.sit_down(elm_street.sam, width=width, color_scheme=scheme)
    page.goto("/days/")
    assert page.get_by_role("img", name="Tasks that were open").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
