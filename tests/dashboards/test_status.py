"""The page that proves that the clock runs, in words."""

from datetime import timedelta

import pytest
from django.db import transaction

from config.schedule import SWEEPS as LISTED
from dashboards.queries import status
from dashboards.queries.desk import Desk
from outbox import operations as outbox
from outbox.models import Attempt, Channel, Intent, Urgency
from outbox.operations import Saying
from tenants import scope
from tests.dashboards.clinic import HL7, send
from tests.people import SETUP
from watchdog import breaches, heartbeats
from watchdog.audit import Found, Result
from watchdog.auditor import Auditing
from watchdog.heartbeats import Passes

pytestmark = pytest.mark.django_db


@pytest.fixture
def beats(right_now):
    def beat(*, ago: float = 2, looked: int = 0, fired: int = 0) -> None:
        at = right_now - timedelta(seconds=ago)
        for sweep in (*LISTED, Auditing()):
            heartbeats.beat(sweep, Passes(looked, fired), now=at)

    return beat


def page(member, now):
    with scope.scoped(member.practice_id), transaction.atomic():
        return status.page(Desk(member, now))


def broke(*names, practice=None, now) -> None:
    found = tuple(Found(name, practice, rows=3) for name in names)
    breaches.settle(Result(names, 1, found), now=now)


def test_it_says_when_the_last_sweep_ran_and_what_it_did(elm_street, beats, right_now):
    beats(looked=14, fired=3)
    said = page(elm_street.sam, right_now)
    assert said.sweep.said == "Last sweep ran 2 s ago: looked at 14, fired 3."
    assert said.auditor.said == "All obligations hold, checked 2 s ago."
    assert said.holds


def test_an_idle_sweep_still_tells_of_the_last_one_with_work(elm_street, beats, right_now):
    beats(ago=240, looked=14, fired=3)
    beats(ago=1)
    said = page(elm_street.sam, right_now)
    assert said.sweep.said == "Last sweep ran 1 s ago: nothing was due."
    assert said.sweep.more == "The last one with work, 4 min ago: looked at 14, fired 3."


def test_a_sweep_without_words_of_its_own_is_said_by_its_name(elm_street, beats, right_now):
    class New:
        name, every = "count-apples", 1.0

    beats()
    heartbeats.beat(New(), Passes(), now=right_now)
    said = {one.name for one in page(elm_street.sam, right_now).sweeps}
    assert {"Count apples", "Steps of ladders fire"} <= said


def test_without_any_sign_of_life_it_says_so(elm_street, right_now):
    said = page(elm_street.sam, right_now)
    assert said.sweep.said == "No sweep ever ran."
    assert said.auditor.said == "The auditor never ran: nobody checks what must hold."
    assert not said.holds


def test_what_a_stopped_auditor_last_found_is_not_taken_for_now(elm_street, beats, right_now):
    beats(ago=180)
    said = page(elm_street.sam, right_now)
    assert said.auditor.said == "The auditor ran last 3 min ago: what stands here is no newer."
    assert not said.holds


def test_a_breach_is_said_with_what_to_do_and_who_was_told(elm_street, beats, right_now, settings):
    beats()
    broke("critical-without-step", practice=elm_street.practice.pk, now=right_now)
    said = page(elm_street.sam, right_now)
    assert said.auditor.said == "1 obligation does not hold, checked 2 s ago."
    (row,) = said.breaches
    assert row.broken == "An open critical task has no step ahead"
    assert row.where == "This practice, 3 cases, found 0 s ago"
    assert row.told == "Nobody was told: no second route is set up."
    settings.ALARM_EMAIL = ["it@elm.example"]
    assert page(elm_street.sam, right_now).breaches[0].told == (
        "The second route is about to be told."
    )
    breaches.paged(list(breaches.running()), now=right_now)
    assert page(elm_street.sam, right_now).breaches[0].told == "The second route was told 1 time."


def test_a_practice_sees_its_own_breaches_and_those_of_all_and_no_other(
    elm_street, oak_street, beats, right_now
):
    beats()
    broke("timer-late", practice=oak_street.practice.pk, now=right_now)
    broke("sweep-late", now=right_now)
    assert [one.broken for one in page(elm_street.sam, right_now).breaches] == [
        "A sweep did not run in time"
    ]


def test_what_is_over_stands_below_with_how_long_it_lasted(elm_street, beats, right_now):
    beats()
    broke("sweep-late", now=right_now - timedelta(minutes=9))
    breaches.settle(Result(("sweep-late",), 1, ()), now=right_now - timedelta(minutes=5))
    (over,) = page(elm_street.sam, right_now).past
    assert over.name == "A sweep did not run in time"
    assert over.said.endswith("for 4 min")


def test_feeds_say_when_their_last_message_came(elm_street, beats, right_now):
    beats()
    with elm_street.scoped():
        send(elm_street, HL7.format(control="88121"), now=right_now - timedelta(seconds=1))
    lab = next(one for one in page(elm_street.ira, right_now).feeds if one.name == "Quest lab")
    assert lab.said.startswith("last message 1 s ago. Arriving")


def test_channels_say_what_they_last_did_and_what_failed_this_hour(elm_street, beats, right_now):
    beats()
    at = right_now - timedelta(minutes=3)
    with elm_street.scoped(), transaction.atomic():
        saying = Saying(
            key="k", member_id=elm_street.diaz.pk, task_id=None, channel=Channel.SMS,
            contact_id=None, urgency=Urgency.PAGE, template="page", body="ClearChart", at=at,
        )  # fmt: skip
        (intent,) = outbox.intend([saying], actor=SETUP, now=at)
        Intent.objects.update(state="delivered", sent_at=at, delivered_at=right_now)
        for fence, result in enumerate(["unknown", "refused", "accepted"]):
            Attempt.objects.create(
                intent=intent, fence=fence, began_at=at, ended_at=at, result=result
            )
    said = {one.name: one.said for one in page(elm_street.sam, right_now).channels}
    assert said["Text message"] == (
        "last sent 3 min ago, last delivered 0 s ago; 2 failures in the last hour."
    )
    assert said["Phone call"] == "Nothing was sent in the last 7 days."


def test_the_living_part_is_a_part_and_the_page_works_without_it(elm_street, beats, signed_in):
    beats()
    client = signed_in(elm_street.sam)
    whole = client.get("/status/").text
    assert "Last sweep ran" in whole
    assert 'href="/status/"' in whole
    part = client.get("/status/", headers={"HX-Request": "true"}).text
    assert "Last sweep ran" in part
    assert "<html" not in part


def test_the_second_route_is_named_by_kind_and_never_by_address(
    elm_street, signed_in, settings, beats
):
    beats()
    settings.ALARM_EMAIL = ["it@secret.example"]
    settings.ALARM_WEBHOOK = "https://secret.example/hook"
    settings.DEADMAN_URL = "https://secret.example/ping"
    text = signed_in(elm_street.ira).get("/status/").text
    assert "1 mail address and a webhook would be told" in text
    assert "a service outside listens for a ping" in text
    assert "secret.example" not in text
