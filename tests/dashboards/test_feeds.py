"""Feed cards: last message, rate against usual, silence in words, failures by cause."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from dashboards.queries import feeds
from dashboards.queries.desk import Desk
from integrations import silence
from integrations.models import FeedRhythm, InboundMessage
from tests.people import open_elm_street

NOW = datetime(2026, 11, 17, 15, 20, tzinfo=UTC)
"""A Tuesday, 10:20 in New York."""


@pytest.fixture
def elm(db):
    made = open_elm_street(now=NOW - timedelta(days=90))
    with made.scoped(), transaction.atomic():
        yield made


def arrive(feed, *instants, **more):
    said = {"standard": "hl7v2", "raw": b"MSH", "state": "processed"} | more
    InboundMessage.objects.bulk_create(
        InboundMessage(
            feed=feed, arrived=silence.nanoseconds(at), received_at=at, next_at=at,
            control_id=f"{at.isoformat()}{more.get('cause', '')}{number}",
            digest=hashlib.sha256(str(at).encode()).hexdigest(), **said,
        )
        for number, at in enumerate(instants)
    )  # fmt: skip


def learn(elm, feed, *, each_hour: float) -> None:
    """A feed that sends so much on working days from eight to six."""
    rates = [
        each_hour if day < 5 and 8 <= hour < 18 else 0.0 for day in range(7) for hour in range(24)
    ]
    FeedRhythm.objects.create(feed=feed, rates=rates, learned_on=NOW.date())


def cards(elm, *, now=NOW):
    rows = feeds.rows(Desk(elm.ira, now))
    return {row.name: row for row in rows}


def minutes(*back):
    return [NOW - timedelta(minutes=one) for one in back]


def test_a_feed_at_its_usual_rate_says_so(elm):
    learn(elm, elm.lab, each_hour=12)
    arrive(elm.lab, *minutes(*range(21, 76, 5), 3))
    card = cards(elm)["Quest lab"]
    assert (card.status, card.status_words) == ("arriving", "Arriving as usual")
    assert card.rate == "11 from 09:00 to 10:00, usually 12"
    assert card.limit.words == "Today 12:00"


def test_a_feed_far_below_its_rate_says_so_and_opens_no_task(elm):
    learn(elm, elm.lab, each_hour=30)
    arrive(elm.lab, *minutes(3, 30, 40))
    card = cards(elm)["Quest lab"]
    assert (card.status, card.status_words) == ("low", "Arriving, far below its usual rate")
    assert card.rate == "2 from 09:00 to 10:00, usually 30"


def test_a_silent_feed_says_since_when_on_its_card_and_in_the_frame(elm):
    learn(elm, elm.lab, each_hour=12)
    arrive(elm.lab, NOW - timedelta(hours=18))
    card = cards(elm)["Quest lab"]
    assert (card.status, card.status_words) == (
        "quiet", "Silent beyond usual, since Yesterday 16:20",
    )  # fmt: skip
    assert card.limit.words == "Yesterday 18:00"
    assert feeds.summary(Desk(elm.ira, NOW)).status == "arriving"
    silence.sweep_practice(now=NOW)
    said = feeds.summary(Desk(elm.ira, NOW))
    assert (said.words, said.status) == ("Quest lab silent 18 h", "quiet")
    arrive(elm.lab, NOW)
    assert feeds.summary(Desk(elm.ira, NOW)).words == "1 of 2 feeds arriving"


def test_a_night_is_quiet_as_usual(elm):
    learn(elm, elm.lab, each_hour=12)
    night = datetime(2026, 11, 17, 8, 10, tzinfo=UTC)
    arrive(elm.lab, night - timedelta(hours=9, minutes=30))
    card = cards(elm, now=night)["Quest lab"]
    assert (card.status, card.status_words) == ("arriving", "Quiet, as usual at this time")
    assert card.rate == "0 from 02:00 to 03:00, usually none"


def test_a_feed_that_is_new_does_not_claim_a_usual_rate(elm):
    arrive(elm.lab, *minutes(30))
    found = cards(elm)
    assert found["Quest lab"].status_words == "Arriving; its usual rate is not known yet"
    assert found["Quest lab"].rate == "1 from 09:00 to 10:00"
    assert found["EHR"].status_words == "Nothing has arrived yet"
    assert found["EHR"].setup_url.startswith("/feeds/")


def test_failures_stand_by_cause_with_the_way_to_them(elm):
    for cause, many in (("could not be read", 1), ("no patient in the message", 3)):
        arrive(elm.lab, *minutes(*range(many)), state="quarantined", cause=cause)
    card = cards(elm)["Quest lab"]
    assert card.quarantined == "4"
    assert [(one.cause, one.count) for one in card.failures] == [
        ("No patient in the message", "3"), ("Could not be read", "1"),
    ]  # fmt: skip
    assert card.failures[0].url.endswith("/cause/?cause=no+patient+in+the+message&feed=elm-lab")
    assert cards(elm)["EHR"].failures == ()
