"""The Day page: today by location, and the frozen days."""

import re
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from dashboards.queries import clearing
from escalation import starter
from escalation.models import Calendar
from metrics import freezing
from metrics.models import DayFact
from metrics.moments import Moment
from tests.people import SETUP

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_hours(elm_street, right_now):
    """Elm Street keeps hours, also at the weekend and at night: a test may run at any time."""
    with elm_street.scoped():
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=right_now)
        with transaction.atomic():
            Calendar.objects.update(week=[[[0, 1440]]] * 7)


def freeze(elm, right_now, days: int, **facts) -> None:
    """So many days that ended with these numbers; each quarter of an hour brought one task and
    closed two."""
    quarters = {str(one): [1, 2] for one in range(96)}
    today = right_now.astimezone(ZoneInfo(elm.main.time_zone)).date()
    with elm.scoped(), transaction.atomic():
        DayFact.objects.bulk_create(
            DayFact(
                location=elm.main, day=today - timedelta(days=ago + 1), moment=moment,
                at=right_now - timedelta(days=ago), frozen_at=right_now, quarters=quarters,
                **{"open": 7, "came": 40, "closed": 21, "actions": {}} | facts,
            )
            for ago in range(days) for moment in Moment
        )  # fmt: skip


def text_of(client) -> str:
    page = client.get("/days/")
    assert page.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))


def test_with_too_little_history_the_page_says_so(elm_street, morning, open_hours, signed_in,
                                                  right_now):  # fmt: skip
    sam = signed_in(elm_street.sam)
    assert "Too few days yet: 0 of 10." in text_of(sam)
    assert "No day is frozen yet" in text_of(sam)
    freeze(elm_street, right_now, 3)
    assert "Too few days yet: 3 of 10." in text_of(sam)


def test_a_forecast_says_when_it_clears_or_what_is_left_and_why(
    elm_street, morning, open_hours, right_now
):
    freeze(elm_street, right_now, 20)
    with elm_street.scoped(), transaction.atomic():
        places = dict(freezing.of_locations(elm_street.practice.pk).values())
        begin = right_now.replace(hour=14, minute=0)
        held = clearing.open_now()
        one = clearing.clears({elm_street.main.pk: places[elm_street.main.pk]}, held, now=begin)
        many = clearing.Open(
            {elm_street.main.pk: held.of(list(held.by)) + held.of(list(held.by))}, held.queues
        )
        both = clearing.clears({elm_street.main.pk: places[elm_street.main.pk]}, many, now=begin)
    for said in (one, both):
        assert re.match(r"Clear(s by \d\d:\d\d| now)\.|[\d,]+ will be left at", said.sentence)
        assert "open now. From this hour on, the last" in said.because


def test_frozen_days_are_shown_with_who_worked_late(elm_street, open_hours, signed_in, right_now):
    freeze(elm_street, right_now, 12, open=0, actions={str(elm_street.diaz.pk): 4})
    sam = signed_in(elm_street.sam)
    assert '<title id="plot-title">Tasks that were open' in sam.get("/days/").text
    text = text_of(sam)
    assert "12 of 12 days were zero-task days." in text
    assert f"{elm_street.diaz.name} 4" in text
    assert "100 %" in text


def test_the_file_holds_the_same_days(elm_street, open_hours, signed_in, right_now):
    freeze(elm_street, right_now, 4)
    answer = signed_in(elm_street.sam).get("/days/numbers.csv")
    rows = answer.content.decode("utf-8-sig").strip().splitlines()
    assert len(rows) == 4 + 4
    assert "75 %" in rows[-1]


def test_numbers_of_today_lead_to_exactly_their_rows(elm_street, morning, open_hours, signed_in):
    sam = signed_in(elm_street.sam)
    found = re.findall(r'<a href="(/backlog/tasks/[^"]*)">([\d,]+)', sam.get("/days/").text)
    assert len(found) >= 3
    for address, said in found:
        rows = sam.get(unescape(address)).text.count('<tr role="row" id="t-')
        assert rows == int(said), address


def test_a_practice_without_hours_is_told_where_to_give_them(elm_street, signed_in):
    assert "See opening hours" in text_of(signed_in(elm_street.sam))
