"""A whole referral loop by the API, the specialist's page and real messages: nothing else."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from charts.models import ChartItem
from referrals import chasing
from tests.integrations.api.caller import caller_of
from tests.referrals.telling import note, ref, tell


@pytest.fixture(autouse=True)
def _fresh_rates():
    cache.clear()


class Loop:
    """The one referral there is, as a program of the practice plays it."""

    def __init__(self, elm, now) -> None:
        self.elm, self.now, self.api = elm, now, caller_of(elm, now=now)
        tell(elm, ref(), now=now)
        [self.id] = [one["id"] for one in self.api.get("referrals").json()["referrals"]]

    def say(self, verb, *, by="cora", **sent) -> dict:
        body = {"member": str(getattr(self.elm, by).pk)} | sent
        answer = self.api.post(f"referrals/{self.id}/{verb}", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def whole(self) -> dict:
        return self.api.get(f"referrals/{self.id}").json()

    def axis(self, axis, value, **more) -> dict:
        return self.say("tell", axis=axis, value=value, **more)

    def work(self) -> list[str]:
        """What the cadence and the specialist's answers have asked of people so far."""
        return [one["work"] for one in self.whole()["work"]]

    def chase(self, days: int = 0) -> None:
        """What is due by now, or so many days after the order; the API reads the real clock."""
        chasing.sweep(now=max(timezone.now(), self.now + timedelta(days=days)))

    def answer(self, **said) -> str:
        """The specialist's front desk, with a link and its code, fills in our page."""
        invited = self.say("invite")
        desk = Client()
        at = invited["link"].removeprefix(invited["address"].removesuffix("/answer/"))
        page = desk.post(at, {"code": invited["code"]}).url
        sending = re.search(r'name="sending" value="([^"]+)"', desk.get(page).text)[1]
        done = desk.post(page, {"sending": sending} | said)
        assert done.status_code == 302, done.text
        return desk.get(done.url).text

    def report(self) -> str:
        """The id of the consult note that is here."""
        with self.elm.scoped():
            return str(ChartItem.objects.get(kind="document").pk)


@pytest.fixture
def loop(elm_street, now) -> Loop:
    return Loop(elm_street, now)


def test_sent_silent_accepted_booked_seen_reported_answered_and_told(loop, now):
    sent = loop.axis("transmission", "sent")
    assert (sent["step"], sent["turn"]) == ("sent", "specialist")
    loop.chase(days=8)
    assert "ask-specialist" in loop.work()
    assert "The patient can be seen." in loop.answer(takes="yes")
    whole = loop.whole()
    assert (whole["step"], whole["turn"], whole["closed_at"]) == ("accepted", "patient", None)
    assert whole["facts"][-1]["way"] == "form"
    booked = loop.say("book", appointment_at=(now + timedelta(days=20)).isoformat())
    assert booked["step"] == "booked"
    assert loop.axis("attendance", "seen")["turn"] == "specialist"
    tell(loop.elm, note("report"), now=now)
    reported = loop.whole()
    assert (reported["closed_because"], reported["missing"]) == ("reported", ["answered", "told"])
    loop.say("question-answered", by="diaz", answered="yes")
    told = loop.say("patient-told")
    assert (told["missing"], told["step"], told["turn"]) == ([], "closed", "nobody")


def test_declined_by_form_asks_for_another_specialist_and_may_be_closed_for_it(loop):
    loop.answer(takes="no", because="no-capacity")
    whole = loop.whole()
    assert (whole["turn"], whole["facts"][-1]["reason"]) == ("us", "no-capacity")
    loop.chase()
    assert loop.work()[0] == "find-another"
    closed = loop.say("close", because="specialist-declined")
    assert (closed["step"], closed["stands"]["report"]) == ("closed", "none")
    assert loop.say("reopen")["closed_at"] is None


def test_a_question_by_form_is_in_the_specialists_words_and_is_work(loop):
    loop.answer(question="Was there an echo?")
    whole = loop.whole()
    assert whole["stands"]["acceptance"] == "question"
    assert [one["text"] for one in whole["remarks"]] == ["Was there an echo?"]
    loop.chase()
    assert loop.work()[0] == "answer-question"


def test_missed_cancelled_and_booked_anew(loop, now):
    soon, later = ((now + timedelta(days=days)).isoformat() for days in (10, 30))
    loop.say("book", appointment_at=soon)
    loop.answer(came="no")
    assert loop.whole()["turn"] == "patient"
    loop.axis("appointment", "cancelled")
    again = loop.say("book", appointment_at=later)
    assert (again["stands"]["attendance"], again["step"]) == ("unknown", "booked")
    assert again["closed_at"] is None


def test_prior_authorization_goes_its_own_way_beside_the_booking(loop):
    assert loop.axis("authorization", "needed")["turn"] == "us"
    loop.chase()
    assert "authorize" in loop.work()
    assert loop.axis("authorization", "requested")["turn"] == "payer"
    approved = loop.axis("authorization", "approved")
    assert approved["stands"]["acceptance"] == "pending"


def test_a_wrong_match_is_undone_and_the_right_one_closes(loop, now):
    tell(loop.elm, note("report", order=""), now=now)
    paper = loop.report()
    assert loop.say("match", report=paper)["closed_because"] == "reported"
    undone = loop.say("unmatch", report=paper)
    assert (undone["closed_at"], undone["report_id"]) == (None, None)
    assert "reported" in undone["missing"]
    assert loop.say("match", report=paper)["report_id"] == paper


def test_a_slip_is_taken_back_and_stays_in_the_history(loop):
    loop.axis("acceptance", "accepted")
    [fact] = loop.whole()["facts"]
    assert loop.say("undo", fact=fact["id"])["stands"]["acceptance"] == "pending"
    assert [one["undoes"] for one in loop.whole()["facts"]] == [None, fact["id"]]
