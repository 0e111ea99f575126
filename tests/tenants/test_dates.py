"""Months in letters, in both languages."""

from datetime import date

import pytest
from django.utils import translation

from tenants import dates

DAY = date(1945, 7, 14)


@pytest.mark.parametrize(
    ("said", "english", "spanish"),
    [
        (dates.month_day, "Jul 14", "14 jul"),
        (dates.long_date, "Jul 14, 1945", "14 jul 1945"),
        (dates.weekday, "Saturday", "sábado"),
        (dates.week_day, "Sat Jul 14", "sáb 14 jul"),
    ],
)
def test_a_day_is_said_in_both_languages(said, english, spanish):
    assert said(DAY) == english
    with translation.override("es"):
        assert said(DAY) == spanish
